/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/ask.h"

#include <stdio.h>

#include "cli/cli.h"
#include "cli/print.h"

#define FAILED_MOST 3 /* in a row, until a command stops asking */

void
ask_init(struct message *m, enum message_type request)
{
	message_init(m, request);
	print_actor(m->u.ADMIN_ASK.actor, sizeof m->u.ADMIN_ASK.actor);
}

/* The next answer, which is the last one unless it is an item of a list. */
static int
receive(struct channel *channel, struct message *m, enum message_type answer,
    const char *about)
{
	int status = connect_receive(channel, m, answer);

	if (status == 0)
		status = connect_judge(
		    m->u.ADMIN_HEAD.status, about, m->u.ADMIN_HEAD.text);
	return status;
}

int
ask_exchange(struct channel *channel, struct message *m,
    enum message_type answer, const char *about)
{
	int status = connect_send(channel, m);

	return status == 0 ? receive(channel, m, answer, about) : status;
}

int
ask_once(const char *socket, struct message *m, enum message_type answer,
    const char *about)
{
	struct channel channel;
	int status = connect_open(&channel, ROLE_ADMIN, socket);

	if (status != 0)
		return status;
	status = ask_exchange(&channel, m, answer, about);
	channel_close(&channel);
	return status;
}

static int
receive_list(const struct ask_list *list, struct channel *channel,
    struct message *m, const char *about, struct items *items)
{
	for (;;) {
		int status = receive(channel, m, list->answer, about);

		if (status != 0 || m->u.ADMIN_HEAD.end)
			return status;
		items_open(items);
		list->show(items, m);
		items_close(items);
	}
}

int
ask_items(const struct ask_list *list, struct channel *channel,
    struct message *m, const char *about, struct items *items)
{
	int status = connect_send(channel, m);

	return status == 0 ? receive_list(list, channel, m, about, items)
			   : status;
}

int
ask_list(const struct ask_list *list, const char *socket, struct message *m,
    const char *about, bool json)
{
	struct items items;
	struct channel channel;
	int status = connect_open(&channel, ROLE_ADMIN, socket);

	if (status != 0)
		return status;
	items_begin(&items, json ? print_json_begin() : NULL, NULL, list->none);
	status = ask_items(list, &channel, m, about, &items);
	channel_close(&channel);
	if (status == 0)
		status = items_end(&items);
	if (status == 0 && json)
		status = print_json_end();
	items_drop(&items);
	return status;
}

/* The people that are left, as no request of them would do better. */
static void
say_not_tried(char **names, bool json)
{
	size_t left = 0;

	for (; names[left] != NULL; left++) {
		if (!json)
			continue;
		fputs(",\n ", stdout);
		cli_print_failure(names[left],
		    "not tried: earlier requests failed for another reason "
		    "than the person",
		    CLI_UNKNOWN);
	}
	if (left == 0)
		return;
	cli_fail(CLI_UNKNOWN,
	    "stopped, because the reason is none of these people: %s is the "
	    "first of %zu who were not tried",
	    names[0], left);
	cli_take_error(); /* it is in the array */
}

int
ask_each(const char *socket, char **names, bool json,
    int (*one)(void *arg, struct channel *channel, const char *name), void *arg)
{
	struct channel channel;
	int worst = connect_open(&channel, ROLE_ADMIN, socket);
	unsigned failed = 0; /* one after the other, and not by the person */

	if (worst != 0)
		return worst;
	for (const char *before = "["; *names; names++, before = ",\n ") {
		int status;

		if (json)
			fputs(before, stdout);
		status = one(arg, &channel, *names);
		if (status != 0 && json)
			cli_print_error(*names, status);
		if (status > worst)
			worst = status;
		failed = status == CLI_UNKNOWN ? failed + 1 : 0;
		if (failed == FAILED_MOST || channel.fd < 0) {
			say_not_tried(names + 1, json);
			break;
		}
	}
	if (json)
		puts("]");
	channel_close(&channel);
	return worst;
}

void
ask_print_done(const char *word, bool json)
{
	if (json)
		printf("{\"%s\":true}\n", word);
	else
		puts(word);
}
