/* SPDX-License-Identifier: Apache-2.0 */
#include "gatewayd/authority/attempt/attempt_table.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "gatewayd/authority/attempt/attempt_table_1.h"
#include "lib/base/buf.h"
#include "lib/base/format.h"
#include "lib/base/log.h"
#include "lib/record/record_list.h"

#define MAGIC 0x53505f41 /* "SP_A" */

/* One of the two packed records counts, so that the other can be written anew:
 * killed on the way, what was there is still whole. */
struct slot {
	_Atomic uint32_t open;	   /* MAGIC when its text is whole */
	_Atomic uint32_t at;	   /* which of the two */
	_Atomic uint32_t reserved; /* 1: answers were given */
};

struct text {
	struct packed {
		uint32_t size;
		uint8_t bytes[RECORD_OPEN_MAX];
	} packed[2];
	uint8_t attempt[ATTEMPT_ID];
};
#define SLOT_SIZE (sizeof(struct slot) + sizeof(struct text))

/* One form for each number: lib/base/format.h. */
_Static_assert(SLOT_SIZE == 2596 && FORMAT_ATTEMPTS_NUMBER == 2,
    "a slot of another form is another format");

/* What is looked at for all slots stands together: a start, and a slot that was
 * never used, touch no page of the texts. */
struct file {
	uint32_t magic, version, slot_size, count;
	struct slot slot[ATTEMPT_TABLE_COUNT];
	struct text text[ATTEMPT_TABLE_COUNT];
};

struct attempt_table {
	struct file *file;
	int free_count;
	uint16_t free[ATTEMPT_TABLE_COUNT];
	bool left[ATTEMPT_TABLE_COUNT]; /* from before, not yet cleared */
	int left_count;
};

static bool
is_whole(const uint32_t head[4])
{
	return head[0] == MAGIC && head[1] == FORMAT_ATTEMPTS_NUMBER &&
	       head[2] == SLOT_SIZE && head[3] == ATTEMPT_TABLE_COUNT;
}

static void
begin(struct file *f)
{
	f->magic = MAGIC;
	f->version = FORMAT_ATTEMPTS_NUMBER;
	f->slot_size = SLOT_SIZE;
	f->count = ATTEMPT_TABLE_COUNT;
}

/* What version 1 left behind goes on in this one. */
static void
take_over(void *arg, const struct msg_AUDIT_APPEND_REQ *r, bool reserved)
{
	struct attempt_table *s = arg;
	int n = attempt_table_take(s, r);

	if (n < 0)
		return;
	if (reserved)
		attempt_table_reserved(s, n);
	s->left[n] = true;
	s->left_count++;
}

static int
map(struct attempt_table *s, int fd)
{
	struct stat st;

	uint32_t head[4] = {0};
	ssize_t n = pread(fd, head, sizeof head, 0);
	bool whole = n == (ssize_t)sizeof head && is_whole(head);

	if (n < 0 || fstat(fd, &st) < 0)
		return -1;
	/* what version 1 left was read before */
	if (!whole && head[0] != 0 &&
	    (head[0] != MAGIC || head[1] == FORMAT_ATTEMPTS_NUMBER))
		log_warnx("the table of open attempts is damaged: authority "
			  "began a new one");
	if ((!whole || st.st_size != sizeof *s->file) &&
	    (ftruncate(fd, 0) < 0 || ftruncate(fd, sizeof *s->file) < 0))
		return -1;
	s->file = mmap(
	    NULL, sizeof *s->file, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (s->file == MAP_FAILED)
		return -1;
	begin(s->file);
	return 0;
}

/* Looked at before its size is made right: what is of another release is not
 * begun anew. */
static int
check_format(int fd)
{
	struct {
		uint32_t magic, version;
	} head;
	char text[FORMAT_TEXT];

	if (pread(fd, &head, sizeof head, 0) != (ssize_t)sizeof head ||
	    head.magic != MAGIC ||
	    format_look(FORMAT_ATTEMPTS, head.version) != FORMAT_REFUSED)
		return 0;
	log_warnx(
	    "%s", format_refusal(FORMAT_ATTEMPTS, NULL, head.version, text));
	return -1;
}

struct attempt_table *
attempt_table_open(int fd)
{
	struct attempt_table *s = calloc(1, sizeof *s);
	struct attempt_table_1 *before = attempt_table_1_read(fd);

	if (s == NULL || check_format(fd) < 0 || map(s, fd) < 0) {
		log_warnx("the table of open attempts cannot be used");
		attempt_table_1_free(before);
		free(s);
		close(fd);
		return NULL;
	}
	close(fd);
	for (int i = ATTEMPT_TABLE_COUNT - 1; i >= 0; i--) {
		if (s->file->slot[i].open == MAGIC)
			s->left[i] = true, s->left_count++;
		else
			s->free[s->free_count++] = (uint16_t)i;
	}
	attempt_table_1_each(before, take_over, s);
	attempt_table_1_free(before);
	return s;
}

void
attempt_table_close(struct attempt_table *s)
{
	if (s == NULL)
		return;
	munmap(s->file, sizeof *s->file);
	free(s);
}

static void
pack(struct packed *p, const struct msg_AUDIT_APPEND_REQ *r)
{
	struct writer w;

	writer_init(&w, p->bytes, sizeof p->bytes);
	record_pack(&w, r, RECORD_OPEN);
	p->size = w.failed ? 0 : (uint32_t)w.used;
}

int
attempt_table_take(
    struct attempt_table *s, const struct msg_AUDIT_APPEND_REQ *r)
{
	struct slot *slot;
	struct text *text;
	int n;

	if (s->free_count == 0)
		return -1;
	n = s->free[--s->free_count];
	slot = &s->file->slot[n];
	text = &s->file->text[n];
	slot->reserved = 0;
	slot->at = 0;
	pack(&text->packed[0], r);
	memcpy(text->attempt, r->attempt, sizeof text->attempt);
	/* last: a slot half written is a free one */
	atomic_store_explicit(&slot->open, MAGIC, memory_order_release);
	return n;
}

void
attempt_table_write(
    struct attempt_table *s, int n, const struct msg_AUDIT_APPEND_REQ *r)
{
	struct slot *slot = &s->file->slot[n];
	uint32_t other = slot->at == 0;

	pack(&s->file->text[n].packed[other], r);
	atomic_store_explicit(&slot->at, other, memory_order_release);
}

void
attempt_table_reserved(struct attempt_table *s, int n)
{
	s->file->slot[n].reserved = 1;
}

void
attempt_table_clear(struct attempt_table *s, int n)
{
	atomic_store_explicit(&s->file->slot[n].open, 0, memory_order_release);
	s->left_count -= s->left[n];
	s->left[n] = false;
	s->free[s->free_count++] = (uint16_t)n;
}

void
attempt_table_recorded(
    struct attempt_table *s, const uint8_t attempt[ATTEMPT_ID])
{
	for (int i = 0; i < ATTEMPT_TABLE_COUNT && s->left_count > 0; i++)
		if (s->left[i] &&
		    memcmp(s->file->text[i].attempt, attempt, ATTEMPT_ID) == 0)
			attempt_table_clear(s, i);
}

/* The file is ours, but what it says is looked at all the same. */
static void
unpack(const struct slot *slot, const struct text *text,
    struct msg_AUDIT_APPEND_REQ *r)
{
	const struct packed *p = &text->packed[slot->at == 1];
	struct reader in;

	memset(r, 0, sizeof *r);
	reader_init(&in, p->bytes, p->size <= sizeof p->bytes ? p->size : 0);
	record_unpack(&in, r, RECORD_OPEN);
	if (reader_end(&in) < 0)
		memset(r, 0, sizeof *r);
	memcpy(r->attempt, text->attempt, sizeof r->attempt);
}

int
attempt_table_left(struct attempt_table *s, int *at,
    struct msg_AUDIT_APPEND_REQ *r, bool *reserved_r)
{
	int n;

	while (*at < ATTEMPT_TABLE_COUNT && !s->left[*at])
		(*at)++;
	if (*at >= ATTEMPT_TABLE_COUNT)
		return -1;
	n = (*at)++;
	*reserved_r = s->file->slot[n].reserved != 0;
	unpack(&s->file->slot[n], &s->file->text[n], r);
	return n;
}
