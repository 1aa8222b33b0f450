/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/cli.h"
#include "cli/connect.h"
#include "cli/nouns.h"
#include "cli/print.h"

#include <stdbool.h>
#include <stdio.h>

static void
print_session(const struct msg_ADMIN_SESSIONS_ANS *s)
{
	char opened[PRINT_TIME];
	char ends[PRINT_TIME];
	char renewed[PRINT_TIME];

	print_time(s->opened_ms, opened);
	print_time(s->ends_ms, ends);
	cli_print(s->session);
	printf("  %s to %s  ", opened, ends);
	cli_print(s->name);
	fputs(" from ", stdout);
	cli_print(*s->client ? s->client : "-");
	fputs(" by ", stdout);
	cli_print(s->service);
	if (s->lease_seconds > 0) {
		print_time(s->renewed_ms, renewed);
		printf("  lease %us, renewed %s", s->lease_seconds, renewed);
	}
	if (s->ending[0] != '\0') {
		fputs("  ending: ", stdout);
		cli_print(s->ending);
	}
	putchar('\n');
}

static void
write_session(struct json_write *w, const struct msg_ADMIN_SESSIONS_ANS *s)
{
	json_write_string(w, "session", s->session);
	json_write_string(w, "name", s->name);
	json_write_string(w, "subject", s->subject);
	json_write_string(w, "service", s->service);
	json_write_string(w, "client", s->client);
	json_write_uint(w, "uid", s->uid);
	json_write_int(w, "opened_ms", s->opened_ms);
	json_write_int(w, "ends_ms", s->ends_ms);
	if (s->lease_seconds > 0) {
		json_write_uint(w, "lease_seconds", s->lease_seconds);
		json_write_int(w, "renewed_ms", s->renewed_ms);
	}
	if (s->ending[0] != '\0')
		json_write_string(w, "ending", s->ending);
}

/* One answer a session, then one that ends the list. */
static int
receive_list(struct channel *channel, struct message *m, bool json)
{
	const struct msg_ADMIN_SESSIONS_ANS *s = &m->u.ADMIN_SESSIONS_ANS;
	struct print_list list;

	print_list_begin(&list, json);
	for (;;) {
		int status =
		    connect_receive(channel, m, MSG_ADMIN_SESSIONS_ANS);

		if (status != 0)
			return status;
		if (s->end)
			break;
		if (json) {
			write_session(print_list_item(&list), s);
			if (print_list_item_end(&list) < 0)
				return cli_fail(CLI_UNKNOWN, "out of room");
		} else {
			print_session(s);
		}
	}
	print_list_end(&list);
	return CLI_YES;
}

static int
session_list(int argc, char **argv)
{
	const char *socket;
	struct channel channel;
	struct message m;
	bool json;
	int status;

	if (cli_socket_options(argc, argv, &socket, &json) != 0)
		return CLI_UNKNOWN;
	if (optind < argc)
		return cli_usage("what is %s?", argv[optind]);
	status = connect_open(&channel, ROLE_ADMIN, socket);
	if (status != 0)
		return status;
	message_init(&m, MSG_ADMIN_SESSIONS_REQ);
	status = connect_send(&channel, &m);
	if (status == 0)
		status = receive_list(&channel, &m, json);
	channel_close(&channel);
	return status;
}

static int
end(struct channel *channel, struct message *m, const char *session)
{
	struct msg_ADMIN_END_REQ *request = &m->u.ADMIN_END_REQ;
	int status;

	message_init(m, MSG_ADMIN_END_REQ);
	print_actor(request->actor, sizeof(request->actor));
	status = connect_field(
	    request->session, sizeof(request->session), session, "ID");
	if (status == 0)
		status = connect_send(channel, m);
	if (status == 0)
		status = connect_receive(channel, m, MSG_ADMIN_END_ANS);
	if (status == 0)
		status = connect_judge(m->u.ADMIN_END_ANS.status, session,
		    m->u.ADMIN_END_ANS.text);
	return status;
}

static int
session_end(int argc, char **argv)
{
	const char *socket;
	struct channel channel;
	struct message m;
	bool json;
	int status;

	if (cli_socket_options(argc, argv, &socket, &json) != 0)
		return CLI_UNKNOWN;
	if (argc - optind != 1)
		return cli_usage("which one? (one ID of session list)");
	status = connect_open(&channel, ROLE_ADMIN, socket);
	if (status != 0)
		return status;
	status = end(&channel, &m, argv[optind]);
	channel_close(&channel);
	if (status == 0 && json)
		puts("{\"ended\":true}");
	else if (status == 0)
		puts("ended");
	return status;
}

static const struct cli_verb verbs[] = {
    {"list", session_list, "[--socket PATH] [--json]",
	"the sessions that are open now"},
    {"end", session_end, "[--socket PATH] [--json] ID",
	"end a session and all that runs on its terminal"},
    {NULL, NULL, NULL, NULL},
};

int
cmd_session(int argc, char **argv)
{
	return cli_dispatch(verbs, argc, argv);
}
