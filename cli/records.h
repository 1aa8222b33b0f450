/* SPDX-License-Identifier: Apache-2.0 */
/* Records of the audit log, by an id of them. */
#ifndef CLI_RECORDS_H
#define CLI_RECORDS_H

#include "lib/record/log_reader.h"
#include "lib/record/record_parse.h"

#include <stdbool.h>
#include <stdint.h>

struct records {
	/* a cli_status; r->parsed is the record, where it can be read */
	int (*each)(struct records *r, const struct log_line *line);
	bool json;
	uint64_t found;
	struct record_parsed parsed;
	struct items *items; /* of whoever has a list of them */
};

/* The options of a verb that shows some: --dir, --json and one operand, which
 * is argv[optind]: 0, or CLI_UNKNOWN after having said what was wrong. */
int records_options(int argc, char **argv, const char **told_r, bool *json_r);

/* Each record of a sequence, reference, attempt or session; dir NULL: the log
 * of the configuration.  0, or a cli_status after having said why. */
int records_find(const char *dir, const char *id, struct records *r);

/* A whole number and nothing else, or -1. */
int records_number(const char *text, uint64_t *number_r);

#endif
