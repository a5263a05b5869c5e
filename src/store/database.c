#include "store/database.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <sqlite3.h>

#include "base/str.h"
#include "base/utf8.h"
#include "store/place.h"

enum {
    VERSION = 3,
    BUSY_MILLISECONDS = 2000,
    MOST_TEXT = 5000,       /* bytes of one text, longer than any path */
    MOST_VALUE = 64 * 1024, /* bytes of one row */
    MOST_DAMAGED = 9,       /* files moved aside that are kept */
    PREPARED = 4,           /* statements that stay prepared: those that note a step, and one */
    MESSAGE_BYTES = 1000,
};

/* As SQLite keeps them, behind CREATE TABLE, and in the order of their names: a database whose
 * tables are not these to the letter was not made here. */
static const char *const tables[] = {
    "answer (id INTEGER PRIMARY KEY, lesson TEXT NOT NULL, hash INTEGER NOT NULL, step INTEGER "
    "NOT NULL, heading TEXT NOT NULL, offset INTEGER NOT NULL, title TEXT NOT NULL, verdict TEXT "
    "NOT NULL, tag TEXT NOT NULL, time INTEGER NOT NULL)",
    "change (lesson TEXT NOT NULL, number INTEGER NOT NULL, step INTEGER NOT NULL, heading TEXT "
    "NOT NULL, offset INTEGER NOT NULL, command TEXT NOT NULL, PRIMARY KEY (lesson, number))",
    "hunt (id INTEGER PRIMARY KEY, lesson TEXT NOT NULL, hash INTEGER NOT NULL, what TEXT NOT "
    "NULL, outcome TEXT NOT NULL, tag TEXT NOT NULL, time INTEGER NOT NULL)",
    "lesson (name TEXT PRIMARY KEY NOT NULL, hash INTEGER NOT NULL, steps INTEGER NOT NULL, "
    "furthest INTEGER NOT NULL, step INTEGER NOT NULL, heading TEXT NOT NULL, offset INTEGER NOT "
    "NULL, turn INTEGER NOT NULL)",
    "review (lesson TEXT NOT NULL, step INTEGER NOT NULL, hash INTEGER NOT NULL, heading TEXT NOT "
    "NULL, offset INTEGER NOT NULL, title TEXT NOT NULL, correct INTEGER NOT NULL, asked INTEGER "
    "NOT NULL, since INTEGER NOT NULL, due INTEGER NOT NULL, PRIMARY KEY (lesson, step))",
};
enum { TABLES = sizeof tables / sizeof *tables };

struct Database {
    Arena *arena;
    const char *path;                 /* NULL for none */
    const char *shown;                /* sanitised */
    sqlite3 *handle;                  /* NULL while it is closed, */
    sqlite3_stmt *prepared[PREPARED]; /* and all of these */
    size_t oldest;                    /* of them */
    dev_t device;                     /* of the file that is open */
    ino_t inode;
    bool refused; /* there is nothing to be had from this file; the message says why */
    bool locked;  /* the last attempt waited in vain: do not wait again */
    bool writing; /* in a transaction */
    int code;     /* of the last failure */
    char message[MESSAGE_BYTES], told[MESSAGE_BYTES];
};

Database *database_new(Arena *arena, const char *path) {
    Database *database = ARENA_NEW(arena, Database);
    database->arena = arena;
    database->path = path ? arena_copy(arena, path) : NULL;
    database->shown = path ? utf8_sanitise(arena, path, strlen(path)) : "";
    return database;
}

const char *database_path(const Database *database) {
    return database->shown;
}

void database_close(Database *database) {
    for (size_t i = 0; i < PREPARED; i++) {
        sqlite3_finalize(database->prepared[i]);
        database->prepared[i] = NULL;
    }
    if (database->handle)
        sqlite3_close(database->handle);
    database->handle = NULL;
}

const char *database_take_message(Database *database) {
    if (!*database->message || str_equal(database->message, database->told))
        return NULL;
    memcpy(database->told, database->message, sizeof database->told);
    *database->message = '\0';
    return database->told;
}

/* --- Failing ----------------------------------------------------------------------------------
 */

__attribute__((format(printf, 2, 3))) static bool fail(Database *database, const char *format,
                                                       ...) {
    va_list values;
    va_start(values, format);
    vsnprintf(database->message, sizeof database->message, format, values);
    va_end(values);
    return false;
}

/* Says what SQLite's code means. A damaged file is spoken of when it is moved aside. */
static bool fail_with(Database *database, int code) {
    database->code = code & 0xff;
    database->locked = database->code == SQLITE_BUSY || database->code == SQLITE_LOCKED;
    const char *reason = database->locked                    ? "another program is using it"
                         : database->code == SQLITE_FULL     ? "the disk is full"
                         : database->code == SQLITE_READONLY ? "it cannot be written"
                         : database->code == SQLITE_CANTOPEN ? "it cannot be opened"
                                                             : sqlite3_errstr(code);
    return fail(database, "your progress is not kept: %s: %s", database->shown, reason);
}

static bool is_damaged(int code) {
    return code == SQLITE_CORRUPT || code == SQLITE_NOTADB || code == SQLITE_TOOBIG;
}

/* --- Files ------------------------------------------------------------------------------------
 */

/* The journal goes first, for it must never stand beside a database that is not its own. */
static const char *const companions[] = {"-journal", "-wal", "-shm", ""};
enum { COMPANIONS = sizeof companions / sizeof *companions };

static const char *damaged_name(Database *database, int number) {
    if (number == 1)
        return arena_format(database->arena, "%s.damaged", database->path);
    return arena_format(database->arena, "%s.damaged-%d", database->path, number);
}

static bool is_our_file(const Database *database) {
    struct stat status;
    return stat(database->path, &status) == 0 && status.st_dev == database->device &&
           status.st_ino == database->inode;
}

/* Moves the file out of the way, unless another backstep has done so already. */
static bool move_aside(Database *database) {
    bool ours = is_our_file(database);
    struct stat status;
    database_close(database);
    if (!ours)
        return true;
    int number = 1;
    while (number < MOST_DAMAGED && lstat(damaged_name(database, number), &status) == 0)
        number++;
    const char *target = damaged_name(database, number);
    for (int i = 0; i < COMPANIONS; i++) {
        const char *from = arena_format(database->arena, "%s%s", database->path, companions[i]);
        const char *to = arena_format(database->arena, "%s%s", target, companions[i]);
        if (rename(from, to) != 0 && errno != ENOENT) {
            database->refused = true;
            return fail(database, "your progress is not kept: %s is damaged, and cannot be moved",
                        database->shown);
        }
    }
    fail(database, "your progress begins anew: %s was damaged, and is now %s", database->shown,
         utf8_sanitise(database->arena, target, strlen(target)));
    return true;
}

bool database_remove(Database *database) {
    if (!database->path)
        return true;
    database_close(database);
    database->refused = false;
    bool removed = true;
    for (int number = 0; number <= MOST_DAMAGED; number++) {
        const char *name = number ? damaged_name(database, number) : database->path;
        for (int i = 0; i < COMPANIONS; i++) {
            const char *file = arena_format(database->arena, "%s%s", name, companions[i]);
            if (unlink(file) != 0 && errno != ENOENT && errno != ENOTDIR)
                removed =
                    fail(database, "%s cannot be removed: %s", database->shown, strerror(errno));
        }
    }
    return removed;
}

/* The folders above the file, for nobody else to look into. */
static bool make_folders(Database *database) {
    const char *path = place_make_folders(database->arena, database->path);
    return !path || fail(database, "your progress is not kept: %s cannot be made: %s",
                         utf8_sanitise(database->arena, path, strlen(path)), strerror(errno));
}

static bool make_file(Database *database) {
    if (!make_folders(database))
        return false;
    int file = open(database->path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (file < 0 && errno != EEXIST)
        return fail(database, "your progress is not kept: %s cannot be made: %s", database->shown,
                    strerror(errno));
    if (file >= 0)
        close(file);
    return true;
}

/* Whether there is a file; where it is missing it is made, if that is wanted. */
static bool find_file(Database *database, bool make, bool *found) {
    struct stat status;
    *found = stat(database->path, &status) == 0;
    if (!*found && errno != ENOENT)
        return fail(database, "your progress is not kept: %s: %s", database->shown,
                    strerror(errno));
    if (!*found && make) {
        if (!make_file(database) || stat(database->path, &status) != 0)
            return false;
        *found = true;
    }
    if (*found && !S_ISREG(status.st_mode))
        return fail(database, "your progress is not kept: %s is not a file", database->shown);
    database->device = status.st_dev;
    database->inode = status.st_ino;
    return true;
}

/* --- Statements -------------------------------------------------------------------------------
 */

/* As much of a text as is kept. */
static int kept_bytes(const char *text) {
    size_t length = strnlen(text, MOST_TEXT);
    while (text[length] && length && (text[length] & 0xC0) == 0x80)
        length--;
    return (int)length;
}

static int bind_values(sqlite3_stmt *statement, const char *types, va_list values) {
    int code = SQLITE_OK;
    for (int i = 0; types[i] && code == SQLITE_OK; i++)
        if (types[i] == 't') {
            const char *text = va_arg(values, const char *);
            code = sqlite3_bind_text(statement, i + 1, text, kept_bytes(text), SQLITE_TRANSIENT);
        } else {
            code = sqlite3_bind_int64(statement, i + 1, va_arg(values, int64_t));
        }
    return code;
}

/* A statement with its values; NULL and a message where that fails. */
static sqlite3_stmt *prepare(Database *database, const char *sql, const char *types,
                             va_list values) {
    sqlite3_stmt *statement = NULL;
    int code = sqlite3_prepare_v2(database->handle, sql, -1, &statement, NULL);
    if (code == SQLITE_OK)
        code = bind_values(statement, types, values);
    if (code == SQLITE_OK)
        return statement;
    sqlite3_finalize(statement);
    fail_with(database, code);
    return NULL;
}

/* A statement, prepared anew only where it has not been used for a while. */
static int find_statement(Database *database, const char *sql, sqlite3_stmt **statement) {
    for (size_t i = 0; i < PREPARED; i++) {
        *statement = database->prepared[i];
        if (*statement && str_equal(sqlite3_sql(*statement), sql))
            return SQLITE_OK;
    }
    int code = sqlite3_prepare_v2(database->handle, sql, -1, statement, NULL);
    sqlite3_finalize(database->prepared[database->oldest]);
    database->prepared[database->oldest] = *statement;
    database->oldest = (database->oldest + 1) % PREPARED;
    return code;
}

bool database_do(Database *database, const char *sql, const char *types, ...) {
    va_list values;
    sqlite3_stmt *statement;
    int code = find_statement(database, sql, &statement);
    va_start(values, types);
    if (code == SQLITE_OK)
        code = bind_values(statement, types, values);
    va_end(values);
    if (code == SQLITE_OK) {
        sqlite3_step(statement);
        code = sqlite3_reset(statement);
    }
    return code == SQLITE_OK || fail_with(database, code);
}

/* --- Opening ----------------------------------------------------------------------------------
 */

/* Whatever a hostile file asks for. */
static void restrict_handle(sqlite3 *handle) {
    static const int limits[][2] = {
        {SQLITE_LIMIT_LENGTH, MOST_VALUE},  {SQLITE_LIMIT_SQL_LENGTH, MOST_VALUE},
        {SQLITE_LIMIT_COLUMN, 32},          {SQLITE_LIMIT_EXPR_DEPTH, 32},
        {SQLITE_LIMIT_COMPOUND_SELECT, 2},  {SQLITE_LIMIT_FUNCTION_ARG, 8},
        {SQLITE_LIMIT_ATTACHED, 0},         {SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 32},
        {SQLITE_LIMIT_VARIABLE_NUMBER, 16}, {SQLITE_LIMIT_TRIGGER_DEPTH, 1},
        {SQLITE_LIMIT_WORKER_THREADS, 0},
    };
    for (size_t i = 0; i < sizeof limits / sizeof *limits; i++)
        sqlite3_limit(handle, limits[i][0], limits[i][1]);
    sqlite3_db_config(handle, SQLITE_DBCONFIG_DEFENSIVE, 1, (int *)NULL);
    sqlite3_db_config(handle, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, (int *)NULL);
    sqlite3_db_config(handle, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, (int *)NULL);
    sqlite3_db_config(handle, SQLITE_DBCONFIG_ENABLE_VIEW, 0, (int *)NULL);
}

/* A journal that is deleted leaves its folder to be synchronised; one that is truncated does not.
 */
static const char SETTINGS[] = "PRAGMA synchronous = FULL; PRAGMA journal_mode = TRUNCATE;"
                               "PRAGMA temp_store = MEMORY; PRAGMA cell_size_check = ON;"
                               "PRAGMA mmap_size = 0;";

/* The first number a statement gives. */
static int read_number(sqlite3 *handle, const char *sql, int *number) {
    sqlite3_stmt *statement = NULL;
    int code = sqlite3_prepare_v2(handle, sql, -1, &statement, NULL);
    if (code == SQLITE_OK && sqlite3_step(statement) == SQLITE_ROW)
        *number = sqlite3_column_int(statement, 0);
    int ended = sqlite3_finalize(statement);
    return code == SQLITE_OK ? ended : code;
}

/* How many tables there are, and whether all of them are ours. */
static int read_schema(sqlite3 *handle, int *count, bool *ours) {
    static const char create[] = "CREATE TABLE ";
    sqlite3_stmt *statement = NULL;
    int code =
        sqlite3_prepare_v2(handle, "SELECT sql FROM sqlite_master WHERE sql NOT NULL ORDER BY name",
                           -1, &statement, NULL);
    int next = 0;
    *count = 0;
    *ours = true;
    while (code == SQLITE_OK && sqlite3_step(statement) == SQLITE_ROW) {
        const char *sql = (const char *)sqlite3_column_text(statement, 0);
        code = sql ? code : SQLITE_NOMEM;
        bool table = sql && str_starts(sql, create);
        while (table && next < TABLES && !str_equal(sql + sizeof create - 1, tables[next]))
            next++;
        *ours = *ours && table && next++ < TABLES;
        ++*count;
    }
    int ended = sqlite3_finalize(statement);
    return code == SQLITE_OK ? ended : code;
}

static bool make_tables(Database *database, const void *unused) {
    (void)unused;
    for (int i = 0; i < TABLES; i++)
        if (!database_do(database,
                         arena_format(database->arena, "CREATE TABLE IF NOT EXISTS %s", tables[i]),
                         ""))
            return false;
    return database_do(database, arena_format(database->arena, "PRAGMA user_version = %d", VERSION),
                       "");
}

static bool in_transaction(Database *database, DatabaseWork *work, const void *what) {
    if (!database_do(database, "BEGIN IMMEDIATE", ""))
        return false;
    database->writing = true;
    bool done = work(database, what) && database_do(database, "COMMIT", "");
    database->writing = false;
    if (!done && !sqlite3_get_autocommit(database->handle))
        sqlite3_exec(database->handle, "ROLLBACK", NULL, NULL, NULL);
    return done;
}

/* Both at one moment: another backstep may be about to make the tables. */
static int read_version(sqlite3 *handle, int *version, int *count, bool *ours) {
    int code = sqlite3_exec(handle, "BEGIN", NULL, NULL, NULL);
    if (code == SQLITE_OK)
        code = read_number(handle, "PRAGMA user_version", version);
    if (code == SQLITE_OK)
        code = read_schema(handle, count, ours);
    if (!sqlite3_get_autocommit(handle))
        sqlite3_exec(handle, "ROLLBACK", NULL, NULL, NULL);
    return code;
}

/* Looks at a file that was just opened. An empty one has nothing to read; to write, it gets its
 * tables. */
static bool check_schema(Database *database, bool write, bool *found) {
    int version = 0, count = 0;
    bool ours = false;
    int code = read_version(database->handle, &version, &count, &ours);
    if (code != SQLITE_OK)
        return fail_with(database, code);
    if (version > VERSION) {
        database->refused = true;
        return fail(database,
                    "your progress is neither read nor kept: %s was written by a newer backstep",
                    database->shown);
    }
    *found = count > 0;
    if (count == 0 && version == 0)
        return !write || in_transaction(database, make_tables, NULL);
    if (ours && version >= 1 && version < VERSION && count < TABLES) /* of an older backstep */
        return in_transaction(database, make_tables, NULL);
    return (ours && version == VERSION && count == TABLES) || fail_with(database, SQLITE_CORRUPT);
}

/* A database of a few pages needs no memory laid by for many. Does nothing once one was opened. */
static void save_memory(void) {
    sqlite3_config(SQLITE_CONFIG_PAGECACHE, (void *)NULL, 0, 0);
    sqlite3_config(SQLITE_CONFIG_LOOKASIDE, 0, 0);
}

static bool open_handle(Database *database, bool write, bool *found) {
    save_memory();
    int code = sqlite3_open_v2(database->path, &database->handle, SQLITE_OPEN_READWRITE, NULL);
    if (code == SQLITE_OK) {
        restrict_handle(database->handle);
        sqlite3_busy_timeout(database->handle, database->locked ? 0 : BUSY_MILLISECONDS);
        code = sqlite3_exec(database->handle, SETTINGS, NULL, NULL, NULL);
    }
    bool opened = code == SQLITE_OK || fail_with(database, code);
    return opened && check_schema(database, write, found);
}

/* Opens the database if that is not done yet. `*found` is false where there is none to read. */
static bool open_once(Database *database, bool write, bool *found) {
    database->code = SQLITE_OK;
    if (!database->path)
        return fail(database, "your progress is not kept: neither HOME nor XDG_STATE_HOME is the "
                              "full path of a folder");
    if (database->refused)
        return false;
    *found = true;
    if (database->handle && is_our_file(database)) {
        sqlite3_busy_timeout(database->handle, database->locked ? 0 : BUSY_MILLISECONDS);
        return true;
    }
    database_close(database); /* it was removed, or moved aside, by another backstep */
    if (!find_file(database, write, found))
        return false;
    if (!*found)
        return true;
    bool opened = open_handle(database, write, found);
    if (!opened && database->handle && !is_damaged(database->code))
        database_close(database);
    if (opened && !*found && !write)
        database_close(database); /* empty: its tables come with the first writing */
    return opened;
}

/* The same, with a second attempt where the first finds the file damaged. */
static bool open_database(Database *database, bool write, bool *found) {
    if (open_once(database, write, found))
        return true;
    return is_damaged(database->code) && move_aside(database) && open_once(database, write, found);
}

/* --- Reading and writing ----------------------------------------------------------------------
 */

Query query_begin(Database *database, const char *sql, const char *types, ...) {
    Query query = {.database = database};
    bool found = true;
    query.failed = !database->writing && !open_database(database, false, &found);
    if (query.failed || !found)
        return query;
    va_list values;
    va_start(values, types);
    query.statement = prepare(database, sql, types, values);
    va_end(values);
    query.failed = !query.statement;
    return query;
}

bool query_next(Query *query) {
    return query->statement && !query->failed && sqlite3_step(query->statement) == SQLITE_ROW;
}

bool query_end(Query *query) {
    Database *database = query->database;
    int code = sqlite3_finalize(query->statement);
    query->statement = NULL;
    if (code != SQLITE_OK)
        query->failed = !fail_with(database, code);
    if (query->failed && !database->writing && is_damaged(database->code))
        move_aside(database);
    return !query->failed;
}

int64_t query_number(const Query *query, int column) {
    return sqlite3_column_int64(query->statement, column);
}

const char *query_text(const Query *query, int column) {
    const char *text = (const char *)sqlite3_column_text(query->statement, column);
    return text ? text : "";
}

bool database_write(Database *database, DatabaseWork *work, const void *what) {
    bool found, done = false;
    for (int attempt = 0; attempt < 2 && !done; attempt++) {
        if (!open_database(database, true, &found))
            return false;
        done = in_transaction(database, work, what);
        if (!done && !(is_damaged(database->code) && move_aside(database)))
            return false;
    }
    database->locked = false;
    return true;
}
