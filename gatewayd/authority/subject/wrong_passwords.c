/* SPDX-License-Identifier: Apache-2.0 */
#include "gatewayd/authority/subject/wrong_passwords.h"

#include <arpa/inet.h>
#include <openssl/sha.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/clock.h"

#define WAYS 8 /* places that a key may have */

struct place {
	uint8_t key[SHA256_DIGEST_LENGTH];
	uint32_t count; /* 0: free */
	uint64_t last_ms;
};

struct wrong_passwords {
	struct place place[WRONG_PASSWORDS_PLACES];
};

struct wrong_passwords *
wrong_passwords_new(void)
{
	return calloc(1, sizeof(struct wrong_passwords));
}

void
wrong_passwords_free(struct wrong_passwords *all)
{
	free(all);
}

static void
make_key(const char *subject, const char *client,
    uint8_t key_r[SHA256_DIGEST_LENGTH])
{
	struct in6_addr a;
	char text[512], net[INET6_ADDRSTRLEN];

	snprintf(net, sizeof net, "%s", client);
	if (inet_pton(AF_INET6, client, &a) == 1) {
		memset(a.s6_addr + 6, 0, sizeof a.s6_addr - 6);
		inet_ntop(AF_INET6, &a, net, sizeof net);
	}
	/* no id has a blank after it: a network has none */
	snprintf(text, sizeof text, "%s %s", net, subject);
	SHA256((const uint8_t *)text, strlen(text), key_r);
}

static bool
is_over(const struct place *p, uint64_t now)
{
	return p->count == 0 || now - p->last_ms >= WRONG_PASSWORDS_MS;
}

/* Its place; or, where it has none, the one that it takes: a free one, or the
 * oldest. */
static struct place *
find(struct wrong_passwords *all, const char *subject, const char *client,
    uint8_t key_r[SHA256_DIGEST_LENGTH])
{
	uint64_t now = clock_mono_ms();
	struct place *set, *taken;
	size_t at;

	make_key(subject, client, key_r);
	memcpy(&at, key_r, sizeof at);
	set = &all->place[at % (WRONG_PASSWORDS_PLACES / WAYS) * WAYS];
	taken = set;
	for (size_t i = 0; i < WAYS; i++) {
		if (is_over(&set[i], now))
			set[i].count = 0;
		if (set[i].count > 0 &&
		    memcmp(set[i].key, key_r, sizeof set[i].key) == 0)
			return &set[i];
		if (taken->count > 0 &&
		    (set[i].count == 0 || set[i].last_ms < taken->last_ms))
			taken = &set[i];
	}
	return taken;
}

static bool
is_its(const struct place *p, const uint8_t key[SHA256_DIGEST_LENGTH])
{
	return p->count > 0 && memcmp(p->key, key, sizeof p->key) == 0;
}

bool
wrong_passwords_are_too_many(
    struct wrong_passwords *all, const char *subject, const char *client)
{
	uint8_t key[SHA256_DIGEST_LENGTH];
	const struct place *p;

	p = find(all, subject, client, key);
	return is_its(p, key) && p->count >= WRONG_PASSWORDS_MOST;
}

void
wrong_passwords_count(
    struct wrong_passwords *all, const char *subject, const char *client)
{
	uint8_t key[SHA256_DIGEST_LENGTH];
	struct place *p;

	p = find(all, subject, client, key);
	if (!is_its(p, key)) {
		memcpy(p->key, key, sizeof p->key);
		p->count = 0;
	}
	p->count++;
	p->last_ms = clock_mono_ms();
}

void
wrong_passwords_clear(
    struct wrong_passwords *all, const char *subject, const char *client)
{
	uint8_t key[SHA256_DIGEST_LENGTH];
	struct place *p;

	p = find(all, subject, client, key);
	if (is_its(p, key))
		p->count = 0;
}
