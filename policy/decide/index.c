/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/decide/index.h"

#include <stdlib.h>
#include <string.h>

#include "policy/value/principal.h"

struct build {
	struct policy *policy;
	struct index *index;
	struct arena *arena;
	struct arena *scratch;
	uint64_t *full; /* one set of rules, while it is made */
};

/* Moves build->full to a set without its zero words, and clears it. */
static int
settle(struct build *build, struct rule_set *set)
{
	const struct index *index = build->index;
	size_t used = 0, count = 0;
	uint64_t *summary, *words;
	uint32_t *rank;

	for (size_t w = 0; w < index->words; w++)
		used += build->full[w] != 0;
	summary = arena_alloc(build->arena,
	    index->summaries * sizeof *summary + used * sizeof *words +
		index->summaries * sizeof *rank);
	if (summary == NULL)
		return -1;
	words = summary + index->summaries;
	rank = (uint32_t *)(void *)(words + used);
	for (size_t w = 0; w < index->words; w++) {
		if (w % 64 == 0)
			rank[w / 64] = (uint32_t)count;
		if (build->full[w] == 0)
			continue;
		summary[w / 64] |= UINT64_C(1) << w % 64;
		words[count++] = build->full[w];
		build->full[w] = 0;
	}
	*set = (struct rule_set){summary, rank, words};
	return 0;
}

static void
mark(struct build *build, size_t rule)
{
	build->full[rule / 64] |= UINT64_C(1) << rule % 64;
}

typedef const struct ids *ids_of_fn(const struct scope *scope);

static const struct ids *
ids_principals(const struct scope *scope)
{
	return &scope->principals;
}

static const struct ids *
ids_networks(const struct scope *scope)
{
	return &scope->networks;
}

static const struct ids *
ids_hosts(const struct scope *scope)
{
	return &scope->hosts;
}

/* Per atom the rules that name it, one list after the other. */
struct lists {
	uint32_t *starts; /* atoms + 1 */
	uint32_t *rules;
};

static int
list_rules(
    struct build *build, ids_of_fn *ids_of, size_t atoms, struct lists *lists)
{
	const struct policy *policy = build->policy;
	uint32_t *next;

	lists->starts =
	    arena_alloc(build->scratch, (atoms + 2) * sizeof(uint32_t));
	next = arena_alloc(build->scratch, (atoms + 1) * sizeof(uint32_t));
	if (lists->starts == NULL || next == NULL)
		return -1;
	for (size_t r = 0; r < policy->rule_count; r++) {
		const struct ids *ids = ids_of(&policy->rules[r].scope);

		for (uint32_t i = 0; i < ids->count; i++)
			lists->starts[ids->list[i] + 1]++;
	}
	for (size_t a = 0; a < atoms; a++)
		lists->starts[a + 1] += lists->starts[a];
	lists->rules = arena_alloc(
	    build->scratch, (lists->starts[atoms] + 1) * sizeof(uint32_t));
	if (lists->rules == NULL)
		return -1;
	memcpy(next, lists->starts, atoms * sizeof(uint32_t));
	for (size_t r = 0; r < policy->rule_count; r++) {
		const struct ids *ids = ids_of(&policy->rules[r].scope);

		for (uint32_t i = 0; i < ids->count; i++)
			lists->rules[next[ids->list[i]]++] = (uint32_t)r;
	}
	return 0;
}

/*
 * From a list in order: full sets are too long to pass over once per atom
 * when there are thousands of both.
 */
static int
settle_list(struct build *build, const uint32_t *rules, uint32_t count,
    struct rule_set *set)
{
	const struct index *index = build->index;
	size_t used = 0;
	uint64_t *summary, *words;
	uint32_t *rank;

	for (uint32_t i = 0; i < count; i++)
		used += i == 0 || rules[i] / 64 != rules[i - 1] / 64;
	summary = arena_alloc(build->arena,
	    index->summaries * sizeof *summary + used * sizeof *words +
		index->summaries * sizeof *rank);
	if (summary == NULL)
		return -1;
	words = summary + index->summaries;
	rank = (uint32_t *)(void *)(words + used);
	used = 0;
	for (uint32_t i = 0; i < count; i++) {
		size_t w = rules[i] / 64;

		if (i == 0 || w != rules[i - 1] / 64) {
			summary[w / 64] |= UINT64_C(1) << w % 64;
			used++;
		}
		words[used - 1] |= UINT64_C(1) << rules[i] % 64;
	}
	for (size_t s = 1; s < index->summaries; s++)
		rank[s] = rank[s - 1] +
			  (uint32_t)__builtin_popcountll(summary[s - 1]);
	*set = (struct rule_set){summary, rank, words};
	return 0;
}

static int
build_dimension(struct build *build, struct dimension *dimension,
    ids_of_fn *ids_of, size_t atoms)
{
	const struct policy *policy = build->policy;
	struct lists lists = {0};

	if (list_rules(build, ids_of, atoms, &lists) != 0)
		return -1;
	dimension->atoms =
	    arena_alloc(build->arena, (atoms + 1) * sizeof *dimension->atoms);
	if (dimension->atoms == NULL)
		return -1;
	for (size_t a = 0; a < atoms; a++) {
		uint32_t start = lists.starts[a];

		if (settle_list(build, lists.rules + start,
			lists.starts[a + 1] - start, &dimension->atoms[a]) != 0)
			return -1;
	}
	for (size_t r = 0; r < policy->rule_count; r++) {
		if (ids_of(&policy->rules[r].scope)->any)
			mark(build, r);
	}
	if (settle(build, &dimension->any) != 0)
		return -1;
	for (size_t r = 0; r < policy->deny_count; r++) {
		if (!ids_of(&policy->rules[r].scope)->any)
			mark(build, r);
	}
	return settle(build, &dimension->unknown);
}

/* Denies that ask for this fact of a person. */
static int
build_unknown(struct build *build, size_t fact)
{
	const struct policy *policy = build->policy;

	for (size_t r = 0; r < policy->deny_count; r++) {
		const struct ids *ids = &policy->rules[r].scope.principals;

		for (uint32_t i = 0; i < ids->count; i++) {
			if (principal_fact(policy,
				&policy->principals.keys[ids->list[i]]) &
			    UINT64_C(1) << fact)
				mark(build, r);
		}
	}
	return settle(build, &build->index->unknown_of_person[fact]);
}

static int
build_unknowns(struct build *build)
{
	size_t count =
	    FACT_COUNT - POLICY_ATTRIBUTES_MAX + build->policy->attribute_count;

	for (size_t fact = 0; fact < count; fact++) {
		if (build_unknown(build, fact) != 0)
			return -1;
	}
	return 0;
}

static int
build_services(struct build *build)
{
	const struct policy *policy = build->policy;
	struct rule_set *list =
	    arena_alloc(build->arena, policy->services.count * sizeof *list);

	if (list == NULL)
		return -1;
	build->index->services = list;
	for (uint32_t service = 0; service < policy->services.count;
	     service++) {
		for (size_t r = 0; r < policy->rule_count; r++) {
			if (policy->rules[r].scope.services &
			    SERVICE_BIT(service))
				mark(build, r);
		}
		if (settle(build, &list[service]) != 0)
			return -1;
	}
	return 0;
}

/* The beginning or the end of a network, on the way through all of them. */
struct edge {
	uint8_t at[16];
	uint8_t bits;
	bool ends;
	uint32_t network;
};

/* At one address: ends first, small ones before large; then the reverse. */
static int
compare_edges(const void *a, const void *b)
{
	const struct edge *left = a, *right = b;
	int order = memcmp(left->at, right->at, 16);

	if (order != 0)
		return order;
	if (left->ends != right->ends)
		return left->ends ? -1 : 1;
	if (left->bits == right->bits)
		return 0;
	return (left->bits < right->bits) == left->ends ? 1 : -1;
}

static size_t
list_edges(const struct policy *policy, bool v4, struct edge *edges)
{
	size_t count = 0;

	for (uint32_t n = 0; n < policy->networks.count; n++) {
		struct prefix prefix;
		struct edge edge = {.network = n};

		memcpy(&prefix, policy->networks.keys[n].data, sizeof prefix);
		if (address_is_v4(prefix.bytes) != v4)
			continue;
		memcpy(edge.at, prefix.bytes, 16);
		edge.bits = prefix.bits;
		edges[count++] = edge;
		edge.ends = true;
		if (address_after(&prefix, edge.at))
			edges[count++] = edge;
	}
	qsort(edges, count, sizeof *edges, compare_edges);
	return count;
}

static int
build_stretches(struct build *build, bool v4, struct stretches *stretches)
{
	struct index *index = build->index;
	size_t room = 2 * build->policy->networks.count + 1;
	struct edge *edges = arena_alloc(build->scratch, room * sizeof *edges);
	struct stretch *list = arena_alloc(build->arena, room * sizeof *list);
	uint32_t around = INTERN_NONE;
	size_t count, used = 0;

	if (edges == NULL || list == NULL)
		return -1;
	count = list_edges(build->policy, v4, edges);
	for (size_t i = 0; i < count; i++) {
		const struct edge *edge = &edges[i];

		if (edge->ends) {
			around = index->parents[edge->network];
		} else {
			index->parents[edge->network] = around;
			around = edge->network;
		}
		if (used > 0 && memcmp(list[used - 1].start, edge->at, 16) == 0)
			used--;
		memcpy(list[used].start, edge->at, 16);
		list[used++].network = around;
	}
	*stretches = (struct stretches){list, used};
	return 0;
}

static int
build_networks(struct build *build)
{
	struct index *index = build->index;

	index->parents = arena_alloc(build->arena,
	    (build->policy->networks.count + 1) * sizeof(uint32_t));
	if (index->parents == NULL)
		return -1;
	return build_stretches(build, true, &index->v4) != 0 ||
		       build_stretches(build, false, &index->v6) != 0
		   ? -1
		   : 0;
}

/* pay-*.prod.example.com: under ".prod.example.com" and there under "pay-" */
static int
add_start(struct build *build, uint32_t pattern, const char *text,
    size_t before, const char *rest)
{
	struct index *index = build->index;
	uint32_t tail_count = index->tails.count;
	uint32_t start_count = index->starts.count;
	char key[sizeof(uint32_t) + HOSTNAME_LABEL_MAX];
	struct same_start *start;
	uint32_t tail, number, *patterns;

	tail = intern_add(&index->tails, build->arena, rest, strlen(rest));
	if (tail == INTERN_NONE)
		return -1;
	if (tail == tail_count) {
		struct tail *list = arena_grow(
		    build->arena, index->tail_list, tail, sizeof *list);

		if (list == NULL)
			return -1;
		index->tail_list = list;
		list[tail] = (struct tail){0};
	}
	index->tail_list[tail].lengths |= UINT64_C(1) << before;
	memcpy(key, &tail, sizeof tail);
	memcpy(key + sizeof tail, text, before);
	number =
	    intern_add(&index->starts, build->arena, key, sizeof tail + before);
	if (number == INTERN_NONE)
		return -1;
	if (number == start_count) {
		struct same_start *list = arena_grow(
		    build->arena, index->start_list, number, sizeof *list);

		if (list == NULL)
			return -1;
		index->start_list = list;
		list[number] = (struct same_start){0};
	}
	start = &index->start_list[number];
	patterns = arena_grow(
	    build->arena, start->patterns, start->count, sizeof *patterns);
	if (patterns == NULL)
		return -1;
	start->patterns = patterns;
	patterns[start->count++] = pattern;
	return 0;
}

static int
build_hosts(struct build *build)
{
	struct index *index = build->index;

	for (uint32_t h = 0; h < build->policy->hosts.count; h++) {
		const char *text = build->policy->hosts.keys[h].data;
		const char *star = strchr(text, '*');
		const char *rest = strchr(text, '.');

		if (star == NULL)
			continue; /* found by its name */
		if (rest == NULL)
			rest = text + strlen(text);
		if (star[1] == '*' && strchr(rest, '*') == NULL) {
			index->has_deep = true;
		} else if (star[1] != '*' && star < rest &&
			   strchr(rest, '*') == NULL) {
			if (add_start(build, h, text, (size_t)(star - text),
				rest) != 0)
				return -1;
		} else {
			uint32_t *others = arena_grow(build->arena,
			    index->others, index->other_count, sizeof *others);

			if (others == NULL)
				return -1;
			index->others = others;
			others[index->other_count++] = h;
		}
	}
	return 0;
}

int
index_build(struct policy *policy, struct arena *scratch)
{
	struct index *index = arena_alloc(&policy->arena, sizeof *index);
	struct build build = {policy, index, &policy->arena, scratch, NULL};

	if (index == NULL)
		return -1;
	index->words = policy->rule_count / 64 + 1;
	index->summaries = index->words / 64 + 1;
	build.full = arena_alloc(scratch, index->words * sizeof(uint64_t));
	if (build.full == NULL)
		return -1;
	if (build_dimension(&build, &index->principals, ids_principals,
		policy->principals.count) != 0 ||
	    build_dimension(&build, &index->networks, ids_networks,
		policy->networks.count) != 0 ||
	    build_dimension(
		&build, &index->hosts, ids_hosts, policy->hosts.count) != 0 ||
	    build_unknowns(&build) != 0 || build_services(&build) != 0 ||
	    build_networks(&build) != 0 || build_hosts(&build) != 0)
		return -1;
	policy->index = index;
	return 0;
}
