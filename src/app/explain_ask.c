#include "app/explain.h"

void explain_question(Explain *explain, const Question *question) {
    explain_remark(explain, "", question->text);
    for (size_t i = 0; i < question->choice_count; i++) {
        Block *item = card_add(explain->card, BLOCK_TEXT);
        item->level = 1;
        item->marker = arena_format(explain->arena, "%zu.", i + 1);
        explain_sentence(explain, item, question->choices[i].label);
    }
    card_text(explain->card,
              question->choice_count
                  ? "Type `answer` and the number of your choice; `hint` helps, and "
                    "the next step shows the answer."
                  : "Type `answer` and a number, a fraction or a formula; `hint` helps, "
                    "and the next step shows the answer.");
}

static void explain_choice(Explain *explain, size_t number, const QuestionPart *choice) {
    Block *block = card_add(explain->card, BLOCK_TEXT);
    block_text(explain->card, block, "%zu. ", number);
    explain_sentence(explain, block, choice->label);
    block_text(explain->card, block, ". ");
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
