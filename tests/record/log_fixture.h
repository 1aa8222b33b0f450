/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_RECORD_LOG_FIXTURE_H
#define TESTS_RECORD_LOG_FIXTURE_H

#include "lib/record/log_key.h"
#include "lib/record/record.h"

/* An Ed25519 key (RFC 8032 would call its seed 00 01 .. 1f), its public half
 * in both forms, and the name it goes by. */
#define FIXTURE_ORIGIN "bastion1.example.com/sallyport"
extern const char fixture_private_pem[], fixture_public_pem[],
    fixture_public_line[];

/* A private directory, open; gone with all that is in it at the end. */
struct log_fixture {
	char path[64];
	int dir;
	struct log_key key;
	unsigned shift; /* makes the records of this one others */
};
void log_fixture_open(struct log_fixture *f);
void log_fixture_close(struct log_fixture *f);

/* A plausible record, different for every NUMBER. */
void log_fixture_record(struct msg_AUDIT_APPEND_REQ *r_r, unsigned number);

/* Writes COUNT records in segments of SEGMENT_BYTES, and a checkpoint of the
 * first SIGNED ones. */
void log_fixture_write(struct log_fixture *f, unsigned count, unsigned signed_,
    uint64_t segment_bytes);

/* The same with records of the caller's own, all signed. */
void log_fixture_write_these(struct log_fixture *f,
    const struct msg_AUDIT_APPEND_REQ *records, unsigned count,
    uint64_t segment_bytes);

/* Whole files; read_r is malloc()ed. */
void log_fixture_get(
    struct log_fixture *f, const char *name, char **read_r, size_t *len_r);
void log_fixture_put(
    struct log_fixture *f, const char *name, const char *bytes, size_t len);

#endif
