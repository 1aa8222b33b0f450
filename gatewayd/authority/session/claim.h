/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The facts of BEGIN, as login reports them.  The module must repeat them at
 * redeem.sock.  Until then they are only a claim: an attacker who controls a
 * conversation can invent all of them, but does not know the nonce.
 */
#ifndef AUTHORITY_SESSION_CLAIM_H
#define AUTHORITY_SESSION_CLAIM_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/ipc/messages.h"
#include "lib/wire/pamwire.h"

/* The rest of it is in the record. */
struct claim {
	uint8_t phase; /* enum pamwire_phase */
	bool local;
	uint32_t uid; /* of the person here, or FACTS_NO_UID */
	uint8_t nonce_hash[NONCE_HASH];
	uint8_t auth_info_hash[NONCE_HASH]; /* SHA-256 of SSH_AUTH_INFO_0 */
};

/* PAMWIRE_GRANTED if the module repeats the facts and knows the nonce. */
enum pamwire_result claim_prove(const struct claim *c,
    const struct msg_AUDIT_APPEND_REQ *record, const struct pamwire_redeem *m);

/* True if service, name as typed, address and port are those of the attempt. */
bool claim_same_facts(const struct msg_AUDIT_APPEND_REQ *record,
    const char *service, const char *username, const char *client,
    uint16_t port);

#endif
