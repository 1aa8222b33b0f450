/* SPDX-License-Identifier: Apache-2.0 */
#include "gatewayd/authority/subject/credential.h"

#include <openssl/rand.h>
#include <stdio.h>
#include <string.h>

#include "gatewayd/authority/link/store_value.h"
#include "lib/base/buf.h"
#include "lib/base/format.h"
#include "lib/base/hex.h"
#include "lib/base/words.h"

#define ID_BYTES 8
#define BINDING_MAX (SUBJECT_MAX + CREDENTIAL_ID_MAX + CREDENTIAL_NAME_MAX + 64)

/* What the seed is for: two rows of the store cannot be swapped. */
static size_t
binding(const struct credential *c, const char *subject, char *out, size_t size)
{
	int n = snprintf(out, size, "sallyport seed %u %s %s %s", c->kind,
	    subject, c->id, c->name);

	return n < 0 || (size_t)n >= size ? 0 : (size_t)n;
}

int
credential_new(struct credential *c, struct seal *seal,
    const struct credential_parts *parts)
{
	char bound[BINDING_MAX];
	uint8_t id[ID_BYTES];
	size_t bound_size;

	*c = (struct credential){
	    .kind = parts->kind, .created_ms = parts->now_ms};
	if (parts->seed_size > CREDENTIAL_SEED_MAX ||
	    RAND_bytes(id, sizeof id) != 1)
		return -1;
	hex_encode(id, sizeof id, c->id);
	snprintf(c->label, sizeof c->label, "%s", parts->label);
	if (snprintf(c->name, sizeof c->name, "%s", parts->name) >=
	    (int)sizeof c->name)
		return -1;
	bound_size = binding(c, parts->subject, bound, sizeof bound);
	if (bound_size == 0 || seal_close(seal, bound, bound_size, parts->seed,
				   parts->seed_size, c->sealed) < 0)
		return -1;
	c->sealed_size = parts->seed_size + SEAL_OVERHEAD;
	return 0;
}

int
credential_seed(const struct credential *c, struct seal *seal,
    const char *subject, uint8_t *out)
{
	char bound[BINDING_MAX];
	size_t bound_size = binding(c, subject, bound, sizeof bound);

	if (bound_size == 0 || seal_open(seal, bound, bound_size, c->sealed,
				   c->sealed_size, out) < 0)
		return -1;
	return (int)(c->sealed_size - SEAL_OVERHEAD);
}

int
credential_encode(
    const struct credential *c, uint8_t *out, size_t room, size_t *size_r)
{
	struct writer w;

	writer_init(&w, out, room);
	writer_u8(&w, FORMAT_CREDENTIAL_NUMBER);
	writer_u8(&w, c->kind);
	writer_bytes(&w, c->id, strlen(c->id));
	writer_bytes(&w, c->name, strlen(c->name));
	writer_bytes(&w, c->label, strlen(c->label));
	writer_u64(&w, (uint64_t)c->created_ms);
	writer_u64(&w, c->step);
	writer_bytes(&w, c->sealed, c->sealed_size);
	*size_r = w.used;
	return w.failed ? -1 : 0;
}

int
credential_decode(struct credential *c, const uint8_t *value, size_t size)
{
	struct reader r;

	*c = (struct credential){0};
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
	return reader_end(&r) < 0 || factor_kind_word(c->kind) == NULL ||
		       c->sealed_size < SEAL_OVERHEAD
		   ? -1
		   : 0;
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
