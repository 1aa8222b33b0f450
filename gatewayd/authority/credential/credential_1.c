/* SPDX-License-Identifier: Apache-2.0 */
#include "gatewayd/authority/credential/credential_1.h"

#include <stdio.h>
#include <string.h>

#include "gatewayd/authority/link/store_value.h"
#include "lib/base/buf.h"
#include "lib/base/format.h"
#include "lib/base/words.h"

#define BINDING_MAX 512

static int
open_seed(const struct credential *c, struct seal *seal, const char *subject,
    uint8_t out[CREDENTIAL_SEED_MAX])
{
	char bound[BINDING_MAX];
	int n = snprintf(bound, sizeof bound, "sallyport seed %u %s %s %s",
	    c->kind, subject, c->id, c->name);

	if (n < 0 || (size_t)n >= sizeof bound ||
	    seal_open(seal, (struct bytes){bound, (size_t)n},
		(struct bytes){c->sealed, c->sealed_size}, out) < 0)
		return -1;
	return (int)(c->sealed_size - SEAL_OVERHEAD);
}

int
credential_1_decode(struct credential *c, struct seal *seal,
    const char *subject, const uint8_t *value, size_t size)
{
	uint8_t seed[CREDENTIAL_SEED_MAX];
	struct reader r;
	int seed_size;

	*c = (struct credential){.form = OTP_FORM_USUAL, .number = 1};
	reader_init(&r, value, size);
	if (store_value(FORMAT_CREDENTIAL, reader_u8(&r)) < 0)
		return -1;
	c->kind = reader_u8(&r);
	reader_string(&r, c->id, CREDENTIAL_ID_MAX);
	reader_string(&r, c->name, CREDENTIAL_NAME_MAX);
	reader_string(&r, c->label, CREDENTIAL_LABEL_MAX);
	c->created_ms = (int64_t)reader_u64(&r);
	c->step = reader_u64(&r);
	c->sealed_size = reader_bytes(&r, c->sealed, sizeof c->sealed);
	if (reader_end(&r) < 0 || factor_kind_word(c->kind) == NULL ||
	    c->sealed_size < SEAL_OVERHEAD)
		return -1;
	seed_size = open_seed(c, seal, subject, seed);
	c->intact = seed_size >= 0 && credential_close(c, seal, subject, seed,
					  (size_t)seed_size) == 0;
	explicit_bzero(seed, sizeof seed);
	return 0;
}
