#include "ui/trace.h"

#include "base/str.h"
#include "ui/training.h"

enum { PATH_TIME = 1200 }; /* milliseconds for which one path is lit */

static void light_path(Tui *tui, size_t path) {
    tui->face.trace.path = path;
    tui->face.trace.next = training_clock() + PATH_TIME;
    tui->animation.wanted = true;
}

void trace_begin(Tui *tui, const Chain *chain) {
    tui->face.trace = (Trace){.chain = chain, .moves = session_animation(*tui->session)};
    light_path(tui, 0);
}

int trace_pause(const Tui *tui) {
    const Trace *trace = &tui->face.trace;
    if (!trace->moves || !trace->chain || trace->path + 1 >= trace->chain->paths.listed)
        return -1;
    return training_until(trace->next);
}

bool trace_go_on(Tui *tui) {
    if (trace_pause(tui) != 0)
        return false;
    light_path(tui, tui->face.trace.path + 1);
    return true;
}

void act_trace(Tui *tui, const char *way) {
    const Trace *trace = &tui->face.trace;
    if (!trace->chain) {
        tui_forget_answers(tui);
        tui_notice(tui, "No paths to follow: `paths w1` lists those of w1.");
        return;
    }
    tui->face.trace.moves = false;
    size_t count = trace->chain->paths.listed;
    size_t by = str_equal(way, "next") ? 1 : count - 1;
    light_path(tui, (trace->path + by) % count);
}
