/* SPDX-License-Identifier: Apache-2.0 */
#include "gatewayd/login/seats.h"

#include <arpa/inet.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

/* above every prefix that IPv6 gives to a host */
#define IPV4 0xffffffff00000000U
#define LOCAL 0xfffffffe00000000U

/* The memory that all processes share. */
struct shared {
	/* no seat from here on is taken: few have to be looked at */
	_Atomic size_t top;
	_Atomic uint64_t client[SEATS_MAX]; /* 0: not known yet */
};

struct seats {
	struct shared *shared;
	size_t taken;
	size_t top; /* the same, which no conversation can change */
	struct {
		pid_t pid; /* 0: free */
		uint64_t since;
	} seat[SEATS_MAX];
};

struct seats *
seats_new(void)
{
	struct seats *s = calloc(1, sizeof *s);
	void *p;

	if (s == NULL)
		return NULL;
	p = mmap(NULL, sizeof *s->shared, PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (p == MAP_FAILED) {
		free(s);
		return NULL;
	}
	s->shared = p;
	return s;
}

void
seats_give_up(struct seats *s)
{
	/* the pointer stays: to write it would copy its page */
	munmap(s->shared, sizeof *s->shared);
}

void
seats_free(struct seats *s)
{
	if (s == NULL)
		return;
	seats_give_up(s);
	free(s);
}

int
seats_find(struct seats *s, size_t limit)
{
	size_t i = 0;

	if (s->taken >= limit)
		return -1;
	while (i < SEATS_MAX && s->seat[i].pid != 0)
		i++;
	if (i == SEATS_MAX)
		return -1;
	/* before there is a process in it, so that none is overlooked */
	atomic_store(&s->shared->top, i < s->top ? s->top : i + 1);
	return (int)i;
}

void
seats_sit(struct seats *s, int seat, pid_t pid, uint64_t now)
{
	s->seat[seat].pid = pid;
	s->seat[seat].since = now;
	s->taken++;
	if ((size_t)seat >= s->top)
		s->top = (size_t)seat + 1;
}

bool
seats_leave(struct seats *s, pid_t pid)
{
	for (size_t i = 0; i < s->top; i++) {
		if (s->seat[i].pid != pid)
			continue;
		atomic_store(&s->shared->client[i], 0);
		s->seat[i].pid = 0;
		s->taken--;
		while (s->top > 0 && s->seat[s->top - 1].pid == 0)
			s->top--;
		return true;
	}
	return false;
}

void
seats_sweep(struct seats *s)
{
	for (size_t i = 0; i < SEATS_MAX; i++)
		if (s->seat[i].pid == 0 &&
		    atomic_load(&s->shared->client[i]) != 0)
			atomic_store(&s->shared->client[i], 0);
}

size_t
seats_taken(const struct seats *s)
{
	return s->taken;
}

bool
seats_next_older(const struct seats *s, uint64_t then, size_t *at, pid_t *pid_r)
{
	for (; *at < s->top; ++*at)
		if (s->seat[*at].pid != 0 && s->seat[*at].since < then) {
			*pid_r = s->seat[(*at)++].pid;
			return true;
		}
	return false;
}

static uint64_t
number(const uint8_t *bytes, size_t size)
{
	uint64_t n = 0;

	for (size_t i = 0; i < size; i++)
		n = n << 8 | bytes[i];
	return n;
}

uint64_t
seats_client(const char *address)
{
	uint8_t bytes[16];
	uint64_t prefix;

	if (inet_pton(AF_INET, address, bytes) == 1)
		return IPV4 | number(bytes, 4);
	if (inet_pton(AF_INET6, address, bytes) != 1)
		return 0;
	prefix = number(bytes, 8);
	return prefix != 0 ? prefix : 1; /* ::/64 */
}

uint64_t
seats_local(const char *ruser)
{
	uint32_t hash =
	    2166136261; /* FNV-1a: two who share one share a limit */

	for (; *ruser != '\0'; ruser++)
		hash = (hash ^ (uint8_t)*ruser) * 16777619;
	return LOCAL | hash;
}

bool
seats_claim(struct seats *s, int seat, uint64_t client, size_t limit)
{
	struct shared *all = s->shared;
	size_t count = 0, top;

	/* first sit, then count: of two that come together neither is missed */
	atomic_store(&all->client[seat], client);
	top = atomic_load(&all->top);
	if (top <= (size_t)seat || top > SEATS_MAX) /* somebody spoilt it */
		top = SEATS_MAX;
	for (size_t i = 0; i < top; i++)
		count += atomic_load(&all->client[i]) == client;
	return count <= limit;
}
