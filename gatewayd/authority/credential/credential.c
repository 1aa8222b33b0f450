/* SPDX-License-Identifier: Apache-2.0 */
#include "gatewayd/authority/credential/credential.h"

#include <openssl/rand.h>
#include <stdio.h>
#include <string.h>

#include "lib/base/hex.h"
#include "lib/base/words.h"

#define ID_BYTES 8
#define BINDING_MAX 512

/* What the seed is for: two rows of the store cannot be swapped. */
static size_t
binding(const struct credential *c, const char *subject, char *out, size_t size)
{
	int n = snprintf(out, size, "sallyport seed %u-%s-%u-%u %s %s %s",
	    c->kind, otp_algorithm_word(c->form.algorithm), c->form.digits,
	    c->form.period, subject, c->id, c->name);

	return n < 0 || (size_t)n >= size ? 0 : (size_t)n;
}

static int
take_text(char *out, size_t room, const char *text)
{
	int n = snprintf(out, room, "%s", text != NULL ? text : "");

	return n < 0 || (size_t)n >= room ? -1 : 0;
}

int
credential_close(struct credential *c, struct seal *seal, const char *subject,
    const uint8_t *seed, size_t seed_size)
{
	char bound[BINDING_MAX];
	size_t bound_size;

	if (seed_size > CREDENTIAL_SEED_MAX || !otp_form_is_valid(&c->form))
		return -1;
	bound_size = binding(c, subject, bound, sizeof bound);
	if (bound_size == 0 ||
	    seal_close(seal, (struct bytes){bound, bound_size},
		(struct bytes){seed, seed_size}, c->sealed) < 0)
		return -1;
	c->sealed_size = seed_size + SEAL_OVERHEAD;
	c->intact = true;
	return 0;
}

int
credential_new(struct credential *c, struct seal *seal,
    const struct credential_parts *parts)
{
	uint8_t id[ID_BYTES];

	*c = (struct credential){.kind = parts->kind,
	    .created_ms = parts->now_ms,
	    .form = OTP_FORM_USUAL,
	    .number = parts->number > 0 ? parts->number : 1};
	otp_form_choose(&c->form, &parts->form);
	if (RAND_bytes(id, sizeof id) != 1)
		return -1;
	hex_encode(id, sizeof id, c->id);
	snprintf(c->label, sizeof c->label, "%s", parts->label);
	if (take_text(c->name, sizeof c->name, parts->name) < 0 ||
	    take_text(c->replaces, sizeof c->replaces, parts->replaces) < 0 ||
	    take_text(c->serial, sizeof c->serial, parts->serial) < 0)
		return -1;
	return credential_close(
	    c, seal, parts->subject, parts->seed, parts->seed_size);
}

int
credential_seed(const struct credential *c, struct seal *seal,
    const char *subject, uint8_t *out)
{
	char bound[BINDING_MAX];
	size_t bound_size = binding(c, subject, bound, sizeof bound);

	if (!c->intact || bound_size == 0 ||
	    seal_open(seal, (struct bytes){bound, bound_size},
		(struct bytes){c->sealed, c->sealed_size}, out) < 0)
		return -1;
	return (int)(c->sealed_size - SEAL_OVERHEAD);
}

int
credential_key(char *out, size_t size, const char *subject, const char *id)
{
	int n = snprintf(
	    out, size, CREDENTIAL_KEYS "%s/%s", subject, id != NULL ? id : "");

	return n < 0 || (size_t)n >= size ? -1 : 0;
}

int
credential_of_key(const char *key, char subject_r[SUBJECT_MAX + 1])
{
	const size_t prefix = strlen(CREDENTIAL_KEYS);
	const char *slash = strrchr(key, '/');
	size_t size;

	if (strncmp(key, CREDENTIAL_KEYS, prefix) != 0)
		return -1;
	size = (size_t)(slash - key);
	size = size > prefix ? size - prefix : 0;
	if (size == 0 || size > SUBJECT_MAX)
		return -1;
	memcpy(subject_r, key + prefix, size);
	subject_r[size] = '\0';
	return 0;
}
