/* SPDX-License-Identifier: Apache-2.0 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/items.h"
#include "cli/policy/policy_change.h"
#include "cli/policy/policy_loaded.h"
#include "cli/policy/policy_store.h"
#include "cli/print.h"
#include "lib/bundle/bundle_form.h"

static void
read_kept(const struct policy_store *s, const char *hash, struct bundle *b)
{
	char path[POLICY_STORE_PATH], manifest[POLICY_STORE_PATH + 16];
	char text[BUNDLE_TEXT_MAX + 1];
	long len = -1;

	if (policy_store_path(s, hash, path) == 0) {
		snprintf(manifest, sizeof manifest, "%s/" BUNDLE_FILE, path);
		len = cli_read(manifest, text, sizeof text);
	}
	if (len < 0 || bundle_parse(b, text, (size_t)len) != 0 ||
	    strcmp(b->hash, hash) != 0)
		memset(b, 0, sizeof *b);
}

/* What has to be done about it. */
static void
show_one(struct items *items, const struct policy_applied *a,
    const struct bundle *b, const char *review)
{
	char start[13];

	snprintf(start, sizeof start, "%.12s", a->bundle);
	items_open(items);
	items_time(items, "time", a->time_unix * 1000);
	items_string(items, "step", policy_step_word(a->step));
	items_string(items, "bundle", items->json ? a->bundle : start);
	items_string(items, "actor", a->actor);
	items_string(
	    items, "author", b->hash[0] != '\0' ? b->author : a->author);
	items_string(items, "reviewer", a->reviewer);
	items_string(items, "reference",
	    b->hash[0] != '\0' ? b->reference : a->reference);
	items_string(items, "review", review);
	items_hide(items);
	items_time(items, "proposed", b->time_unix * 1000);
	items_bool(items, "kept", b->hash[0] != '\0');
	items_close(items);
}

static int
show_history(const struct policy_store *s, bool json)
{
	struct policy_applied *list = NULL;
	struct bundle *b = calloc(1, sizeof *b);
	struct items items;
	size_t count = 0;
	int status;

	if (b == NULL)
		return cli_fail(CLI_UNKNOWN, "out of memory");
	status = policy_store_history(s, &list, &count);
	if (status == 0)
		status = policy_loaded_add(&list, &count);
	if (status != 0) {
		free(list);
		free(b);
		return status;
	}
	items_begin(&items, json ? print_json_begin() : NULL, NULL,
	    "no policy was in force yet");
	for (size_t i = 0; i < count; i++) {
		read_kept(s, list[i].bundle, b);
		show_one(&items, &list[i], b,
		    policy_store_unreviewed(list, count, i) ? "to do" : "");
	}
	status = items_end(&items);
	if (status == 0 && json)
		status = print_json_end();
	free(list);
	free(b);
	return status != 0 ? status : count > 0 ? CLI_YES : CLI_NO;
}

int
policy_history(int argc, char **argv)
{
	static const struct option options[] = {
	    {"json", no_argument, NULL, 'j'}, {NULL, 0, NULL, 0}};
	struct policy_store store;
	bool json = false;
	int c, status;

	while ((c = cli_option(argc, argv, options)) != -1) {
		if (c == '?')
			return CLI_UNKNOWN;
		json = true;
	}
	if (optind < argc)
		return cli_usage("this verb takes no operand %s", argv[optind]);
	status = policy_store_find(&store);
	return status != 0 ? status : show_history(&store, json);
}
