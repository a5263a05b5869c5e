/* The statement ask and the lines under it. */
#include <string.h>

#include "base/str.h"
#include "lesson/script.h"

/* A sentence in quotes. */
static bool parse_sentence(Parser *parser, const char **text) {
    if (parser->token.kind != TOKEN_STRING)
        return parser_fail(parser, &parser->token, "write it in quotes: \"So it is.\"",
                           "I expected a sentence in quotes here, and found %s",
                           token_describe(parser->arena, &parser->token));
    Token token = parser_take(parser);
    *text = token_copy(parser->arena, &token);
    return true;
}

/* answer dE/dw5 within 1% */
static bool parse_answer(Parser *parser, Question *question, const Token *word) {
    if (question->answer)
        return parser_fail(parser, word, NULL, "a question has one answer");
    if (token_is_sign(&parser->token, '='))
        return parser_fail(parser, &parser->token, "leave the = out",
                           "the answer follows without =");
    question->answer = parse_expression(parser);
    if (!question->answer)
        return false;
    if (!expr_is_scalar(parser->exprs, question->answer))
        return parser_fail(parser, word, "ask for an entry: {M}[1,1]",
                           "an answer must be a number");
    if (!token_is_word(&parser->token, "within"))
        return true;
    parser_take(parser);
    if (parser->token.kind != TOKEN_NUMBER)
        return parser_expected(parser, "a number of percent, as in within 1%,", NULL);
    double share = parser_take(parser).number;
    question->within = share / 100;
    if (!token_is_sign(&parser->token, '%'))
        return parser_expected(
            parser, "%",
            arena_format(parser->arena, "write within %g%%", share < 0.5 ? 100 * share : share));
    parser_take(parser);
    return true;
}

static bool parse_mistake(Parser *parser, Question *question, const Token *word) {
    QuestionPart part = {.line = word->line};
    if (parser->token.kind == TOKEN_STRING) {
        Token sentence = parser_take(parser);
        const char *formula = parser->token.text;
        return parser_fail(parser, &sentence,
                           arena_format(parser->arena, "write mistake %.*s \"%s\"",
                                        script_at_end(parser) ? 0 : (int)strcspn(formula, "#\n"),
                                        formula, token_copy(parser->arena, &sentence)),
                           "the formula comes first, then what is said of it");
    }
    part.answer = parse_expression(parser);
    if (!part.answer || !parse_sentence(parser, &part.comment))
        return false;
    if (!expr_is_scalar(parser->exprs, part.answer))
        return parser_fail(parser, word, NULL, "a mistake must give a number");
    ARENA_RESERVE(parser->arena, question->mistakes, question->mistake_count,
                  question->mistake_capacity);
    question->mistakes[question->mistake_count++] = part;
    return true;
}

/* choice "shrink" correct "because …" */
static bool parse_choice(Parser *parser, Question *question, const Token *word) {
    QuestionPart part = {.line = word->line, .comment = ""};
    if (token_is_word(&parser->token, "correct")) {
        Token correct = parser_take(parser);
        bool sentence = parser->token.kind == TOKEN_STRING;
        return parser_fail(
            parser, &correct,
            arena_format(parser->arena, "write choice \"%s\" correct",
                         sentence ? token_copy(parser->arena, &parser->token) : "So it is."),
            "correct stands behind the choice");
    }
    if (!parse_sentence(parser, &part.label))
        return false;
    if (token_is_word(&parser->token, "correct")) {
        parser_take(parser);
        part.correct = true;
    }
    const Token *next = &parser->token;
    if (next->kind == TOKEN_SIGN || (next->kind == TOKEN_NAME && next->spaced))
        return parser_fail(parser, next,
                           "write `correct` behind the right choice, and a remark in quotes",
                           "I did not expect %s here", token_describe(parser->arena, next));
    if (!script_at_end(parser) && !parse_sentence(parser, &part.comment))
        return false;
    if (*part.comment && token_is_word(&parser->token, "correct"))
        return parser_fail(parser, &parser->token,
                           arena_format(parser->arena, "write choice \"%s\" correct \"%s\"",
                                        part.label, part.comment),
                           "correct stands right behind the choice");
    ARENA_RESERVE(parser->arena, question->choices, question->choice_count,
                  question->choice_capacity);
    question->choices[question->choice_count++] = part;
    return true;
}

static bool parse_hint(Parser *parser, Question *question) {
    const char *hint = NULL;
    if (!parse_sentence(parser, &hint))
        return false;
    ARENA_RESERVE(parser->arena, question->hints, question->hint_count, question->hint_capacity);
    question->hints[question->hint_count++] = hint;
    return true;
}

static bool parse_part(Parser *parser, Question *question) {
    const char *parts = "a question has answer, hint, mistake, choice and why";
    if (parser->before.kind == TOKEN_STRING && !parser->token.spaced && !parser->token.first)
        return parser_unexpected(parser, MISSING_NOTHING, parts);
    Token word = parser_take(parser);
    if (token_is_word(&word, "answer"))
        return parse_answer(parser, question, &word);
    if (token_is_word(&word, "hint"))
        return parse_hint(parser, question);
    if (token_is_word(&word, "mistake"))
        return parse_mistake(parser, question, &word);
    if (token_is_word(&word, "choice"))
        return parse_choice(parser, question, &word);
    if (token_is_word(&word, "why"))
        return parse_sentence(parser, &question->why);
    Nearest nearest = {.word = token_describe(parser->arena, &word)};
    static const char *const words[] = {"answer", "hint", "mistake", "choice", "why"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        nearest_offer(&nearest, words[i]);
    return parser_fail(parser, &word,
                       nearest.best ? arena_format(parser->arena, "did you mean %s?", nearest.best)
                                    : parts,
                       "I did not expect %s under a question", nearest.word);
}

/* Whether the question can be answered at all. */
static bool is_complete(Parser *parser, const Question *question, const Token *word) {
    size_t correct = 0;
    for (size_t i = 0; i < question->choice_count; i++)
        correct += question->choices[i].correct;
    if (question->answer && question->choice_count)
        return parser_fail(parser, word, "write either an answer or choices",
                           "this question has an answer and choices");
    if (!question->answer && !question->choice_count)
        return parser_fail(parser, word, "write it under it, indented: answer d{E}/d{w}",
                           "this question has no answer");
    if (question->choice_count && correct != 1)
        return parser_fail(parser, word, "write `correct` behind the right one",
                           "exactly one choice must be correct, not %zu", correct);
    if (question->choice_count == 1)
        return parser_fail(parser, word, "write another choice under it",
                           "this question has only one choice");
    return true;
}

void script_stray_parts(Script *script, const Token *word) {
    Parser *parser = &script->parser;
    parser_fail(parser, word, "put two blanks before every line of the question",
                "%s belongs to a question, and is indented under its `ask`",
                token_copy(parser->arena, word));
    do {
        if (!script_at_end(parser))
            lexer_skip_line(&parser->lexer);
        parser->lexer.line_start = true;
        parser->token = lexer_next(&parser->lexer);
    } while (script_is_question_part(&parser->token));
}

void script_ask(Script *script, const Token *word) {
    Parser *parser = &script->parser;
    Question *question = ARENA_NEW(parser->arena, Question);
    question->line = word->line;
    question->column = word->column;
    bool good = parse_sentence(parser, &question->text);
    while (good && parser->token.kind == TOKEN_NEWLINE)
        parser_take(parser);
    while (good && parser->token.kind != TOKEN_END && parser->token.column > word->column) {
        good = parse_part(parser, question);
        if (good && !script_at_end(parser))
            good = parser_unexpected(parser, MISSING_OPERATOR,
                                     "each part of a question stands on a line of its own");
        while (good && parser->token.kind == TOKEN_NEWLINE)
            parser_take(parser);
    }
    bool stray = good && !question->answer && !question->choice_count &&
                 script_is_question_part(&parser->token);
    Token next = parser->token;
    if (stray)
        script_stray_parts(script, (parser_take(parser), &next));
    else if (!good)
        script_skip_indented(script, word);
    else if (is_complete(parser, question, word))
        lesson_add_action(script->lesson, ACTION_ASK, word->line)->question = question;
}
