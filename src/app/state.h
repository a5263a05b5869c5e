/* state: what a session keeps, for the files of app/ alone. Faces use app/session.h. */
#ifndef APP_STATE_H
#define APP_STATE_H

#include "app/session.h"
#include "app/structure.h"

/* Entries of the leaves and what they become. */
typedef struct Assignment {
    size_t offset, count;
    const double *values;
    struct Assignment *next;
} Assignment;

/* A change a student made. */
typedef struct Edit {
    enum { EDIT_SET, EDIT_RATE, EDIT_UPDATE, EDIT_RESET, EDIT_ROW, EDIT_TRAIN, EDIT_SEED } kind;
    const char *command;   /* with which it was made */
    size_t position;       /* the step at which; the one before an update that was asked for */
    size_t after;          /* made when the lesson's own changes up to this step were done */
    const Assignment *set; /* SET: all of them at once */
    double rate;           /* RATE */
    size_t count;
    const SymbolId *symbols; /* UPDATE: `count` parameters, one by one from one gradient */
    size_t row;              /* ROW */
    uint64_t seed;           /* SEED */
    const TrainPlan *train;  /* TRAIN */
} Edit;

/* A gradient taken at one moment, used by all updates of one group; by those behind a change that
 * the student makes in between, one that is taken there. */
typedef struct Snapshot {
    double *gradient; /* ∂of/∂leaf, laid out as the leaves; NULL before the first */
    double *leaves;   /* the leaves at that moment */
    SymbolId of;
    bool over; /* the student has changed something since */
} Snapshot;

/* A training that was run: from these leaves, with this rate, this came out. Replaying it is
 * reading it up again, so that going back over a long training costs nothing, and one that was
 * cancelled stays what it was. */
typedef struct Trained {
    const TrainPlan *plan; /* as it was asked for, and */
    const TrainPlan *run;  /* as it was run: with its rate and seed */
    double rate;
    size_t row;
    const double *before, *after;
    TrainHistory history;
    struct Trained *older;
} Trained;

/* The values after the first `done` steps and the changes made there. */
typedef struct Replay {
    Model *model;
    size_t done;
    bool stale; /* the leaves have changed since the nodes were computed */
    size_t
        edits; /* how many of the session's edits count; earlier ones than the present for diff */
    Snapshot snapshot;
    const Trained *training;    /* the last one, or NULL */
    const Trained *lessons_own; /* the last one of the lesson, or NULL */
} Replay;

/* What a student answered at a step. */
typedef struct Given {
    bool wrong;   /* the last answer was a wrong number */
    double value; /* that number */
    bool told;    /* an answer or a hint told what is right */
} Given;

/* What makes a hunt: see app/hunt.h. */
typedef struct HuntPlan {
    SymbolId of;
    Expr wrt; /* a name or an entry of one; 0: the whole sweep back */
    uint64_t seed;
} HuntPlan;

/* The hunt that is open, with the numbers it was opened with. */
typedef struct HuntState {
    bool open;
    HuntPlan plan;
    double *leaves, rate;
    size_t hints; /* given */
    size_t tries; /* wrong lines that were answered */
    bool told;    /* a hint said which line it is */
    size_t begun; /* hunts so far */
    Expr last;    /* the line that was wrong in the last one */
} HuntState;

struct Session {
    Arena *arena;
    Lesson *lesson;
    Settings settings;
    double *initial; /* the first values of all leaves */
    double *ends;    /* seconds until the end of each step: lesson/pace.h */
    Replay present;  /* at the present step, its own change included unless it is asked for */
    size_t position;
    Edit *edits; /* edits[0 … edit_count) count; up to edit_total they can be redone */
    size_t edit_count, edit_total, edit_capacity;
    Trained **trained;       /* the newest training */
    TrainProgress *progress; /* told of trainings that take long; may be NULL */
    void *progress_context;
    Task task; /* told of other work that takes long */
    SessionObserver observer;
    const char *line; /* the command that is being answered, or NULL */
    const char *note; /* above the present step, or NULL */
    Mode mode;
    bool hidden;          /* the present step asks for its number before it shows it */
    size_t hints;         /* given at the present step */
    Given *given;         /* by step */
    bool *seen;           /* by step: the student has been there */
    bool *shown;          /* by step: what it asks for was given or shown, and is not asked again */
    bool *changed;        /* by name: the last command, at this step, changed its number */
    const Math **names;   /* by name: how it is written, once somebody has asked */
    Structure *structure; /* what the network is drawn as, once it was */
    HuntState hunt;
    Look look;              /* without a history: the present numbers */
    const PlotRequest *map; /* the map the student asked for last, or NULL */
};

/* A replay of its own, at the beginning; for looking at other places. Lives in `arena`. */
Replay replay_new(const Session *session, Arena *arena);

/* Whether the present step asks for its number before it shows it; an update is done when it is
 * shown. */
void session_hide(Session *session, bool hidden);

/* Nothing is marked as changed any more. */
void session_forget_changes(Session *session);

/* A replay of that model, which is at the beginning now, or is put there by replay_restart. */
Replay replay_of(const Session *session, Arena *arena, Model *model);
void replay_restart(const Session *session, Replay *replay);

/* Goes forward or back to the state after `done` steps. */
void replay_to(const Session *session, Replay *replay, size_t done);

/* Whether a step changes values. */
bool step_changes(const Step *step);

/* The number of steps done before a step does its work; where an update takes its gradient. */
size_t session_done_before(const Session *session, size_t position);

/* The state before step `position` does its work (of an update: where its gradient is taken), or
 * after. */
Replay session_replay_before(const Session *session, Arena *arena, size_t position);
Replay session_replay_after(const Session *session, Arena *arena, size_t position);

/* The model before the last change, of the lesson or the student, that led to the present values;
 * NULL where nothing has changed yet. */
Model *session_model_before_change(const Session *session, Arena *arena);

/* How many names the lesson has introduced by a place: the first so many of the scope. */
SymbolId session_names_so_far(const Session *session, size_t position);

/* What a training or an update of the student's at a place makes small: the last loss that was
 * introduced and that `wrt` reaches (SYMBOL_NONE: any), else the next to come; in a lesson without
 * such a loss, what lesson_default_result finds of the names so far, else of all. */
SymbolId session_objective(const Session *session, Arena *scratch, SymbolId wrt, size_t position);

/* The lesson from its beginning, but with these first values of all leaves; at the same place. */
void session_begin_with(Session *session, const double *leaves);

/* Adds a change at the present place (`after` is filled in) and applies it. */
void session_edit(Session *session, Edit edit);

/* Goes to a place, and where a training on the way is cancelled to the step before it: no numbers
 * are shown that are not the lesson's. False then. */
bool session_return(Session *session, size_t position);

/* Takes the last change back, wherever it was made, or makes it again; false where there is none.
 */
bool session_undo(Session *session);
bool session_redo(Session *session);

/* The first and the number of the leaf entries that a name or an entry of one stands for. */
size_t leaf_entries(const Session *session, Expr target, size_t *offset);

#endif
