/* session: a student in a lesson: the place in the list of steps, the changes made to the
 * parameters, and the commands by which everything is asked for.
 *
 * The values at a place are a function of the place and of the student's changes alone: the
 * lesson's own updates up to there are replayed, and each change is applied where it was made. So
 * going back and forth always shows the same numbers, and undo is forgetting the last change.
 *
 * Every face (screen, REPL, plain text, JSON) gets all it shows from here: the card of the present
 * step, the network, the table of values, and the answers to commands. */
#ifndef APP_SESSION_H
#define APP_SESSION_H

#include "app/record.h"
#include "base/task.h"
#include "lesson/answer.h"
#include "lesson/lesson.h"
#include "num/model.h"
#include "view/card.h"
#include "view/network.h"

typedef struct Settings {
    int digits;       /* significant digits shown, 2 … 17 */
    bool animation;   /* pictures may move */
    bool mouse;       /* the full screen listens to the mouse */
    bool keyed;       /* keys answer: questions speak of them, not of commands */
    bool recited;     /* from beginning to end: nobody is there to answer what is asked */
    bool shown_first; /* what is done is shown before it is noted: see session_settle */
    bool seed_given;  /* `seed` goes before the lesson's own */
    uint64_t seed;
} Settings;

typedef struct Session Session;

/* watch shows each step; predict asks for each number before it shows it; solo asks for the whole
 * derivative, and steps through it only where the answer is wrong. */
typedef enum Mode { MODE_WATCH, MODE_PREDICT, MODE_SOLO } Mode;

/* What the present step waits for: it asks a question, or hides its number until that is given. */
typedef enum Asking {
    ASKING_NOTHING,
    ASKING_NUMBER,
    ASKING_CHOICE, /* the number of one */
    ASKING_LINE    /* the number of one, in a hunt that is open; whatever the step asks */
} Asking;

/* What a face has to do after a command, beside showing the answer. */
typedef enum ReplyEffect {
    REPLY_SHOW,     /* nothing: show the card */
    REPLY_MOVED,    /* the present step is another one: show it */
    REPLY_REVEALED, /* a right answer: show the card, and with it the step, which hides no more */
    REPLY_QUIT,
    REPLY_OPEN /* open the lesson named `open` in place of this one */
} ReplyEffect;

typedef struct Reply {
    Card card;            /* for people; empty after a move, where the step's own card is shown */
    const Record *record; /* for programs; an object that begins with "command" */
    bool failed;          /* the card has a BLOCK_ERROR: exit status 1 */
    bool changed;         /* numbers changed, and where they stand they are marked */
    ReplyEffect effect;
    const char *open;
    const char *found; /* what a search found, for a face that can go there and light it; or NULL */
    const Chain *traced; /* whose paths the answer lists, to be shown one by one; or NULL */
} Reply;

/* Opens a lesson (read by load_lesson) at its first step. The session and all it keeps live in
 * `arena`. Never NULL. */
Session *session_open(Arena *arena, Lesson *lesson, Settings settings);

/* What is looked at, and where. The model is the session's own, and follows. */
const Lesson *session_lesson(const Session *session);
const Model *session_model(const Session *session); /* at the present place */
size_t session_position(const Session *session);    /* the present step, from 0 */
size_t session_step_count(const Session *session);

/* The minutes that the steps from `from` up to, not including, `to` take: an estimate, at least 1;
 * 0 for no steps. */
int session_minutes(const Session *session, size_t from, size_t to);
const char *session_section(const Session *session); /* the heading it stands under, or "" */
int session_digits(const Session *session);
Mode session_mode(const Session *session);
Asking session_asking(const Session *session);

/* Whether the present step hides its number until it is given or shown. */
bool session_hides(const Session *session);

/* Whether the present step shows gears that turn. */
bool session_turns(const Session *session);

/* Whether pictures may move, where there is a screen for it. */
bool session_animation(const Session *session);
void session_set_animation(Session *session, bool animation);

/* From the next step on. */
void session_set_mode(Session *session, Mode mode);

/* "watch", "predict", "solo"; and the mode of such a name, false where there is none. */
const char *session_mode_name(Mode mode);
bool session_find_mode(const char *name, Mode *mode);

/* Said by a face whose keys answer a question by themselves. */
void session_set_keyed(Session *session, bool keyed);

/* Said by a face that goes through the lesson without waiting: how to answer is left out. */
void session_set_recited(Session *session, bool recited);

/* Whether the mouse is the screen's, not the terminal's. */
bool session_mouse(const Session *session);
void session_set_mouse(Session *session, bool mouse);

/* Who is told, now and then, while a training runs, and may stop it. NULL for nobody. */
void session_set_progress(Session *session, TrainProgress *progress, void *context);

/* The same for all other work of a command that takes long. What is stopped says so, and changes
 * nothing. */
void session_set_task(Session *session, Task task);

/* Where what is done outside commands goes when the session's memory is full, or NULL; returns what
 * was set before. After that jump session_recover makes the numbers of the place anew, for the work
 * on them may have been half done. */
jmp_buf *session_set_recovery(Session *session, jmp_buf *recovery);
void session_recover(Session *session);

/* How a hunt for a mistake ended. */
typedef enum HuntOutcome {
    HUNT_FOUND,  /* at once */
    HUNT_HELPED, /* after hints or wrong lines */
    HUNT_MISSED  /* the line was told */
} HuntOutcome;

typedef struct HuntEnd {
    const char *what; /* the command that brings it again */
    HuntOutcome outcome;
    const char *tag; /* of the mistake */
} HuntEnd;

/* Who is told what the student does, as soon as it is done. NULL for what nobody wants to know. */
typedef struct SessionObserver {
    void (*moved)(void *context, Session *session);
    void (*changed)(void *context, Session *session); /* a change, its undoing, another mode */
    void (*answered)(void *context, Session *session, AnswerVerdict verdict, const char *tag);
    void (*hunted)(void *context, Session *session, const HuntEnd *end);
    void (*settled)(void *context, Session *session); /* session_settle was called */
    void *context;
} SessionObserver;

/* One at a time; a copy of `observer` is kept. */
void session_set_observer(Session *session, SessionObserver observer);

/* Where `shown_first` is set, an observer that writes waits for this: it is called once the screen
 * shows what was done. Whether there is a note now that the screen does not show yet. */
bool session_settle(Session *session);
void session_set_shown_first(Session *session, bool shown_first);

/* A sentence shown above the present step, until the next move. It is not copied. */
void session_set_note(Session *session, const char *note);

/* Moves; false where there is no such step (then nothing changes). */
bool session_goto(Session *session, size_t position);

/* Whether the student has made a change that can be taken back, or taken one back. */
bool session_can_undo(const Session *session);
bool session_can_redo(const Session *session);

/* Counts the first `count` steps as seen: they were, on another day. */
void session_mark_seen(Session *session, size_t count);

/* From this step on all that the mode asks for is asked again. */
void session_ask_again(Session *session, size_t from);

/* The same as session_goto; where the mode asks for what the step shows, and it was neither given
 * nor shown before, it is hidden until then. Steps passed over that would have asked are counted in
 * a note: they ask when one goes back to them. */
bool session_enter(Session *session, size_t position);

/* Goes to a step and asks for what it shows, whatever the mode. False where it asks for nothing. */
bool session_ask(Session *session, size_t position);

/* An epoch of a training that is looked at: the model has the numbers with which it began. */
typedef struct Look {
    const TrainPlan *plan; /* its rate and seed filled in */
    const TrainHistory *history;
    size_t epoch; /* 0 … history->epochs */
    double loss;  /* at its beginning */
} Look;

/* The epochs of the training behind the present numbers; 0 where there is none. */
size_t session_trained_epochs(const Session *session);

/* Puts the numbers of an epoch of that training before the student, as exactly as they were, until
 * the next move or change. False where there is no such epoch, or where a step asks for a number
 * that this would change. */
bool session_look_at(Session *session, size_t epoch);

/* The same for a training that runs, whose callback has put the numbers into the model; without a
 * history: no more. */
void session_set_look(Session *session, Look look);

/* What is looked at, or NULL; and back to the present numbers. */
const Look *session_look(const Session *session);
void session_look_away(Session *session);

/* The course of a training and the place of the look in it, with the model's numbers: the curve of
 * the loss, or the map of it over two weights with the way walked so far: that which was asked for
 * last, the lesson's own, or over the two weights that moved most. */
Card session_look_card(Session *session, Arena *arena, const Look *look, bool map);

/* Whether the lesson or the student has such a map. */
bool session_has_map(const Session *session);

/* Answers one command line (see app/command.def). The answer lives in `arena`. An unknown command
 * or name is answered with the nearest known one. An empty line means next. Running out of memory
 * is an answer, too; the session stays as it was. */
Reply session_execute(Session *session, Arena *arena, const char *line);

/* The card of the present step, or of another. */
Card session_card(Session *session, Arena *arena);
Card session_card_at(Session *session, Arena *arena, size_t position);

/* The values known so far as a card with one table: name, value, and after a backward or chain step
 * ∂E/∂name; without a table where none is known. Of very many, some hundred around the name
 * `around`, or the last ones where that is SYMBOL_NONE. `symbols` gets the name of each row,
 * SYMBOL_NONE where it has none. */
Card session_values(Session *session, Arena *arena, SymbolId around, SymbolId **symbols);

/* What is to be seen in the network beside the lesson's graph. */
typedef struct NetworkWish {
    SymbolId selected;  /* is drawn as such, a parameter on its edge; SYMBOL_NONE for none */
    const Chain *chain; /* its path number `path` is lit instead of what the step speaks of; or */
    size_t path;        /* NULL */
} NetworkWish;

/* The same values as data: name → value, into an object. */
void session_record_values(Session *session, Arena *arena, Record *to);

/* The lesson's graph as it is drawn: parameters are edges where they multiply a node. `symbols`
 * gets for each node of the drawing the name it stands for; of weights that share a node, the
 * selected one or the first. Nodes and edges that the present step speaks of are lit. */
Network session_network(Session *session, Arena *arena, NetworkWish wish, SymbolId **symbols);

/* Among the weights that share a node the one before or after `symbol`; SYMBOL_NONE where there is
 * none, or it is not one of them. */
SymbolId session_beside_gathered(Session *session, SymbolId symbol, bool after);

/* Words that can stand at byte `start` … `end` of a command line: at its beginning commands, names
 * and functions, else what the command there can be about. NULL-terminated, sorted. */
const char **session_complete(const Session *session, Arena *arena, const char *line, size_t start,
                              size_t end);

/* Whether what the present step asks for was told, by an answer or a hint: then a right answer says
 * nothing of what the student knows, and counts as shown. */
bool session_was_told(const Session *session);

/* Whether a name's value is not known yet, and this step or one to come asks for it. */
bool session_will_ask(const Session *session, SymbolId symbol);

/* What `why` is asked about at the present step: "y1", "dE/dw5"; NULL where it shows no number. */
const char *session_why(const Session *session, Arena *arena);

/* `symbol` (an input or parameter) a small step up or down: a change that undo takes back. The step
 * is a tenth of its size, at least 0.01. For a computed name the answer is why it has its number,
 * and that it follows. */
Reply session_nudge(Session *session, Arena *arena, SymbolId symbol, int direction);

#endif
