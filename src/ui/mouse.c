#include "ui/mouse.h"

#include "ui/keys.h"
#include "ui/show.h"

enum { WHEEL_ROWS = 3 };

static const Place *place_at(const Frame *frame, int row, int column) {
    for (size_t i = 0; i < frame->count; i++) {
        const Place *place = &frame->places[i];
        bool here = row >= place->row && row < place->row + place->rows &&
                    column >= place->column - 1 && column <= place->column + place->columns;
        if (here)
            return place;
    }
    return NULL;
}

static void turn_wheel(Tui *tui, const Place *place, int by) {
    if (!place)
        return;
    if (place->pane == PANE_CONTENTS)
        pane_contents_move(&tui->face, by < 0 ? "page up" : "page down", WHEEL_ROWS);
    else
        tui_scroll_pane(tui, place->pane, by);
}

/* What is drawn at a place of the screen: see Pane. */
static uint32_t mark_at(Tui *tui, const Place *place, int row, int column) {
    Grid content = pane_find(place->pane)->draw(&tui->face, place->rows, place->columns);
    const Cell *cell = grid_cell(&content, row - place->row + tui->scrolls[place->pane].top,
                                 column - place->column);
    return cell ? cell->mark : 0;
}

static void select_at(Tui *tui, const Place *place, int row, int column) {
    uint32_t mark = mark_at(tui, place, row, column);
    tui->focus = place->pane;
    if (!mark)
        return;
    tui->face.selected = mark - 1;
    tui->reveal = STYLE_SELECTED;
}

static void click_pane(Tui *tui, const Place *place, int row, int column) {
    if (place->pane != PANE_CONTENTS) {
        select_at(tui, place, row, column);
        return;
    }
    uint32_t mark = mark_at(tui, place, row, column);
    if (!mark)
        return;
    tui->face.listed = mark - 1;
    act_list_go(tui, NULL);
}

/* A key of the last line; false where none stands there. */
static bool click_key(Tui *tui, int column) {
    const Frame *frame = &tui->shown;
    int columns = frame_key_columns(frame);
    int first = frame_key_column(frame, keys_row(tui, &tui->frame, columns));
    if (prompt_is_open(tui->prompt)) {
        const Press *press = keys_in_prompt_at(columns, column - first);
        if (press)
            tui_press(tui, press);
        return press != NULL;
    }
    const Key *key = keys_at(tui, columns, column - first);
    if (key && key->run)
        key->run(tui, key->argument);
    else if (key)
        act_prompt(tui, "answer ");
    return key != NULL;
}

/* Keys that came just before may have changed what is shown, and no frame has been drawn since. */
static void click(Tui *tui, int row, int column) {
    bool typing = prompt_is_open(tui->prompt);
    show_prepare(tui);
    const Place *place = place_at(&tui->shown, row, column);
    const Frame *frame = &tui->shown;
    if (place && !typing)
        click_pane(tui, place, row, column);
    else if (row == frame->prompt_row && typing)
        prompt_point(tui->prompt, &tui->frame, tui->face.ascii, column - frame->prompt_column,
                     frame->prompt_columns);
    else if ((row != frame->rows - 1 || !click_key(tui, column)) && row == frame->prompt_row)
        act_prompt(tui, "");
}

static void wheel(Tui *tui, const Press *press) {
    const Place *place = place_at(&tui->shown, press->row, press->column);
    turn_wheel(tui, place, press->code == PRESS_WHEEL_UP ? -WHEEL_ROWS : WHEEL_ROWS);
}

bool mouse_press(Tui *tui, const Press *press) {
    switch (press->code) {
    case PRESS_WHEEL_UP:
    case PRESS_WHEEL_DOWN: wheel(tui, press); return true;
    case PRESS_CLICK: click(tui, press->row, press->column); return true;
    default: return false;
    }
}

bool mouse_press_pane(Tui *tui, const Press *press) {
    const Place *place = place_at(&tui->shown, press->row, press->column);
    if (press->code != PRESS_CLICK && press->code != PRESS_WHEEL_UP &&
        press->code != PRESS_WHEEL_DOWN)
        return false;
    if (press->code != PRESS_CLICK)
        wheel(tui, press);
    else if (place && place->pane != PANE_CONTENTS)
        select_at(tui, place, press->row, press->column);
    return true;
}
