/* SPDX-License-Identifier: Apache-2.0 */
#include "gatewayd/authority/attempt/attempt_table_1.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/base/format.h"
#include "lib/base/log.h"

#define MAGIC 0x53505f41 /* "SP_A" */
#define COUNT 4096

/* The sizes of then, whatever the sizes of now are. */
struct slot {
	uint32_t open;
	uint16_t username_size;
	uint16_t port;
	int64_t time_ms;
	uint8_t attempt[16];
	char reference[17];
	uint8_t username[256];
	char name[257];
	char subject[129];
	char client[65];
	char service[65];
	char tty[65];
	uint8_t reserved;
};

struct attempt_table_1 {
	uint32_t magic, version, slot_size, count;
	struct slot slot[COUNT];
};

struct attempt_table_1 *
attempt_table_1_read(int fd)
{
	struct attempt_table_1 *f;
	struct stat st;

	if (fstat(fd, &st) < 0 || st.st_size != sizeof *f)
		return NULL;
	f = malloc(sizeof *f);
	if (f != NULL && lseek(fd, 0, SEEK_SET) == 0 &&
	    read(fd, f, sizeof *f) == sizeof *f && f->magic == MAGIC &&
	    f->version == 1 && f->slot_size == sizeof f->slot[0] &&
	    f->count == COUNT)
		return f;
	free(f);
	return NULL;
}

#define TEXT(out, in)                                                         \
	_Static_assert(sizeof out >= sizeof in, "what was written has room"); \
	memcpy(out, in, sizeof in - 1)

/* Ended by hand: it is from a file. */
static void
convert(const struct slot *slot, struct msg_AUDIT_APPEND_REQ *r)
{
	memset(r, 0, sizeof *r);
	r->time_ms = slot->time_ms;
	r->port = slot->port;
	memcpy(r->attempt, slot->attempt, sizeof r->attempt);
	if (slot->username_size <= sizeof slot->username)
		r->username_size = slot->username_size;
	memcpy(r->username, slot->username, r->username_size);
	TEXT(r->reference, slot->reference);
	TEXT(r->name, slot->name);
	TEXT(r->subject, slot->subject);
	TEXT(r->client, slot->client);
	TEXT(r->service, slot->service);
	TEXT(r->tty, slot->tty);
}

void
attempt_table_1_each(const struct attempt_table_1 *file,
    void (*open)(
	void *arg, const struct msg_AUDIT_APPEND_REQ *record, bool reserved),
    void *arg)
{
	struct msg_AUDIT_APPEND_REQ r;
	char text[FORMAT_TEXT];
	unsigned count = 0;

	for (int i = 0; file != NULL && i < COUNT; i++) {
		if (file->slot[i].open != MAGIC)
			continue;
		convert(&file->slot[i], &r);
		open(arg, &r, file->slot[i].reserved != 0);
		count++;
	}
	if (file != NULL)
		log_info(
		    "%s", format_converted(FORMAT_ATTEMPTS, 1, count, text));
}

void
attempt_table_1_free(struct attempt_table_1 *file)
{
	free(file);
}
