/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A list of like things, said once and shown in two ways: a table with
 * headings for people, an array of objects for scripts.
 */
#ifndef CLI_ITEMS_H
#define CLI_ITEMS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cli/columns.h"
#include "lib/base/json_write.h"

struct items {
	struct json_write *json; /* NULL: for people */
	const char *none;
	bool hidden; /* what follows in this item is for scripts alone */
	struct columns columns;
};

/* An array in json, a member where key says so; or, where that is NULL, a
 * table, or the sentence none. */
void items_begin(struct items *items, struct json_write *json, const char *key,
    const char *none);

/* An item, its members in order, and its end.  A member's key is the heading of
 * its column, so all items of a list have the same keys. */
void items_open(struct items *items);
void items_string(struct items *items, const char *key, const char *text);
void items_uint(struct items *items, const char *key, uint64_t number);
void items_int(struct items *items, const char *key, int64_t number);
void items_bool(struct items *items, const char *key, bool yes);
void items_time(struct items *items, const char *key, int64_t ms); /* 0: none */
/* The members after this are for scripts alone. */
void items_hide(struct items *items);
void items_close(struct items *items);

/* Prints the table, or ends the array: 0, or a cli_status after having said
 * why. */
int items_end(struct items *items);
void items_drop(struct items *items); /* a list that did not become whole */

#endif
