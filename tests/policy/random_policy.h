/* SPDX-License-Identifier: Apache-2.0 */
/* Rules and assertions at random, in the whole language. */
#ifndef TESTS_POLICY_RANDOM_POLICY_H
#define TESTS_POLICY_RANDOM_POLICY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "policy/policy.h"

#define COUNT(a) (sizeof a / sizeof(*(a)))
#define RANDOM_ONE_OF(words) random_one_of(words, COUNT(words))
#define TEXT_ROOM 8192

/* Most of the policies speak of one thing only, where much can be proved. */
enum theme {
	ALL,
	PEOPLE,
	ADDRESSES,
	HOSTS,
	TIMES,
	AGES,
	FACTORS,
	SESSIONS,
	THEMES
};

extern enum theme random_theme;

struct random_text {
	char text[TEXT_ROOM];
	size_t used;
};

/* An assertion in three policies: what it is about, who may, with what. */
struct random_claim {
	struct random_text text;
	struct policy *about;
	struct policy *content; /* NULL: nothing is enough */
};

/* The names that services have in rules and requests. */
extern const char *const random_services[8];

void random_start(uint32_t seed);
/* From 0 to n - 1. */
uint32_t random_below(size_t n);
const char *random_one_of(const char *const *words, size_t count);

void random_put(struct random_text *out, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* The names that the rules use. */
void random_names(struct random_text *out);
void random_rule(struct random_text *out);
/* The same permit for both, with obligations of its own for each. */
void random_permit(struct random_text *a, struct random_text *b);
void random_claim(struct random_claim *claim);

#endif
