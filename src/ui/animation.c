#include "ui/animation.h"

#include "ui/training.h"

enum {
    FRAMES = 8,          /* of light running through the network, */
    FRAME_TIME = 30,     /* milliseconds each */
    LONGEST_WRITE = 20,  /* milliseconds for a frame; where it takes longer there is no animation */
    SLOWEST_LINE = 38400 /* bits a second */
};

void animation_end(Animation *animation) {
    animation->runs = animation->wanted = false;
}

bool animation_allowed(const Animation *animation, const Session *session, const Screen *screen) {
    return session_animation(session) && !animation->late && screen_baud(screen) >= SLOWEST_LINE;
}

const Place *animation_place(const Animation *animation, const Face *face, const Frame *frame,
                             const Screen *screen) {
    const Place *place = frame_place(frame, PANE_NETWORK);
    bool room = place && place->rows > 0 && place->columns > 0 &&
                place->row + place->rows <= frame->prompt_row; /* of one row, others need it */
    bool begins = animation->wanted && room && animation_allowed(animation, face->session, screen);
    return begins ? place : NULL;
}

static void show(Animation *animation, int frame, Screen *screen) {
    animation->frame = animation->late ? FRAMES : frame;
    network_flow_draw(&animation->flow, animation->frame, FRAMES, &animation->grid);
    long before = training_clock();
    screen_put(screen, &animation->grid, animation->row, animation->column, animation->grid.rows,
               animation->grid.columns);
    screen_show(screen, -1, -1);
    animation->shown = training_clock();
    animation_measure(animation, animation->shown - before);
    if (animation->frame == FRAMES)
        animation_end(animation);
}

void animation_begin(Animation *animation, const Face *face, const Place *place, Grid still,
                     Screen *screen) {
    animation->flow = pane_network_flow(face, still);
    animation->grid = grid_new(face->arena, still.rows, still.columns, face->ascii);
    animation->row = place->row;
    animation->column = place->column;
    animation->wanted = false;
    animation->runs = true;
    const bool moves = animation->flow.last >= animation->flow.first;
    show(animation, moves ? 1 : FRAMES, screen);
}

int animation_pause(const Animation *animation) {
    if (!animation->runs)
        return -1;
    return training_until(animation->shown + FRAME_TIME);
}

void animation_go_on(Animation *animation, Screen *screen) {
    if (animation_pause(animation) != 0)
        return;
    show(animation, animation->frame + 1, screen);
}

void animation_measure(Animation *animation, long milliseconds) {
    animation->late = animation->late || milliseconds > LONGEST_WRITE;
}
