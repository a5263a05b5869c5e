#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "commands.h"

#include <errno.h>
#include <libgen.h>
#include <stdlib.h>
#include <string.h>

#include "golden.h"

static const double EXPECT_SECONDS = 1.5; /* for what should be there when the program is quiet */
static const double WAIT_SECONDS = 10;

/* --- Text ----------------------------------------------------------------------------------- */

/* What `expect`, `absent` and `style` speak of: a text and where to look for it. */
typedef struct Target {
    const char *text;
    bool whole_line; /* `text` is a pattern for a whole row */
    int row;         /* from 1, or from -1 upward; 0 is everywhere */
    int words;       /* how many words describe the target */
} Target;

static Target target_read(Script *script) {
    char **words = script->words + 1;
    bool in_row = strcmp(words[0], "row") == 0 && script->word_count >= 4;
    bool whole_line = strcmp(words[0], "line") == 0 && script->word_count >= 3;
    if (whole_line)
        return (Target){.text = words[1], .whole_line = true, .words = 2};
    if (!in_row)
        return (Target){.text = words[0], .words = 1};
    char *end;
    Target target = {.text = words[2], .row = (int)strtol(words[1], &end, 10), .words = 3};
    if (*end || target.row == 0)
        script_fail(script, "“%s” is not a row: rows count from 1, or from -1 upward", words[1]);
    return target;
}

/* Whether `line` is `pattern`, in which each … stands for any text. */
static bool line_matches(const char *pattern, const char *line) {
    static const char any[] = "…";
    const char *after_any = NULL, *retry = NULL;
    for (;;) {
        if (strncmp(pattern, any, sizeof any - 1) == 0) {
            after_any = pattern += sizeof any - 1;
            retry = line;
        } else if (*pattern == *line) {
            if (*line == '\0')
                return true;
            pattern++, line++;
        } else if (retry && *retry) {
            pattern = after_any;
            line = ++retry;
        } else {
            return false;
        }
    }
}

static bool picture_has_line(const Picture *picture, const char *pattern) {
    char line[PICTURE_LINE_BYTES];
    for (int row = 0; row < picture->rows; row++) {
        picture_line(picture, row, line);
        if (line_matches(pattern, line))
            return true;
    }
    return false;
}

static bool target_find(Script *script, const Picture *picture, const Target *target,
                        PicturePlace *place) {
    if (target->whole_line)
        return picture_has_line(picture, target->text);
    int row = target->row > 0 ? target->row - 1 : picture->rows + target->row;
    if (target->row != 0 && (row < 0 || row >= picture->rows)) {
        script_fail(script, "the screen has no row %d", target->row);
        return false;
    }
    return picture_find(picture, target->row == 0 ? -1 : row, target->text, place);
}

static bool check_present(Script *script, const Picture *picture) {
    PicturePlace place;
    Target target = target_read(script);
    return target_find(script, picture, &target, &place);
}

static bool check_absent(Script *script, const Picture *picture) {
    return !check_present(script, picture);
}

static const char *target_place_name(const Target *target, char name[32]) {
    snprintf(name, 32, " in row %d", target->row);
    return target->whole_line ? " as a whole line" : target->row ? name : "";
}

/* Whether the words after the command are a target and nothing else. */
static bool require_target(Script *script) {
    Target target = target_read(script);
    if (target.words != script->word_count - 1)
        script_fail(script, "this is written: %s [row N | line] \"text\"", script->words[0]);
    return !script_failed(script);
}

static void fail_target(Script *script, const char *format) {
    char name[32];
    Target target = target_read(script);
    script_fail(script, "%s “%s”%s", format, target.text, target_place_name(&target, name));
}

void command_wait(Script *script) {
    if (!require_target(script))
        return;
    if (!script_until(script, check_present, script_patience(script, WAIT_SECONDS), true))
        fail_target(script, "waited in vain for");
}

void command_expect(Script *script) {
    if (!require_target(script))
        return;
    if (!script_until(script, check_present, script_patience(script, EXPECT_SECONDS), false))
        fail_target(script, "there is no");
}

void command_absent(Script *script) {
    if (!require_target(script))
        return;
    if (!script_until(script, check_absent, script_patience(script, EXPECT_SECONDS), false))
        fail_target(script, "there is");
}

/* --- Attributes ----------------------------------------------------------------------------- */

static unsigned attribute_find(const char *name) {
    static const struct {
        const char *name;
        unsigned attribute;
    } names[] = {
        {"bold", PICTURE_BOLD},   {"underline", PICTURE_UNDERLINE}, {"italic", PICTURE_ITALIC},
        {"blink", PICTURE_BLINK}, {"reverse", PICTURE_REVERSE},     {"strike", PICTURE_STRIKE},
        {"color", PICTURE_COLOR},
    };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(names[i].name, name) == 0)
            return names[i].attribute;
    return 0;
}

/* Reads the attributes named after the target: what must be and what must not. */
static void read_attributes(Script *script, const Target *target, unsigned *wanted,
                            unsigned *unwanted) {
    *wanted = *unwanted = 0;
    for (int i = target->words + 1; i < script->word_count; i++) {
        bool negated = strcmp(script->words[i], "not") == 0 && i + 1 < script->word_count;
        const char *name = script->words[negated ? ++i : i];
        unsigned attribute = attribute_find(name);
        *(negated ? unwanted : wanted) |= attribute;
        if (attribute == 0)
            script_fail(script, "there is no attribute “%s”", name);
    }
    if ((*wanted | *unwanted) == 0)
        script_fail(script, "this is written: style [row N] \"text\" bold");
}

static bool check_style(Script *script, const Picture *picture) {
    PicturePlace place;
    unsigned wanted, unwanted;
    Target target = target_read(script);
    read_attributes(script, &target, &wanted, &unwanted);
    if (script_failed(script) || !target_find(script, picture, &target, &place))
        return false;
    unsigned found = picture_cell(picture, place)->attributes;
    return (found & wanted) == wanted && (found & unwanted) == 0;
}

static void describe_attributes(unsigned attributes, char *text, size_t size) {
    static const char *const names[] = {"bold",    "underline", "italic", "blink",
                                        "reverse", "strike",    "color"};
    size_t length = (size_t)snprintf(text, size, "%s", attributes ? "" : "plain");
    for (unsigned i = 0; i < sizeof names / sizeof *names; i++)
        if (attributes & 1U << i)
            length +=
                (size_t)snprintf(text + length, size - length, "%s%s", length ? " " : "", names[i]);
}

static void fail_style(Script *script) {
    char text[100];
    PicturePlace place;
    Target target = target_read(script);
    Picture picture = picture_take(script->terminal, TERMINAL_LIVE);
    if (target_find(script, &picture, &target, &place)) {
        describe_attributes(picture_cell(&picture, place)->attributes, text, sizeof text);
        script_fail(script, "“%s” in row %d, column %d is %s", target.text, place.row + 1,
                    place.column + 1, text);
    }
    fail_target(script, "there is no");
    picture_free(&picture);
}

void command_style(Script *script) {
    if (target_read(script).whole_line)
        script_fail(script, "style looks at a text, not at a whole line");
    else if (!script_until(script, check_style, script_patience(script, EXPECT_SECONDS), false))
        fail_style(script);
}

static bool find_color(const Picture *picture, PicturePlace *place) {
    for (place->row = 0; place->row < picture->rows; place->row++)
        for (place->column = 0; place->column < picture->columns; place->column++)
            if (picture_cell(picture, *place)->attributes & PICTURE_COLOR)
                return true;
    return false;
}

static bool check_monochrome(Script *script, const Picture *picture) {
    (void)script;
    PicturePlace place;
    return !find_color(picture, &place);
}

void command_monochrome(Script *script) {
    if (script_until(script, check_monochrome, script_patience(script, EXPECT_SECONDS), false))
        return;
    PicturePlace place = {0, 0};
    Picture picture = picture_take(script->terminal, TERMINAL_LIVE);
    find_color(&picture, &place);
    picture_free(&picture);
    script_fail(script, "there is a color in row %d, column %d", place.row + 1, place.column + 1);
}

/* --- Golden files --------------------------------------------------------------------------- */

static void golden_path(const Script *script, char path[2 * SCRIPT_PATH_BYTES]) {
    char script_path[SCRIPT_PATH_BYTES];
    snprintf(script_path, sizeof script_path, "%s", script->path);
    snprintf(path, 2 * SCRIPT_PATH_BYTES, "%s/golden/%s.txt", dirname(script_path),
             script->words[1]);
}

static const char *golden_form(const Script *script) {
    return script->variant.ascii ? "ascii" : "unicode";
}

/* What the golden file has for the screen as `text`, or NULL and the script has failed. */
static char *golden_read(Script *script, const char *text) {
    char path[2 * SCRIPT_PATH_BYTES];
    golden_path(script, path);
    FILE *file = fopen(path, "r");
    if (!file) {
        script_fail(script, "%s: %s (--update writes it)", path, strerror(errno));
        return NULL;
    }
    char *golden = golden_find(file, text);
    fclose(file);
    if (!golden)
        script_fail(script, "%s has no picture of this size (--update writes it)", path);
    return golden;
}

static bool check_golden(Script *script, const Picture *picture) {
    char *text = golden_text(picture, golden_form(script));
    char *golden = golden_read(script, text);
    bool equal = golden && strcmp(golden, text) == 0;
    free(golden);
    free(text);
    return equal;
}

/* The picture of the first size begins the file anew. */
static void golden_write(Script *script) {
    char path[2 * SCRIPT_PATH_BYTES];
    golden_path(script, path);
    script_settle(script);
    FILE *file = fopen(path, script->variant.number == 0 ? "w" : "a");
    if (!file) {
        script_fail(script, "%s: %s", path, strerror(errno));
        return;
    }
    Picture picture = picture_take(script->terminal, TERMINAL_LIVE);
    char *text = golden_text(&picture, golden_form(script));
    fputs(text, file);
    free(text);
    picture_free(&picture);
    if (fclose(file) != 0)
        script_fail(script, "%s: %s", path, strerror(errno));
}

static void golden_fail(Script *script) {
    Picture picture = picture_take(script->terminal, TERMINAL_LIVE);
    char *text = golden_text(&picture, golden_form(script));
    char *golden = script_failed(script) ? NULL : golden_read(script, text);
    if (golden) {
        golden_print_difference(golden, text, stdout);
        script_fail(script, "the screen is not the one in golden/%s.txt", script->words[1]);
    }
    free(golden);
    free(text);
    picture_free(&picture);
}

void command_golden(Script *script) {
    if (script->options->update)
        golden_write(script);
    else if (!script_until(script, check_golden, script_patience(script, EXPECT_SECONDS), false))
        golden_fail(script);
}

/* --- Two ways to the same screen ------------------------------------------------------------ */

void command_remember(Script *script) {
    script_settle(script);
    picture_free(&script->remembered);
    script->remembered = picture_take(script->terminal, TERMINAL_LIVE);
}

static bool check_same(Script *script, const Picture *picture) {
    PicturePlace place;
    return !picture_differs(&script->remembered, picture, &place);
}

void command_same(Script *script) {
    if (!script->remembered.cells) {
        script_fail(script, "no screen was remembered");
    } else if (!script_until(script, check_same, script_patience(script, EXPECT_SECONDS), false)) {
        PicturePlace place;
        Picture now = picture_take(script->terminal, TERMINAL_LIVE);
        picture_differs(&script->remembered, &now, &place);
        printf("  remembered was:\n");
        picture_print(&script->remembered, stdout);
        script_fail(script, "row %d, column %d is not as it was", place.row + 1, place.column + 1);
        picture_free(&now);
    }
}

/* --- Consistency ---------------------------------------------------------------------------- */

static bool cursors_differ(const Picture *a, const Picture *b) {
    return !a->cursor_hidden && (a->cursor.row != b->cursor.row || a->cursor.col != b->cursor.col);
}

static void compare_redraw(Script *script, const Picture *before, const Picture *fresh) {
    PicturePlace place;
    if (picture_differs(before, fresh, &place)) {
        char is[100], should[100];
        const PictureCell *cell = picture_cell(before, place), *other = picture_cell(fresh, place);
        describe_attributes(cell->attributes, is, sizeof is);
        describe_attributes(other->attributes, should, sizeof should);
        printf("  a full redraw shows:\n");
        picture_print(fresh, stdout);
        script_fail(script, "row %d, column %d shows “%s” (%s), a full redraw “%s” (%s)",
                    place.row + 1, place.column + 1, cell->text, is, other->text, should);
    } else if (cursors_differ(before, fresh)) {
        script_fail(script, "a full redraw moves the cursor to row %d, column %d",
                    fresh->cursor.row + 1, fresh->cursor.col + 1);
    }
}

/* Waits until the second screen shows what the first one did, or patience ends: a redraw may come
 * in pieces. */
static void await_redraw(Script *script, const Picture *before) {
    int64_t start = terminal_now(), patience = script_patience(script, EXPECT_SECONDS);
    PicturePlace place;
    bool equal = false;
    while (!equal && terminal_now() - start < patience) {
        terminal_read(script->terminal, patience); /* the program always answers */
        if (!script_settle(script) && !script_require_running(script))
            return;
        Picture fresh = picture_take(script->terminal, TERMINAL_FRESH);
        equal = !picture_differs(before, &fresh, &place);
        picture_free(&fresh);
    }
}

void command_consistent(Script *script) {
    static const char redraw = '\f'; /* Ctrl-L */
    if (!script_settle(script) && !script_require_running(script))
        return;
    Picture before = picture_take(script->terminal, TERMINAL_LIVE);
    terminal_refresh_begin(script->terminal);
    if (!terminal_send(script->terminal, &redraw, 1))
        script_fail(script, "the program does not read its keys");
    await_redraw(script, &before);
    if (!script_failed(script)) {
        Picture fresh = picture_take(script->terminal, TERMINAL_FRESH);
        compare_redraw(script, &before, &fresh);
        picture_free(&fresh);
    }
    terminal_refresh_end(script->terminal);
    picture_free(&before);
}

void command_restored(Script *script) {
    TerminalModes modes = terminal_modes(script->terminal);
    if (!script->end_expected)
        script_fail(script, "restored comes after exit");
    if (modes.alternate_screen)
        script_fail(script, "the alternate screen was not left");
    if (modes.cursor_hidden)
        script_fail(script, "the cursor is still hidden");
    if (modes.mouse || modes.bracketed_paste || modes.application_keys)
        script_fail(script, "the %s mode is still on",
                    modes.mouse             ? "mouse"
                    : modes.bracketed_paste ? "bracketed paste"
                                            : "keypad");
    if (modes.line_settings)
        script_fail(script, "the line settings (echo, line editing) were not restored");
}
