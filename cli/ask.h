/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A request at admin.sock and what comes of it: the one way in which a verb
 * asks.  Results are 0, or a cli_status after having said why.
 */
#ifndef CLI_ASK_H
#define CLI_ASK_H

#include "cli/connect.h"
#include "cli/items.h"

#include <stdbool.h>

/* "ASK(END)": its request and its answer */
#define ASK(name) MSG_ADMIN_##name##_REQ, MSG_ADMIN_##name##_ANS

/* An empty request that says who makes it. */
void ask_init(struct message *m, enum message_type request);

/* On a connection that is open: sends m, which is the answer afterwards; about
 * is named where it was refused. */
int ask_exchange(struct channel *channel, struct message *m,
    enum message_type answer, const char *about);
/* The same on a connection of its own; socket NULL: the usual one. */
int ask_once(const char *socket, struct message *m, enum message_type answer,
    const char *about);

/* A list of them: an item's members, and the sentence where there are none. */
struct ask_list {
	enum message_type request, answer;
	void (*show)(struct items *items, const struct message *item);
	const char *none;
};
/* On a connection that is open: each item into items. */
int ask_items(const struct ask_list *list, struct channel *channel,
    struct message *m, const char *about, struct items *items);
/* The whole list and nothing else; m is the request. */
int ask_list(const struct ask_list *list, const char *socket, struct message *m,
    const char *about, bool json);

/* One after the other on one connection, all of them: the worst of the
 * results.  With json one writes an object without the end of its line, the
 * whole is an array, and a failure is an object with the name and the error. */
int ask_each(const char *socket, char **names, bool json,
    int (*one)(void *arg, struct channel *channel, const char *name),
    void *arg);

/* "ended", or {"ended":true} */
void ask_print_done(const char *word, bool json);

#endif
