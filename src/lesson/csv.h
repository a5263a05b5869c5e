/* csv: training rows from a file beside the lesson. One row a line, commas between numbers; the
 * first line may be a heading. What cannot be read is never left out in silence. */
#ifndef LESSON_CSV_H
#define LESSON_CSV_H

#include "lesson/script.h"

/* Reads the rows of `table`, whose columns are declared, from the file that the token names; what
 * is wrong is reported there, with the line of the file. The file is a regular one in the folder of
 * the lesson, no link, of at most LIMIT_CSV_BYTES. */
bool csv_read(Script *script, const Token *name, DataTable *table);

#endif
