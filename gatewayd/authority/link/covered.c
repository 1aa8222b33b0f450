/* SPDX-License-Identifier: Apache-2.0 */
#include "gatewayd/authority/link/covered.h"

#include <string.h>

#include "lib/base/buf.h"
#include "lib/base/format.h"

#define OLD_SIZE 8 /* of a bare sequence */
#define BOUND "sallyport covered"
#define PLAIN (8 + 8 + LEAF_HASH)

int
covered_encode(
    const struct covered *c, struct seal *seal, struct store_value *value_r)
{
	uint8_t plain[PLAIN], sealed[PLAIN + SEAL_OVERHEAD];
	struct writer w;

	writer_init(&w, plain, sizeof plain);
	writer_u64(&w, c->head.sequence);
	writer_u64(&w, c->since);
	writer_raw(&w, c->head.hash, sizeof c->head.hash);
	if (seal_close(seal, BYTES(BOUND), BYTES(plain), sealed) < 0)
		return -1;
	writer_init(&w, value_r->data, sizeof value_r->data);
	writer_u8(&w, FORMAT_COVERED_NUMBER);
	writer_bytes(&w, seal_key_id(seal), SEAL_KEY_ID);
	writer_raw(&w, sealed, sizeof sealed);
	value_r->size = w.used;
	return w.failed ? -1 : 0;
}

enum covered_result
covered_decode(struct covered *c, struct seal *seal, const uint8_t *value,
    size_t size, char other_r[SEAL_KEY_ID + 1])
{
	uint8_t plain[PLAIN], sealed[PLAIN + SEAL_OVERHEAD];
	struct reader r;

	*c = (struct covered){0};
	other_r[0] = '\0';
	reader_init(&r, value, size);
	if (size == OLD_SIZE) {
		c->head.sequence = reader_u64(&r);
		return COVERED_OLD;
	}
	if (format_look(FORMAT_COVERED, reader_u8(&r)) != FORMAT_NOW)
		return COVERED_LATER;
	reader_string(&r, other_r, SEAL_KEY_ID);
	reader_raw(&r, sealed, sizeof sealed);
	if (reader_end(&r) < 0)
		return COVERED_MALFORMED;
	if (strcmp(other_r, seal_key_id(seal)) != 0)
		return COVERED_OTHER_KEY;
	if (seal_open(seal, BYTES(BOUND), BYTES(sealed), plain) < 0)
		return COVERED_MALFORMED;
	reader_init(&r, plain, sizeof plain);
	c->head.sequence = reader_u64(&r);
	c->since = reader_u64(&r);
	reader_raw(&r, c->head.hash, sizeof c->head.hash);
	return reader_end(&r) == 0 && c->since <= c->head.sequence
		   ? COVERED_OK
		   : COVERED_MALFORMED;
}
