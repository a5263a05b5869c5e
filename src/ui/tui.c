#include "ui/tui.h"

#include <setjmp.h>
#include <string.h>

#include "base/str.h"
#include "base/utf8.h"
#include "ui/keys.h"
#include "ui/live.h"
#include "ui/rescue.h"
#include "ui/trace.h"
#include "ui/training.h"
#include "ui/tui_state.h"
#include "ui/turning.h"
#include "view/card_text.h"

enum {
    FRAME_BYTES = 256 * 1024 * 1024, /* a frame that needs more is not drawn */
    LONGEST_WITHOUT_FRAME = 50,      /* milliseconds, while keys keep coming in */
    NOTED_AFTER = 200,               /* milliseconds without a key, */
    NOTED_AT_LATEST = 3000,          /* and where they keep coming in */
    LEAST_HEAD = 12,                 /* columns beside the position in the first line */
    PANE_TITLE = 20,                 /* the title of a pane there, and what is around it */
    LEAST_FOR_MORE = 3,              /* rows of a pane that can spare one for "more" */
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

static void draw_more(Grid *grid, const Place *place, const Scroll *scroll) {
    bool above = scroll->top > 0, below = scroll->top + scroll->visible < scroll->total;
    const char *text = above && below ? "↑ more ↓" : below ? "more ↓" : "↑ more";
    if (grid->ascii)
        text = above && below ? "^ more v" : below ? "more v" : "^ more";
    int column = place->column + place->columns - utf8_width(text);
    grid_text(grid, place->row + place->rows - 1, column, text, STYLE_DIM);
}

/* The rows in sight, no wider than the place. */
static Grid visible_rows(Tui *tui, const Grid *content, const Scroll *scroll, int columns) {
    Grid rows = grid_rows(content, scroll->top, scroll->visible);
    if (content->columns <= columns)
        return rows;
    Grid seen = grid_new(&tui->pane, rows.rows, columns, tui->face.ascii);
    grid_copy(&seen, 0, 0, &rows);
    return seen;
}

/* Where the last pane was drawn, or what moved in it; valid until the next one is. */
static Grid draw_content(Tui *tui, PaneId pane, int rows, int columns) {
    tui->animation.runs = false;
    arena_reset(&tui->pane);
    tui->pane.limit = tui->frame.limit;
    tui->pane.recovery = tui->frame.recovery;
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
    arena_reset(&drawn->arena);
    drawn->arena.limit = tui->frame.limit;
    drawn->arena.recovery = tui->frame.recovery;
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

static void draw_pane(Tui *tui, Grid *grid, const Place *place) {
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
    Grid seen = visible_rows(tui, &content, scroll, place->columns);
    grid_copy(grid, place->row, place->column, &seen);
    if (more)
        draw_more(grid, place, scroll);
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

static const char *position_text(const Tui *tui, Arena *arena, const Frame *frame) {
    FrameKind kind = frame->kind;
    static const char *const modes[] = {"", "predict", "solo"}; /* watch is the ordinary one */
    const char *section = session_section(*tui->session),
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
    const char *under = *section ? arena_format(arena, "%s · %s", section, place) : place;
    const char *ways[] = {arena_format(arena, "%s · %s", under, left), under,
                          arena_format(arena, "%s · %s", place, left)};
    int title = utf8_width(session_lesson(*tui->session)->title) + PANE_TITLE;
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
        bool tells_left = ways[i] != under && kind == FRAME_STACK; /* beside the pane's title */
        if (utf8_width(ways[i]) <= frame->columns - (tells_left ? title : LEAST_HEAD))
            return ways[i];
    }
    return place;
}

/* What could complete the line, in columns, above the prompt. */
static void draw_matches(Tui *tui, const Frame *frame, Grid *grid) {
    size_t count;
    char *const *words = prompt_matches(tui->prompt, &count);
    int width = 1, rows, room = frame->prompt_columns, last = frame->prompt_row - 1;
    for (size_t i = 0; i < count; i++)
        width = clamp(utf8_width(words[i]) + 2, width, room);
    if (count == 0 || room < 1 || last < 1)
        return;
    int across = clamp(room / width, 1, room);
    int needed = (int)((count + (size_t)across - 1) / (size_t)across);
    rows = clamp(needed, 1, frame->rows / 2);
    int bottom = frame->kind == FRAME_ALONE ? frame->prompt_row : last;
    int left = frame->kind == FRAME_ALONE ? 0 : 1;
    grid_fill(grid, bottom - rows, left, rows, frame->columns - 2 * left, " ", STYLE_NORMAL);
    grid_fill(grid, bottom - rows - 1, left, 1, frame->columns - 2 * left, "─", STYLE_DIM);
    for (size_t i = 0; i < count && (int)(i / (size_t)across) < rows; i++) {
        int row = bottom - rows + (int)(i / (size_t)across);
        int column = frame->prompt_column + (int)(i % (size_t)across) * width;
        grid_text_fit(grid, row, column, width - 1, words[i], STYLE_NORMAL);
    }
    if (needed > rows)
        grid_text(grid, bottom - rows - 1, frame->prompt_column + 1,
                  arena_format(&tui->frame, " %zu words, go on typing ", count), STYLE_DIM);
}

/* The prompt, or what there is to say in its place. Returns the column of the cursor, -1 for none.
 */
static int draw_prompt(Tui *tui, const Frame *frame, Grid *grid) {
    int row = frame->prompt_row, column = frame->prompt_column, room = frame->prompt_columns;
    bool alone = frame->kind == FRAME_ALONE, open = prompt_is_open(tui->prompt);
    bool look = tui->face.look && !open && !tui->notice;
    if (alone && (open || tui->notice || live_runs(tui)))
        grid_fill(grid, row, 0, 1, frame->columns, " ", STYLE_NORMAL);
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

/* The network is left out where light is to run through it, and `later` told where it has its
 * place; where that is NULL, it is there in any case. */
static Grid draw_frame(Tui *tui, const Place **later, int *cursor_row, int *cursor_column) {
    int rows, columns;
    screen_size(tui->screen, &rows, &columns);
    Grid grid = grid_new(&tui->frame, rows, columns, tui->face.ascii);
    tui->face.session = *tui->session;
    tui->face.look = session_look(*tui->session);
    tui->face.flat = frame_arrange(rows, columns, (FrameWishes){0}).kind == FRAME_ALONE;
    Frame frame = tui->shown = arrange(tui, rows, columns);
    if (later)
        *later = animation_place(&tui->animation, &tui->face, &tui->shown, tui->screen);
    for (size_t i = 0; i < frame.count; i++)
        if (!later || *later != &tui->shown.places[i])
            draw_pane(tui, &grid, &frame.places[i]);
    FrameTexts texts = {
        .title = session_lesson(*tui->session)->title,
        .position = with_separators(tui, position_text(tui, &tui->frame, &frame)),
        .keys = with_separators(tui, keys_row(tui, &tui->frame, frame_key_columns(&frame))),
        .part = (double)(session_position(*tui->session) + 1) /
                (double)session_step_count(*tui->session)};
    frame_draw(&frame, &grid, tui->focus, texts);
    draw_matches(tui, &frame, &grid);
    *cursor_column = draw_prompt(tui, &frame, &grid);
    *cursor_row = *cursor_column < 0 ? -1 : frame.prompt_row;
    tui->reveal = STYLE_NORMAL;
    return grid;
}

Grid tui_draw_frame(Tui *tui, int *cursor_row, int *cursor_column) {
    return draw_frame(tui, NULL, cursor_row, cursor_column);
}

static void show_excuse(Tui *tui) {
    int rows, columns;
    arena_clear(&tui->frame);
    arena_clear(&tui->pane);
    arena_clear(&tui->drawn.arena);
    tui->drawn.valid = false;
    network_plan_release(&tui->plan);
    screen_size(tui->screen, &rows, &columns);
    Grid grid = grid_new(&tui->frame, rows, columns, tui->face.ascii);
    grid_text_fit(&grid, 0, 0, columns, "This step is too large to be drawn.", STYLE_ERROR);
    screen_show(tui->screen, &grid, -1, -1);
}

static bool same_place(const Place *a, const Place *b) {
    return a && b && a->row == b->row && a->rows == b->rows && a->column == b->column &&
           a->columns == b->columns;
}

/* The picture of the network, and light that begins to run through it. */
static void begin_animation(Tui *tui, const Place *place) {
    Grid picture = draw_content(tui, PANE_NETWORK, place->rows, place->columns);
    Face face = tui->face;
    face.arena = &tui->pane;
    animation_begin(&tui->animation, &face, place, picture, tui->screen);
}

/* Until light runs through the network its place looks as it did before, or empty where it was
 * another. */
static void show(Tui *tui) {
    int row, column;
    const Frame before = tui->shown;
    const Place *later = NULL;
    if (prompt_is_open(tui->prompt))
        animation_end(&tui->animation);
    Grid grid = draw_frame(tui, &later, &row, &column);
    if (same_place(later, frame_place(&before, PANE_NETWORK)))
        screen_keep(tui->screen, &grid, later->row, later->column, later->rows, later->columns);
    long start = training_clock();
    screen_show(tui->screen, &grid, row, column);
    animation_measure(&tui->animation, training_clock() - start);
    if (later)
        begin_animation(tui, later);
    else
        animation_end(&tui->animation);
}

/* Draws and shows a frame, and clears what it was made in. */
static void show_frame(Tui *tui) {
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

/* --- The loop ------------------------------------------------------------------------------- */

/* Milliseconds in which nothing moves and nothing is noted, for which `until_noted` are left; -1
 * for ever. */
static int pause_of(const Tui *tui, int until_noted) {
    int pauses[] = {animation_pause(&tui->animation), trace_pause(tui), turning_pause(tui),
                    until_noted};
    int least = -1;
    for (size_t i = 0; i < sizeof pauses / sizeof *pauses; i++)
        if (pauses[i] >= 0 && (least < 0 || pauses[i] < least))
            least = pauses[i];
    return least;
}

/* Milliseconds until what was done is to be noted: when no key has come for a while, so that the
 * disk is not in the way of who leafs through a lesson. */
static int time_to_note(long pressed, long since) {
    long now = training_clock(), pause = pressed + NOTED_AFTER - now;
    long latest = since + NOTED_AT_LATEST - now;
    return (int)(latest < 0 || pause < 0 ? 0 : latest < pause ? latest : pause);
}

static bool note(Tui *tui) {
    bool told = session_settle(*tui->session);
    rescue_release();
    return told;
}

/* What a key does may take long, and can then be ended: what was done before is noted, if somebody
 * asked for the end meanwhile. */
static void press_key(Tui *tui, const Press *press, bool noted) {
    if (rescue_has_request())
        note(tui);
    rescue_release();
    tui_press(tui, press);
    if (!noted)
        rescue_hold();
}

/* Keys that come in a hurry, as from a paste, share a frame. While what was done is not noted, and
 * the program waits, nobody ends it. */
static void loop(Tui *tui) {
    long shown = training_clock(), pressed = shown, since = shown;
    bool stale = true, noted = true;
    while (!tui->done) {
        Press press;
        int until_noted = noted ? -1 : time_to_note(pressed, since);
        ScreenEvent event =
            screen_wait(tui->screen, &press, stale ? 0 : pause_of(tui, until_noted));
        if (event == SCREEN_GONE)
            return;
        if (event == SCREEN_KEY) {
            press_key(tui, &press, noted);
            pressed = training_clock();
        }
        if (event == SCREEN_NOTHING && !stale)
            animation_go_on(&tui->animation, tui->screen);
        bool moves = trace_go_on(tui) || turning_go_on(tui);
        stale = stale || event != SCREEN_NOTHING || moves;
        bool late = training_clock() - shown > LONGEST_WITHOUT_FRAME;
        if (stale && (late || event == SCREEN_NOTHING) && !tui->done) {
            rescue_hold();
            show_frame(tui);
            shown = training_clock();
            since = noted ? shown : since;
            stale = noted = false;
        } else if (until_noted == 0) {
            stale = note(tui) || stale;
            noted = true;
        }
    }
}

static const char **complete(void *context, Arena *arena, const char *line, size_t start,
                             size_t end) {
    const Tui *tui = context;
    return session_complete(*tui->session, arena, line, start, end);
}

static ScreenColor screen_color(TuiColor color) {
    switch (color) {
    case TUI_COLOR_NEVER: return SCREEN_COLOR_NEVER;
    case TUI_COLOR_ALWAYS: return SCREEN_COLOR_ALWAYS;
    case TUI_COLOR_AUTO: break;
    }
    return SCREEN_COLOR_AUTO;
}

int tui_run(Session **session, Arena *session_arena, TuiOptions options) {
    Screen *screen =
        screen_open(session_arena, options.ascii, screen_color(options.color), options.theme);
    if (!screen)
        return -1;
    Tui *tui = ARENA_NEW(session_arena, Tui);
    *tui = (Tui){.session = session,
                 .options = options,
                 .screen = screen,
                 .prompt = prompt_new(session_arena, complete, tui),
                 .frame = {.limit = FRAME_BYTES},
                 .face = {.session = *session,
                          .arena = &tui->frame,
                          .plan = &tui->plan,
                          .ascii = screen_is_ascii(screen),
                          .selected = SYMBOL_NONE}};
    session_set_keyed(*session, true);
    live_watch(tui);
    loop(tui);
    session_set_progress(*session, NULL, NULL);
    screen_close(screen);
    session_settle(*session);
    rescue_release();
    prompt_release(tui->prompt);
    animation_end(&tui->animation);
    arena_clear(&tui->frame);
    arena_clear(&tui->pane);
    arena_clear(&tui->answers);
    arena_clear(&tui->drawn.arena);
    network_plan_release(&tui->plan);
    search_end(&tui->search);
    return 0;
}
