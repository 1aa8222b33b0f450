/* SPDX-License-Identifier: Apache-2.0 */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/cli.h"
#include "cli/key_jwks.h"
#include "cli/key_make.h"
#include "cli/nouns.h"
#include "cli/paths.h"
#include "cli/print.h"
#include "lib/bundle/bundle.h"

static int
in_folder(const char *folder, const char *origin, struct paths_keys *paths)
{
	static const char tail[] = "/sallyport";
	char host[PATHS_MAX - sizeof tail] = "";
	struct {
		char *out;
		const char *name;
	} files[] = {
	    {paths->token, "token.pem"},
	    {paths->seal, "seal.key"},
	    {paths->checkpoint, "checkpoint.pem"},
	    {paths->verifier, "checkpoint.pem.pub"},
	};

	for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
		int n = snprintf(
		    files[i].out, PATHS_MAX, "%s/%s", folder, files[i].name);

		if (n < 0 || n >= PATHS_MAX)
			return cli_fail(
			    CLI_UNKNOWN, "%s: path is too long", folder);
	}
	if (!origin && gethostname(host, sizeof host - 1) < 0)
		return cli_usage("give --origin NAME, the name of the log");
	snprintf(paths->origin, PATHS_MAX, "%s%s", origin ? origin : host,
	    origin ? "" : tail);
	return 0;
}

static int
print_made(const struct paths_keys *paths, bool json)
{
	struct json_write *w;

	if (!json) {
		printf("token key       %s\nseal key        %s\n"
		       "checkpoint key  %s\nits public half %s\n",
		    paths->token, paths->seal, paths->checkpoint,
		    paths->verifier);
		return CLI_YES;
	}
	w = print_json_begin();
	json_write_object(w, NULL);
	json_write_string(w, "token", paths->token);
	json_write_string(w, "seal", paths->seal);
	json_write_string(w, "checkpoint", paths->checkpoint);
	json_write_string(w, "verifier", paths->verifier);
	json_write_string(w, "origin", paths->origin);
	json_write_object_end(w);
	return print_json_end();
}

static int
key_init(int argc, char **argv)
{
	static const struct option options[] = {
	    {"origin", required_argument, NULL, 'o'},
	    {"json", no_argument, NULL, 'j'}, {NULL, 0, NULL, 0}};
	struct paths_keys paths = {{0}, {0}, {0}, {0}, {0}};
	const char *origin = NULL;
	bool json = false;
	int status;
	int c;

	while ((c = cli_option(argc, argv, options)) != -1) {
		if (c == '?')
			return CLI_UNKNOWN;
		if (c == 'o')
			origin = optarg;
		else
			json = true;
	}
	if (argc - optind > 1)
		return cli_usage("give one DIRECTORY at most");
	if (optind < argc)
		status = in_folder(argv[optind], origin, &paths);
	else if (origin)
		return cli_usage(
		    "--origin needs a DIRECTORY; the configuration has "
		    "an origin of its own");
	else
		status = paths_keys(&paths);
	if (status == 0)
		status = key_make(&paths);
	return status == 0 ? print_made(&paths, json) : status;
}

static int
print_person(const struct paths_keys *paths, bool json)
{
	struct json_write *w;

	if (!json) {
		printf("private key  %s\npublic key   %s\n", paths->checkpoint,
		    paths->verifier);
		return CLI_YES;
	}
	w = print_json_begin();
	json_write_object(w, NULL);
	json_write_string(w, "name", paths->origin);
	json_write_string(w, "private", paths->checkpoint);
	json_write_string(w, "public", paths->verifier);
	json_write_object_end(w);
	return print_json_end();
}

/* NAME.pem and NAME.pub, to sign policies with */
static int
key_person(int argc, char **argv)
{
	static const struct option options[] = {
	    {"json", no_argument, NULL, 'j'}, {NULL, 0, NULL, 0}};
	struct paths_keys paths = {{0}, {0}, {0}, {0}, {0}};
	const char *folder, *name;
	bool json = false;
	int c, status;

	while ((c = cli_option(argc, argv, options)) != -1) {
		if (c == '?')
			return CLI_UNKNOWN;
		json = true;
	}
	if (argc - optind < 1 || argc - optind > 2)
		return cli_usage("give the NAME of one person");
	name = argv[optind];
	folder = argc - optind == 2 ? argv[optind + 1] : ".";
	if (!bundle_person_ok(name))
		return cli_usage("\"%s\" cannot be the name of a person", name);
	if (strlen(folder) + strlen(name) + sizeof "/.pem" > PATHS_MAX)
		return cli_fail(CLI_UNKNOWN, "%s: path is too long", folder);
	snprintf(paths.checkpoint, PATHS_MAX, "%s/%s.pem", folder, name);
	snprintf(paths.verifier, PATHS_MAX, "%s/%s.pub", folder, name);
	snprintf(paths.origin, PATHS_MAX, "%s", name);
	status = key_make_person(&paths);
	return status == 0 ? print_person(&paths, json) : status;
}

const struct cli_verb key_verbs[] = {
    {"init", key_init, "[--origin NAME] [--json] [DIRECTORY]",
	"make the keys of a new gateway, where its configuration names them"},
    {"person", key_person, "[--json] NAME [FOLDER]",
	"make a key for signing policies: NAME.pem, and NAME.pub for "
	"the gateway"},
    {"jwks", key_jwks, "[--socket PATH] [--session] [--json] [PEM-FILE ...]",
	"print the public token keys of the gateway, or of files"},
    {NULL, NULL, NULL, NULL},
};

int
cmd_key(int argc, char **argv)
{
	return cli_dispatch(key_verbs, argc, argv);
}
