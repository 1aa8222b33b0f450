/* SPDX-License-Identifier: Apache-2.0 */
/* Finds records of the audit log by an id. */
#ifndef CLI_RECORDS_H
#define CLI_RECORDS_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/record/log_reader.h"
#include "lib/record/record_parse.h"

struct records {
	/* called for each record; returns a cli_status.  r->parsed is the
	 * record, if it can be read */
	int (*each)(struct records *r, const struct log_line *line);
	bool json;
	uint64_t found;
	struct record_parsed parsed;
	struct items *items; /* for a caller that makes a list */
};

/* Reads the options of a verb that shows records: --dir, --json, and one
 * operand, argv[optind].  0, or CLI_UNKNOWN after it has printed an error. */
int records_options(int argc, char **argv, const char **told_r, bool *json_r);

/* Calls each() for the records of a sequence, reference, attempt or session.
 * dir NULL: the configured log.  0, or a cli_status after the reason was
 * printed. */
int records_find(const char *dir, const char *id, struct records *r);

/* Reads a text that is a whole number.  0, or -1. */
int records_number(const char *text, uint64_t *number_r);

#endif
