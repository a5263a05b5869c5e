#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "app/command.h"
#include "app/teach.h"
#include "base/number.h"
#include "view/card_text.h"

/* ------------------------------------------------------------------------------ modes */

static const char *const mode_words[] = {
    "Each step is shown as it comes.",
    "From the next step on, numbers are asked before they are shown.",
    "A derivative is asked for as a whole; after a wrong answer we take it step by step.",
};

static void set_mode(Command *command, Mode mode) {
    session_set_mode(command->session, mode);
    const char *name = session_mode_name(mode);
    card_text(&command->reply->card, "%s: %s", name, mode_words[mode]);
    record_add_text(command->arena, command->record, "mode", name);
}

void cmd_mode(Command *command) {
    if (command_at_end(command)) {
        set_mode(command, command->session->mode);
        return;
    }
    Token word = parser_take(&command->parser);
    const char *name = token_copy(command->arena, &word);
    Mode mode;
    if (!session_find_mode(name, &mode))
        command_fail(command, "mode watch, mode predict or mode solo", "no such mode: %s", name);
    else if (command_end(command))
        set_mode(command, mode);
}

void cmd_predict(Command *command) {
    if (command_end(command))
        set_mode(command, MODE_PREDICT);
}

/* ------------------------------------------------------------------------------ after an answer */

/* Where a whole derivative was known, its steps are passed over. */
static size_t end_of_chain(const Session *session) {
    const Lesson *lesson = session->lesson;
    size_t position = session->position;
    while (position + 1 < lesson->step_count &&
           lesson->steps[position + 1].chain == lesson->steps[position].chain)
        position++;
    return position;
}

static void reveal(Command *command) {
    Session *session = command->session;
    if (teach_was_told(session))
        card_text(&command->reply->card, "You had been shown it, so it does not count as known.");
    session_hide(session, false);
    session->shown[session->position] = true;
    if (session->lesson->steps[session->position].kind == STEP_CHAIN)
        session_goto(session, end_of_chain(session));
    else if (session->lesson->steps[session->position].kind == STEP_ASK)
        session_goto(session, session->position + 1);
    command->reply->effect = REPLY_REVEALED;
}

static void say_verdict(Command *command, AnswerVerdict verdict, const char *tag) {
    static const char *const words[] = {"right", "rounded", "carried", "wrong"};
    const SessionObserver *observer = &command->session->observer;
    record_add_text(command->arena, command->record, "verdict", words[verdict]);
    if (verdict != ANSWER_WRONG && teach_was_told(command->session))
        record_add_truth(command->arena, command->record, "told", true);
    if (observer->answered)
        observer->answered(observer->context, command->session, verdict, tag);
    if (tag)
        record_add_text(command->arena, command->record, "tag", tag);
}

/* ------------------------------------------------------------------------------ numbers */

enum { EXACT_DIGITS = 12 }; /* of the true value, after a right answer */

static void answer_right(Command *command, const Asked *asked, const Judgement *judgement) {
    Card *card = &command->reply->card;
    Explain exact = command->explain;
    exact.digits = EXACT_DIGITS;
    say_verdict(command, judgement->verdict, NULL);
    record_add_number(command->arena, command->record, "value", asked->key.truth);
    card_text(card, "%s It is %s.", judgement->reason ? judgement->reason : "Right.",
              explain_number_text(&exact, asked->key.truth));
    reveal(command);
}

static void say_finding(Command *command, const Finding *finding) {
    bool author = lesson_sentence(command->session->lesson, finding->written) != NULL;
    explain_remark(&command->explain, "Not yet.", author ? finding->written : finding->sentence);
}

static Diagnosis diagnosis_here(const Command *command, const Asked *asked) {
    const Session *session = command->session;
    Diagnosis diagnosis = teach_diagnosis(asked, command->arena);
    diagnose_add_old_value(&diagnosis,
                           teach_old_value(session, command->arena, session->position, asked));
    return diagnosis;
}

/* Whether what could be the truth rounded is a mistake to the last digit: the old value, or one
 * that the author foresaw; and where it is one digit any other, as 0.6 for the sigmoid of 0.6,
 * which is 0.6457. */
static bool is_mistake(const Command *command, const Asked *asked, const Answer *answer,
                       const Judgement *judgement) {
    const Session *session = command->session;
    if (judgement->verdict != ANSWER_ROUNDED)
        return false;
    if (answer->value == teach_old_value(session, command->arena, session->position, asked))
        return true;
    Diagnosis diagnosis = diagnosis_here(command, asked);
    return diagnose_gives(&diagnosis, answer, judgement->rounding != ROUNDING_COARSE);
}

static void answer_wrong(Command *command, const Asked *asked, const Answer *answer,
                         const Judgement *judgement) {
    Card *card = &command->reply->card;
    Session *session = command->session;
    Given *given = &session->given[session->position];
    given->wrong = true;
    given->value = answer->value;
    Diagnosis diagnosis = diagnosis_here(command, asked);
    Finding finding = diagnose_answer(&diagnosis, answer);
    bool ends =
        session->mode == MODE_SOLO && session->lesson->steps[session->position].kind == STEP_CHAIN;
    say_verdict(command, ANSWER_WRONG, finding.tag);
    if (finding.tag)
        say_finding(command, &finding);
    else if (finding.sentence)
        card_text(card, "Not yet. %s", finding.sentence);
    else if (judgement->rough)
        card_text(card, "Not yet. As far as it goes it is right, but one digit says too little "
                        "here: give two or three.");
    else if (judgement->hidden)
        card_text(card,
                  "Not yet. As far as it goes this could be right, but the change does not show "
                  "in it: give %d digits.",
                  answer_digits_needed(&asked->key));
    else if (finding.either[0])
        card_text(card, "Not yet. Two mistakes give this number. %s Or: %s", finding.either[0],
                  finding.either[1]);
    else if (judgement->near)
        card_text(card, "Not yet, but it is near. If you rounded on the way, do that later: keep "
                        "four digits until the end.");
    else if (ends)
        card_text(card, "Not yet. I can't tell where this came from.");
    else
        card_text(card, "Not yet. I can't tell where this came from; %s helps.",
                  command->session->settings.keyed ? "h" : "`hint`");
    if (ends) {
        session_hide(session, false);
        session->shown[session->position] = true;
        card_text(card, "Let us go through it step by step: %s.",
                  command->session->settings.keyed ? "space" : "`next`");
    }
}

static AnswerSubject subject_of(const Asked *asked) {
    DiagnoseKind kind = asked->about.kind;
    AnswerSubject subject = {SYMBOL_NONE, SYMBOL_NONE, asked->diagnosed && kind == DIAGNOSE_UPDATE};
    size_t entry;
    if (asked->diagnosed && kind == DIAGNOSE_VALUE)
        subject.value = asked->about.of;
    else if (asked->diagnosed && !subject.stepped)
        subject.along = diagnose_symbol(asked->model, asked->about.wrt, &entry);
    return subject;
}

static void answer_number(Command *command, const Asked *asked, const char *text) {
    const Hidden *of = &asked->hidden;
    const char *entry = answer_entry(command->arena, text, of->rows * of->columns, of->entry);
    Answer answer =
        answer_read(asked->model, command->arena, subject_of(asked), entry ? entry : text);
    if (entry)
        card_text(&command->reply->card, "Of these numbers %s is in question.", entry);
    AnswerCarried *carried = NULL;
    size_t carried_count = teach_carried(&command->explain, command->session->position, &carried);
    Judgement judgement = answer_judge(&answer, &asked->key, carried, carried_count);
    Session *session = command->session;
    if (is_mistake(command, asked, &answer, &judgement))
        judgement = (Judgement){.verdict = ANSWER_WRONG};
    switch (judgement.verdict) {
    case ANSWER_RIGHT:
    case ANSWER_ROUNDED:
        session->given[session->position].wrong = false;
        answer_right(command, asked, &judgement);
        break;
    case ANSWER_CARRIED:
        say_verdict(command, ANSWER_CARRIED, NULL);
        card_text(&command->reply->card, "Right, given what came before. %s", judgement.reason);
        reveal(command);
        break;
    case ANSWER_WRONG: answer_wrong(command, asked, &answer, &judgement); break;
    case ANSWER_UNREADABLE: command_fail(command, answer.suggestion, "%s", answer.message); break;
    }
}

/* ------------------------------------------------------------------------------ choices */

/* Whether a choice begins with `text`. A letter alone is not enough where it could also count the
 * choices, a, b, c; all of its first word is. */
static bool begins_with(const Question *question, const QuestionPart *choice, const char *text) {
    size_t length = strlen(text);
    char letter = (char)(text[0] | ('a' ^ 'A'));
    bool counts = length == 1 && letter >= 'a' && letter < 'a' + (int)question->choice_count;
    return strncasecmp(choice->label, text, length) == 0 &&
           (!counts || !isalnum((unsigned char)choice->label[1]));
}

/* Whether `text` is a number that stands in the words of a choice: 0.9 in "by 0.9". */
static bool says_number(const QuestionPart *choice, const char *text) {
    double number;
    size_t length = number_parse(text, &number);
    for (const char *at = choice->label; length && !text[length]; at++) {
        at = strstr(at, text);
        if (!at)
            return false;
        bool begins = at == choice->label || at[-1] == ' ', ends = strchr(" ,;", at[length]);
        if (begins && ends)
            return true;
    }
    return false;
}

/* The choice that `text` names by its number, by words with which it begins, or by a number in
 * them; NULL where it names none, or several do: `*found` says how many. */
static const QuestionPart *find_choice(const Question *question, const char *text, size_t *found) {
    const QuestionPart *first = NULL;
    char *end;
    unsigned long number = strtoul(text, &end, 10);
    *found = 1;
    if (end != text && !*end && number >= 1 && number <= question->choice_count)
        return &question->choices[number - 1];
    *found = 0;
    for (size_t i = 0; i < question->choice_count; i++) {
        const QuestionPart *choice = &question->choices[i];
        if (strcasecmp(choice->label, text) == 0)
            return choice;
        if (!begins_with(question, choice, text) && !says_number(choice, text))
            continue;
        first = first ? first : choice;
        ++*found;
    }
    return *found == 1 ? first : NULL;
}

/* Without the end of a sentence, or of 2. or 2) */
static const char *tidy_choice(Arena *arena, const char *text) {
    char *copy = arena_copy(arena, text);
    size_t length = strlen(copy);
    while (length > 1 && strchr(" .)!", copy[length - 1]))
        copy[--length] = '\0';
    return copy;
}

/* How one answers with a choice. */
static const char *ways_to_choose(Arena *arena, const Question *question) {
    return arena_format(arena, "answer 1 to %zu, or how the choice begins", question->choice_count);
}

static void answer_choice(Command *command, const Question *question, const char *text) {
    size_t found;
    const QuestionPart *choice = find_choice(question, tidy_choice(command->arena, text), &found);
    if (!choice) {
        command_fail(command, ways_to_choose(command->arena, question),
                     found ? "more than one choice begins with %s" : "there is no choice %s", text);
        return;
    }
    say_verdict(command, choice->correct ? ANSWER_RIGHT : ANSWER_WRONG, NULL);
    if (choice->correct)
        card_text(&command->reply->card, "Right.");
    else
        explain_remark(&command->explain, "Not that one.", choice->comment);
    if (choice->correct)
        reveal(command);
}

/* Whether somebody answers that they do not know. */
static bool is_at_a_loss(const char *text) {
    static const char *const words[] = {
        "?",         "help",         "hint",        "idk",           "don't know",
        "dont know", "I don't know", "I dont know", "I do not know", "no idea",
        "not sure",  "I'm not sure", "no clue",     "dunno",         "help me",
        "I give up", "give up",      "pass",        "what"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        size_t length = strlen(words[i]);
        if (strncasecmp(text, words[i], length) == 0 &&
            text[length + strspn(text + length, " .!?")] == '\0')
            return true;
    }
    return false;
}

static void give_hint(Command *command, const Asked *asked) {
    command->session->note = NULL; /* it was read, and takes room from the question */
    Explain explain = command->explain;
    explain.model = asked->model;
    command->told =
        teach_hint(&explain, command->session->position, asked, command->session->hints++);
    record_add_text(command->arena, command->record, "hint",
                    card_plain(command->arena, &command->reply->card));
}

bool command_hint_at_a_loss(Command *command, const char *text) {
    Asked asked;
    Asking asking = session_asking(command->session);
    if ((asking != ASKING_NUMBER && asking != ASKING_CHOICE) || !is_at_a_loss(text) ||
        !teach_asked(command->session, command->arena, command->session->position, &asked))
        return false;
    command_rest(command); /* no command was meant */
    give_hint(command, &asked);
    return true;
}

/* Where a letter begins the answer, who types the whole command gives its word twice. */
static void skip_second_word(Command *command) {
    const Token *token = &command->parser.token;
    const char *behind = token->text + token->length;
    if (!token_is_word(token, "answer") || *behind != ' ' ||
        scope_find(command->parser.scope, "answer") != SYMBOL_NONE)
        return;
    command->rest = behind + strspn(behind, " ");
    parser_take(&command->parser);
}

void cmd_answer(Command *command) {
    Session *session = command->session;
    Asked asked;
    skip_second_word(command);
    if (command_answer_hunt(command))
        return;
    const char *text = command_rest(command); /* in the words of a student, not of the language */
    if (!teach_asked(session, command->arena, session->position, &asked)) {
        command_fail(command, "`mode predict` asks for the numbers of every step",
                     "nothing is asked at this step");
    } else if (command_hint_at_a_loss(command, text)) {
        return;
    } else if (!*text) {
        command_fail(command,
                     asked.number ? "answer 0.5, answer 3/4, answer y1 - t1"
                                  : ways_to_choose(command->arena, asked.question),
                     "answer needs your answer");
    } else {
        session->note = NULL; /* it was read, and takes room from the question */
        if (asked.number)
            answer_number(command, &asked, text);
        else
            answer_choice(command, asked.question, text);
    }
}

void cmd_hint(Command *command) {
    Session *session = command->session;
    Asked asked;
    if (!command_end(command) || command_hint_hunt(command))
        return;
    if (!teach_asked(session, command->arena, session->position, &asked)) {
        command_fail(command, "`why NAME` says where a number comes from",
                     "nothing is asked at this step");
        return;
    }
    give_hint(command, &asked);
}
