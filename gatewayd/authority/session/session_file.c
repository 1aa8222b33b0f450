/* SPDX-License-Identifier: Apache-2.0 */
#include "gatewayd/authority/session/session_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "gatewayd/authority/seal.h"
#include "lib/base/buf.h"
#include "lib/base/file.h"
#include "lib/base/format.h"
#include "lib/base/log.h"
#include "lib/base/table.h"

#define MAGIC 0x53505f53	       /* "SP_S" */
#define HEAD 256		       /* of a slot */
#define SLOTS (SESSION_FILE_COUNT + 1) /* one to write another anew */
#define BOUND "open session 1"
#define WORD(state) (0x4b454550U + 0x01010101U * (uint32_t)(state))

_Static_assert(HEAD + SAVED_SESSION_MAX + SEAL_OVERHEAD <= SESSION_FILE_SLOT,
    "a session fits its slot");

struct entry {
	struct table_item item; /* by id, while it is taken */
	char id[SESSION_ID_MAX + 1];
	enum session_file_state state;
	bool opened;
	int64_t time_ms;
	enum reason reason;
	uint32_t size; /* of what is sealed */
	struct alive_process process;
	bool read; /* from the file, and not looked into yet */
	int pidfd; /* while it is read */
	struct session_file_left *left;
};

struct session_file {
	int fd;
	struct seal *seal;
	struct alive_place here;
	uint64_t turn;
	struct table by_id;
	int next_left, free_count;
	uint16_t free[SLOTS];
	uint32_t before; /* the format that the file had, 0: today's */
	struct entry entry[SLOTS];
};

/* ---- the file ---- */

static off_t
place_of(const struct session_file *k, const struct entry *e)
{
	return SESSION_FILE_FILE_HEAD +
	       (off_t)(e - k->entry) * SESSION_FILE_SLOT;
}

/* pwrite() is not among what the sandbox leaves; there is one thread. */
static int
write_at(int fd, off_t at, const void *data, size_t size)
{
	return lseek(fd, at, SEEK_SET) < 0 ? -1 : file_write(fd, data, size);
}

/* One write within a page: whole, or not there. */
static int
write_head(struct session_file *k, const struct entry *e, uint32_t word)
{
	const struct alive_process *p = &e->process;
	uint8_t head[HEAD] = {0};
	char reason[REASON_MAX + 1];
	struct writer w;

	writer_init(&w, head, sizeof head);
	writer_u32(&w, word);
	writer_u32(&w, e->opened);
	writer_u32(&w, e->size);
	writer_u64(&w, (uint64_t)e->time_ms);
	reason_write(e->reason, reason);
	writer_bytes(&w, reason, strlen(reason));
	writer_bytes(&w, p->place.boot, strlen(p->place.boot));
	writer_u64(&w, p->place.pids);
	writer_u64(&w, p->place.times);
	writer_u32(&w, (uint32_t)p->pid);
	writer_u64(&w, p->seen_ms);
	if (write_at(k->fd, place_of(k, e), head, sizeof head) == 0)
		return 0;
	log_warn("cannot write the file of open sessions");
	return -1;
}

static void
clear(struct session_file *k, struct entry *e)
{
	if (e->read && e->pidfd >= 0)
		close(e->pidfd);
	if (e->left != NULL && e->left->pidfd >= 0)
		close(e->left->pidfd);
	free(e->left);
	table_remove(&k->by_id, &e->item);
	memset(e, 0, sizeof *e);
	/* if it cannot be cleared it is read back, and closed, once more */
	write_head(k, e, 0);
	k->free[k->free_count++] = (uint16_t)(e - k->entry);
}

/* ---- reading it back ---- */

/* 1: a session; 0: none; -1: something that is none. */
static int
read_head(struct session_file *k, struct entry *e)
{
	struct alive_process *p = &e->process;
	uint8_t head[HEAD];
	char reason[REASON_MAX + 1];
	ssize_t n = pread(k->fd, head, sizeof head, place_of(k, e));
	struct reader r;
	uint32_t word;

	reader_init(&r, head, n < 0 ? 0 : (size_t)n);
	word = reader_u32(&r);
	if (word == 0 || r.failed)
		return n < 0 ? -1 : 0;
	if (word == WORD(SESSION_FILE_OPEN))
		e->state = SESSION_FILE_OPEN;
	else if (word == WORD(SESSION_FILE_ENDING))
		e->state = SESSION_FILE_ENDING;
	else if (word == WORD(SESSION_FILE_CLOSED))
		e->state = SESSION_FILE_CLOSED;
	else
		return -1;
	e->opened = reader_u32(&r) != 0;
	e->size = reader_u32(&r);
	e->time_ms = (int64_t)reader_u64(&r);
	reader_string(&r, reason, REASON_MAX);
	e->reason = (enum reason)reason_find(reason);
	reader_string(&r, p->place.boot, ALIVE_BOOT);
	p->place.pids = reader_u64(&r);
	p->place.times = reader_u64(&r);
	p->pid = (int32_t)reader_u32(&r);
	p->seen_ms = reader_u64(&r);
	return r.failed || e->size <= SEAL_OVERHEAD ||
		       e->size > SAVED_SESSION_MAX + SEAL_OVERHEAD
		   ? -1
		   : 1;
}

static int
read_kept(
    struct session_file *k, const struct entry *e, struct saved_session *out)
{
	uint8_t sealed[SAVED_SESSION_MAX + SEAL_OVERHEAD],
	    plain[SAVED_SESSION_MAX];

	if (pread(k->fd, sealed, e->size, place_of(k, e) + HEAD) !=
		(ssize_t)e->size ||
	    seal_open(k->seal, BYTES(BOUND), (struct bytes){sealed, e->size},
		plain) < 0 ||
	    saved_session_decode(out, plain, e->size - SEAL_OVERHEAD) < 0)
		return -1;
	return 0;
}

/* Killed between writing a session anew and clearing its old slot: the one
 * written later counts. */
static int
take_in(struct session_file *k, struct entry *e)
{
	const struct saved_session *new = &e->left->saved;
	struct entry *old;

	memcpy(e->id, new->record.session, sizeof e->id);
	old = table_find(&k->by_id, e->id, strlen(e->id));
	if (old != NULL && old->left->saved.turn >= new->turn)
		return -1;
	if (old != NULL)
		clear(k, old);
	if (table_add(&k->by_id, &e->item, e->id, strlen(e->id), e) < 0)
		return -1;
	if (new->turn > k->turn)
		k->turn = new->turn;
	return 0;
}

/* As root: a head has a fixed form, and only its process is looked at. */
static void
look(struct session_file *k, struct entry *e)
{
	int there = read_head(k, e);

	if (there == 0) {
		k->free[k->free_count++] = (uint16_t)(e - k->entry);
		return;
	}
	e->read = true;
	e->pidfd = -1;
	if (there < 0)
		e->size = 0; /* lost, as load() will find */
	else if (e->state != SESSION_FILE_CLOSED)
		e->pidfd = alive_open(&k->here, &e->process);
}

static bool
is_same(const struct alive_process *a, const struct alive_process *b)
{
	return a->pid == b->pid && a->seen_ms == b->seen_ms &&
	       a->place.pids == b->place.pids &&
	       a->place.times == b->place.times &&
	       strcmp(a->place.boot, b->place.boot) == 0;
}

static void
load(struct session_file *k, struct entry *e, unsigned *lost)
{
	struct session_file_left *l = e->size > 0 ? calloc(1, sizeof *l) : NULL;

	if (l == NULL || read_kept(k, e, &l->saved) < 0 ||
	    !is_same(&e->process, &l->saved.process)) {
		free(l);
		clear(k, e);
		(*lost)++;
		return;
	}
	l->state = e->state;
	l->time_ms = e->time_ms;
	l->opened = e->opened;
	l->reason = e->reason;
	l->pidfd = e->pidfd;
	e->read = false;
	e->left = l;
	if (take_in(k, e) < 0)
		clear(k, e);
}

/* What is of another release is not begun anew. */
static int
check_format(struct session_file *k, const uint8_t head[SESSION_FILE_FILE_HEAD])
{
	char text[FORMAT_TEXT];
	struct reader r;
	uint32_t found;

	reader_init(&r, head, SESSION_FILE_FILE_HEAD);
	if (reader_u32(&r) != MAGIC)
		return 0;
	found = reader_u32(&r);
	switch (format_look(FORMAT_SESSIONS, found)) {
	case FORMAT_BEFORE:
		k->before = found;
		return 0;
	case FORMAT_NOW:
		return 0;
	case FORMAT_REFUSED:
		break;
	}
	log_warnx("%s", format_refusal(FORMAT_SESSIONS, NULL, found, text));
	return -1;
}

static void
make_head(uint8_t head_r[SESSION_FILE_FILE_HEAD], uint32_t format)
{
	struct writer w;

	writer_init(&w, head_r, SESSION_FILE_FILE_HEAD);
	writer_u32(&w, MAGIC);
	writer_u32(&w, format);
	writer_u32(&w, SESSION_FILE_SLOT);
	writer_u32(&w, SLOTS);
}

/* A file of this make, or an empty one. */
static int
check_file(struct session_file *k)
{
	uint8_t head[SESSION_FILE_FILE_HEAD], is[SESSION_FILE_FILE_HEAD];
	ssize_t n = pread(k->fd, is, sizeof is, 0);

	if (n == sizeof is && check_format(k, is) < 0)
		return -1;
	make_head(head, k->before > 0 ? k->before : FORMAT_SESSIONS_NUMBER);
	if (n == sizeof is && memcmp(head, is, sizeof is) == 0)
		return 0;
	k->before = 0;
	make_head(head, FORMAT_SESSIONS_NUMBER);
	if (n != 0)
		log_warnx("the file of open sessions is damaged: authority "
			  "began a new one. The sessions in it have no "
			  "rights any more, and their end gets no record");
	if (n >= 0 && ftruncate(k->fd, 0) == 0 &&
	    write_at(k->fd, 0, head, sizeof head) == 0)
		return 0;
	log_warn("cannot write the file of open sessions");
	return -1;
}

struct session_file *
session_file_open(int fd, struct seal *seal)
{
	struct session_file *k = calloc(1, sizeof *k);
	struct stat st;

	if (k == NULL || table_init(&k->by_id) < 0) {
		log_warnx("out of memory for the file of open sessions");
		free(k);
		close(fd);
		return NULL;
	}
	k->fd = fd;
	k->seal = seal;
	alive_here(&k->here);
	/* the authority of a gatewayd that was killed may not be gone yet */
	if (flock(fd, LOCK_EX) < 0 || check_file(k) < 0 || fstat(fd, &st) < 0) {
		log_warnx("the file of open sessions cannot be used");
		session_file_close(k);
		return NULL;
	}
	/* the last first: low numbers are taken first, the file stays short */
	for (int i = SLOTS - 1; i >= 0; i--)
		if (place_of(k, &k->entry[i]) < st.st_size)
			look(k, &k->entry[i]);
		else
			k->free[k->free_count++] = (uint16_t)i;
	return k;
}

void
session_file_close(struct session_file *k)
{
	if (k == NULL)
		return;
	for (int i = 0; i < SLOTS; i++) {
		struct session_file_left *l = k->entry[i].left;

		if (k->entry[i].read && k->entry[i].pidfd >= 0)
			close(k->entry[i].pidfd);
		if (l != NULL && l->pidfd >= 0)
			close(l->pidfd);
		free(l);
	}
	table_free(&k->by_id);
	close(k->fd);
	free(k);
}

struct session_file_left *
session_file_next_left(struct session_file *k)
{
	for (; k->next_left < SLOTS; k->next_left++) {
		struct entry *e = &k->entry[k->next_left];
		struct session_file_left *l = e->left;

		if (l == NULL)
			continue; /* a page of the table that nobody writes */
		e->left = NULL;
		return l;
	}
	return NULL;
}

/* ---- of sessions that are open now ---- */

static struct entry *
find(struct session_file *k, const char *session)
{
	return table_find(&k->by_id, session, strlen(session));
}

bool
session_file_has(struct session_file *k, const char *session)
{
	return find(k, session) != NULL;
}

static int
write_new(
    struct session_file *k, struct entry *e, const struct saved_session *s)
{
	uint8_t plain[SAVED_SESSION_MAX],
	    sealed[SAVED_SESSION_MAX + SEAL_OVERHEAD];
	size_t size = saved_session_encode(s, plain);

	if (size == 0 || seal_close(k->seal, BYTES(BOUND),
			     (struct bytes){plain, size}, sealed) < 0) {
		log_warnx("session %s cannot be sealed", s->record.session);
		return -1;
	}
	e->size = (uint32_t)(size + SEAL_OVERHEAD);
	/* the head last: a session half written is none */
	if (write_at(k->fd, place_of(k, e) + HEAD, sealed, e->size) < 0) {
		log_warn("cannot write the file of open sessions");
		return -1;
	}
	return write_head(k, e, WORD(e->state));
}

/* In a slot of its own, as if it were put anew: killed on the way, the old one
 * is still whole. */
static int
write_anew(struct session_file *k, struct entry *old)
{
	struct saved_session *s = &old->left->saved;
	struct entry *e;

	if (k->free_count == 0)
		return -1;
	e = &k->entry[k->free[k->free_count - 1]];
	*e = *old;
	e->item = (struct table_item){0};
	s->turn = ++k->turn;
	if (write_new(k, e, s) < 0) {
		memset(e, 0, sizeof *e);
		return -1;
	}
	k->free_count--;
	old->left = NULL;
	clear(k, old);
	return table_add(&k->by_id, &e->item, e->id, strlen(e->id), e);
}

/* Each session that was read in the form of before is written in today's; the
 * file's own number comes last. */
static void
convert(struct session_file *k)
{
	uint8_t head[SESSION_FILE_FILE_HEAD];
	uint64_t since = k->turn;
	char text[FORMAT_TEXT];
	size_t count = 0;

	for (int i = 0; i < SLOTS; i++) {
		struct session_file_left *l = k->entry[i].left;

		if (l == NULL || l->saved.turn > since)
			continue;
		if (write_anew(k, &k->entry[i]) < 0)
			fatalx("the file of open sessions cannot be converted");
		count++;
	}
	make_head(head, FORMAT_SESSIONS_NUMBER);
	if (write_at(k->fd, 0, head, sizeof head) < 0)
		fatal("cannot write the file of open sessions");
	log_info(
	    "%s", format_converted(FORMAT_SESSIONS, k->before, count, text));
	k->before = 0;
}

void
session_file_load(struct session_file *k)
{
	unsigned lost = 0;

	for (int i = 0; i < SLOTS; i++)
		if (k->entry[i].read)
			load(k, &k->entry[i], &lost);
	if (lost > 0)
		log_warnx("the file of open sessions: %u cannot be read. "
			  "They have no rights any more, and their end gets "
			  "no record",
		    lost);
	if (k->before > 0)
		convert(k);
}

int
session_file_put(struct session_file *k, struct saved_session *s)
{
	struct entry *old = find(k, s->record.session), *e;

	if (k->free_count < (old == NULL ? 2 : 1)) {
		log_warnx("there are %d open sessions: no other can open",
		    SESSION_FILE_COUNT);
		return -1;
	}
	e = &k->entry[k->free[k->free_count - 1]];
	s->turn = ++k->turn;
	s->process.place = k->here;
	*e = (struct entry){.state = SESSION_FILE_OPEN, .process = s->process};
	memcpy(e->id, s->record.session, sizeof e->id);
	if (old != NULL)
		e->opened = old->opened;
	if (write_new(k, e, s) < 0)
		return -1;
	k->free_count--;
	if (old != NULL)
		clear(k, old);
	if (table_add(&k->by_id, &e->item, e->id, strlen(e->id), e) < 0) {
		clear(k, e);
		return -1;
	}
	return 0;
}

void
session_file_mark(struct session_file *k, const char *session,
    enum session_file_state state, int64_t time_ms, enum reason reason)
{
	struct entry *e = find(k, session);

	if (e == NULL)
		return;
	e->state = state;
	e->time_ms = time_ms;
	e->reason = reason;
	write_head(k, e, WORD(state));
}

void
session_file_recorded(
    struct session_file *k, const char *session, uint8_t outcome)
{
	struct entry *e = find(k, session);

	if (e == NULL)
		return;
	if (outcome == OUTCOME_CLOSED) {
		clear(k, e);
	} else if (outcome == OUTCOME_OPENED) {
		e->opened = true;
		if (e->left != NULL)
			e->left->opened = true;
		write_head(k, e, WORD(e->state));
	}
}
