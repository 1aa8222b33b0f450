/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An invitation: an administrator lets a person enrol a second factor under a
 * rule with "grace".  It has its begin and the person's name.  It is a row
 * beside the person's credentials.  It is sealed, so the store cannot make one.
 * It ends with the first credential.
 */
#ifndef AUTHORITY_SUBJECT_INVITATION_H
#define AUTHORITY_SUBJECT_INVITATION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "gatewayd/authority/credential/credential.h"
#include "gatewayd/authority/link/store_value.h"
#include "gatewayd/authority/seal.h"

/* in place of a credential's id, which is hexadecimal */
#define INVITATION_ID "invitation"
#define INVITATION_START 8 /* bytes: ms since 1970 */

struct invitation {
	/* the canonical name: as with a credential, directory alone cannot
	 * have it count for another account */
	char name[CREDENTIAL_NAME_MAX + 1];
	uint8_t sealed[INVITATION_START + SEAL_OVERHEAD];
	/* not part of the value */
	uint64_t version; /* in the store */
	bool ended;	  /* the store may have it still, but it is over */
};

/* One that begins now.  -1: no randomness, or the name is too long. */
int invitation_new(struct invitation *i, struct seal *seal, const char *subject,
    const char *name, int64_t now_ms);
/* When it began.  0: it is not what was sealed for this subject and name. */
int64_t invitation_start_ms(
    const struct invitation *i, struct seal *seal, const char *subject);

/* -1: it does not fit. */
int invitation_encode(const struct invitation *i, struct store_value *value_r);
int invitation_decode(struct invitation *i, const uint8_t *value, size_t size);
/* Is this key, of a list of a subject's credentials, the invitation's? */
bool invitation_is_key(const char *key);

#endif
