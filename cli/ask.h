/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A request at admin.sock and its answer.  Every verb asks in this way.  Each
 * function returns 0, or a cli_status after it has printed the reason.
 */
#ifndef CLI_ASK_H
#define CLI_ASK_H

#include <stdbool.h>

#include "cli/connect.h"
#include "cli/items.h"

/* ASK(END) is the request and the answer of that name. */
#define ASK(name) MSG_ADMIN_##name##_REQ, MSG_ADMIN_##name##_ANS

/* Makes an empty request with the name of the user. */
void ask_init(struct message *m, enum message_type request);

/* Sends m on an open connection.  m is the answer afterwards.  A refusal is
 * printed with about, the subject of the request. */
int ask_exchange(struct channel *channel, struct message *m,
    enum message_type answer, const char *about);
/* The same on a new connection.  socket NULL: the configured one. */
int ask_once(const char *socket, struct message *m, enum message_type answer,
    const char *about);

/* A list: show writes an item, and none is the sentence for an empty list. */
struct ask_list {
	enum message_type request, answer;
	void (*show)(struct items *items, const struct message *item);
	const char *none;
};
/* Reads a list on an open connection.  Adds each item to items. */
int ask_items(const struct ask_list *list, struct channel *channel,
    struct message *m, const char *about, struct items *items);
/* Asks for a list and prints it.  m is the request. */
int ask_list(const struct ask_list *list, const char *socket, struct message *m,
    const char *about, bool json);

/*
 * Calls one for each name, on one connection.  Returns the worst result.  When
 * the connection is lost, or three in a row fail for a reason that is not the
 * person's (CLI_UNKNOWN), the others are not tried.  With json the output is an
 * array: one writes an object without a newline, and a failure is an object
 * with the name and the error.
 */
int ask_each(const char *socket, char **names, bool json,
    int (*one)(void *arg, struct channel *channel, const char *name),
    void *arg);

/* Prints a word such as "ended", or {"ended":true}. */
void ask_print_done(const char *word, bool json);

#endif
