/* SPDX-License-Identifier: Apache-2.0 */
/* A credential as a value of the store. */
#ifndef AUTHORITY_CREDENTIAL_CREDENTIAL_VALUE_H
#define AUTHORITY_CREDENTIAL_CREDENTIAL_VALUE_H

#include "gatewayd/authority/credential/credential.h"
#include "gatewayd/authority/link/store_value.h"

/* -1: it does not fit, or is not intact. */
int credential_value_encode(const struct credential *c, struct seal *seal,
    const char *subject, struct store_value *value_r);
/* 0 also for a value that has the right form, but is not intact.  A value of
 * the format before comes as it will be written. */
int credential_value_decode(struct credential *c, struct seal *seal,
    const char *subject, const uint8_t *value, size_t size);

#endif
