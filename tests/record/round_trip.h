/* SPDX-License-Identifier: Apache-2.0 */
/* A record as its line, and read back. */
#ifndef TESTS_RECORD_ROUND_TRIP_H
#define TESTS_RECORD_ROUND_TRIP_H

#include "lib/record/record.h"
#include "lib/record/record_parse.h"

extern struct record_place round_trip_place;
/* the latest one */
extern char round_trip_line[RECORD_LINE_MAX + 1];
extern size_t round_trip_len;

/* Renders, holds it against OCSF, reads it back. */
struct record_parsed round_trip(const struct msg_AUDIT_APPEND_REQ *r);
/* Bytes that are no text. */
void round_trip_fill(char *text, size_t size);

#endif
