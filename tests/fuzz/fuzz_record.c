/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A line as it stands in a log that anybody may have written; and, when the
 * bytes are an AUDIT_APPEND_REQ, that whatever is rendered from them is one
 * line that reads back with the same ids.
 */
#include "lib/record/record_parse.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
render(const struct msg_AUDIT_APPEND_REQ *r)
{
	const struct record_place place = {.origin = "bastion1", .sequence = 7};
	struct record_parsed parsed;
	char line[RECORD_LINE_MAX];
	size_t len;

	if (record_render(r, &place, line, &len) < 0)
		return;
	for (size_t i = 0; i < len; i++)
		if ((uint8_t)line[i] < ' ' || line[i] == 0x7f)
			abort();
	if (record_parse(line, len, &parsed) < 0 ||
	    parsed.record.kind != r->kind ||
	    parsed.record.outcome != r->outcome ||
	    parsed.place.sequence != place.sequence ||
	    memcmp(parsed.record.attempt, r->attempt, ATTEMPT_ID) != 0)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct record_parsed parsed;
	static struct message m;

	record_parse((const char *)data, size, &parsed);
	if (message_decode(&m, data, size) == 0 &&
	    m.type == MSG_AUDIT_APPEND_REQ)
		render(&m.u.AUDIT_APPEND_REQ);
	return 0;
}
