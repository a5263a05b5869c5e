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

void animation_begin(Animation *animation, const Face *face, const Frame *frame, Grid *grid,
                     const Screen *screen) {
    const Place *place = frame_place(frame, PANE_NETWORK);
    bool wanted = animation->wanted && place && place->rows > 0 && place->columns > 0 &&
                  animation_allowed(animation, face->session, screen);
    animation_end(animation);
    if (!wanted)
        return;
    Grid picture = grid_new(face->arena, place->rows, place->columns, face->ascii);
    grid_copy(&picture, -place->row, -place->column, grid);
    animation->flow = pane_network_flow(face, picture);
    animation->runs = animation->flow.last >= animation->flow.first;
    if (!animation->runs)
        return;
    animation->grid = grid_new(face->arena, place->rows, place->columns, face->ascii);
    animation->row = place->row;
    animation->column = place->column;
    animation->frame = 1;
    animation->shown = training_clock();
    network_flow_draw(&animation->flow, animation->frame, FRAMES, &animation->grid);
    grid_copy(grid, place->row, place->column, &animation->grid);
}

int animation_pause(const Animation *animation) {
    if (!animation->runs)
        return -1;
    long left = animation->shown + FRAME_TIME - training_clock();
    return left > 0 ? (int)left : 0;
}

void animation_go_on(Animation *animation, Screen *screen) {
    if (animation_pause(animation) != 0)
        return;
    animation->frame = animation->late ? FRAMES : animation->frame + 1;
    network_flow_draw(&animation->flow, animation->frame, FRAMES, &animation->grid);
    long before = training_clock();
    screen_show_over(screen, &animation->grid, animation->row, animation->column);
    animation->shown = training_clock();
    animation_measure(animation, animation->shown - before);
    if (animation->frame == FRAMES)
        animation_end(animation);
}

void animation_measure(Animation *animation, long milliseconds) {
    animation->late = milliseconds > LONGEST_WRITE;
}
