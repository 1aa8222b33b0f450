/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/paths.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/cli.h"
#include "lib/conf/conf_parse.h"
#include "lib/conf/lex.h"

static int
parse(const char *path, struct conf *conf)
{
	struct lex_errors *errors = calloc(1, sizeof *errors);
	char *text = malloc(LEX_SOURCE_MAX);
	int status = CLI_UNKNOWN;
	long len;

	if (!errors || !text) {
		cli_fail(CLI_UNKNOWN, "out of memory");
		goto out;
	}
	len = cli_read(path, text, LEX_SOURCE_MAX);
	if (len < 0) {
		cli_fail(CLI_UNKNOWN, "%s: %s", path, strerror(errno));
		goto out;
	}
	lex_errors_init(errors);
	if (conf_parse(conf, path, text, (size_t)len, errors) == 0)
		status = 0;
	else
		cli_fail_findings(CLI_UNKNOWN, "the configuration", errors);
out:
	free(text);
	free(errors);
	return status;
}

/* Nobody but root need be able to read the usual file. */
static int
load(struct conf **conf_r)
{
	const char *path = cli_config();
	int status;

	*conf_r = NULL;
	if (!path && access(CLI_CONFIG, R_OK) < 0)
		return 0;
	*conf_r = calloc(1, sizeof **conf_r);
	if (!*conf_r)
		return cli_fail(CLI_UNKNOWN, "out of memory");
	status = parse(path ? path : CLI_CONFIG, *conf_r);
	if (status != 0) {
		free(*conf_r);
		*conf_r = NULL;
	}
	return status;
}

static int
join(char out[PATHS_MAX], const char *dir, const char *name)
{
	int n = snprintf(out, PATHS_MAX, "%s%s", dir, name);

	if (n < 0 || n >= PATHS_MAX)
		return cli_fail(
		    CLI_UNKNOWN, "%s%s: path is too long", dir, name);
	return 0;
}

/* The first that this user may use; root's, where that is none. */
static int
admin_socket(const char *runtime, char path_r[PATHS_MAX])
{
	static const char *const names[] = {
	    "/admin.sock", "/helpdesk.sock", "/auditor.sock"};

	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		if (join(path_r, runtime, names[i]) != 0)
			return CLI_UNKNOWN;
		else if (access(path_r, W_OK) == 0)
			return 0;
	return join(path_r, runtime, names[0]);
}

int
paths_socket(enum role self, char path_r[PATHS_MAX])
{
	const char *told = getenv("SALLYPORT_TOKEN_SOCKET");
	const char *runtime;
	struct conf *conf;
	int status;

	if (self == ROLE_SESSION && told && *told && !cli_config())
		return join(path_r, told, "");
	status = load(&conf);
	runtime = conf ? conf->gateway.runtime : CLI_RUNTIME;
	if (status == 0 && self == ROLE_ADMIN)
		status = admin_socket(runtime, path_r);
	else if (status == 0)
		status = join(path_r, runtime, "/token.sock");
	free(conf);
	return status;
}

int
paths_keys(struct paths_keys *paths_r)
{
	struct conf *conf;
	int status = load(&conf);

	if (status != 0)
		return status;
	if (!conf)
		return cli_fail(CLI_UNKNOWN,
		    "%s: %s (say which with --config, or name a directory)",
		    CLI_CONFIG, strerror(errno));
	if (join(paths_r->token, conf->authority.token_key[0], "") ||
	    join(paths_r->seal, conf->authority.seal_key, "") ||
	    join(paths_r->checkpoint, conf->audit.checkpoint_key, "") ||
	    join(paths_r->verifier, conf->audit.checkpoint_key, ".pub") ||
	    join(paths_r->origin, conf->audit.origin, ""))
		status = CLI_UNKNOWN;
	free(conf);
	return status;
}

static int
paths_own_log(char dir_r[PATHS_MAX], char key_r[PATHS_MAX])
{
	struct conf *conf;
	int status = load(&conf);

	if (status != 0)
		return status;
	if (!conf)
		return cli_fail(CLI_UNKNOWN,
		    "%s: %s (say which with --config, or name the log with "
		    "--dir and its key with --key)",
		    CLI_CONFIG, strerror(errno));
	if (join(dir_r, conf->gateway.state, "/audit") ||
	    join(key_r, conf->audit.checkpoint_key, ".pub"))
		status = CLI_UNKNOWN;
	free(conf);
	return status;
}

int
paths_log(const char *dir, const char *key, char dir_r[PATHS_MAX],
    char key_r[PATHS_MAX])
{
	int status = 0;

	if (dir == NULL || key == NULL)
		status = paths_own_log(dir_r, key_r);
	if (status == 0 && dir != NULL)
		status = join(dir_r, dir, "");
	if (status == 0 && key != NULL)
		status = join(key_r, key, "");
	return status;
}

int
paths_status(const char *socket, struct paths_status *paths_r)
{
	const char *slash;
	int status;

	if (socket)
		status = join(paths_r->socket, socket, "");
	else
		status = paths_socket(ROLE_ADMIN, paths_r->socket);
	if (status != 0)
		return status;
	slash = strrchr(paths_r->socket, '/');
	if (!slash)
		return join(paths_r->file, "", "status");
	memcpy(paths_r->file, paths_r->socket, PATHS_MAX);
	paths_r->file[slash - paths_r->socket] = '\0';
	if (strlen(paths_r->file) + sizeof "/status" > PATHS_MAX)
		return cli_fail(
		    CLI_UNKNOWN, "%s: path is too long", paths_r->socket);
	memcpy(paths_r->file + (slash - paths_r->socket), "/status",
	    sizeof "/status");
	return 0;
}

int
paths_open_log(const char *told)
{
	char dir[PATHS_MAX], key[PATHS_MAX];
	int fd;

	if (told == NULL && paths_log(NULL, NULL, dir, key) != 0)
		return -1;
	if (told == NULL)
		told = dir;
	fd = open(told, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		cli_fail(CLI_UNKNOWN, "%s: %s", told, strerror(errno));
	return fd;
}

int
paths_try_log(void)
{
	char dir[PATHS_MAX];
	struct conf *conf;
	int fd = -1;

	if (load(&conf) != 0 || conf == NULL)
		return -1;
	if (join(dir, conf->gateway.state, "/audit") == 0)
		fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	free(conf);
	return fd;
}

int
paths_policy(char path_r[PATHS_MAX])
{
	struct conf *conf;
	int status = load(&conf);

	if (status == 0)
		status = join(path_r,
		    conf ? conf->gateway.policy : "/etc/sallyport/policy.d",
		    "");
	free(conf);
	return status;
}

int
paths_signers(char path_r[PATHS_MAX])
{
	struct conf *conf;
	int status = load(&conf);

	if (status == 0)
		status =
		    join(path_r, conf ? conf->gateway.policy_signers : "", "");
	free(conf);
	return status;
}

int
paths_proposals(char state_r[PATHS_MAX], char path_r[PATHS_MAX])
{
	struct conf *conf;
	int status = load(&conf);

	if (status == 0)
		status = join(state_r,
		    conf ? conf->gateway.state : "/var/lib/sallyport", "");
	if (status == 0)
		status = join(path_r, state_r, "/proposals");
	free(conf);
	return status;
}
