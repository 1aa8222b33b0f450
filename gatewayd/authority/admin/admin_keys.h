/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AUTHORITY_ADMIN_ADMIN_KEYS_H
#define AUTHORITY_ADMIN_ADMIN_KEYS_H

#include "gatewayd/authority/admin/admin_parts.h"

/* Answers with the public halves of the token keys. */
void admin_keys(struct admin *a);

#endif
