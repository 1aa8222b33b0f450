/* SPDX-License-Identifier: Apache-2.0 */
/* Kinds and outcomes in words, and in those of OCSF. */
#ifndef RECORD_RECORD_WORDS_H
#define RECORD_RECORD_WORDS_H

#include <stdint.h>

#define RECORD_CLASS_ACCOUNT_CHANGE 3001
#define RECORD_CLASS_AUTHENTICATION 3002

struct record_event {
	const char *name, *activity;
	uint16_t class_uid;
	uint8_t kind; /* the kind of record that has this outcome */
	uint8_t activity_id, severity_id, status_id;
};

/* "attempt" and "granted", for example; NULL for a number without a word. */
const char *record_kind_name(unsigned kind);
const char *record_outcome_name(unsigned outcome);
/* The OCSF event of an outcome; NULL if no outcome has this number. */
const struct record_event *record_event(unsigned outcome);

#endif
