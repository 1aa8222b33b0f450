/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Credentials that nobody uses, in a third of their room: most of a struct
 * credential are the ends of texts.
 */
#ifndef AUTHORITY_CREDENTIAL_CREDENTIAL_PACK_H
#define AUTHORITY_CREDENTIAL_CREDENTIAL_PACK_H

#include "gatewayd/authority/credential/credential.h"

/* They stay as they are, and what is returned holds them too; free() it.  NULL:
 * no memory. */
uint8_t *credential_pack(const struct credential *c, size_t count);
/* The other way round: as many as were packed. */
struct credential *credential_unpack(const uint8_t *packed, size_t count);

#endif
