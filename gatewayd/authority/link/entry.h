/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What directory's answer about a person says against letting that person in.
 * Directory may have been taken over: its texts end in keys of the store and
 * in records.
 */
#ifndef AUTHORITY_LINK_ENTRY_H
#define AUTHORITY_LINK_ENTRY_H

#include <stdbool.h>

#include "lib/base/reason.h"
#include "lib/ipc/messages.h"

/* Is this an entry, of that canonical name, with texts that are texts? */
bool entry_is_sound(const char *name, const struct msg_DIRECTORY_LOOKUP_ANS *m);

/* What the answer says against the person of that canonical name: that there
 * is no such entry, or the state of its account.  REASON_NONE: nothing. */
enum reason entry_reason(
    const char *name, const struct msg_DIRECTORY_LOOKUP_ANS *m);

/* What a state (enum account_state) says; REASON_NONE for an active account. */
enum reason entry_state_reason(uint8_t state);

#endif
