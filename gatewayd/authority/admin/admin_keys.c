/* SPDX-License-Identifier: Apache-2.0 */
#include "gatewayd/authority/admin/admin_keys.h"

#include "gatewayd/authority/token/keyring.h"

void
admin_keys(struct admin *a)
{
	struct msg_ADMIN_KEYS_ANS *k;
	struct message m;

	admin_answer_init(a, &m);
	k = &m.u.ADMIN_KEYS_ANS;
	if (keyring_jwks(a->all->keys, (char *)k->jwks, sizeof k->jwks,
		&k->jwks_size) == KEYRING_OK)
		admin_finish(a, &m);
	else
		admin_answer(
		    a, ADMIN_UNAVAILABLE, "the keys could not be written out");
}
