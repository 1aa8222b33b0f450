/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Judges directory's answer about a person.  The texts of the answer become
 * keys of the store and parts of records, and an attacker may control
 * directory.
 */
#ifndef AUTHORITY_LINK_ENTRY_H
#define AUTHORITY_LINK_ENTRY_H

#include <stdbool.h>

#include "lib/base/reason.h"
#include "lib/ipc/messages.h"

/* True if the answer is an entry of that canonical name with valid texts. */
bool entry_is_sound(const char *name, const struct msg_DIRECTORY_LOOKUP_ANS *m);

/* The reason to refuse the person of that canonical name: there is no entry, or
 * the state of the account.  REASON_NONE: no reason. */
enum reason entry_reason(
    const char *name, const struct msg_DIRECTORY_LOOKUP_ANS *m);

/* The reason of an enum account_state; REASON_NONE for an active account. */
enum reason entry_state_reason(uint8_t state);

#endif
