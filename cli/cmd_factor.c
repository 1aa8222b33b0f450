/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/cli.h"
#include "cli/connect.h"
#include "cli/factor_enrol.h"
#include "cli/factor_invite.h"
#include "cli/nouns.h"
#include "cli/print.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

/* name: whose list it is.  A person who has a new name keeps the credentials
 * of the old one, and they open only that. */
static void
print_factor(const struct msg_ADMIN_FACTORS_ANS *f, const char *name)
{
	char created[PRINT_TIME];

	print_time(f->created_ms, created);
	printf("%-8s %s  ", f->kind, created);
	cli_print(f->credential);
	if (*f->label) {
		fputs("  ", stdout);
		cli_print(f->label);
	}
	if (strcasecmp(f->name, name) != 0) {
		fputs("  opens only ", stdout);
		cli_print(f->name);
	}
	putchar('\n');
}

static void
write_factor(struct json_write *w, const struct msg_ADMIN_FACTORS_ANS *f)
{
	json_write_string(w, "credential", f->credential);
	json_write_string(w, "kind", f->kind);
	json_write_string(w, "name", f->name);
	json_write_string(w, "label", f->label);
	json_write_string(w, "subject", f->subject);
	json_write_int(w, "created_ms", f->created_ms);
	json_write_uint(w, "last_step", f->step);
}

/* One answer a credential, then one that ends the list. */
static int
receive_list(
    struct channel *channel, struct message *m, const char *name, bool json)
{
	const struct msg_ADMIN_FACTORS_ANS *f = &m->u.ADMIN_FACTORS_ANS;
	struct print_list list;
	int status;

	print_list_begin(&list, json);
	for (;;) {
		status = connect_receive(channel, m, MSG_ADMIN_FACTORS_ANS);
		if (status == 0)
			status = connect_judge(f->status, name, f->text);
		if (status != 0)
			return status;
		if (f->end)
			break;
		if (json) {
			struct json_write *w = print_list_item(&list);

			write_factor(w, f);
			if (print_list_item_end(&list) < 0)
				return cli_fail(CLI_UNKNOWN, "out of room");
		} else {
			print_factor(f, name);
		}
	}
	print_list_end(&list);
	return CLI_YES;
}

static int
list(const char *name, const char *socket, bool json)
{
	struct channel channel;
	struct message m;
	int status = connect_open(&channel, ROLE_ADMIN, socket);

	if (status != 0)
		return status;
	message_init(&m, MSG_ADMIN_FACTORS_REQ);
	status = connect_field(m.u.ADMIN_FACTORS_REQ.name,
	    sizeof(m.u.ADMIN_FACTORS_REQ.name), name, "USER");
	if (status == 0)
		status = connect_send(&channel, &m);
	if (status == 0)
		status = receive_list(&channel, &m, name, json);
	channel_close(&channel);
	return status;
}

static int
factor_list(int argc, char **argv)
{
	const char *socket;
	bool json;

	if (cli_socket_options(argc, argv, &socket, &json) != 0)
		return CLI_UNKNOWN;
	if (argc - optind != 1)
		return cli_usage("whose factors? (one USER)");
	return list(argv[optind], socket, json);
}

static int
revoke(struct channel *channel, struct message *m, const char *name,
    const char *credential)
{
	struct msg_ADMIN_REVOKE_REQ *request = &m->u.ADMIN_REVOKE_REQ;
	int status;

	message_init(m, MSG_ADMIN_REVOKE_REQ);
	print_actor(request->actor, sizeof(request->actor));
	status =
	    connect_field(request->name, sizeof(request->name), name, "USER");
	if (status == 0)
		status = connect_field(request->credential,
		    sizeof(request->credential), credential, "ID");
	if (status == 0)
		status = connect_send(channel, m);
	if (status == 0)
		status = connect_receive(channel, m, MSG_ADMIN_REVOKE_ANS);
	if (status == 0)
		status = connect_judge(m->u.ADMIN_REVOKE_ANS.status, name,
		    m->u.ADMIN_REVOKE_ANS.text);
	return status;
}

static int
factor_revoke(int argc, char **argv)
{
	const char *socket;
	struct channel channel;
	struct message m;
	bool json;
	int status;

	if (cli_socket_options(argc, argv, &socket, &json) != 0)
		return CLI_UNKNOWN;
	if (argc - optind != 2)
		return cli_usage("which one? (USER, and ID of factor list)");
	status = connect_open(&channel, ROLE_ADMIN, socket);
	if (status != 0)
		return status;
	status = revoke(&channel, &m, argv[optind], argv[optind + 1]);
	channel_close(&channel);
	if (status == 0 && json)
		puts("{\"revoked\":true}");
	else if (status == 0)
		puts("revoked");
	return status;
}

static const struct cli_verb verbs[] = {
    {"enrol", factor_enrol,
	"totp [--label TEXT] [--qr] [--socket PATH] [--json] USER ...",
	"a new TOTP credential; its QR code and URI are shown once"},
    {"invite", factor_invite, "[--socket PATH] [--json] USER ...",
	"let people without a second factor enrol one as they log in"},
    {"list", factor_list, "[--socket PATH] [--json] USER",
	"a person's credentials, or invitation"},
    {"revoke", factor_revoke, "[--socket PATH] [--json] USER ID",
	"end a credential, or the invitation, from now on"},
    {NULL, NULL, NULL, NULL},
};

int
cmd_factor(int argc, char **argv)
{
	return cli_dispatch(verbs, argc, argv);
}
