/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AUTHORITY_CREDENTIAL_CREDENTIAL_1_H
#define AUTHORITY_CREDENTIAL_CREDENTIAL_1_H

#include "gatewayd/authority/credential/credential.h"

/* A value of format 1, which only had the usual form and no tag: its seed is
 * sealed anew.  It is intact if the old seal was for this subject. */
int credential_1_decode(struct credential *c, struct seal *seal,
    const char *subject, const uint8_t *value, size_t size);

#endif
