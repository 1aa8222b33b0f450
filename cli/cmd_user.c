/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/ask.h"
#include "cli/cli.h"
#include "cli/lists.h"
#include "cli/nouns.h"
#include "cli/paths.h"
#include "cli/print.h"
#include "cli/user_attempts.h"

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* what comes after the tries, each a question of its own */
static const struct part {
	const char *key, *heading, *none;
	const struct ask_list *list;
} parts[] = {
    {"credentials", "credentials", "no credential, and no invitation",
	&lists_factors},
    {"sessions", "open sessions", "no open session", &lists_sessions},
};
#define PARTS (sizeof parts / sizeof parts[0])

/* where this user may not read the log, which has all of them */
static const struct part remembered = {"attempts",
    "last attempts, since gatewayd's start",
    "no attempt since gatewayd's start", &lists_attempts};

static int
take_name(struct message *m, const char *name)
{
	return connect_field(
	    m->u.ADMIN_ABOUT.name, sizeof m->u.ADMIN_ABOUT.name, name, "USER");
}

/* ---- show ---- */

static void
print_tries(const struct msg_ADMIN_USER_ANS *u)
{
	char until[PRINT_TIME];

	cli_print(u->name);
	fputs(": subject ", stdout);
	cli_print(u->subject);
	printf("\nfailed tries: %u of %u\n", u->tries, u->max_tries);
	print_time(u->locked_until_ms, until);
	if (u->locked_until_ms > 0)
		printf("locked out until %s UTC\n", until);
	else
		puts("not locked out");
}

static json_t *
pack_tries(const struct msg_ADMIN_USER_ANS *u)
{
	return json_pack("{s:s, s:s, s:I, s:I, s:b, s:I}", "name", u->name,
	    "subject", u->subject, "tries", (json_int_t)u->tries, "max_tries",
	    (json_int_t)u->max_tries, "locked", u->locked_until_ms > 0,
	    "locked_until_ms", (json_int_t)u->locked_until_ms);
}

/* A part ends: what stands where there is nothing, or the member of shown. */
static int
end_part(const struct part *p, struct print_list *items, json_t *shown)
{
	const char *text;

	if (shown == NULL) {
		if (items->count == 0)
			puts(p->none);
		return 0;
	}
	text = print_list_text(items);
	if (text == NULL ||
	    json_object_set_new(shown, p->key, json_loads(text, 0, NULL)) < 0)
		return cli_fail(CLI_UNKNOWN, "out of memory");
	return 0;
}

/* One part: as lines under a heading, or as a member of shown. */
static int
ask_part(const struct part *p, struct channel *channel, const char *name,
    json_t *shown)
{
	struct print_list items;
	struct message m;
	int status;

	ask_init(&m, p->list->request);
	status = take_name(&m, name);
	if (status != 0)
		return status;
	print_list_begin(&items, shown != NULL);
	if (shown == NULL)
		printf("%s:\n", p->heading);
	status = ask_items(p->list, channel, &m, name, &items);
	if (status == 0)
		status = end_part(p, &items, shown);
	print_list_drop(&items);
	return status;
}

/* The same from the log. */
static int
read_part(int log, const char *subject, json_t *shown)
{
	static const struct part p = {
	    "attempts", "last attempts", "no attempt", &lists_attempts};
	static struct user_attempts attempts;
	struct print_list items;
	struct message m;
	int status = user_attempts_read(log, subject, &attempts);

	if (status != 0)
		return status;
	message_init(&m, p.list->answer);
	print_list_begin(&items, shown != NULL);
	if (shown == NULL)
		printf("%s:\n", p.heading);
	for (size_t i = 0; i < attempts.count && status == 0; i++) {
		m.u.ADMIN_ATTEMPTS_ANS = attempts.item[i];
		status = ask_item(p.list, &m, "", &items);
	}
	if (status == 0)
		status = end_part(&p, &items, shown);
	print_list_drop(&items);
	return status;
}

static int
show(struct channel *channel, const char *name, int log, bool json)
{
	char subject[SUBJECT_MAX + 1];
	json_t *shown = NULL;
	struct message m;
	int status;

	ask_init(&m, MSG_ADMIN_USER_REQ);
	status = take_name(&m, name);
	if (status == 0)
		status = ask_exchange(channel, &m, MSG_ADMIN_USER_ANS, name);
	if (status != 0)
		return status;
	memcpy(subject, m.u.ADMIN_USER_ANS.subject, sizeof subject);
	if (json) {
		shown = pack_tries(&m.u.ADMIN_USER_ANS);
		if (shown == NULL)
			return cli_fail(CLI_UNKNOWN, "out of memory");
	} else {
		print_tries(&m.u.ADMIN_USER_ANS);
	}
	for (size_t i = 0; i < PARTS && status == 0; i++)
		status = ask_part(&parts[i], channel, name, shown);
	if (status == 0)
		status = log < 0 ? ask_part(&remembered, channel, name, shown)
				 : read_part(log, subject, shown);
	if (status == 0 && json) {
		json_dumpf(shown, stdout, JSON_COMPACT | JSON_ENSURE_ASCII);
		putchar('\n');
	}
	json_decref(shown);
	return status;
}

static int
user_show(int argc, char **argv)
{
	struct channel channel;
	const char *socket;
	bool json;
	int log, status;

	if (cli_socket_options(argc, argv, &socket, &json) != 0)
		return CLI_UNKNOWN;
	if (argc - optind != 1)
		return cli_usage("who? (one USER)");
	status = connect_open(&channel, ROLE_ADMIN, socket);
	if (status != 0)
		return status;
	/* of another gateway it would be another log */
	log = socket == NULL ? paths_try_log() : -1;
	status = show(&channel, argv[optind], log, json);
	if (log >= 0)
		close(log);
	channel_close(&channel);
	return status;
}

/* ---- unlock ---- */

static int
user_unlock(int argc, char **argv)
{
	const char *socket;
	struct message m;
	bool json;
	int status;

	if (cli_socket_options(argc, argv, &socket, &json) != 0)
		return CLI_UNKNOWN;
	if (argc - optind != 1)
		return cli_usage("who? (one USER)");
	ask_init(&m, MSG_ADMIN_UNLOCK_REQ);
	status = take_name(&m, argv[optind]);
	if (status == 0)
		status =
		    ask_once(socket, &m, MSG_ADMIN_UNLOCK_ANS, argv[optind]);
	if (status == 0)
		ask_print_done("unlocked", json);
	return status;
}

static const struct cli_verb verbs[] = {
    {"show", user_show, "[--socket PATH] [--json] USER",
	"show tries, lockout, credentials, open sessions and last attempts"},
    {"unlock", user_unlock, "[--socket PATH] [--json] USER",
	"end a lockout: failed tries no longer count"},
    {NULL, NULL, NULL, NULL},
};

int
cmd_user(int argc, char **argv)
{
	return cli_dispatch(verbs, argc, argv);
}
