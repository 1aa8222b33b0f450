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

struct seats {
	_Atomic uint64_t *client; /* shared; 0: not known yet */
	size_t taken;
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
	p = mmap(NULL, SEATS_MAX * sizeof s->client[0], PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (p == MAP_FAILED) {
		free(s);
		return NULL;
	}
	s->client = p;
	return s;
}

void
seats_give_up(struct seats *s)
{
	if (s->client != NULL)
		munmap(s->client, SEATS_MAX * sizeof s->client[0]);
	s->client = NULL;
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
seats_find(const struct seats *s, size_t limit)
{
	if (s->taken >= limit)
		return -1;
	for (int i = 0; i < SEATS_MAX; i++)
		if (s->seat[i].pid == 0)
			return i;
	return -1;
}

void
seats_sit(struct seats *s, int seat, pid_t pid, uint64_t now)
{
	s->seat[seat].pid = pid;
	s->seat[seat].since = now;
	s->taken++;
}

bool
seats_leave(struct seats *s, pid_t pid)
{
	for (size_t i = 0; i < SEATS_MAX; i++) {
		if (s->seat[i].pid != pid)
			continue;
		atomic_store(&s->client[i], 0);
		s->seat[i].pid = 0;
		s->taken--;
		return true;
	}
	return false;
}

void
seats_sweep(struct seats *s)
{
	for (size_t i = 0; i < SEATS_MAX; i++)
		if (s->seat[i].pid == 0 && atomic_load(&s->client[i]) != 0)
			atomic_store(&s->client[i], 0);
}

size_t
seats_taken(const struct seats *s)
{
	return s->taken;
}

bool
seats_next_older(const struct seats *s, uint64_t then, size_t *at, pid_t *pid_r)
{
	for (; *at < SEATS_MAX; ++*at)
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
	size_t count = 0;

	/* first sit, then count: of two that come together neither is missed */
	atomic_store(&s->client[seat], client);
	for (size_t i = 0; i < SEATS_MAX; i++)
		count += atomic_load(&s->client[i]) == client;
	return count <= limit;
}
