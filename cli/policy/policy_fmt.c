/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/paths.h"
#include "cli/policy/policy_change.h"
#include "cli/print.h"
#include "cli/proposal/bundle_dir.h"
#include "lib/conf/lex.h"
#include "policy/language/layout.h"

#define FORM_MAX (8 * LEX_SOURCE_MAX + 16)

/* A file, and the same words in the one form. */
struct page {
	char *text, *form;
	long length, form_length;
};

static int
read_page(struct page *p, const char *path)
{
	p->text = malloc(LEX_SOURCE_MAX + 1);
	p->form = malloc(FORM_MAX);
	if (p->text == NULL || p->form == NULL)
		return cli_fail(CLI_UNKNOWN, "out of memory");
	p->length = cli_read(path, p->text, LEX_SOURCE_MAX);
	if (p->length < 0)
		return cli_fail(CLI_UNKNOWN, "%s: %s", path, strerror(errno));
	p->form_length =
	    layout_text(p->text, (size_t)p->length, p->form, FORM_MAX);
	if (p->form_length < 0 || !layout_same(p->text, (size_t)p->length,
				      p->form, (size_t)p->form_length))
		return cli_fail(CLI_UNKNOWN,
		    "%s: is no text of a policy (sallyport policy check shows "
		    "the line): it is left as it is",
		    path);
	return 0;
}

static int
write_page(const struct page *p, const char *path)
{
	char folder[PATHS_MAX] = ".";
	const char *slash = strrchr(path, '/');
	size_t length = slash != NULL ? (size_t)(slash - path) + 1 : 0;

	if (length >= sizeof folder)
		return cli_fail(CLI_UNKNOWN, "%s: path is too long", path);
	if (slash != NULL) {
		memcpy(folder, path, length);
		folder[length] = '\0';
	}
	if (bundle_dir_write(
		folder, path + length, p->form, (size_t)p->form_length) < 0)
		return cli_fail(CLI_UNKNOWN, "%s: %s", path, strerror(errno));
	return 0;
}

/* For scripts: the file, and whether it had another form. */
static void
write_result(struct json_write *json, const char *path, bool differs)
{
	json_write_object(json, NULL);
	json_write_string(json, "file", path);
	json_write_bool(json, "differs", differs);
	json_write_object_end(json);
}

static int
give_form(const char *path, bool check, struct json_write *json)
{
	struct page p = {0};
	int status = read_page(&p, path);
	bool differs =
	    status == 0 && (p.length != p.form_length ||
			       memcmp(p.text, p.form, (size_t)p.length) != 0);

	if (json != NULL && status == 0)
		write_result(json, path, differs);
	if (status == 0 && strcmp(path, "-") == 0 && !check && json == NULL) {
		fwrite(p.form, 1, (size_t)p.form_length, stdout);
	} else if (differs && check) {
		if (json == NULL)
			puts(path);
		status = CLI_NO;
	} else if (differs && strcmp(path, "-") != 0) {
		status = write_page(&p, path);
	}
	free(p.text);
	free(p.form);
	return status;
}

int
policy_fmt(int argc, char **argv)
{
	static const struct option options[] = {
	    {"check", no_argument, NULL, 'c'}, {"json", no_argument, NULL, 'j'},
	    {NULL, 0, NULL, 0}};
	struct json_write *json = NULL;
	bool check = false, wants_json = false;
	int c, status = CLI_YES;

	while ((c = cli_option(argc, argv, options)) != -1) {
		if (c == '?')
			return CLI_UNKNOWN;
		if (c == 'c')
			check = true;
		else
			wants_json = true;
	}
	if (optind == argc)
		return cli_usage("give at least one FILE");
	if (wants_json) {
		json = print_json_begin();
		json_write_object(json, NULL);
		json_write_array(json, "files");
	}
	for (int i = optind; i < argc; i++) {
		int one = give_form(argv[i], check, json);

		if (one > status)
			status = one;
	}
	if (json == NULL)
		return status;
	json_write_array_end(json);
	json_write_object_end(json);
	c = print_json_end();
	return c > status ? c : status;
}
