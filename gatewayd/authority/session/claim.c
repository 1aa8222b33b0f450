/* SPDX-License-Identifier: Apache-2.0 */
#include "gatewayd/authority/session/claim.h"

#include <openssl/evp.h>
#include <string.h>

#include "gatewayd/authority/session/auth_info.h"
#include "lib/base/name.h"
#include "lib/base/secret.h"

bool
claim_same_facts(const struct msg_AUDIT_APPEND_REQ *r, const char *service,
    const char *username, const char *client, uint16_t port)
{
	char address[ADDRESS_MAX + 1] = "";

	if (client[0] != '\0' &&
	    name_address(client, address, sizeof address) < 0)
		return false;
	return strcmp(service, r->service) == 0 &&
	       strlen(username) == r->username_size &&
	       memcmp(username, r->username, r->username_size) == 0 &&
	       strcmp(address, r->client) == 0 && port == r->port;
}

enum pamwire_result
claim_prove(const struct claim *c, const struct msg_AUDIT_APPEND_REQ *record,
    const struct pamwire_redeem *m)
{
	uint8_t hash[EVP_MAX_MD_SIZE], auth_info[NONCE_HASH];
	unsigned size;

	if (m->phase != c->phase || !claim_same_facts(record, m->service,
					m->username, m->client, m->port))
		return PAMWIRE_DENIED;
	if (EVP_Digest(m->nonce, sizeof m->nonce, hash, &size, EVP_sha256(),
		NULL) != 1 ||
	    auth_info_hash(m->auth_info, auth_info) < 0)
		return PAMWIRE_UNAVAILABLE;
	if (!secret_equal(hash, size, c->nonce_hash, sizeof c->nonce_hash))
		return PAMWIRE_DENIED;
	/* What a broken login could have put in, and a decision may have
	 * rested on: a key that sshd never saw, a name that is not here, a
	 * uid that is not the one that gave the approval. */
	return memcmp(auth_info, c->auth_info_hash, sizeof auth_info) == 0 &&
		       (m->local == 1) == c->local && m->uid == c->uid
		   ? PAMWIRE_GRANTED
		   : PAMWIRE_DENIED;
}
