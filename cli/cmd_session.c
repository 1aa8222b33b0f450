/* SPDX-License-Identifier: Apache-2.0 */
#include <stdbool.h>
#include <stdio.h>

#include "cli/ask.h"
#include "cli/cli.h"
#include "cli/lists.h"
#include "cli/nouns.h"
#include "cli/print.h"

static int
session_list(int argc, char **argv)
{
	const char *socket;
	struct message m;
	bool json;

	if (cli_socket_options(argc, argv, &socket, &json) != 0)
		return CLI_UNKNOWN;
	if (optind < argc)
		return cli_usage("this verb takes no operand %s", argv[optind]);
	ask_init(&m, lists_sessions.request);
	return ask_list(&lists_sessions, socket, &m, "", json);
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
		return cli_usage("give one ID from `sallyport session list`");
	ask_init(&m, MSG_ADMIN_END_REQ);
	q = &m.u.ADMIN_END_REQ;
	status =
	    connect_field(q->session, sizeof q->session, argv[optind], "ID");
	if (status == 0)
		status = ask_once(socket, &m, MSG_ADMIN_END_ANS, argv[optind]);
	if (status == 0)
		ask_print_done("ended", json);
	return status;
}

const struct cli_verb session_verbs[] = {
    {"list", session_list, "[--socket PATH] [--json]",
	"list the open sessions"},
    {"end", session_end, "[--socket PATH] [--json] ID",
	"end a session, its connection and its shell"},
    {NULL, NULL, NULL, NULL},
};

int
cmd_session(int argc, char **argv)
{
	return cli_dispatch(session_verbs, argc, argv);
}
