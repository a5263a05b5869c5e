/* database: the file of progress.c, and all that can go wrong with it: it is missing, locked, full,
 * read-only, damaged, made by somebody else, made by a newer backstep. Only its schema is known
 * here; what the rows mean is the business of progress.c. */
#ifndef STORE_DATABASE_H
#define STORE_DATABASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

typedef struct Database Database;

/* Lives in `arena`; touches no file. `path` NULL: there is none. Never NULL. */
Database *database_new(Arena *arena, const char *path);
void database_close(Database *database);
const char *database_path(const Database *database);   /* sanitised; "" for none */
const char *database_take_message(Database *database); /* see progress_take_message */
bool database_remove(Database *database);              /* and what was moved aside */

/* One SELECT being read. */
typedef struct Query {
    Database *database;
    void *statement; /* NULL where there is nothing to read */
    bool failed;
} Query;

/* Begins to read. `types` has a letter for each value that follows: t a text, i an int64_t. Ends
 * with query_end, whatever happens between; that returns whether all went well. Where there is no
 * database yet, there are no rows. */
Query query_begin(Database *database, const char *sql, const char *types, ...);
bool query_next(Query *query); /* whether there is another row */
bool query_end(Query *query);
int64_t query_number(const Query *query, int column);
const char *query_text(const Query *query, int column); /* until the next row; never NULL */

/* Does `work` in one transaction, which is on the disk when this returns true. The database is made
 * where there is none; one found damaged is moved aside, and the work done again in a new one. */
typedef bool DatabaseWork(Database *database, const void *what);
bool database_write(Database *database, DatabaseWork *work, const void *what);

/* One statement of such work. */
bool database_do(Database *database, const char *sql, const char *types, ...);

#endif
