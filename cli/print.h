/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_PRINT_H
#define CLI_PRINT_H

#include "lib/base/json_write.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define PRINT_TIME 32

/* Milliseconds since 1970 as "2026-01-31 12:34:56" UTC, or "-" for 0. */
void print_time(int64_t ms, char text_r[PRINT_TIME]);

/* Who makes a change, for its record: the person behind sudo, or the user. */
void print_actor(char *name_r, size_t size);

/* A JSON array of objects, an object at a time; nothing when not json.  It is
 * kept until it is whole: half an array is no JSON. */
struct print_list {
	bool json;
	size_t count;
	struct json_write w;
	char text[8192];
	FILE *kept; /* NULL: no memory */
	char *all;
	size_t all_size;
};

void print_list_begin(struct print_list *list, bool json);
/* An open object to write members to. */
struct json_write *print_list_item(struct print_list *list);
int print_list_item_end(struct print_list *list); /* -1: too large */
int print_list_end(struct print_list *list);	  /* -1: no memory */
/* The array as text instead, until it is dropped; NULL: no memory. */
const char *print_list_text(struct print_list *list);
void print_list_drop(struct print_list *list); /* prints nothing */

#endif
