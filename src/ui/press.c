/* What a press does: it is typed into the prompt, or it is a key. */
#include <setjmp.h>
#include <string.h>

#include "base/utf8.h"
#include "ui/keys.h"
#include "ui/live.h"
#include "ui/mouse.h"
#include "ui/turning.h"

/* A number is a question for its value, or, at a step that asks, the answer; in the contents it is
 * a step. A minus sign is one only there, and only where it does not change what is selected. */
static bool press_number(Tui *tui, const Press *press) {
    Asking asking = session_asking(*tui->session);
    bool answers = asking != ASKING_NOTHING;
    bool lists = tui->focus == PANE_CONTENTS;
    bool digit = press->code >= '0' && press->code <= '9';
    bool minus = press->code == '-' && answers && asking != ASKING_LINE && !lists &&
                 !pane_find(tui->focus)->move;
    const Key *key = press->code == '.' ? keys_find(tui, press->code) : NULL;
    bool point = press->code == '.' && !(key && keys_work(tui, key));
    bool opens = press->code == '(' && !lists && asking != ASKING_LINE;
    if (!digit && !minus && !point && !opens)
        return false;
    const char *before = lists ? "goto " : answers ? "answer " : "";
    act_prompt(tui, arena_format(&tui->frame, "%s%c", before, press->code));
    return true;
}

/* Where a step asks, a letter that does nothing else begins the answer, as y in y1 - t1, and so
 * does the bracket of a matrix. */
static bool press_letter(Tui *tui, const Press *press) {
    bool letter = press->code > ' ' && press->code < PRESS_UP && press->byte_count > 0 &&
                  utf8_character_width((uint32_t)press->code) > 0;
    if (!letter || tui->focus == PANE_CONTENTS || session_asking(*tui->session) == ASKING_NOTHING)
        return false;
    act_prompt(tui, arena_format(&tui->frame, "answer %.*s", (int)press->byte_count,
                                 (const char *)press->bytes));
    return true;
}

/* The first name that was declared up to a step and begins with a letter; NULL for none. */
static const char *declared_name(const Lesson *lesson, size_t position, int32_t letter) {
    for (size_t i = 0; i <= position; i++)
        for (size_t s = 0; lesson->steps[i].kind == STEP_DECLARE && s < lesson->steps[i].count;
             s++) {
            const char *name =
                scope_get(&lesson->scope, (SymbolId)(lesson->steps[i].first + s))->name;
            if (name[0] == letter)
                return name;
        }
    return NULL;
}

/* Where a step asks, what begins with a letter and could begin the answer: a name, the words of a
 * choice; NULL for none. */
static const char *word_of_answer(Tui *tui, int32_t letter) {
    const Lesson *lesson = session_lesson(*tui->session);
    size_t position = session_position(*tui->session);
    Asking asking = session_asking(*tui->session);
    if (tui->focus == PANE_CONTENTS || asking == ASKING_NOTHING || asking == ASKING_LINE)
        return NULL;
    if (asking == ASKING_NUMBER)
        return declared_name(lesson, position, letter);
    const Question *question = lesson->steps[position].question;
    for (size_t i = 0; i < question->choice_count; i++) {
        const char *label = question->choices[i].label;
        if (label[0] == letter)
            return arena_format(&tui->frame, "%.*s", (int)strcspn(label, " "), label);
    }
    return NULL;
}

/* A letter that is a key, and could have been meant for the beginning of an answer, is said to be
 * one, the first time; q leaves only when it is pressed again. */
static void press_key(Tui *tui, const Key *key, int32_t letter) {
    const char *word = word_of_answer(tui, letter);
    uint32_t bit = 1u << (letter - 'a');
    bool leaves = key->run == act_quit;
    if (!word || (leaves ? tui->leaving : (tui->told & bit) != 0)) {
        key->run(tui, key->argument);
        return;
    }
    if (!leaves)
        key->run(tui, key->argument);
    if (tui->notice && !leaves)
        return; /* m says which mode it is now */
    tui->leaving = leaves;
    tui->told |= bit;
    tui_notice(tui, arena_format(&tui->frame, "%c %s; for an answer type =%s", (char)letter,
                                 leaves ? "again leaves" : "is a key", word));
}

static void press_unbound(Tui *tui, const Press *press) {
    if (press->code == PRESS_OTHER)
        return;
    tui_forget_answers(tui);
    tui_notice(tui, "No such key here. ? shows the keys, : takes a command.");
}

static void press_outside(Tui *tui, const Press *press) {
    const Key *key = keys_find(tui, press->code);
    bool keeps = key && (key->run == act_scroll || key->run == act_redraw);
    if (!keeps)
        tui->notice = NULL;
    if (press_number(tui, press))
        return;
    bool small = press->code >= 'a' && press->code <= 'z';
    bool letter = small || (press->code >= 'A' && press->code <= 'Z') || press->code == '[';
    bool begins = !key || (letter && !keys_work(tui, key));
    if (press->code != 'q')
        tui->leaving = false;
    if (begins && press_letter(tui, press))
        return;
    if (key && small)
        press_key(tui, key, press->code);
    else if (key)
        key->run(tui, key->argument);
    else
        press_unbound(tui, press);
}

static void press_in_prompt(Tui *tui, const Press *press) {
    const Key *key = keys_find(tui, press->code);
    bool page =
        key && key->run == act_scroll && press->code != PRESS_UP && press->code != PRESS_DOWN;
    bool general = key && (key->run == act_redraw || key->run == act_suspend);
    if (page || general || press->code == PRESS_HELP) {
        key->run(tui, key->argument);
        return;
    }
    if (prompt_press(tui->prompt, press) != PROMPT_ENTERED)
        return;
    const char *line = prompt_line(tui->prompt);
    if (line[strspn(line, " \t")] != '\0')
        tui_execute(tui, line, false);
}

/* Pasted text is a command a line, never a key; where a step asks, a number is the answer. */
static void press_pasted(Tui *tui, const Press *press) {
    bool newline = press->code == '\r' || press->code == '\n';
    if (newline && prompt_is_open(tui->prompt)) {
        tui->pasted++;
        Press enter = {.code = '\r', .byte_count = 1, .bytes = "\r"};
        press_in_prompt(tui, &enter);
    } else if (!newline && press->byte_count > 0 && press->code < PRESS_UP) {
        if (!prompt_is_open(tui->prompt)) {
            if (press_number(tui, press))
                return;
            act_prompt(tui, "");
        }
        char text[PRESS_BYTES + 1] = {0};
        memcpy(text, press->bytes, press->byte_count);
        prompt_insert(tui->prompt, text);
    }
}

/* Who pastes several lines is told that each of them was a command. */
static void begin_or_end_paste(Tui *tui, bool begins) {
    tui->pasting = begins;
    if (!begins && tui->pasted > 1 && !prompt_is_open(tui->prompt))
        tui_notice(tui, arena_format(&tui->frame, "%zu pasted lines were run, one after another.",
                                     tui->pasted));
    tui->pasted = 0;
}

static void press(Tui *tui, const Press *pressed) {
    turning_end(tui);
    live_forget(tui);
    if (mouse_press(tui, pressed))
        return;
    if (pressed->code == PRESS_PASTE_BEGIN || pressed->code == PRESS_PASTE_END)
        begin_or_end_paste(tui, pressed->code == PRESS_PASTE_BEGIN);
    else if (tui->pasting)
        press_pasted(tui, pressed);
    else if (prompt_is_open(tui->prompt))
        press_in_prompt(tui, pressed);
    else
        press_outside(tui, pressed);
}

void tui_press(Tui *tui, const Press *pressed) {
    jmp_buf recovery;
    if (setjmp(recovery) == 0) {
        tui->frame.recovery = tui->answers.recovery = &recovery;
        session_set_recovery(*tui->session, &recovery);
        press(tui, pressed);
    } else {
        tui->frame.recovery = tui->answers.recovery = NULL;
        session_set_recovery(*tui->session, NULL);
        session_recover(*tui->session);
        tui_forget_answers(tui);
        tui_notice(tui, "That needs more memory than there is.");
        tui->notice_failed = true;
    }
    tui->frame.recovery = tui->answers.recovery = NULL;
    session_set_recovery(*tui->session, NULL);
    arena_reset(&tui->frame);
}
