/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/proposal/gateway_status.h"

#include <errno.h>
#include <jansson.h>
#include <limits.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/cli.h"

#define STATUS_MAX 65536
#define TAKEN_TRIES 150 /* of 100 ms */

static json_t *
read_status(const struct paths_status *paths)
{
	char *text = malloc(STATUS_MAX);
	long len = text != NULL ? cli_read(paths->file, text, STATUS_MAX) : -1;
	json_t *status =
	    len > 0 ? json_loadb(text, (size_t)len, 0, NULL) : NULL;

	free(text);
	return status;
}

pid_t
gateway_pid(const struct paths_status *paths)
{
	json_t *status = read_status(paths);
	json_int_t pid = json_integer_value(json_object_get(status, "pid"));
	pid_t found = 0;

	if (pid > 1 && pid <= INT_MAX &&
	    (kill((pid_t)pid, 0) == 0 || errno == EPERM))
		found = (pid_t)pid;
	json_decref(status);
	return found;
}

/* A status that was written anew since BEFORE; its error is of our reload. */
static bool
is_new(const struct paths_status *paths, const struct stat *before)
{
	struct stat st;

	return stat(paths->file, &st) == 0 &&
	       (st.st_ino != before->st_ino ||
		   st.st_mtim.tv_sec != before->st_mtim.tv_sec ||
		   st.st_mtim.tv_nsec != before->st_mtim.tv_nsec);
}

/* It says which bundle is in force, or why it keeps the old one; 1: nothing
 * yet, or not all roles have taken it. */
static int
has_taken(const struct paths_status *paths, const char *hash)
{
	json_t *status = read_status(paths);
	const char *bundle = "", *error = "";
	int result = 1, reloading = 0;

	json_unpack(status, "{s:s, s:b, s:{s:s}}", "reload_error", &error,
	    "reloading", &reloading, "policy", "bundle", &bundle);
	if (error[0] != '\0')
		result = cli_fail(CLI_UNKNOWN,
		    "the policy is in place, but gatewayd keeps the "
		    "old one: %s",
		    error);
	else if (strcmp(bundle, hash) == 0 && !reloading)
		result = 0;
	json_decref(status);
	return result;
}

int
gateway_take(const struct paths_status *paths, pid_t pid, const char *hash)
{
	struct stat before = {0};
	int result = 1;

	if (pid == 0)
		return 0;
	stat(paths->file, &before);
	if (kill(pid, SIGHUP) != 0)
		return cli_fail(CLI_UNKNOWN,
		    "the policy is in place, but gatewayd was not told "
		    "to reload: %s",
		    strerror(errno));
	for (int i = 0; result == 1 && i < TAKEN_TRIES; i++) {
		usleep(100000);
		if (is_new(paths, &before))
			result = has_taken(paths, hash);
	}
	return result != 1
		   ? result
		   : cli_fail(CLI_UNKNOWN,
			 "the policy is in place, but gatewayd does not "
			 "confirm that it uses this policy");
}
