/* load: lesson files, by name or path. */
#ifndef APP_LOAD_H
#define APP_LOAD_H

#include "lesson/lesson.h"

typedef struct LessonFile {
    const char *name; /* "w5", from 01-w5.lesson.md */
    const char *path;
    const char *title; /* its first heading */
} LessonFile;

/* The path of a lesson: of the one in the course with that name, number or file name, else `name`
 * itself where there is such a file, readable or not. What has a / is no name of the course. NULL
 * where there is none; then `*suggestion` is the nearest, or NULL. */
const char *load_find(Arena *arena, const char *name, const char **suggestion);

/* What a lesson goes by from one day to the next: its name in the course, else its full path. */
const char *load_name(Arena *arena, const char *path);

/* Reads and compiles a lesson file: a regular file of at most LIMIT_FILE_BYTES. NULL where it
 * cannot be read or has errors; they are in `diags`, which this sets up. */
Lesson *load_lesson(Arena *arena, const char *path, Diags *diags);

/* The lessons of the course, in their order. */
size_t load_course(Arena *arena, LessonFile **lessons);

#endif
