/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/loaded.h"
#include "cli/nouns.h"
#include "cli/paths.h"
#include "cli/print.h"
#include "cli/status_file.h"
#include "lib/base/format.h"
#include "lib/wire/pamwire.h"

#define MODULE "pam_sallyport.so"

struct versions {
	json_t *file; /* of gatewayd; NULL: not asked, or it does not run */
	struct loaded_count module;
};

static const char *
release_of(const json_t *file)
{
	const char *release =
	    json_string_value(json_object_get(file, "release"));

	return release != NULL ? release : "before 0.1.0";
}

static long
pid_of(const json_t *object)
{
	return (long)json_integer_value(json_object_get(object, "pid"));
}

static const char *
remark(enum loaded loaded)
{
	switch (loaded) {
	case LOADED_NOW:
		break;
	case LOADED_REPLACED:
		return "its program was replaced: restart gatewayd";
	case LOADED_UNKNOWN:
		return "only root can see which program it runs";
	}
	return "";
}

/* How many of them run a program that was replaced. */
static unsigned
each_process(const struct versions *v,
    void (*show)(const char *name, const json_t *process, enum loaded, void *),
    void *arg)
{
	enum loaded loaded = loaded_program(pid_of(v->file));
	unsigned replaced = loaded == LOADED_REPLACED;
	json_t *role;
	size_t i;

	show("gatewayd", v->file, loaded, arg);
	json_array_foreach(json_object_get(v->file, "roles"), i, role)
	{
		if (pid_of(role) < 1)
			continue;
		loaded = loaded_program(pid_of(role));
		replaced += loaded == LOADED_REPLACED;
		show(json_string_value(json_object_get(role, "role")), role,
		    loaded, arg);
	}
	return replaced;
}

static void
print_process(
    const char *name, const json_t *process, enum loaded loaded, void *arg)
{
	const struct versions *v = arg;

	cli_print(name);
	/* a role that is of another release than gatewayd does not start */
	putchar('\t');
	cli_print(release_of(v->file));
	printf("\tpid %ld%s%s\n", pid_of(process),
	    *remark(loaded) != '\0' ? "\t" : "", remark(loaded));
}

static void
print_module(const struct loaded_count *c)
{
	printf(MODULE "\tin %u process%s", c->processes,
	    c->processes == 1 ? "" : "es");
	if (c->replaced > 0)
		printf(", %u of them with the file before the last upgrade",
		    c->replaced);
	if (c->unknown > 0)
		printf("; %u could not be looked into", c->unknown);
	putchar('\n');
}

/* A session that was open at an upgrade keeps its module, and may: what the
 * module says has a version of its own. */
static bool
agree(const struct versions *v, unsigned replaced)
{
	return replaced == 0 &&
	       strcmp(release_of(v->file), SALLYPORT_VERSION) == 0;
}

static int
print_text(struct versions *v)
{
	unsigned replaced;

	puts("sallyport\t" SALLYPORT_VERSION);
	printf("formats\trecord %d, state.db %d, proposal %d, PAM wire %d\n",
	    FORMAT_RECORD_NUMBER, FORMAT_STATE_DB_NUMBER,
	    FORMAT_PROPOSAL_NUMBER, PAMWIRE_VERSION);
	if (v->file == NULL)
		return CLI_YES;
	replaced = each_process(v, print_process, v);
	print_module(&v->module);
	return agree(v, replaced) ? CLI_YES : CLI_NO;
}

static void
print_json_process(
    const char *name, const json_t *process, enum loaded loaded, void *arg)
{
	struct json_write *w = arg;

	json_write_object(w, NULL);
	json_write_string(w, "name", name);
	json_write_int(w, "pid", pid_of(process));
	if (loaded == LOADED_UNKNOWN)
		json_write_null(w, "replaced");
	else
		json_write_bool(w, "replaced", loaded == LOADED_REPLACED);
	json_write_object_end(w);
}

static int
print_json(struct versions *v)
{
	struct json_write *w = print_json_begin();
	unsigned replaced = 0;

	json_write_object(w, NULL);
	json_write_string(w, "release", SALLYPORT_VERSION);
	json_write_object(w, "formats");
	json_write_int(w, "record", FORMAT_RECORD_NUMBER);
	json_write_int(w, "state.db", FORMAT_STATE_DB_NUMBER);
	json_write_int(w, "proposal", FORMAT_PROPOSAL_NUMBER);
	json_write_int(w, "wire", PAMWIRE_VERSION);
	json_write_object_end(w);
	if (v->file != NULL) {
		json_write_string(w, "gatewayd", release_of(v->file));
		json_write_array(w, "processes");
		replaced = each_process(v, print_json_process, w);
		json_write_array_end(w);
		json_write_object(w, "module");
		json_write_uint(w, "processes", v->module.processes);
		json_write_uint(w, "replaced", v->module.replaced);
		json_write_uint(w, "unknown", v->module.unknown);
		json_write_object_end(w);
		json_write_bool(w, "agree", agree(v, replaced));
	}
	json_write_object_end(w);
	if (print_json_end() != 0)
		return CLI_UNKNOWN;
	return v->file == NULL || agree(v, replaced) ? CLI_YES : CLI_NO;
}

static int
version_show(int argc, char **argv)
{
	static const struct option options[] = {{"all", no_argument, NULL, 'a'},
	    {"socket", required_argument, NULL, 's'},
	    {"json", no_argument, NULL, 'j'}, {0}};
	struct paths_status paths;
	struct versions v = {0};
	const char *socket = NULL;
	bool all = false, json = false;
	int option, status = 0;

	while ((option = cli_option(argc, argv, options)) >= 0) {
		if (option == '?')
			return CLI_UNKNOWN;
		if (option == 's')
			socket = optarg;
		all = all || option == 'a';
		json = json || option == 'j';
	}
	if (optind < argc)
		return cli_usage("this verb takes no operand %s", argv[optind]);
	if (all) {
		status = paths_status(socket, &paths);
		if (status == 0)
			status = status_file_read(paths.file, &v.file);
		loaded_file(MODULE, &v.module);
	}
	if (status == 0)
		status = json ? print_json(&v) : print_text(&v);
	json_decref(v.file);
	return status;
}

const struct cli_verb version_verbs[] = {
    {"show", version_show, "[--all] [--socket PATH] [--json]",
	"say which release is installed; with --all, which one runs"},
    {NULL, NULL, NULL, NULL},
};

int
cmd_version(int argc, char **argv)
{
	return cli_dispatch_only(version_verbs, argc, argv);
}
