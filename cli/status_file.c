/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/status_file.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>

#include "cli/cli.h"
#include "lib/base/format.h"

#define STATUS_MAX 65536

static bool
is_policy(json_t *file)
{
	const char *text;
	json_int_t number;

	return json_unpack(file, "{s:{s:s, s:s, s:s, s:s, s:I, s:I}}", "policy",
		   "bundle", &text, "author", &text, "reviewer", &text,
		   "reference", &text, "proposed", &number, "review_seconds",
		   &number) == 0;
}

/* Of a gatewayd before there were any: none. */
static bool
are_warnings(const json_t *warnings)
{
	json_t *one;
	size_t i;

	json_array_foreach(warnings, i, one)
	{
		if (!json_is_string(json_object_get(one, "text")))
			return false;
	}
	return warnings == NULL || json_is_array(warnings);
}

/* The same. */
static bool
are_servers(json_t *servers)
{
	const char *text;
	json_int_t number;
	json_t *one;
	size_t i;

	json_array_foreach(servers, i, one)
	{
		if (json_unpack(one, "{s:s, s:s, s:s, s:s, s:I, s:I}", "server",
			&text, "state", &text, "why", &text, "certificate",
			&text, "worked", &number, "ends", &number) != 0)
			return false;
	}
	return servers == NULL || json_is_array(servers);
}

/* Every member that is shown is there and of its type; others may come. */
static bool
is_whole(json_t *file)
{
	json_t *roles, *role;
	const char *text, *state;
	json_int_t number;
	size_t i;
	int ready;

	if (json_unpack(file, "{s:b, s:I, s:I, s:s, s:o}", "ready", &ready,
		"pid", &number, "policy_rules", &number, "reload_error", &text,
		"roles", &roles) != 0 ||
	    !json_is_array(roles))
		return false;
	json_array_foreach(roles, i, role)
	{
		if (json_unpack(role, "{s:s, s:s, s:I, s:I}", "role", &text,
			"state", &state, "pid", &number, "restarts",
			&number) != 0)
			return false;
	}
	return are_warnings(json_object_get(file, "warnings")) &&
	       are_servers(json_object_get(file, "servers")) &&
	       (json_object_get(file, "policy") == NULL || is_policy(file));
}

static long long
number_of(const json_t *object, const char *name)
{
	return json_integer_value(json_object_get(object, name));
}

int
status_file_read(const char *path, json_t **file_r)
{
	static char text[STATUS_MAX];
	long size = cli_read(path, text, sizeof text);
	unsigned found = 1; /* where it says none */
	char why[FORMAT_TEXT];
	long long pid;

	if (size < 0)
		return cli_fail(CLI_UNKNOWN, "%s: %s%s", path, strerror(errno),
		    errno == ENOENT ? ": is gatewayd running?" : "");
	*file_r = json_loadb(text, (size_t)size, JSON_REJECT_DUPLICATES, NULL);
	if (*file_r != NULL && number_of(*file_r, "format") > 0)
		found = (unsigned)number_of(*file_r, "format");
	if (format_look(FORMAT_STATUS, found) == FORMAT_REFUSED)
		return cli_fail(CLI_UNKNOWN, "%s: %s", path,
		    format_refusal(FORMAT_STATUS, NULL, found, why));
	if (!is_whole(*file_r))
		return cli_fail(CLI_UNKNOWN,
		    "%s is malformed: is gatewayd of another version?", path);
	pid = number_of(*file_r, "pid");
	if (pid < 1 || pid > INT_MAX ||
	    (kill((pid_t)pid, 0) < 0 && errno == ESRCH))
		return cli_fail(CLI_UNKNOWN,
		    "gatewayd (process %lld) is gone and left %s behind", pid,
		    path);
	return 0;
}
