/* lesson: one lesson file, read and compiled: its names, its graph, and the list of steps that a
 * student goes through. A lesson is fixed once it is read; where the student is, and what the
 * parameters are at that place, belongs to the session (app/session.h). */
#ifndef LESSON_LESSON_H
#define LESSON_LESSON_H

#include "expr/example.h"
#include "lesson/markdown.h"
#include "num/graph.h"
#include "num/paths.h"
#include "num/train.h"

/* A gear of a picture: see lesson/gears.h. */
typedef struct LessonGear {
    const char *name;
    Expr radius, turns; /* turns: 0 where it stands still */
} LessonGear;

/* A block of prose, and what its code spans mean. */
typedef struct Prose {
    const MarkdownBlock *block;
    Expr *exprs;       /* by run: the expression of a code span that is one, else 0 */
    bool *live;        /* by run: the span began with "=": its value is shown, not its formula */
    LessonGear *gears; /* of a block of gears */
    size_t gear_count; /* 0 of any other block */
} Prose;

/* A sentence of a question, or the words for a picture, written like a paragraph. */
typedef struct Sentence {
    const char *text; /* as the question has it: found again by its address */
    Prose prose;
} Sentence;

typedef enum StepKind {
    STEP_PROSE,    /* a heading and the paragraphs after it: first … first + count of prose */
    STEP_DECLARE,  /* names first … first + count of the scope */
    STEP_FORWARD,  /* the value of `symbol`: its formula, the numbers put in, the result */
    STEP_CHAIN,    /* d(of)/d(wrt): which paths there are */
    STEP_FACTOR,   /* one local partial: edge number `factor` of path number `path` */
    STEP_PRODUCT,  /* the product along path number `path` */
    STEP_SUM,      /* the sum over the paths */
    STEP_CANCEL,   /* d(of)/d(symbol) through the name `first` in its short form `value` */
    STEP_BACKWARD, /* d(of)/d(symbol) from the nodes that `symbol` feeds */
    STEP_UPDATE, /* symbol ← symbol − rate·d(of)/d(symbol), with the gradient of step `group` */
    STEP_SET,    /* symbol (or its entry) becomes `value` */
    STEP_RATE,   /* the learning rate becomes `value` */
    STEP_RESET,  /* all parameters back to their first values */
    STEP_ROW,    /* training row number `first` becomes the present one */
    STEP_TRAIN,  /* a training by `train` */
    STEP_PLOT,   /* a picture: `plot` */
    STEP_ASK,    /* `question` is asked */
    STEP_ANSWER, /* its answer, and why */
    STEP_SHOW    /* something shown again: `show` says what */
} StepKind;

typedef enum ShowKind {
    SHOW_VALUES, /* the expressions */
    SHOW_NETWORK,
    SHOW_PATHS, /* of a derivative */
    SHOW_GRADIENT,
    SHOW_EXPANDED /* the formulas of names, written out down to inputs and parameters */
} ShowKind;

/* A variable that goes from one value to another. */
typedef struct PlotAxis {
    Expr variable; /* an input, target or parameter, or an entry of one */
    double from, to;
} PlotAxis;

/* No axis: the values of the first expression, a loss, during the last training. One: curves, with
 * the tangent at the present point where there is one curve. Two: a contour map. */
typedef struct PlotRequest {
    const Expr *exprs;
    size_t count;
    PlotAxis axes[2];
    size_t axis_count;
} PlotRequest;

/* A wrong answer the author foresaw, or one choice of several. */
typedef struct QuestionPart {
    Expr answer;         /* mistake: what it would give; 0 for a choice */
    const char *label;   /* choice: what is chosen */
    const char *comment; /* what to say to it, or "" */
    bool correct;        /* choice */
    int line;
} QuestionPart;

/* A question: with a true value, or with choices. */
typedef struct Question {
    const char *text;
    Expr answer;   /* 0 for a question with choices */
    double within; /* relative tolerance where one is written, else 0: the default */
    const char **hints;
    size_t hint_count, hint_capacity;
    QuestionPart *mistakes;
    size_t mistake_count, mistake_capacity;
    QuestionPart *choices;
    size_t choice_count, choice_capacity;
    const char *why; /* or NULL */
    int line, column;
} Question;

/* A chain to be stepped through; its steps share it. */
typedef struct Chain {
    SymbolId of;
    Expr wrt;        /* a name or an entry of one */
    SymbolId symbol; /* that name */
    Paths paths;     /* in the order of the graph; the weights play no part */
    bool rows_meet;  /* on a path, so that no product along one is a part: none is listed */
} Chain;

typedef struct Step {
    StepKind kind;
    int line;       /* of the lesson file */
    size_t section; /* number of the heading it stands under */
    size_t first, count;
    SymbolId of, symbol;
    const Chain *chain;
    size_t path, factor;
    size_t group; /* STEP_UPDATE: the step at which its update began */
    Expr target;  /* STEP_SET: the name or entry set */
    Expr value;   /* STEP_SET, STEP_RATE */
    ShowKind show;
    const Expr *exprs; /* STEP_SHOW: `count` of them; SHOW_PATHS: one derivative */
    const TrainPlan *train;
    const PlotRequest *plot;
    const Question *question;
} Step;

typedef struct Section {
    const char *title;
    int level;
    size_t step; /* its first */
} Section;

typedef enum ExpectKind { EXPECT_EQUAL, EXPECT_LESS, EXPECT_GREATER } ExpectKind;

/* A value the lesson relies on, checked at one place in it. */
typedef struct Expectation {
    size_t step; /* holds before this step, after those before it */
    Expr left;
    ExpectKind kind;
    Expr right;
    const char **digits; /* where `right` is written in plain numbers: those, by entry; the values
                            must round to them. Else NULL */
    double within;       /* relative tolerance where one is written, else 0 */
    double distance;     /* absolute tolerance where one is written (of what should be 0), else 0 */
    const char *printed; /* what the source printed instead, or NULL; */
    bool in_words;       /* no number */
    int line, column, width;
} Expectation;

/* What a statement or a stretch of prose asks for, before it is spread out into steps. */
typedef enum ActionKind {
    ACTION_PROSE,
    ACTION_DECLARE,
    ACTION_FORWARD,
    ACTION_CHAIN,
    ACTION_BACKWARD,
    ACTION_UPDATE,
    ACTION_SET,
    ACTION_RATE,
    ACTION_RESET,
    ACTION_SHOW,
    ACTION_ROW,
    ACTION_TRAIN,
    ACTION_PLOT,
    ACTION_ASK,
    ACTION_EXPECT
} ActionKind;

typedef struct Action {
    ActionKind kind;
    int line;
    size_t section;
    size_t declared;     /* names of the scope before it */
    size_t first, count; /* PROSE: of lesson->prose; DECLARE: of the scope; EXPECT: its number; ROW:
                            its number */
    const SymbolId *symbols; /* FORWARD, BACKWARD, UPDATE: `count` of them */
    const Expr *exprs;       /* CHAIN: `count` derivatives; SHOW: what */
    SymbolId of;             /* BACKWARD, UPDATE, SHOW gradient: the result, or SYMBOL_NONE */
    Expr target, value;      /* SET, RATE */
    ShowKind show;
    const TrainPlan *train; /* TRAIN; its rate is negative where the present one counts */
    const PlotRequest *plot;
    const Question *question;
} Action;

typedef struct Lesson {
    Arena *arena;
    const char *path;    /* as the user gave it */
    uint64_t hash;       /* of its text */
    const char *title;   /* the first level-1 heading, else the file's name */
    const char *summary; /* the first paragraph, as plain text, or "" */
    Exprs exprs;
    Scope scope;
    ExampleNames examples; /* for error messages */
    const Graph *graph;
    double rate; /* before the first step */
    uint64_t seed;
    Prose *prose;
    size_t prose_count, prose_capacity;
    Sentence *sentences; /* of all questions: texts, choices, hints, comments; of pictures */
    size_t sentence_count, sentence_capacity;
    Action *actions;
    size_t action_count, action_capacity;
    Step *steps;
    size_t step_count, step_capacity;
    Section *sections;
    size_t section_count, section_capacity;
    Expectation *expectations;
    size_t expectation_count, expectation_capacity;
} Lesson;

enum {
    LESSON_CHAIN_PATHS = 8, /* a chain with more paths is stepped node by node */
};

static const double LESSON_DEFAULT_RATE = 0.1;

/* Appends an action in the present section and returns it; valid until the next. */
Action *lesson_add_action(Lesson *lesson, ActionKind kind, int line);

/* Compiles sanitised text. Errors go to `diags` (whose source is set to the text); the lesson is
 * usable only where there are none. Never NULL. */
Lesson *lesson_compile(Arena *arena, const char *path, const char *text, Diags *diags);

/* What a sentence says, with its code spans read; NULL for other texts. */
const Prose *lesson_sentence(const Lesson *lesson, const char *text);

/* The loss that a derivative is of when none is named, among the first `declared` names: the last
 * loss that `wrt` reaches; where none does, the last loss; in a lesson without one, the last
 * definition that `wrt` reaches. SYMBOL_NONE for a lesson without definitions. */
SymbolId lesson_default_result(const Lesson *lesson, Arena *scratch, SymbolId wrt, size_t declared);

#endif
