/* SPDX-License-Identifier: Apache-2.0 */
/* Credentials at admin.sock.  The subject is loaded for each of these. */
#ifndef AUTHORITY_ADMIN_ADMIN_FACTOR_H
#define AUTHORITY_ADMIN_ADMIN_FACTOR_H

#include "gatewayd/authority/admin/admin_parts.h"

/* Enrol a new credential.  This ends the person's invitation first. */
const char *admin_factor_take_enrol(struct admin *a);
void admin_factor_enrol(struct admin *a);
const char *admin_factor_take_label(struct admin *a);
void admin_factor_label(struct admin *a);
void admin_factor_list(struct admin *a);
/* Revokes a credential, or the invitation. */
void admin_factor_revoke(struct admin *a);

#endif
