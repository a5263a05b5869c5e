#include "app/explain.h"

/* Sentences of a lesson are plain text: code spans in them stay as they are. */
static void add_sentence(Explain *explain, const char *sentence) {
    card_text(explain->card, "%s", sentence);
}

void explain_question(Explain *explain, const Question *question) {
    add_sentence(explain, question->text);
    for (size_t i = 0; i < question->choice_count; i++) {
        Block *item = card_add(explain->card, BLOCK_TEXT);
        item->level = 1;
        item->marker = arena_format(explain->arena, "%zu.", i + 1);
        block_text(explain->card, item, "%s", question->choices[i].label);
    }
    card_text(explain->card,
              question->choice_count
                  ? "Type `answer` and the number of your choice; `hint` helps, and "
                    "the next step shows the answer."
                  : "Type `answer` and a number, a fraction or a formula; `hint` helps, "
                    "and the next step shows the answer.");
}

void explain_solution(Explain *explain, const Question *question) {
    if (question->answer)
        explain_equation(explain, NULL, question->answer);
    for (size_t i = 0; i < question->choice_count; i++)
        if (question->choices[i].correct)
            card_text(explain->card, "%zu. %s. %s", i + 1, question->choices[i].label,
                      question->choices[i].comment);
    if (question->why)
        add_sentence(explain, question->why);
}
