/* SPDX-License-Identifier: Apache-2.0 */
/* A table for people: headings, and columns as wide as what stands in them. */
#ifndef CLI_COLUMNS_H
#define CLI_COLUMNS_H

#include <stdbool.h>
#include <stddef.h>

#define COLUMNS_MAX 12

struct columns_row {
	char *cell[COLUMNS_MAX]; /* NULL: nothing */
};

/* Begins as zeros. */
struct columns {
	const char *key[COLUMNS_MAX];
	size_t count;
	struct columns_row *row;
	size_t rows;
	bool failed; /* no memory, or too many columns */
};

void columns_row(struct columns *columns);
/* A cell of the last row, by its column's key, which has to last; text of
 * others, "" for nothing. */
void columns_put(struct columns *columns, const char *key, const char *text);
/* To standard output; a cell with nothing is a dash. */
void columns_print(const struct columns *columns);
void columns_end(struct columns *columns);

#endif
