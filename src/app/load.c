#include "app/load.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/str.h"
#include "base/utf8.h"
#include "view/math.h"

static const char SUFFIX[] = ".lesson.md";

/* ------------------------------------------------------------------------------ reading */

/* The file's bytes, or NULL with the reason in diags. */
static char *read_bytes(Arena *arena, const char *path, size_t *length, Diags *diags) {
    struct stat status;
    int file = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    if (file < 0 || fstat(file, &status) != 0) {
        diag_add(diags, 0, 0, 1, NULL, "cannot be read: %s", strerror(errno));
        if (file >= 0)
            close(file);
        return NULL;
    }
    char *bytes = NULL;
    *length = 0;
    if (!S_ISREG(status.st_mode)) {
        diag_add(diags, 0, 0, 1, NULL, "is not a file");
    } else if (status.st_size > LIMIT_FILE_BYTES) {
        diag_add(diags, 0, 0, 1, "split it into several lessons",
                 "is larger than %d KiB, the most a lesson may have", LIMIT_FILE_BYTES / 1024);
    } else {
        size_t size = status.st_size > 0 ? (size_t)status.st_size : LIMIT_FILE_BYTES;
        bytes = arena_alloc(arena, size + 1);
        ssize_t got = 1;
        while (got > 0 && *length < size) {
            got = read(file, bytes + *length, size - *length);
            if (got > 0)
                *length += (size_t)got;
            else if (got < 0 && errno == EINTR)
                got = 1;
        }
        if (got < 0) {
            diag_add(diags, 0, 0, 1, NULL, "cannot be read: %s", strerror(errno));
            bytes = NULL;
        }
    }
    close(file);
    return bytes;
}

/* `as` spellings are checked here, where the formulas are known that will show them. */
static void check_spellings(const Lesson *lesson, Diags *diags) {
    for (SymbolId s = 0; s < lesson->scope.count; s++) {
        const Symbol *symbol = scope_get(&lesson->scope, s);
        size_t wrong_at;
        if (symbol->spelling && !math_spelling_ok(symbol->spelling, &wrong_at))
            diag_add(diags, symbol->line, symbol->spelling_column + (int)wrong_at, 1,
                     "write letters, digits, _ ^ { }, \\hat, \\bar or Greek letters: w_{11}^{(1)}",
                     "I cannot typeset this spelling");
    }
}

Lesson *load_lesson(Arena *arena, const char *path, Diags *diags) {
    *diags = (Diags){.arena = arena, .file = utf8_sanitise(arena, path, strlen(path))};
    size_t length;
    char *bytes = read_bytes(arena, path, &length, diags);
    if (!bytes)
        return NULL;
    if (memchr(bytes, '\0', length)) {
        diag_add(diags, 0, 0, 1, "a lesson is plain text: save it in UTF-8", "holds a zero byte");
        return NULL;
    }
    if (str_starts(bytes, "{\\rtf")) {
        diag_add(diags, 0, 0, 1, "a lesson is plain text: save it as such, in UTF-8",
                 "is an RTF document");
        return NULL;
    }
    size_t mark = length >= 3 && memcmp(bytes, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
    const char *text = utf8_sanitise(arena, bytes + mark, length - mark);
    Lesson *lesson = lesson_compile(arena, diags->file, text, diags);
    check_spellings(lesson, diags);
    return diags->count ? NULL : lesson;
}

/* ------------------------------------------------------------------------------ the course */

/* The folder of the program, with a / at its end; "" where the system does not say. */
static const char *program_folder(Arena *arena) {
    char path[4096];
    ssize_t length = readlink("/proc/self/exe", path, sizeof path - 1);
    if (length <= 0)
        return "";
    path[length] = '\0';
    char *slash = strrchr(path, '/');
    return slash ? arena_copy_n(arena, path, (size_t)(slash + 1 - path)) : "";
}

/* The lessons' folder: beside the build folder, else where `make install` puts it. */
static const char *course_folder(Arena *arena) {
    const char *program = program_folder(arena);
    const char *folders[] = {arena_format(arena, "%s../lessons", program),
                             arena_format(arena, "%s../../lessons", program), /* build/asan */
                             arena_format(arena, "%s../share/backstep/lessons", program),
                             BACKSTEP_LESSON_DIR};
    enum { INSTALLED = sizeof folders / sizeof *folders - 1 };
    for (size_t i = *program ? 0 : INSTALLED; i <= INSTALLED; i++)
        if (access(folders[i], R_OK | X_OK) == 0)
            return folders[i];
    return NULL;
}

static int by_path(const void *a, const void *b) {
    return strcmp(((const LessonFile *)a)->path, ((const LessonFile *)b)->path);
}

/* 01-w5.lesson.md is called w5. */
static const char *name_of(Arena *arena, const char *file) {
    const char *start = file + strspn(file, "0123456789");
    start = start > file && *start == '-' ? start + 1 : file;
    return arena_copy_n(arena, start, strlen(start) - strlen(SUFFIX));
}

const char *load_name(Arena *arena, const char *path) {
    const char *course = course_folder(arena);
    char *full = realpath(path, NULL), *folder = course ? realpath(course, NULL) : NULL;
    const char *name = arena_copy(arena, full ? full : path);
    const char *slash = strrchr(name, '/');
    size_t length = slash ? (size_t)(slash - name) : 0;
    bool ours = folder && str_equal_n(folder, name, length);
    free(full);
    free(folder);
    bool lesson = slash && strlen(slash) > sizeof SUFFIX &&
                  str_equal(slash + strlen(slash) - (sizeof SUFFIX - 1), SUFFIX);
    return ours && lesson ? name_of(arena, slash + 1) : utf8_sanitise(arena, name, strlen(name));
}

/* The first heading, without reading the lesson any further; else its name. */
static const char *title_of(Arena *arena, const char *path, const char *name) {
    Diags ignored = {.arena = arena};
    size_t length;
    const char *bytes = read_bytes(arena, path, &length, &ignored);
    while (bytes && *bytes) {
        size_t line = strcspn(bytes, "\n");
        if (str_starts(bytes, "# "))
            return utf8_sanitise(arena, bytes + 2, line - 2);
        bytes += line + (bytes[line] == '\n');
    }
    return name;
}

/* The lessons in the folder's order, without their titles. */
static size_t list_course(Arena *arena, LessonFile **lessons) {
    const char *folder = course_folder(arena);
    DIR *directory = folder ? opendir(folder) : NULL;
    size_t count = 0, capacity = 0;
    *lessons = NULL;
    if (!directory)
        return 0;
    for (struct dirent *entry; (entry = readdir(directory));) {
        size_t length = strlen(entry->d_name);
        bool lesson = length > sizeof SUFFIX - 1 && entry->d_name[0] != '.' &&
                      str_equal(entry->d_name + length - (sizeof SUFFIX - 1), SUFFIX);
        if (!lesson)
            continue;
        ARENA_RESERVE(arena, *lessons, count, capacity);
        LessonFile *file = &(*lessons)[count++];
        file->path = arena_format(arena, "%s/%s", folder, entry->d_name);
        file->name = name_of(arena, entry->d_name);
    }
    closedir(directory);
    if (count)
        qsort(*lessons, count, sizeof **lessons, by_path);
    return count;
}

size_t load_course(Arena *arena, LessonFile **lessons) {
    size_t count = list_course(arena, lessons);
    for (size_t i = 0; i < count; i++)
        (*lessons)[i].title = title_of(arena, (*lessons)[i].path, (*lessons)[i].name);
    return count;
}

static bool is_number_of(const char *name, const char *path) {
    const char *slash = strrchr(path, '/');
    const char *file = slash ? slash + 1 : path;
    return *name && strspn(name, "0123456789") == strlen(name) && atoi(name) == atoi(file);
}

/* 05-w5.lesson.md, or 05-w5. */
static bool is_file_or_stem(const char *name, const char *file) {
    size_t length = strlen(name);
    return str_starts(file, name) && (!file[length] || str_equal(file + length, SUFFIX));
}

const char *load_find(Arena *arena, const char *name, const char **suggestion) {
    *suggestion = NULL;
    struct stat status;
    bool path = strchr(name, '/') != NULL;
    if (!path) {
        LessonFile *lessons;
        size_t count = list_course(arena, &lessons);
        Nearest nearest = {.word = name};
        for (size_t i = 0; i < count; i++) {
            const char *file = strrchr(lessons[i].path, '/') + 1;
            if (str_equal(name, lessons[i].name) || is_file_or_stem(name, file) ||
                is_number_of(name, lessons[i].path))
                return lessons[i].path;
            nearest_offer(&nearest, lessons[i].name);
        }
        *suggestion = nearest.best;
    }
    /* What cannot be looked at is told when it is read. */
    bool missing = stat(name, &status) != 0 && (errno == ENOENT || errno == ENOTDIR);
    return missing ? NULL : arena_copy(arena, name);
}
