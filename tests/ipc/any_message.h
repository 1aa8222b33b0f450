/* SPDX-License-Identifier: Apache-2.0 */
/* Messages of every type with every field filled, from the lists of fields
 * themselves: a message that is added is tested without a line here. */
#ifndef TESTS_IPC_ANY_MESSAGE_H
#define TESTS_IPC_ANY_MESSAGE_H

#include <stdbool.h>

#include "lib/ipc/messages.h"

enum any_fill {
	ANY_EMPTY,  /* zeros, nothing in any length */
	ANY_FULL,   /* every length at its maximum */
	ANY_RANDOM, /* rand() decides */
	ANY_OVER    /* one length, number nth from 0, over its maximum */
};

/* False when the type has no nth length (ANY_OVER only). */
bool any_message(
    struct message *m, enum message_type type, enum any_fill how, unsigned nth);
/* Do all fields of that type agree? */
bool any_message_equal(const struct message *a, const struct message *b);
/* Bytes of an encoded message of that type with every field at its most. */
size_t any_message_max(enum message_type type);

#endif
