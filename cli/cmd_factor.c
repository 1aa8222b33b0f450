/* SPDX-License-Identifier: Apache-2.0 */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "cli/ask.h"
#include "cli/cli.h"
#include "cli/factor_enrol.h"
#include "cli/factor_invite.h"
#include "cli/factor_prove.h"
#include "cli/lists.h"
#include "cli/nouns.h"
#include "cli/print.h"
#include "lib/base/words.h"

static int
factor_list(int argc, char **argv)
{
	const char *socket;
	struct message m;
	bool json;
	int status;

	if (cli_socket_options(argc, argv, &socket, &json) != 0)
		return CLI_UNKNOWN;
	if (argc - optind != 1)
		return cli_usage("give one USER");
	ask_init(&m, lists_factors.request);
	status = connect_field(m.u.ADMIN_ABOUT.name,
	    sizeof m.u.ADMIN_ABOUT.name, argv[optind], "USER");
	if (status == 0)
		status =
		    ask_list(&lists_factors, socket, &m, argv[optind], json);
	return status;
}

static int
factor_revoke(int argc, char **argv)
{
	struct msg_ADMIN_REVOKE_REQ *q;
	const char *socket, *name;
	struct message m;
	bool json;
	int status;

	if (cli_socket_options(argc, argv, &socket, &json) != 0)
		return CLI_UNKNOWN;
	if (argc - optind != 2)
		return cli_usage(
		    "give one USER, and one ID from `sallyport factor "
		    "list`");
	name = argv[optind];
	ask_init(&m, MSG_ADMIN_REVOKE_REQ);
	q = &m.u.ADMIN_REVOKE_REQ;
	status = connect_field(q->name, sizeof q->name, name, "USER");
	if (status == 0)
		status = connect_field(q->credential, sizeof q->credential,
		    argv[optind + 1], "ID");
	if (status == 0)
		status = ask_once(socket, &m, MSG_ADMIN_REVOKE_ANS, name);
	if (status == 0)
		ask_print_done("revoked", json);
	return status;
}

static int
factor_label(int argc, char **argv)
{
	struct msg_ADMIN_LABEL_REQ *q;
	const char *socket;
	struct message m;
	bool json;
	int status;

	if (cli_socket_options(argc, argv, &socket, &json) != 0)
		return CLI_UNKNOWN;
	if (argc - optind != 3)
		return cli_usage("give one USER, one ID from `sallyport factor "
				 "list`, and the LABEL");
	ask_init(&m, MSG_ADMIN_LABEL_REQ);
	q = &m.u.ADMIN_LABEL_REQ;
	status = connect_field(q->name, sizeof q->name, argv[optind], "USER");
	if (status == 0)
		status = connect_field(q->credential, sizeof q->credential,
		    argv[optind + 1], "ID");
	if (status == 0)
		status = connect_field(
		    q->label, sizeof q->label, argv[optind + 2], "LABEL");
	if (status == 0)
		status =
		    ask_once(socket, &m, MSG_ADMIN_LABEL_ANS, argv[optind]);
	if (status == 0)
		ask_print_done("labelled", json);
	return status;
}

#define WORD(NAME, name, word, ...) " " word
const struct cli_verb factor_verbs[] = {
    {"enrol", factor_enrol,
	"KIND [--label TEXT] [--another|--replace ID] [--algorithm NAME] "
	"[--digits N] [--period SECONDS] [--output FILE] [--qr] "
	"[--socket PATH] [--json] USER ...",
	"make a credential (KIND:" FACTOR_KINDS(WORD) "); its QR code and URI "
						      "are shown once"},
    {"invite", factor_invite, "[--socket PATH] [--json] USER ...",
	"let people enrol their first second factor at a login"},
    {"list", factor_list, "[--socket PATH] [--json] USER",
	"list a person's credentials, and the invitation"},
    {"label", factor_label, "[--socket PATH] [--json] USER ID LABEL",
	"give a credential another label"},
    {"confirm", factor_confirm, "[--socket PATH] [--json] USER ID",
	"prove a credential with the code that its app shows"},
    {"resync", factor_resync, "[--socket PATH] [--json] USER ID",
	"follow a clock that is off, shown by two consecutive codes"},
    {"revoke", factor_revoke, "[--socket PATH] [--json] USER ID",
	"end a credential or the invitation now"},
    {NULL, NULL, NULL, NULL},
};

int
cmd_factor(int argc, char **argv)
{
	return cli_dispatch(factor_verbs, argc, argv);
}
