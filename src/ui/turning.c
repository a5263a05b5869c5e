#include "ui/turning.h"

#include "ui/training.h"

enum {
    TURNING_TIME = 6000, /* milliseconds for all turns */
    FRAME_TIME = 60,
};

void turning_end(Tui *tui) {
    tui->turning = 0;
    tui->face.time = 0;
}

void turning_begin(Tui *tui) {
    turning_end(tui);
    if (session_turns(*tui->session) &&
        animation_allowed(&tui->animation, *tui->session, tui->screen))
        tui->turning = tui->turned = training_clock();
}

int turning_pause(const Tui *tui) {
    if (!tui->turning)
        return -1;
    return training_until(tui->turned + FRAME_TIME);
}

bool turning_go_on(Tui *tui) {
    if (turning_pause(tui) != 0)
        return false;
    tui->turned = training_clock();
    tui->face.time = (double)(tui->turned - tui->turning) / TURNING_TIME;
    if (tui->face.time >= 1 || tui->animation.late)
        turning_end(tui);
    return true;
}
