/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/columns.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"

#define GAP 2

void
columns_row(struct columns *columns)
{
	struct columns_row *row =
	    reallocarray(columns->row, columns->rows + 1, sizeof *columns->row);

	if (row == NULL) {
		columns->failed = true;
		return;
	}
	columns->row = row;
	columns->row[columns->rows++] = (struct columns_row){{NULL}};
}

static size_t
find(struct columns *columns, const char *key)
{
	size_t i = 0;

	while (i < columns->count && strcmp(columns->key[i], key) != 0)
		i++;
	if (i == columns->count && i < COLUMNS_MAX)
		columns->key[columns->count++] = key;
	return i;
}

void
columns_put(struct columns *columns, const char *key, const char *text)
{
	size_t i = find(columns, key);
	struct columns_row *row;

	if (columns->failed || i == COLUMNS_MAX) {
		columns->failed = true;
		return;
	}
	if (text[0] == '\0')
		return;
	row = &columns->row[columns->rows - 1];
	row->cell[i] = strdup(text);
	columns->failed = row->cell[i] == NULL;
}

static const char *
cell(const struct columns *columns, size_t row, size_t i)
{
	const char *text = columns->row[row].cell[i];

	return text != NULL ? text : "-";
}

static size_t
width_of(const struct columns *columns, size_t i)
{
	size_t width = strlen(columns->key[i]);

	for (size_t row = 0; row < columns->rows; row++) {
		size_t one = cli_width(cell(columns, row, i));

		if (one > width)
			width = one;
	}
	return width;
}

/* The last one has nothing behind it. */
static void
pad(const struct columns *columns, size_t i, size_t width, size_t used)
{
	if (i + 1 < columns->count)
		printf("%*s", (int)(width - used + GAP), "");
	else
		putchar('\n');
}

static void
print_heading(const char *key)
{
	for (; *key != '\0'; key++)
		putchar(*key == '_' ? ' ' : toupper((unsigned char)*key));
}

void
columns_print(const struct columns *columns)
{
	size_t width[COLUMNS_MAX];

	for (size_t i = 0; i < columns->count; i++) {
		width[i] = width_of(columns, i);
		print_heading(columns->key[i]);
		pad(columns, i, width[i], strlen(columns->key[i]));
	}
	for (size_t row = 0; row < columns->rows; row++)
		for (size_t i = 0; i < columns->count; i++) {
			const char *text = cell(columns, row, i);

			cli_print(text);
			pad(columns, i, width[i], cli_width(text));
		}
}

void
columns_end(struct columns *columns)
{
	for (size_t row = 0; row < columns->rows; row++)
		for (size_t i = 0; i < COLUMNS_MAX; i++)
			free(columns->row[row].cell[i]);
	free(columns->row);
	*columns = (struct columns){.count = 0};
}
