#include "store/history.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/str.h"
#include "base/utf8.h"
#include "store/place.h"

/* A file that may be read: regular, the user's own, not too large. -1 with errno else. */
static int open_own(const char *path, size_t *size) {
    struct stat found;
    int file = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (file < 0)
        return -1;
    bool own = fstat(file, &found) == 0 && S_ISREG(found.st_mode) && found.st_uid == geteuid() &&
               found.st_size >= 0 && found.st_size <= HISTORY_BYTES;
    if (own) {
        *size = (size_t)found.st_size;
        return file;
    }
    close(file);
    errno = EPERM;
    return -1;
}

/* All of it; NULL where it cannot be read, "" where there is none yet. */
static char *read_all(Arena *arena, const char *path) {
    size_t size = 0, length = 0;
    int file = open_own(path, &size);
    if (file < 0)
        return errno == ENOENT ? arena_copy(arena, "") : NULL;
    char *text = ARENA_ARRAY(arena, char, size + 1);
    ssize_t got = 1;
    while (length < size && (got = read(file, text + length, size - length)) > 0)
        length += (size_t)got;
    close(file);
    return got < 0 ? NULL : text;
}

static bool is_blank(const char *line) {
    return line[strspn(line, " \t")] == '\0';
}

/* The last HISTORY_LINES lines of a text. */
static size_t split(Arena *arena, char *text, const char ***lines) {
    size_t count = 0, capacity = 0;
    const char **all = NULL;
    for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n")) {
        if (is_blank(line) || strlen(line) > LIMIT_COMMAND_BYTES)
            continue;
        ARENA_RESERVE(arena, all, count, capacity);
        all[count++] = utf8_sanitise(arena, line, strlen(line));
    }
    size_t dropped = count > HISTORY_LINES ? count - HISTORY_LINES : 0;
    *lines = all ? all + dropped : NULL;
    return count - dropped;
}

size_t history_read(Arena *arena, const char *path, const char ***lines) {
    char *text = path ? read_all(arena, path) : NULL;
    *lines = NULL;
    return text ? split(arena, text, lines) : 0;
}

static bool write_all(int file, const char *text, size_t length) {
    while (length > 0) {
        ssize_t written = write(file, text, length);
        if (written < 0)
            return false;
        text += written;
        length -= (size_t)written;
    }
    return true;
}

/* Beside the old one, and then in its place. mkstemp makes it anew, for the user alone. */
static bool replace(Arena *arena, const char *path, const char *text) {
    char *fresh = arena_format(arena, "%s.XXXXXX", path);
    int file = mkstemp(fresh);
    if (file < 0)
        return false;
    bool done = write_all(file, text, strlen(text)) && fsync(file) == 0;
    done = close(file) == 0 && done && rename(fresh, path) == 0;
    if (!done)
        unlink(fresh);
    return done;
}

static const char *join(Arena *arena, const char **lines, size_t count, const char *line) {
    Buffer text = {.arena = arena};
    size_t first = count >= HISTORY_LINES ? count - HISTORY_LINES + 1 : 0;
    size_t bytes = strlen(line) + 1;
    for (size_t i = first; i < count; i++)
        bytes += strlen(lines[i]) + 1;
    for (; first < count && bytes > HISTORY_BYTES; first++)
        bytes -= strlen(lines[first]) + 1;
    for (size_t i = first; i < count; i++)
        buffer_format(&text, "%s\n", lines[i]);
    buffer_format(&text, "%s\n", line);
    return buffer_text(&text);
}

bool history_add(const char *path, const char *line) {
    Arena arena = {0};
    const char **lines;
    char *clean = utf8_sanitise(&arena, line, strlen(line));
    for (char *at = clean; *at; at++)
        *at = *at == '\n' ? ' ' : *at;
    char *text = path && !is_blank(clean) && strlen(clean) <= LIMIT_COMMAND_BYTES &&
                         !place_make_folders(&arena, path)
                     ? read_all(&arena, path)
                     : NULL;
    bool done = text != NULL;
    if (text) {
        size_t count = split(&arena, text, &lines);
        bool again = count > 0 && str_equal(lines[count - 1], clean);
        done = again || replace(&arena, path, join(&arena, lines, count, clean));
    }
    arena_clear(&arena);
    return done;
}
