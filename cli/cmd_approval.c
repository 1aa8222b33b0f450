/* SPDX-License-Identifier: Apache-2.0 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/ask.h"
#include "cli/cli.h"
#include "cli/length.h"
#include "cli/nouns.h"
#include "cli/print.h"
#include "lib/base/name.h"

struct options {
	const char *socket;
	const char *length; /* --for */
	const char *service;
	bool json;
};

static int
read_options(int argc, char **argv, struct options *o)
{
	static const struct option known[] = {
	    {"for", required_argument, NULL, 'f'},
	    {"service", required_argument, NULL, 'v'},
	    {"socket", required_argument, NULL, 's'},
	    {"json", no_argument, NULL, 'j'}, {NULL, 0, NULL, 0}};
	int c;

	*o = (struct options){0};
	while ((c = cli_option(argc, argv, known)) != -1) {
		if (c == '?')
			return CLI_UNKNOWN;
		if (c == 's')
			o->socket = optarg;
		else if (c == 'f')
			o->length = optarg;
		else if (c == 'v')
			o->service = optarg;
		else
			o->json = true;
	}
	return 0;
}

static int
take_reference(char *field, const char *text)
{
	if (name_reference(text, APPROVAL_MAX) < 0)
		return cli_usage("REFERENCE must be 1 to %d printable ASCII "
				 "characters without blanks",
		    APPROVAL_MAX);
	memcpy(field, text, strlen(text) + 1);
	return 0;
}

/* ---- give ---- */

static int
make_give(struct message *m, char **words, const struct options *o)
{
	struct msg_ADMIN_GIVE_REQ *q = &m->u.ADMIN_GIVE_REQ;
	int status;

	ask_init(m, MSG_ADMIN_GIVE_REQ);
	if (o->length == NULL ||
	    length_parse(o->length, APPROVAL_SECONDS_MAX, &q->seconds) != 0)
		return cli_usage(
		    "give --for DURATION, like 30m, 8h or 2d; 30d at "
		    "most");
	status = connect_field(q->name, sizeof q->name, words[0], "NAME");
	if (status == 0)
		status = take_reference(q->approval, words[1]);
	if (status == 0 && o->service != NULL)
		status = connect_field(
		    q->service, sizeof q->service, o->service, "--service");
	return status;
}

static int
show_given(const struct msg_ADMIN_GIVE_ANS *a, bool json)
{
	char ends[PRINT_TIME];
	struct json_write *w;

	print_time(a->ends_ms, ends);
	if (!json) {
		printf("given until %s%s\n", ends,
		    a->known ? ""
			     : ", for a plain \"approval\" alone: it comes "
			       "from no open session");
		return 0;
	}
	w = print_json_begin();
	json_write_object(w, NULL);
	json_write_bool(w, "given", true);
	print_json_time(w, "ends", a->ends_ms);
	json_write_bool(w, "known", a->known != 0);
	json_write_uint(w, "groups", a->groups);
	json_write_object_end(w);
	return print_json_end();
}

static int
approval_give(int argc, char **argv)
{
	struct options o;
	struct message m;
	int status;

	if (read_options(argc, argv, &o) != 0)
		return CLI_UNKNOWN;
	if (argc - optind != 2)
		return cli_usage(
		    "give NAME, the person, and REFERENCE, the change");
	status = make_give(&m, argv + optind, &o);
	if (status == 0)
		status =
		    ask_once(o.socket, &m, MSG_ADMIN_GIVE_ANS, argv[optind]);
	if (status == 0)
		status = show_given(&m.u.ADMIN_GIVE_ANS, o.json);
	return status;
}

/* ---- list ---- */

static void
show_approval(struct items *items, const struct message *m)
{
	const struct msg_ADMIN_APPROVALS_ANS *a = &m->u.ADMIN_APPROVALS_ANS;

	items_time(items, "ends", a->ends_ms);
	items_string(items, "reference", a->approval);
	items_string(items, "name", a->name);
	items_string(items, "service", a->service);
	items_string(items, "giver", a->giver);
	items_bool(items, "readable", a->name[0] != '\0');
	items_string(items, "subject", a->subject);
	items_hide(items);
	items_string(items, "giver_id", a->giver_id);
	items_uint(items, "groups", a->groups);
	items_time(items, "given", a->given_ms);
}

static int
approval_list(int argc, char **argv)
{
	static const struct ask_list approvals = {
	    ASK(APPROVALS), show_approval, "no approval is in force"};
	const char *socket, *name;
	struct message m;
	bool json;
	int status = 0;

	if (cli_socket_options(argc, argv, &socket, &json) != 0)
		return CLI_UNKNOWN;
	if (argc - optind > 1)
		return cli_usage(
		    "give one NAME, or none for everybody's approvals");
	name = optind < argc ? argv[optind] : "";
	ask_init(&m, approvals.request);
	if (optind < argc)
		status = connect_field(m.u.ADMIN_ABOUT.name,
		    sizeof m.u.ADMIN_ABOUT.name, name, "NAME");
	if (status == 0)
		status = ask_list(&approvals, socket, &m, name, json);
	return status;
}

/* ---- withdraw ---- */

static int
approval_withdraw(int argc, char **argv)
{
	struct msg_ADMIN_WITHDRAW_REQ *q;
	struct message m;
	const char *socket, *name;
	bool json;
	int status;

	if (cli_socket_options(argc, argv, &socket, &json) != 0)
		return CLI_UNKNOWN;
	if (argc - optind != 2)
		return cli_usage(
		    "give the NAME and the REFERENCE of the approval");
	name = argv[optind];
	ask_init(&m, MSG_ADMIN_WITHDRAW_REQ);
	q = &m.u.ADMIN_WITHDRAW_REQ;
	status = connect_field(q->name, sizeof q->name, name, "NAME");
	if (status == 0)
		status = take_reference(q->approval, argv[optind + 1]);
	if (status == 0)
		status = ask_once(socket, &m, MSG_ADMIN_WITHDRAW_ANS, name);
	if (status == 0)
		ask_print_done("withdrawn", json);
	return status;
}

const struct cli_verb approval_verbs[] = {
    {"give", approval_give,
	"--for DURATION [--service NAME] [--socket PATH] [--json] NAME "
	"REFERENCE",
	"approve logins of another person for a time"},
    {"list", approval_list, "[--socket PATH] [--json] [NAME]",
	"list the approvals that are in force"},
    {"withdraw", approval_withdraw, "[--socket PATH] [--json] NAME REFERENCE",
	"end an approval now"},
    {NULL, NULL, NULL, NULL},
};

int
cmd_approval(int argc, char **argv)
{
	return cli_dispatch(approval_verbs, argc, argv);
}
