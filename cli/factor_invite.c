/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/factor_invite.h"

#include <stdbool.h>
#include <stdio.h>

#include "cli/ask.h"
#include "cli/cli.h"

static void
show_text(const char *name, const char *subject)
{
	cli_print(name);
	fputs(": invited to enrol, subject ", stdout);
	cli_print(subject);
	putchar('\n');
}

static void
show_json(const char *name, const char *subject)
{
	char text[4096];
	struct json_write w;
	size_t len;

	json_write_init(&w, text, sizeof text);
	json_write_object(&w, NULL);
	json_write_string(&w, "name", name);
	json_write_string(&w, "subject", subject);
	json_write_object_end(&w);
	if (json_write_finish(&w, &len) == 0)
		printf("%.*s", (int)len, text);
}

static int
invite(void *arg, struct channel *channel, const char *name)
{
	const bool *json = arg;
	struct message m;
	int status;

	ask_init(&m, MSG_ADMIN_INVITE_REQ);
	status = connect_field(
	    m.u.ADMIN_ABOUT.name, sizeof m.u.ADMIN_ABOUT.name, name, "USER");
	if (status == 0)
		status = ask_exchange(channel, &m, MSG_ADMIN_INVITE_ANS, name);
	if (status == 0 && *json)
		show_json(name, m.u.ADMIN_HEAD.subject);
	else if (status == 0)
		show_text(name, m.u.ADMIN_HEAD.subject);
	return status;
}

int
factor_invite(int argc, char **argv)
{
	const char *socket;
	bool json;

	if (cli_socket_options(argc, argv, &socket, &json) != 0)
		return CLI_UNKNOWN;
	if (optind == argc)
		return cli_usage("give at least one USER");
	return ask_each(socket, argv + optind, json, invite, &json);
}
