/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "policy/decide/index.h"

static int
add(struct hits *hits, const struct rule_set *set)
{
	if (hits->count == INDEX_HITS_MAX)
		return -1;
	hits->sets[hits->count++] = set;
	return 0;
}

int
index_hits_principals(const struct policy *policy,
    const struct match_facts *facts, struct hits *hits)
{
	const struct index *index = policy->index;
	uint64_t unknown = facts->unknown;

	hits->count = 0;
	add(hits, &index->principals.any);
	for (; unknown != 0; unknown &= unknown - 1)
		add(hits, &index->unknown_of_person[__builtin_ctzll(unknown)]);
	for (size_t i = 0; i < facts->hit_count; i++) {
		if (add(hits, &index->principals.atoms[facts->hits[i]]) != 0)
			return -1;
	}
	return 0;
}

/* The last stretch that starts at the address or before; NULL. */
static const struct stretch *
find_stretch(const struct stretches *stretches, const uint8_t address[16])
{
	size_t low = 0, high = stretches->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (memcmp(stretches->list[middle].start, address, 16) <= 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low > 0 ? &stretches->list[low - 1] : NULL;
}

int
index_hits_networks(const struct policy *policy,
    const struct match_facts *facts, struct hits *hits)
{
	const struct index *index = policy->index;
	const struct policy_address *client = &facts->request->client;
	const struct stretch *stretch;
	uint32_t network;

	hits->count = 0;
	add(hits, &index->networks.any);
	if (!client->known)
		return add(hits, &index->networks.unknown);
	stretch =
	    find_stretch(address_is_v4(client->bytes) ? &index->v4 : &index->v6,
		client->bytes);
	network = stretch != NULL ? stretch->network : INTERN_NONE;
	for (; network != INTERN_NONE; network = index->parents[network]) {
		if (add(hits, &index->networks.atoms[network]) != 0)
			return -1;
	}
	return 0;
}

/* Patterns like pay-*.prod.example.com that match. */
static int
add_by_start(const struct policy *policy, const struct match_facts *facts,
    struct hits *hits)
{
	const struct index *index = policy->index;
	const char *host = facts->host;
	size_t label = strcspn(host, ".");
	uint32_t tail = intern_find(
	    &index->tails, host + label, facts->host_length - label);
	char key[sizeof(uint32_t) + HOSTNAME_LABEL_MAX];
	uint64_t lengths;

	if (tail == INTERN_NONE)
		return 0;
	memcpy(key, &tail, sizeof tail);
	memcpy(key + sizeof tail, host, label);
	lengths = index->tail_list[tail].lengths;
	for (; lengths != 0; lengths &= lengths - 1) {
		size_t length = (size_t)__builtin_ctzll(lengths);
		const struct same_start *start;
		uint32_t number;

		if (length > label)
			break;
		number = intern_find(&index->starts, key, sizeof tail + length);
		if (number == INTERN_NONE)
			continue;
		start = &index->start_list[number];
		for (uint32_t i = 0; i < start->count; i++) {
			const char *pattern =
			    policy->hosts.keys[start->patterns[i]].data;

			if (hostname_label_matches(
				pattern, strcspn(pattern, "."), host, label) &&
			    add(hits,
				&index->hosts.atoms[start->patterns[i]]) != 0)
				return -1;
		}
	}
	return 0;
}

/* "**.example.com" and "**": found by their own text. */
static int
add_deep(const struct policy *policy, const struct match_facts *facts,
    struct hits *hits)
{
	const struct index *index = policy->index;
	char pattern[HOSTNAME_MAX + 3] = "**";
	const char *rest = facts->host;

	for (;;) {
		size_t length;
		uint32_t id;

		rest = strchr(rest, '.');
		length = rest != NULL
			     ? facts->host_length - (size_t)(rest - facts->host)
			     : 0;
		if (rest != NULL)
			memcpy(pattern + 2, rest, length);
		id = intern_find(&policy->hosts, pattern, length + 2);
		if (id != INTERN_NONE &&
		    add(hits, &index->hosts.atoms[id]) != 0)
			return -1;
		if (rest == NULL)
			return 0;
		rest++;
	}
}

int
index_hits_hosts(const struct policy *policy, const struct match_facts *facts,
    struct hits *hits)
{
	const struct index *index = policy->index;
	uint32_t id;

	hits->count = 0;
	add(hits, &index->hosts.any);
	if (!facts->has_host)
		return add(hits, &index->hosts.unknown);
	id = intern_find(&policy->hosts, facts->host, facts->host_length);
	if (id != INTERN_NONE)
		add(hits, &index->hosts.atoms[id]);
	if (index->tails.count > 0 && add_by_start(policy, facts, hits) != 0)
		return -1;
	if (index->has_deep && add_deep(policy, facts, hits) != 0)
		return -1;
	for (size_t i = 0; i < index->other_count; i++) {
		if (hostname_matches(policy->hosts.keys[index->others[i]].data,
			facts->host) &&
		    add(hits, &index->hosts.atoms[index->others[i]]) != 0)
			return -1;
	}
	return 0;
}
