/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/factor_invite.h"

#include "cli/cli.h"
#include "cli/connect.h"
#include "cli/print.h"

#include <stdbool.h>
#include <stdio.h>

static int
exchange(struct channel *channel, struct message *m, const char *name)
{
	struct msg_ADMIN_INVITE_REQ *request = &m->u.ADMIN_INVITE_REQ;
	int status;

	message_init(m, MSG_ADMIN_INVITE_REQ);
	print_actor(request->actor, sizeof(request->actor));
	status =
	    connect_field(request->name, sizeof(request->name), name, "USER");
	if (status == 0)
		status = connect_send(channel, m);
	if (status == 0)
		status = connect_receive(channel, m, MSG_ADMIN_INVITE_ANS);
	if (status == 0)
		status = connect_judge(m->u.ADMIN_INVITE_ANS.status, name,
		    m->u.ADMIN_INVITE_ANS.text);
	return status;
}

static void
show_text(const char *name, const char *subject)
{
	cli_print(name);
	fputs(": invited to enrol, subject ", stdout);
	cli_print(subject);
	putchar('\n');
}

/* subject is NULL where it failed */
static void
show_json(const char *name, const char *subject, int status)
{
	char text[4096];
	struct json_write w;
	size_t len;

	json_write_init(&w, text, sizeof(text));
	json_write_object(&w, NULL);
	json_write_string(&w, "name", name);
	if (subject)
		json_write_string(&w, "subject", subject);
	else
		json_write_string(
		    &w, "error", status == CLI_NO ? "refused" : "unknown");
	json_write_object_end(&w);
	if (json_write_finish(&w, &len) == 0)
		printf("%.*s\n", (int)len, text);
}

/* The worst of all answers. */
static int
invite_all(char **names, const char *socket, bool json)
{
	struct channel channel;
	struct message m;
	int worst = connect_open(&channel, ROLE_ADMIN, socket);

	if (worst != 0)
		return worst;
	for (; *names; names++) {
		int status = exchange(&channel, &m, *names);
		const char *subject =
		    status == 0 ? m.u.ADMIN_INVITE_ANS.subject : NULL;

		if (json)
			show_json(*names, subject, status);
		else if (subject)
			show_text(*names, subject);
		if (status > worst)
			worst = status;
	}
	channel_close(&channel);
	return worst;
}

int
factor_invite(int argc, char **argv)
{
	const char *socket;
	bool json;

	if (cli_socket_options(argc, argv, &socket, &json) != 0)
		return CLI_UNKNOWN;
	if (optind == argc)
		return cli_usage("whom? (USER ...)");
	return invite_all(argv + optind, socket, json);
}
