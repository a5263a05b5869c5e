/* Questions and their answers, in words and formulas. */
#include <string.h>

#include "app/explain.h"
#include "app/state.h"

const char *explain_answer_way(const Explain *explain, AnswerWay way) {
    static const char *const ways[][2] = {
        [ANSWER_BY_NUMBER] = {"Type `answer` and a number; `hint` helps; the next step shows it.",
                              "Type your number; h helps; the next step shows it."},
        [ANSWER_BY_FORMULA] = {"Type `answer` and a number, a fraction or a formula; `hint` helps, "
                               "and the next step shows the answer.",
                               "Type your number, or = and a formula; h helps, and the next step "
                               "shows the answer."},
        [ANSWER_BY_CHOICE] = {"Type `answer` and the number of your choice; `hint` helps, and the "
                              "next step shows the answer.",
                              "Type the number of your choice; h helps, and the next step shows "
                              "the answer."}};
    return ways[way][explain->session->settings.keyed];
}

void explain_question(Explain *explain, const Question *question) {
    explain_remark(explain, "", question->text);
    for (size_t i = 0; i < question->choice_count; i++) {
        Block *item = card_add(explain->card, BLOCK_TEXT);
        item->level = 1;
        item->marker = arena_format(explain->arena, "%zu.", i + 1);
        explain_sentence(explain, item, question->choices[i].label);
    }
    AnswerWay way = question->choice_count ? ANSWER_BY_CHOICE : ANSWER_BY_FORMULA;
    if (!explain->session->settings.recited)
        card_text(explain->card, "%s", explain_answer_way(explain, way));
}

/* The choice as a sentence, which ends once, and what there is to say to it. */
static void explain_choice(Explain *explain, size_t number, const QuestionPart *choice) {
    size_t length = strlen(choice->label);
    bool ended = length > 0 && strchr(".!?", choice->label[length - 1]);
    Block *block = card_add(explain->card, BLOCK_TEXT);
    block_text(explain->card, block, "%zu. ", number);
    explain_sentence(explain, block, choice->label);
    block_text(explain->card, block, "%s ", ended ? "" : ".");
    explain_sentence(explain, block, choice->comment);
}

void explain_solution(Explain *explain, const Question *question) {
    if (question->answer)
        explain_equation(explain, NULL, question->answer);
    for (size_t i = 0; i < question->choice_count; i++)
        if (question->choices[i].correct)
            explain_choice(explain, i + 1, &question->choices[i]);
    if (question->why)
        explain_remark(explain, "", question->why);
}
