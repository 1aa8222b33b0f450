/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AUTHORITY_ADMIN_ADMIN_PROVE_H
#define AUTHORITY_ADMIN_ADMIN_PROVE_H

struct admin;

/* Takes one code of a credential, or two consecutive ones, and spends them. */
void admin_prove(struct admin *a);

#endif
