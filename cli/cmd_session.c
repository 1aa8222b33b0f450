/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/ask.h"
#include "cli/cli.h"
#include "cli/nouns.h"
#include "cli/print.h"

#include <stdbool.h>
#include <stdio.h>

static void
print_session(const struct message *m, const char *about)
{
	const struct msg_ADMIN_SESSIONS_ANS *s = &m->u.ADMIN_SESSIONS_ANS;
	char opened[PRINT_TIME];
	char ends[PRINT_TIME];
	char renewed[PRINT_TIME];

	(void)about;
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
write_session(struct json_write *w, const struct message *m)
{
	const struct msg_ADMIN_SESSIONS_ANS *s = &m->u.ADMIN_SESSIONS_ANS;

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

static int
session_list(int argc, char **argv)
{
	static const struct ask_list sessions = {
	    ASK(SESSIONS), print_session, write_session};
	const char *socket;
	struct message m;
	bool json;

	if (cli_socket_options(argc, argv, &socket, &json) != 0)
		return CLI_UNKNOWN;
	if (optind < argc)
		return cli_usage("what is %s?", argv[optind]);
	ask_init(&m, sessions.request);
	return ask_list(&sessions, socket, &m, "", json);
}

static int
session_end(int argc, char **argv)
{
	struct msg_ADMIN_END_REQ *q;
	const char *socket;
	struct message m;
	bool json;
	int status;

	if (cli_socket_options(argc, argv, &socket, &json) != 0)
		return CLI_UNKNOWN;
	if (argc - optind != 1)
		return cli_usage("which one? (one ID of session list)");
	ask_init(&m, MSG_ADMIN_END_REQ);
	q = &m.u.ADMIN_END_REQ;
	status =
	    connect_field(q->session, sizeof(q->session), argv[optind], "ID");
	if (status == 0)
		status = ask_once(socket, &m, MSG_ADMIN_END_ANS, argv[optind]);
	if (status == 0)
		ask_print_done("ended", json);
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
