/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Bounded writing and reading of integers and byte strings in network byte
 * order.  After the first error every call does nothing.  So a codec needs no
 * tests in between, and looks at `failed` once at the end.
 */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct writer {
	uint8_t *data;
	size_t size; /* room */
	size_t used;
	bool failed; /* something did not fit */
};

struct reader {
	const uint8_t *data;
	size_t size;
	size_t at;
	bool failed; /* ran past the end, or a length was over its maximum */
};

void writer_init(struct writer *w, void *data, size_t size);
void writer_u8(struct writer *w, uint8_t v);
void writer_u16(struct writer *w, uint16_t v);
void writer_u32(struct writer *w, uint32_t v);
void writer_u64(struct writer *w, uint64_t v);
/* Writes size bytes as they are. */
void writer_raw(struct writer *w, const void *bytes, size_t size);
/* Writes a u16 length, then the bytes.  More than 65535 bytes fail. */
void writer_bytes(struct writer *w, const void *bytes, size_t size);

void reader_init(struct reader *r, const void *data, size_t size);
uint8_t reader_u8(struct reader *r);
uint16_t reader_u16(struct reader *r);
uint32_t reader_u32(struct reader *r);
uint64_t reader_u64(struct reader *r);
void reader_raw(struct reader *r, void *out, size_t size);
/* Reads a u16 length and at most max bytes.  Returns the length, 0 on error. */
size_t reader_bytes(struct reader *r, void *out, size_t max);
/*
 * Reads a u16 length and at most max bytes of text.  out holds max + 1 bytes
 * and is NUL-terminated.  A NUL inside fails, so that the length on the wire is
 * the length of the string.
 */
void reader_string(struct reader *r, char *out, size_t max);
/* 0 when no read failed and nothing is left over, else -1. */
int reader_end(const struct reader *r);

/*
 * These have a maximum or limits of their own.  A value beyond them fails the
 * writer or the reader.  texts are an array of rows of max + 1 bytes; on the
 * wire they are a u8 count and then each text.
 */
void writer_text(struct writer *w, const char *text, size_t max);
void writer_bounded(
    struct writer *w, const uint8_t *bytes, size_t size, size_t max);
void writer_texts(struct writer *w, const char *texts, size_t count,
    size_t count_max, size_t max);
size_t reader_texts(
    struct reader *r, char *texts, size_t count_max, size_t max);
void writer_enum(struct writer *w, uint8_t value, unsigned low, unsigned high);
uint8_t reader_enum(struct reader *r, unsigned low, unsigned high);

#endif
