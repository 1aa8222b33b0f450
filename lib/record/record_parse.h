/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RECORD_RECORD_PARSE_H
#define RECORD_RECORD_PARSE_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/record/record.h"

/*
 * Reads a line of the log.  Every line that record_render() writes can be read,
 * and `record` gets every field of the line.  A text that was cut comes back
 * cut.  A text that was no UTF-8 grew when it was escaped.  If it is too long
 * for its field now, it comes back cut; the username comes back whole.  Groups
 * and attributes come back empty then, with groups_cut or attributes_cut set.
 */
struct record_parsed {
	struct msg_AUDIT_APPEND_REQ record;
	struct record_place place;
	char uid[64];
	unsigned format; /* metadata.log_version; 1 if the line has none */
	bool truncated;	 /* a text was cut because the line was too long */
};

/*
 * 0, or -1 when the line is no JSON object, has a key twice, is no record of
 * Sallyport, has a format that this release does not read, or holds a value
 * outside its bounds.
 */
int record_parse(const char *line, size_t len, struct record_parsed *parsed_r);

#endif
