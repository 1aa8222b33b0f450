/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/items.h"

#include <inttypes.h>
#include <stdio.h>

#include "cli/cli.h"
#include "cli/print.h"

void
items_begin(struct items *items, struct json_write *json, const char *key,
    const char *none)
{
	*items = (struct items){.json = json, .none = none};
	if (json)
		json_write_array(json, key);
}

void
items_open(struct items *items)
{
	items->hidden = false;
	if (items->json)
		json_write_object(items->json, NULL);
	else
		columns_row(&items->columns);
}

static void
put(struct items *items, const char *key, const char *text)
{
	if (!items->hidden)
		columns_put(&items->columns, key, text);
}

void
items_string(struct items *items, const char *key, const char *text)
{
	if (items->json)
		json_write_string(items->json, key, text);
	else
		put(items, key, text);
}

void
items_uint(struct items *items, const char *key, uint64_t number)
{
	char text[24];

	snprintf(text, sizeof text, "%" PRIu64, number);
	if (items->json)
		json_write_uint(items->json, key, number);
	else
		put(items, key, text);
}

void
items_int(struct items *items, const char *key, int64_t number)
{
	char text[24];

	snprintf(text, sizeof text, "%" PRId64, number);
	if (items->json)
		json_write_int(items->json, key, number);
	else
		put(items, key, text);
}

void
items_bool(struct items *items, const char *key, bool yes)
{
	if (items->json)
		json_write_bool(items->json, key, yes);
	else
		put(items, key, yes ? "yes" : "no");
}

void
items_time(struct items *items, const char *key, int64_t ms)
{
	char text[PRINT_TIME];

	print_time(ms, text);
	if (items->json)
		print_json_time(items->json, key, ms);
	else
		put(items, key, text);
}

void
items_hide(struct items *items)
{
	items->hidden = true;
}

void
items_close(struct items *items)
{
	if (items->json)
		json_write_object_end(items->json);
}

int
items_end(struct items *items)
{
	int status = 0;

	if (items->json)
		json_write_array_end(items->json);
	else if (items->columns.failed)
		status = cli_fail(CLI_UNKNOWN, "out of memory");
	else if (items->columns.rows == 0)
		puts(items->none);
	else
		columns_print(&items->columns);
	items_drop(items);
	return status;
}

void
items_drop(struct items *items)
{
	columns_end(&items->columns);
}
