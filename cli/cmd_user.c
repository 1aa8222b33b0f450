/* SPDX-License-Identifier: Apache-2.0 */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/ask.h"
#include "cli/cli.h"
#include "cli/lists.h"
#include "cli/nouns.h"
#include "cli/paths.h"
#include "cli/print.h"
#include "cli/user_attempts.h"

/* what comes after the tries, each a question of its own */
static const struct part {
	const char *key, *heading;
	const struct ask_list *list;
} parts[] = {
    {"credentials", "credentials", &lists_factors},
    {"sessions", "open sessions", &lists_sessions},
};
#define PARTS (sizeof parts / sizeof parts[0])

/* where this user may not read the log, which has all of them */
static const struct part remembered = {
    "attempts", "last attempts, since gatewayd's start", &lists_attempts};

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
		printf("locked out until %s\n", until);
	else
		puts("not locked out");
}

static void
write_tries(struct json_write *w, const struct msg_ADMIN_USER_ANS *u)
{
	json_write_string(w, "name", u->name);
	json_write_string(w, "subject", u->subject);
	json_write_uint(w, "tries", u->tries);
	json_write_uint(w, "max_tries", u->max_tries);
	json_write_bool(w, "locked", u->locked_until_ms > 0);
	print_json_time(w, "locked_until", u->locked_until_ms);
}

/* As lines under a heading, or as a member of json. */
static int
ask_part(const struct part *p, struct channel *channel, const char *name,
    struct json_write *json)
{
	struct items items;
	struct message m;
	int status;

	ask_init(&m, p->list->request);
	status = take_name(&m, name);
	if (status != 0)
		return status;
	if (json == NULL)
		printf("%s:\n", p->heading);
	items_begin(&items, json, p->key, p->list->none);
	status = ask_items(p->list, channel, &m, name, &items);
	if (status == 0)
		status = items_end(&items);
	items_drop(&items);
	return status;
}

/* The last attempts, from the log. */
static int
read_part(int log, const char *subject, struct json_write *json)
{
	static struct user_attempts attempts;
	struct items items;
	struct message m;
	int status = user_attempts_read(log, subject, &attempts);

	if (status != 0)
		return status;
	message_init(&m, lists_attempts.answer);
	if (json == NULL)
		puts("last attempts:");
	items_begin(&items, json, remembered.key, "no attempt");
	for (size_t i = 0; i < attempts.count; i++) {
		m.u.ADMIN_ATTEMPTS_ANS = attempts.item[i];
		items_open(&items);
		lists_attempts.show(&items, &m);
		items_close(&items);
	}
	return items_end(&items);
}

static int
show(struct channel *channel, const char *name, int log, bool json)
{
	struct json_write *w = json ? print_json_begin() : NULL;
	char subject[SUBJECT_MAX + 1];
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
		json_write_object(w, NULL);
		write_tries(w, &m.u.ADMIN_USER_ANS);
	} else {
		print_tries(&m.u.ADMIN_USER_ANS);
	}
	for (size_t i = 0; i < PARTS && status == 0; i++)
		status = ask_part(&parts[i], channel, name, w);
	if (status == 0)
		status = log < 0 ? ask_part(&remembered, channel, name, w)
				 : read_part(log, subject, w);
	if (status != 0 || !json)
		return status;
	json_write_object_end(w);
	return print_json_end();
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
		return cli_usage("give one USER");
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
		return cli_usage("give one USER");
	ask_init(&m, MSG_ADMIN_UNLOCK_REQ);
	status = take_name(&m, argv[optind]);
	if (status == 0)
		status =
		    ask_once(socket, &m, MSG_ADMIN_UNLOCK_ANS, argv[optind]);
	if (status == 0)
		ask_print_done("unlocked", json);
	return status;
}

const struct cli_verb user_verbs[] = {
    {"show", user_show, "[--socket PATH] [--json] USER",
	"show tries, lockout, credentials, open sessions and last attempts"},
    {"unlock", user_unlock, "[--socket PATH] [--json] USER",
	"end a lockout: failed tries no longer count"},
    {NULL, NULL, NULL, NULL},
};

int
cmd_user(int argc, char **argv)
{
	return cli_dispatch(user_verbs, argc, argv);
}
