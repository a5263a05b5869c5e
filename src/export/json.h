/* json: answers as JSON, one object a line. jansson is not used to write: it cannot print a double
 * as the shortest text that reads back the same. */
#ifndef EXPORT_JSON_H
#define EXPORT_JSON_H

#include <stdio.h>

#include "app/record.h"

/* Writes the record and a newline. Matrices are lists of rows, 1×1 is a number; what is no number
 * in JSON (nan, inf) is null. */
void json_write(FILE *out, const Record *record);

#endif
