/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/ask.h"

#include "cli/cli.h"

#include <stdio.h>

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

int
ask_item(const struct ask_list *list, const struct message *m,
    const char *about, struct print_list *out)
{
	if (!out->json) {
		list->print(m, about);
		out->count++;
		return 0;
	}
	list->write(print_list_item(out), m);
	if (print_list_item_end(out) < 0)
		return cli_fail(CLI_UNKNOWN, "out of room");
	return 0;
}

static int
receive_list(const struct ask_list *list, struct channel *channel,
    struct message *m, const char *about, struct print_list *out)
{
	for (;;) {
		int status = receive(channel, m, list->answer, about);

		if (status != 0 || m->u.ADMIN_HEAD.end)
			return status;
		status = ask_item(list, m, about, out);
		if (status != 0)
			return status;
	}
}

int
ask_items(const struct ask_list *list, struct channel *channel,
    struct message *m, const char *about, struct print_list *out)
{
	int status = connect_send(channel, m);

	return status == 0 ? receive_list(list, channel, m, about, out)
			   : status;
}

int
ask_list(const struct ask_list *list, const char *socket, struct message *m,
    const char *about, bool json)
{
	struct print_list out;
	struct channel channel;
	int status = connect_open(&channel, ROLE_ADMIN, socket);

	if (status != 0)
		return status;
	print_list_begin(&out, json);
	status = ask_items(list, &channel, m, about, &out);
	channel_close(&channel);
	if (status == 0 && print_list_end(&out) < 0)
		status = cli_fail(CLI_UNKNOWN, "out of memory");
	print_list_drop(&out);
	return status;
}

int
ask_each(const char *socket, char **names, bool json,
    int (*one)(void *arg, struct channel *channel, const char *name), void *arg)
{
	struct channel channel;
	int worst = connect_open(&channel, ROLE_ADMIN, socket);

	if (worst != 0)
		return worst;
	for (; *names; names++) {
		int status = one(arg, &channel, *names);

		if (status != 0 && json)
			cli_print_error(*names, status);
		if (status > worst)
			worst = status;
	}
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
