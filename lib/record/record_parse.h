/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RECORD_RECORD_PARSE_H
#define RECORD_RECORD_PARSE_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/record/record.h"

/*
 * Reads a line that record_render() wrote: all of them can be read.  RECORD
 * gets every field that the line holds.  A text that was cut comes back cut,
 * and so does one, other than the username, that was no UTF-8 and is now too
 * long; groups and attributes come back as none then, and cut.
 */
struct record_parsed {
	struct msg_AUDIT_APPEND_REQ record;
	struct record_place place;
	char uid[64];
	unsigned format; /* of the line: metadata.log_version, 1 without */
	bool truncated;	 /* some text was cut to make the line fit */
};

/* 0, or -1 when the line is no JSON object (duplicate keys included), is no
 * record of ours, is of a format that this release does not read, or holds a
 * value out of its bounds. */
int record_parse(const char *line, size_t len, struct record_parsed *parsed_r);

#endif
