/* limits: how much one lesson may ask for. Lessons are untrusted text; each limit has an error
 * message of its own, and the reference in docs/lesson-language.md lists them. */
#ifndef BASE_LIMITS_H
#define BASE_LIMITS_H

enum {
    LIMIT_FILE_BYTES = 256 * 1024,     /* a lesson file */
    LIMIT_NESTING = 100,               /* brackets, signs and powers inside each other */
    LIMIT_FORMULA_OPERATORS = 5000,    /* operators and calls in one formula */
    LIMIT_NAME_BYTES = 64,             /* one name */
    LIMIT_NAMES = 20000,               /* declarations of one lesson */
    LIMIT_MATRIX_SIDE = 4096,          /* rows or columns of one value */
    LIMIT_MATRIX_ENTRIES = 1 << 18,    /* entries of one value */
    LIMIT_LESSON_ENTRIES = 1 << 22,    /* entries of all values of a lesson together */
    LIMIT_EXPRESSIONS = 1 << 22,       /* distinct expressions, derivatives included */
    LIMIT_DATA_ROWS = 100000,          /* training rows */
    LIMIT_CSV_BYTES = 8 * 1024 * 1024, /* a file of training rows */
    LIMIT_STEPS = 50000,               /* steps of one lesson */
    LIMIT_ERRORS = 100,                /* errors reported of one file */
    LIMIT_COMMAND_BYTES = 64 * 1024,   /* one command typed or piped in */
    LIMIT_PATHS = 100,                 /* paths listed one by one */
    LIMIT_FORMULA_DEPTH = 60,  /* levels of a formula that are drawn; below them stands … */
    LIMIT_FORMULA_TERMS = 200, /* terms of a sum that are drawn */
};

#define ARENA_DEFAULT_LIMIT ((size_t)1 << 30)

#endif
