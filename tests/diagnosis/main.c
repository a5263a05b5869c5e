/* Injects every known mistake into every derivative, local partial, value and update of the lessons
 * and of random networks, types what comes out as a student would, and counts how often the mistake
 * is named. Run from the project's folder; `diagnosis -v` also shows what is named wrongly. */
#include <glob.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/load.h"
#include "base/number.h"
#include "base/str.h"
#include "lesson/diagnose.h"
#include "networks.h"
#include "num/rng.h"

enum { NETWORKS = 60, ENTRIES_MOST = 6, WRONG_LEAST = 10000, TAGS_MOST = 40 };

/* At most this part may be named wrongly; at least this part is to be named at all. */
static const double WRONGLY_MOST = 0.01, NAMED_LEAST = 0.5;

/* A wrong answer that comes from no known mistake should not be taken for one. */
static const double SLIPS_NAMED_MOST = 0.05;

typedef struct Count {
    const char *name;
    size_t rightly, wrongly, untold;
} Count;

/* How a student computes, and what of it is typed. */
typedef struct Style {
    const char *name;
    int computed, typed; /* digits; computed 0: all */
} Style;

static const Style styles[] = {
    {"in full, 6 digits typed", 0, 6},
    {"in full, 4 digits typed", 0, 4},
    {"in full, 3 digits typed", 0, 3},
    {"with 4 digits, 4 typed", 4, 4},
};

enum { STYLES = sizeof styles / sizeof *styles };

typedef struct Trial {
    Arena text;    /* of names of mistakes */
    Arena scratch; /* of one question */
    Model *model;
    Rng rng;
    Count styles[STYLES], slips, tags[TAGS_MOST];
    size_t tag_count, questions;
    bool verbose;
} Trial;

static size_t count_all(const Count *count) {
    return count->rightly + count->wrongly + count->untold;
}

static void add(Count *count, const Finding *finding, const char *tag) {
    if (!finding->tag)
        count->untold++;
    else if (tag && str_equal(finding->tag, tag))
        count->rightly++;
    else
        count->wrongly++;
}

static Count *count_of(Trial *trial, const char *tag) {
    const char *name = strrchr(tag, ':') + 1;
    for (size_t i = 0; i < trial->tag_count; i++)
        if (str_equal(trial->tags[i].name, name))
            return &trial->tags[i];
    if (trial->tag_count == TAGS_MOST)
        abort();
    trial->tags[trial->tag_count].name = arena_copy(&trial->text, name);
    return &trial->tags[trial->tag_count++];
}

/* ------------------------------------------------------------------------------ one answer */

/* Types the text; false where that is right after all. */
static bool type_wrong(Trial *trial, const Diagnosis *diagnosis, const char *text, Answer *answer) {
    *answer = answer_read(trial->model, &trial->scratch,
                          (AnswerSubject){.value = SYMBOL_NONE, .along = SYMBOL_NONE}, text);
    Judgement judgement = answer_judge(answer, &diagnosis->key, NULL, 0);
    return judgement.verdict == ANSWER_WRONG;
}

static void inject(Trial *trial, const Diagnosis *diagnosis, const Candidate *candidate,
                   size_t style) {
    char text[NUMBER_SIZE];
    Answer answer;
    number_format(candidate->value, styles[style].typed, text);
    if (!type_wrong(trial, diagnosis, text, &answer))
        return;
    Finding finding = diagnose_answer(diagnosis, &answer);
    add(&trial->styles[style], &finding, candidate->tag);
    add(count_of(trial, candidate->tag), &finding, candidate->tag);
    if (trial->verbose && finding.tag && !str_equal(finding.tag, candidate->tag))
        printf("%s typed %s: %s, named %s\n", styles[style].name, text, candidate->tag,
               finding.tag);
}

/* The truth in four digits with one of them mistyped, or two swapped: no known mistake. */
static void slip(Trial *trial, const Diagnosis *diagnosis) {
    char text[NUMBER_SIZE];
    size_t places[NUMBER_SIZE], count = 0;
    Answer answer;
    number_format(diagnosis->key.truth, 4, text);
    for (size_t i = 0; text[i] && text[i] != 'e'; i++)
        if (text[i] >= '0' && text[i] <= '9')
            places[count++] = i;
    if (count < 2)
        return;
    size_t at = (size_t)(rng_next(&trial->rng) % (count - 1));
    char old = text[places[at]];
    if (rng_next(&trial->rng) % 2) {
        text[places[at]] = text[places[at + 1]];
        text[places[at + 1]] = old;
    } else {
        text[places[at]] = (char)('0' + (old - '0' + 1 + (int)(rng_next(&trial->rng) % 9)) % 10);
    }
    if (!type_wrong(trial, diagnosis, text, &answer))
        return;
    Finding finding = diagnose_answer(diagnosis, &answer);
    add(&trial->slips, &finding, NULL);
}

/* ------------------------------------------------------------------------------ questions */

static void ask(Trial *trial, DiagnoseQuestion question) {
    Diagnosis exact = diagnose_question(trial->model, &trial->scratch, question, 0);
    question.digits = 4;
    Diagnosis rounded = diagnose_question(trial->model, &trial->scratch, question, 0);
    for (size_t style = 0; style < STYLES; style++) {
        const Diagnosis *source = styles[style].computed ? &rounded : &exact;
        for (size_t i = 0; i < source->count; i++)
            inject(trial, &exact, &source->list[i], style);
    }
    slip(trial, &exact);
    trial->questions++;
    arena_clear(&trial->scratch);
}

/* All questions about d(of)/d(wrt), wrt a name or each entry of one. */
static void ask_derivative(Trial *trial, SymbolId of, SymbolId wrt, bool local) {
    const Model *model = trial->model;
    const Symbol *symbol = scope_get(model->scope, wrt);
    Expr name = scope_expr(model->scope, model->exprs, wrt);
    bool train = symbol->role == ROLE_PARAM && scope_get(model->scope, of)->role == ROLE_LOSS;
    for (size_t i = 0; i < symbol_entries(symbol) && i < ENTRIES_MOST; i++) {
        bool number = symbol_entries(symbol) == 1;
        Expr entry = number ? name
                            : expr_index(model->exprs, name, (uint32_t)(i / symbol->columns) + 1,
                                         (uint32_t)(i % symbol->columns) + 1);
        ask(trial, (DiagnoseQuestion){.kind = DIAGNOSE_DERIVATIVE, .of = of, .wrt = entry});
        if (train)
            ask(trial, (DiagnoseQuestion){.kind = DIAGNOSE_UPDATE, .of = of, .wrt = entry});
        if (local)
            ask(trial, (DiagnoseQuestion){.kind = DIAGNOSE_LOCAL, .of = of, .wrt = entry});
    }
}

static bool is_used_directly(const Graph *graph, SymbolId of, SymbolId wrt) {
    for (size_t e = graph->first_in[of]; e < graph->first_in[of + 1]; e++)
        if (graph->edges[e].from == wrt)
            return true;
    return false;
}

static void ask_all(Trial *trial) {
    const Model *model = trial->model;
    Arena arena = {0};
    for (SymbolId of = 0; of < model->scope->count; of++) {
        const Symbol *symbol = scope_get(model->scope, of);
        if (symbol_is_leaf(symbol) || symbol_entries(symbol) != 1)
            continue;
        double *paths = paths_count(&arena, model->graph, model->scope, of);
        ask(trial, (DiagnoseQuestion){.kind = DIAGNOSE_VALUE, .of = of});
        for (SymbolId wrt = 0; wrt < of; wrt++)
            if (paths[wrt] > 0)
                ask_derivative(trial, of, wrt, is_used_directly(model->graph, of, wrt));
    }
    arena_clear(&arena);
}

static void study(Trial *trial, Arena *arena, Lesson *lesson) {
    trial->model =
        model_new(arena, &lesson->exprs, &lesson->scope, lesson->graph, lesson->rate, lesson->seed);
    ask_all(trial);
}

/* ------------------------------------------------------------------------------ all of it */

static size_t study_lessons(Trial *trial, size_t *failed) {
    glob_t files = {0};
    if (glob("lessons/*.lesson.md", 0, NULL, &files) != 0)
        files.gl_pathc = 0;
    for (size_t i = 0; i < files.gl_pathc; i++) {
        Arena arena = {0};
        Diags diags;
        Lesson *lesson = load_lesson(&arena, files.gl_pathv[i], &diags);
        if (lesson)
            study(trial, &arena, lesson);
        else
            diags_print(&diags, stdout), ++*failed;
        arena_clear(&arena);
    }
    size_t count = files.gl_pathc;
    globfree(&files);
    return count;
}

static void study_networks(Trial *trial, size_t *failed) {
    for (uint64_t i = 0; i < NETWORKS; i++) {
        Arena arena = {0};
        Diags diags = {.arena = &arena, .file = "network"};
        Lesson *lesson = lesson_compile(&arena, "network", network_lesson(&arena, i), &diags);
        if (!diags.count)
            study(trial, &arena, lesson);
        else
            diags_print(&diags, stdout), ++*failed;
        arena_clear(&arena);
    }
}

static double part(size_t of, size_t all) {
    return all ? (double)of / (double)all : 0;
}

static void print_count(const char *name, const Count *count) {
    size_t all = count_all(count);
    printf(
        "%-28s %7zu wrong answers: %6.2f %% named rightly, %.2f %% wrongly, %.2f %% can't tell\n",
        name, all, 100 * part(count->rightly, all), 100 * part(count->wrongly, all),
        100 * part(count->untold, all));
}

static bool expect(bool holds, const char *what, size_t *passed, size_t *failed) {
    *passed += holds;
    *failed += !holds;
    if (!holds)
        printf("not so: %s\n", what);
    return holds;
}

static void print_figures(const Trial *trial, const Count *all) {
    for (size_t i = 0; i < trial->tag_count; i++)
        print_count(trial->tags[i].name, &trial->tags[i]);
    printf("\n");
    for (size_t i = 0; i < STYLES; i++)
        print_count(styles[i].name, &trial->styles[i]);
    print_count("all of them", all);
    size_t slips = count_all(&trial->slips);
    printf("%-28s %7zu wrong answers: %6.2f %% taken for a known mistake\n", "slips of the pen",
           slips, 100 * part(trial->slips.wrongly, slips));
}

int main(int count, char **words) {
    setlocale(LC_CTYPE, "C.UTF-8");
    Trial trial = {.rng = rng_stream(1, "slips"),
                   .verbose = count > 1 && strcmp(words[1], "-v") == 0};
    size_t passed = 0, failed = 0;
    size_t lessons = study_lessons(&trial, &failed);
    study_networks(&trial, &failed);
    Count all = {0};
    for (size_t i = 0; i < STYLES; i++) {
        all.rightly += trial.styles[i].rightly;
        all.wrongly += trial.styles[i].wrongly;
        all.untold += trial.styles[i].untold;
    }
    printf("%zu questions, from %zu lessons and %d random networks\n", trial.questions, lessons,
           NETWORKS);
    print_figures(&trial, &all);
    expect(lessons > 0, "there are lessons", &passed, &failed);
    expect(count_all(&all) >= WRONG_LEAST, "at least 10000 wrong answers", &passed, &failed);
    expect(part(all.rightly, count_all(&all)) >= NAMED_LEAST, "half of them are named", &passed,
           &failed);
    expect(part(trial.slips.wrongly, count_all(&trial.slips)) < SLIPS_NAMED_MOST,
           "less than 5 % of slips are taken for a known mistake", &passed, &failed);
    for (size_t i = 0; i < STYLES; i++)
        expect(part(trial.styles[i].wrongly, count_all(&trial.styles[i])) < WRONGLY_MOST,
               "less than 1 % are named wrongly", &passed, &failed);
    printf("%zu passed, %zu failed\n", passed, failed);
    arena_clear(&trial.text);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
