/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AUTHORITY_CODE_REPLACED_H
#define AUTHORITY_CODE_REPLACED_H

#include "gatewayd/authority/authority.h"

/* The new credential was proven by the attempt of that record: revokes the one
 * that it replaces, if that is still there.  It counts no more in any case. */
void replaced_revoke(struct authority *all, struct subject *s,
    const struct credential *new, const struct msg_AUDIT_APPEND_REQ *record);

#endif
