#include "ui/show.h"

#include <setjmp.h>
#include <string.h>

#include "app/contents.h"
#include "base/str.h"
#include "base/utf8.h"
#include "ui/keys.h"
#include "ui/live.h"

enum {
    LEAST_TITLE = 16,   /* of the lesson's title in the first line, before it is cut further */
    LEAST_SECTION = 16, /* of the section's name there, before it is left out */
    HEAD_ENDS = 8,      /* what is around these two */
    PANE_TITLE = 21,    /* the same with a pane's title between them */
    LEAST_FOR_MORE = 3, /* rows of a pane that can spare one for "more" */
};

/* --- Panes ---------------------------------------------------------------------------------- */

static int clamp(int value, int least, int most) {
    return value > most ? (most < least ? least : most) : value < least ? least : value;
}

static bool row_has(const Grid *grid, int row, Style style) {
    for (int column = 0; column < grid->columns; column++)
        if (grid_cell(grid, row, column)->style == style)
            return true;
    return false;
}

/* Scrolls to the first row with something in this style, if one is out of sight. */
static void reveal(Scroll *scroll, const Grid *content, Style style) {
    for (int row = 0; row < content->rows; row++) {
        if (!row_has(content, row, style))
            continue;
        if (row < scroll->top)
            scroll->top = row;
        if (row >= scroll->top + scroll->visible)
            scroll->top = row - scroll->visible + 1;
        return;
    }
}

/* In the last row of a place. */
static void put_more(Tui *tui, const Place *place, const Scroll *scroll) {
    bool above = scroll->top > 0, below = scroll->top + scroll->visible < scroll->total;
    const char *text = above && below ? "↑ more ↓" : below ? "more ↓" : "↑ more";
    Grid line = grid_new(&tui->pane, 1, place->columns, tui->face.ascii);
    if (line.ascii)
        text = above && below ? "^ more v" : below ? "more v" : "^ more";
    grid_text(&line, 0, line.columns - utf8_width(text), text, STYLE_DIM);
    screen_put(tui->screen, &line, place->row + place->rows - 1, place->column, 1, place->columns);
}

/* All of a pane, in the memory of the one before: valid until the next is drawn. */
static Grid draw_content(Tui *tui, PaneId pane, int rows, int columns) {
    tui->animation.runs = false;
    arena_restart(&tui->pane, &tui->frame);
    Face face = tui->face;
    face.arena = &tui->pane;
    return pane_find(pane)->draw(&face, rows, columns);
}

/* The reply with so many rows to spare, which is kept. */
static const Grid *draw_whole_reply(Tui *tui, int room, int columns) {
    DrawnReply *drawn = &tui->drawn;
    bool same = drawn->room == room && drawn->columns == columns && drawn->flat == tui->face.flat;
    if (drawn->valid && same)
        return &drawn->grid;
    drawn->valid = false;
    Grid content = draw_content(tui, PANE_REPLY, room, columns);
    arena_restart(&drawn->arena, &tui->frame);
    drawn->grid = grid_new(&drawn->arena, content.rows, content.columns, content.ascii);
    grid_copy(&drawn->grid, 0, 0, &content);
    drawn->arena.recovery = NULL;
    drawn->valid = true;
    drawn->room = room;
    drawn->columns = columns;
    drawn->flat = tui->face.flat;
    return &drawn->grid;
}

/* What there is to see at a place. Where all of a reply has room, it is there already. */
static Grid draw_at(Tui *tui, const Place *place) {
    const DrawnReply *drawn = &tui->drawn;
    bool there = place->pane == PANE_REPLY && drawn->valid && drawn->columns == place->columns &&
                 drawn->grid.rows <= place->rows;
    return there ? drawn->grid : draw_content(tui, place->pane, place->rows, place->columns);
}

static void draw_pane(Tui *tui, const Place *place) {
    Scroll *scroll = &tui->scrolls[place->pane];
    if (place->rows <= 0 || place->columns <= 0)
        return;
    Grid content = draw_at(tui, place);
    if (place->pane == PANE_STEP)
        search_light(&tui->search, &tui->pane, session_position(*tui->session), &content);
    bool more = content.rows > place->rows && place->rows >= LEAST_FOR_MORE;
    scroll->total = content.rows;
    scroll->visible = place->rows - (more ? 1 : 0);
    if (pane_find(place->pane)->move ? tui->reveal != STYLE_NORMAL : tui->reveal == STYLE_FOUND)
        reveal(scroll, &content, tui->reveal);
    scroll->top = clamp(scroll->top, 0, scroll->total - scroll->visible);
    Grid seen = grid_rows(&content, scroll->top, scroll->visible);
    screen_put(tui->screen, &seen, place->row, place->column, scroll->visible, place->columns);
    if (more)
        put_more(tui, place, scroll);
}

/* --- The frame ------------------------------------------------------------------------------ */

static Frame arrange(Tui *tui, int rows, int columns) {
    FrameWishes wishes = {.focus = tui->focus, .names = session_lesson(*tui->session)->scope.count};
    if (tui->face.reply) {
        int width = frame_reply_columns(rows, columns);
        Frame alone = frame_arrange(rows, columns, (FrameWishes){.focus = PANE_STEP});
        int room = frame_place(&alone, PANE_STEP)->rows;
        Asking asking = session_asking(*tui->session);
        wishes.lines = asking == ASKING_LINE;
        wishes.beside = tui->revealed ||
                        ((asking == ASKING_NUMBER || asking == ASKING_CHOICE) && !tui->live.helps);
        wishes.reply_rows = clamp(draw_whole_reply(tui, room, width)->rows, 1, rows);
    }
    return frame_arrange(rows, columns, wishes);
}

/* As much of a text as finds room, with … for the rest. */
static const char *beginning(Tui *tui, const char *text, int columns) {
    if (utf8_width(text) <= columns)
        return text;
    int bytes = (int)utf8_prefix(text, columns - 1);
    while (bytes > 0 && text[bytes - 1] == ' ')
        bytes--;
    return arena_format(&tui->frame, "%.*s%s", bytes, text, tui->face.ascii ? "~" : "…");
}

/* The section and the minutes as far as there is room for them beside the titles. */
static const char *position_text(Tui *tui) {
    Arena *arena = &tui->frame;
    FrameKind kind = tui->shown.kind;
    static const char *const modes[] = {"", "predict", "solo"}; /* watch is the ordinary one */
    const char *section = contents_section(*tui->session, arena),
               *mode = modes[session_mode(*tui->session)];
    if (kind != FRAME_ALONE && str_equal(section, session_lesson(*tui->session)->title))
        section = "";
    size_t step = session_position(*tui->session) + 1, count = session_step_count(*tui->session);
    int minutes = session_minutes(*tui->session, step - 1, count);
    if (kind == FRAME_ALONE)
        return arena_format(arena, "%zu/%zu%s%s %d min %s", step, count, *mode ? " " : "", mode,
                            minutes, section);
    const char *left = arena_format(arena, "%d min left", minutes);
    const char *place =
        arena_format(arena, "%s%sstep %zu of %zu", mode, *mode ? " · " : "", step, count);
    const bool stacked = kind == FRAME_STACK;
    const int title = utf8_width(session_lesson(*tui->session)->title);
    const int least = title < LEAST_TITLE ? title : LEAST_TITLE;
    const int room = tui->shown.columns - (stacked ? PANE_TITLE : HEAD_ENDS);
    const char *under = *section ? arena_format(arena, "%s · %s", section, place) : place;
    const char *whole = arena_format(arena, "%s · %s", under, left);
    if (utf8_width(whole) <= room - (stacked ? title : least))
        return whole;
    const int for_section = room - least - utf8_width(place) - 3;
    if (*section && (for_section >= LEAST_SECTION || for_section >= utf8_width(section)))
        return arena_format(arena, "%s · %s", beginning(tui, section, for_section), place);
    const char *timed = arena_format(arena, "%s · %s", place, left);
    return utf8_width(timed) <= room - title ? timed : place;
}

/* What could complete the line, in columns, above the prompt. */
static void draw_matches(Tui *tui) {
    const Frame *frame = &tui->shown;
    size_t count;
    char *const *words = prompt_matches(tui->prompt, &count);
    int width = 1, room = frame->prompt_columns, last = frame->prompt_row - 1;
    for (size_t i = 0; i < count; i++)
        width = clamp(utf8_width(words[i]) + 2, width, room);
    if (count == 0 || room < 1 || last < 1)
        return;
    int across = clamp(room / width, 1, room);
    int needed = (int)((count + (size_t)across - 1) / (size_t)across);
    int rows = clamp(needed, 1, frame->rows / 2);
    int bottom = frame->kind == FRAME_ALONE ? frame->prompt_row : last;
    int left = frame->kind == FRAME_ALONE ? 0 : 1, from = frame->prompt_column - left;
    Grid grid = grid_new(&tui->frame, rows + 1, frame->columns - 2 * left, tui->face.ascii);
    grid_fill(&grid, 0, 0, 1, grid.columns, "─", STYLE_DIM);
    for (size_t i = 0; i < count && (int)(i / (size_t)across) < rows; i++)
        grid_text_fit(&grid, 1 + (int)(i / (size_t)across),
                      from + (int)(i % (size_t)across) * width, width - 1, words[i], STYLE_NORMAL);
    if (needed > rows)
        grid_text(&grid, 0, from + 1, arena_format(&tui->frame, " %zu words, go on typing ", count),
                  STYLE_DIM);
    screen_put(tui->screen, &grid, bottom - rows - 1, left, grid.rows, grid.columns);
    tui->around.stands = false;
}

/* On a small screen, where it is the last row, too. */
static bool prompt_row_is_taken(const Tui *tui) {
    return prompt_is_open(tui->prompt) || tui->notice || live_runs(tui);
}

/* The prompt, or what there is to say in its place. Returns the column of the cursor, -1 for none.
 */
static int draw_prompt(Tui *tui) {
    const Frame *frame = &tui->shown;
    Grid *grid = &tui->around.grid;
    int row = frame->prompt_row, column = frame->prompt_column, room = frame->prompt_columns;
    bool alone = frame->kind == FRAME_ALONE, open = prompt_is_open(tui->prompt);
    bool look = tui->face.look && !open && !tui->notice;
    if (!alone || prompt_row_is_taken(tui))
        grid_fill(grid, row, column, 1, room, " ", STYLE_NORMAL);
    if (tui->notice && !open) {
        grid_text_fit(grid, row, column, room, tui->notice,
                      tui->notice_failed ? STYLE_ERROR : STYLE_NORMAL);
        return -1;
    }
    if (look && (!alone || live_runs(tui)))
        live_draw_line(tui, grid, row, column, room);
    if ((!open && alone) || look)
        return -1;
    int cursor = prompt_draw(tui->prompt, &tui->frame, grid, row, column, room);
    if (!open && tui->face.reply)
        grid_text_fit(grid, row, cursor, column + room - cursor, tui->face.asked, STYLE_DIM);
    return open ? cursor : -1;
}

/* A text with dots between its parts; ASCII has none, and what stands for one in formulas would be
 * read as a product. */
static const char *with_separators(Tui *tui, const char *text) {
    static const char dot[] = " · ";
    if (!tui->face.ascii)
        return text;
    Buffer separated = {.arena = &tui->frame};
    for (const char *at; (at = strstr(text, dot)) != NULL; text = at + sizeof dot - 1)
        buffer_format(&separated, "%.*s | ", (int)(at - text), text);
    buffer_add(&separated, text);
    return buffer_text(&separated);
}

static void draw_lines(Tui *tui) {
    Surroundings *around = &tui->around;
    arena_restart(&around->arena, &tui->frame);
    around->grid = (Grid){0};
    around->grid = grid_new(&around->arena, tui->shown.rows, tui->shown.columns, tui->face.ascii);
    around->arena.recovery = NULL;
    around->stands = false;
    frame_draw_lines(&tui->shown, &around->grid);
}

/* Arranges the frame that is to be shown. Returns the one before, which is on the screen; an empty
 * one where it is not there any more. */
static Frame arrange_frame(Tui *tui) {
    int rows, columns;
    const Frame before = screen_is_unknown(tui->screen) ? (Frame){0} : tui->shown;
    screen_size(tui->screen, &rows, &columns);
    tui->face.session = *tui->session;
    tui->face.look = session_look(*tui->session);
    tui->face.flat = frame_arrange(rows, columns, (FrameWishes){0}).kind == FRAME_ALONE;
    tui->shown = arrange(tui, rows, columns);
    if (tui->unseen && tui->face.reply && !frame_place(&tui->shown, PANE_REPLY)) {
        tui->focus = PANE_REPLY;
        tui->shown = arrange(tui, rows, columns);
    }
    tui->unseen = false;
    if (!tui->around.grid.cells || !frame_is_same(&before, &tui->shown))
        draw_lines(tui);
    return before;
}

static void put_row_around(Tui *tui, int row) {
    int columns;
    for (int column = 0; (columns = frame_gap(&tui->shown, row, &column)) > 0; column += columns) {
        Grid gap = grid_rows(&tui->around.grid, row, 1);
        gap.cells += column;
        gap.columns = columns;
        screen_put(tui->screen, &gap, row, column, 1, columns);
    }
}

static FrameTexts frame_texts(Tui *tui) {
    return (FrameTexts){.title = session_lesson(*tui->session)->title,
                        .position = with_separators(tui, position_text(tui)),
                        .part = (double)(session_position(*tui->session) + 1) /
                                (double)session_step_count(*tui->session)};
}

/* What there is without the panes, but for the last row, which may be another when all of them are
 * drawn. Returns the column of the cursor in the prompt, -1 for none. */
static int draw_around(Tui *tui, FrameTexts texts) {
    frame_draw(&tui->shown, &tui->around.grid, tui->focus, texts);
    int cursor = draw_prompt(tui);
    for (int row = 0; row + 1 < tui->shown.rows; row++)
        if (!tui->around.stands || frame_row_varies(&tui->shown, row))
            put_row_around(tui, row);
    tui->around.stands = true;
    return cursor;
}

static void draw_foot(Tui *tui, FrameTexts texts) {
    const Frame *frame = &tui->shown;
    texts.keys = with_separators(tui, keys_row(tui, &tui->frame, frame_key_columns(frame)));
    const bool taken = frame->kind == FRAME_ALONE && prompt_row_is_taken(tui);
    if (!taken)
        frame_draw_foot(frame, &tui->around.grid, texts);
    const Grid row = grid_rows(&tui->around.grid, frame->rows - 1, 1);
    if (frame->rows > 1 || taken)
        screen_put(tui->screen, &row, frame->rows - 1, 0, 1, frame->columns);
}

static void draw_last(Tui *tui, FrameTexts texts) {
    draw_foot(tui, texts);
    draw_matches(tui);
    tui->reveal = STYLE_NORMAL;
}

void show_prepare(Tui *tui) {
    arrange_frame(tui);
    FrameTexts texts = frame_texts(tui);
    for (size_t i = 0; i < tui->shown.count; i++)
        draw_pane(tui, &tui->shown.places[i]);
    draw_around(tui, texts);
    draw_last(tui, texts);
}

static void show_excuse(Tui *tui) {
    int rows, columns;
    arena_clear(&tui->frame);
    arena_clear(&tui->pane);
    arena_clear(&tui->drawn.arena);
    arena_clear(&tui->around.arena);
    tui->drawn.valid = false;
    tui->around.grid = (Grid){0};
    network_plan_release(&tui->plan);
    screen_size(tui->screen, &rows, &columns);
    Grid grid = grid_new(&tui->frame, rows, columns, tui->face.ascii);
    grid_text_fit(&grid, 0, 0, columns, "This step is too large to be drawn.", STYLE_ERROR);
    screen_put(tui->screen, &grid, 0, 0, rows, columns);
    screen_show(tui->screen, -1, -1);
}

/* The picture of the network, and light that begins to run through it. */
static void begin_animation(Tui *tui, const Place *place) {
    Grid picture = draw_content(tui, PANE_NETWORK, place->rows, place->columns);
    Face face = tui->face;
    face.arena = &tui->pane;
    animation_begin(&tui->animation, &face, place, picture, tui->screen);
}

/* The pane that is looked at, which is drawn before the others. */
static const Place *first_place(const Tui *tui, const Place *later) {
    const Place *focused = frame_place(&tui->shown, tui->focus);
    return focused && focused != later ? focused : frame_place(&tui->shown, PANE_STEP);
}

/* The panes that stand elsewhere than in the frame before, or those that do not; two may be drawn
 * already. Until light runs through the network its place, `later`, looks as it did, or is empty.
 */
static void draw_panes(Tui *tui, const Frame *before, bool moved, const Place *const drawn[2],
                       const Place *later) {
    for (size_t i = 0; i < tui->shown.count; i++) {
        const Place *place = &tui->shown.places[i];
        if (place == drawn[0] || place == drawn[1] || frame_has(before, place) == moved)
            continue;
        if (place != later)
            draw_pane(tui, place);
        else if (moved)
            screen_put(tui->screen, &(Grid){0}, place->row, place->column, place->rows,
                       place->columns);
    }
}

/* With the cursor in a column of the prompt, or, at -1, hidden. */
static void show_drawn(Tui *tui, int cursor) {
    const long start = training_clock();
    screen_show(tui->screen, cursor < 0 ? -1 : tui->shown.prompt_row, cursor);
    animation_measure(&tui->animation, training_clock() - start);
}

/* Shows what is drawn of the frame so far, if it changes anything. */
static bool show_part(Tui *tui, int cursor) {
    if (!screen_has_changed(tui->screen))
        return false;
    show_drawn(tui, cursor);
    return true;
}

/* What answers a key is shown as soon as it is drawn, and the terminal wakes while the rest is: the
 * reply, which is there already, and the lines around the panes, which tell the step and what is
 * typed; then the pane that is looked at. Where panes come, go or move without a reply, those lines
 * are shown with them; where words of completion stood over both, all at once. */
static void show(Tui *tui) {
    const Frame *frame = &tui->shown;
    const bool typing = prompt_is_open(tui->prompt), covered = !tui->around.stands;
    if (typing)
        animation_end(&tui->animation);
    const Frame before = arrange_frame(tui);
    const Place *reply = before.count > 0 && !covered ? frame_place(frame, PANE_REPLY) : NULL;
    const bool early = reply || (!covered && frame_is_same(&before, frame));
    const Place *later = animation_place(&tui->animation, &tui->face, frame, tui->screen);
    const Place *first = typing ? NULL : first_place(tui, later);
    const FrameTexts texts = frame_texts(tui);
    const Place *const drawn[] = {reply, first};
    int cursor = -1;
    tui->animation.late = false;
    if (reply)
        draw_pane(tui, reply);
    if (early) {
        cursor = draw_around(tui, texts);
        show_part(tui, cursor);
    }
    if (first && first != reply)
        draw_pane(tui, first);
    bool seen = covered || (first && frame_has(&before, first) && show_part(tui, cursor));
    draw_panes(tui, &before, true, drawn, later);
    if (!early) {
        cursor = draw_around(tui, texts);
        if (!seen)
            show_part(tui, cursor);
    }
    draw_panes(tui, &before, false, drawn, later);
    draw_last(tui, texts);
    show_drawn(tui, cursor);
    if (later)
        begin_animation(tui, later);
    else
        animation_end(&tui->animation);
}

void show_frame(Tui *tui) {
    jmp_buf recovery;
    const bool full = setjmp(recovery) != 0;
    tui->frame.recovery = full ? NULL : &recovery; /* what is left must do for the excuse */
    session_set_recovery(*tui->session, tui->frame.recovery);
    if (!full) {
        show(tui);
    } else {
        animation_end(&tui->animation);
        show_excuse(tui);
    }
    session_set_recovery(*tui->session, NULL);
    tui->frame.recovery = tui->pane.recovery = NULL;
    arena_reset(&tui->frame);
}
