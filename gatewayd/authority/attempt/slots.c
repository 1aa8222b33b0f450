/* SPDX-License-Identifier: Apache-2.0 */
#include "gatewayd/authority/attempt/slots.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/base/log.h"

#define MAGIC 0x53505f41 /* "SP_A" */
#define VERSION 1

struct slot {
	_Atomic uint32_t open; /* MAGIC when the rest is whole */
	uint16_t username_size;
	uint16_t port;
	int64_t time_ms;
	uint8_t attempt[ATTEMPT_ID];
	char reference[REFERENCE_MAX + 1];
	uint8_t username[USERNAME_MAX];
	char name[USERNAME_MAX + 1];
	char subject[SUBJECT_MAX + 1];
	char client[ADDRESS_MAX + 1];
	char service[SERVICE_MAX + 1];
	char tty[TTY_MAX + 1];
	uint8_t reserved; /* 1: answers were given */
};

struct file {
	uint32_t magic, version, slot_size, count;
	struct slot slot[SLOTS_COUNT];
};

struct slots {
	struct file *file;
	int free_count;
	uint16_t free[SLOTS_COUNT];
	bool left[SLOTS_COUNT]; /* from before, not yet cleared */
};

static bool
is_whole(const struct file *f)
{
	return f->magic == MAGIC && f->version == VERSION &&
	       f->slot_size == sizeof(struct slot) && f->count == SLOTS_COUNT;
}

static void
begin(struct file *f)
{
	memset(f, 0, sizeof *f);
	f->magic = MAGIC;
	f->version = VERSION;
	f->slot_size = sizeof(struct slot);
	f->count = SLOTS_COUNT;
}

struct slots *
slots_open(int fd)
{
	struct slots *s = calloc(1, sizeof *s);
	struct stat st;

	if (s == NULL || fstat(fd, &st) < 0 ||
	    (st.st_size != sizeof *s->file &&
		(ftruncate(fd, 0) < 0 || ftruncate(fd, sizeof *s->file) < 0))) {
		log_warn("table of open attempts");
		goto bad;
	}
	s->file = mmap(
	    NULL, sizeof *s->file, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (s->file == MAP_FAILED) {
		log_warn("table of open attempts");
		goto bad;
	}
	close(fd);
	if (!is_whole(s->file)) {
		if (s->file->magic != 0)
			log_warnx("table of open attempts is of another "
				  "version: begun anew");
		begin(s->file);
	}
	for (int i = SLOTS_COUNT - 1; i >= 0; i--) {
		if (s->file->slot[i].open == MAGIC)
			s->left[i] = true;
		else
			s->free[s->free_count++] = (uint16_t)i;
	}
	return s;
bad:
	free(s);
	close(fd);
	return NULL;
}

void
slots_close(struct slots *s)
{
	if (s == NULL)
		return;
	munmap(s->file, sizeof *s->file);
	free(s);
}

int
slots_take(struct slots *s, const struct msg_AUDIT_APPEND_REQ *r)
{
	struct slot *slot;
	int n;

	if (s->free_count == 0)
		return -1;
	n = s->free[--s->free_count];
	slot = &s->file->slot[n];
	slot->reserved = 0;
	slot->time_ms = r->time_ms;
	slot->port = r->port;
	memcpy(slot->attempt, r->attempt, sizeof slot->attempt);
	memcpy(slot->reference, r->reference, sizeof slot->reference);
	slot->username_size = (uint16_t)r->username_size;
	memcpy(slot->username, r->username, r->username_size);
	memcpy(slot->name, r->name, sizeof slot->name);
	memcpy(slot->subject, r->subject, sizeof slot->subject);
	memcpy(slot->client, r->client, sizeof slot->client);
	memcpy(slot->service, r->service, sizeof slot->service);
	memcpy(slot->tty, r->tty, sizeof slot->tty);
	/* last: a slot half written is a free one */
	atomic_store_explicit(&slot->open, MAGIC, memory_order_release);
	return n;
}

void
slots_subject(struct slots *s, int n, const char *subject, const char *name)
{
	struct slot *slot = &s->file->slot[n];

	snprintf(slot->subject, sizeof slot->subject, "%s", subject);
	snprintf(slot->name, sizeof slot->name, "%s", name);
}

void
slots_reserved(struct slots *s, int n)
{
	s->file->slot[n].reserved = 1;
}

void
slots_clear(struct slots *s, int n)
{
	atomic_store_explicit(&s->file->slot[n].open, 0, memory_order_release);
	s->left[n] = false;
	s->free[s->free_count++] = (uint16_t)n;
}

void
slots_recorded(struct slots *s, const uint8_t attempt[ATTEMPT_ID])
{
	for (int i = 0; i < SLOTS_COUNT; i++)
		if (s->left[i] &&
		    memcmp(s->file->slot[i].attempt, attempt, ATTEMPT_ID) == 0)
			slots_clear(s, i);
}

/* The file is ours, but text from it is ended by hand all the same. */
static void
copy_text(char *out, const char *in, size_t size)
{
	memcpy(out, in, size);
	out[size - 1] = '\0';
}

int
slots_left(
    struct slots *s, int *at, struct msg_AUDIT_APPEND_REQ *r, bool *reserved_r)
{
	const struct slot *slot;
	int n;

	while (*at < SLOTS_COUNT && !s->left[*at])
		(*at)++;
	if (*at >= SLOTS_COUNT)
		return -1;
	n = (*at)++;
	slot = &s->file->slot[n];
	*reserved_r = slot->reserved != 0;
	memset(r, 0, sizeof *r);
	r->time_ms = slot->time_ms;
	r->port = slot->port;
	memcpy(r->attempt, slot->attempt, sizeof r->attempt);
	r->username_size =
	    slot->username_size <= USERNAME_MAX ? slot->username_size : 0;
	memcpy(r->username, slot->username, r->username_size);
	copy_text(r->reference, slot->reference, sizeof r->reference);
	copy_text(r->name, slot->name, sizeof slot->name);
	copy_text(r->subject, slot->subject, sizeof r->subject);
	copy_text(r->client, slot->client, sizeof r->client);
	copy_text(r->service, slot->service, sizeof r->service);
	copy_text(r->tty, slot->tty, sizeof r->tty);
	return n;
}
