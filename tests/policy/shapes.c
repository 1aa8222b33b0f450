/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/policy/shapes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *const shape_names[SHAPE_COUNT] = {
#define SHAPE_NAME(NAME, size) #NAME,
    SHAPES(SHAPE_NAME)
#undef SHAPE_NAME
};
const size_t shape_sizes[SHAPE_COUNT] = {
#define SHAPE_SIZE(NAME, size) size,
    SHAPES(SHAPE_SIZE)
#undef SHAPE_SIZE
};

struct make {
	const struct shape_of *of;
	FILE *out;
	struct shape_text *text;
};

static void
claim(struct make *m, const char *kind, const char *who, const char *conditions,
    const char *need)
{
	struct shape_text *text = m->text;
	struct shape_claim *c;

	text->claims = realloc(
	    text->claims, (text->claim_count + 1) * sizeof *text->claims);
	if (text->claims == NULL)
		abort();
	c = &text->claims[text->claim_count++];
	snprintf(c->kind, sizeof c->kind, "%s", kind);
	snprintf(c->who, sizeof c->who, "%s", who);
	snprintf(c->conditions, sizeof c->conditions, "%s", conditions);
	snprintf(c->need, sizeof c->need, "%s", need);
}

/* Rules for networks in networks in networks. */
static void
make_nested(struct make *m)
{
	size_t n = m->of->size, wide = n / 16 + 1;

	fputs("permit ops from 10.0.0.0/8 with password + otp\n"
	      "deny ext from 10.0.0.0/9\n",
	    m->out);
	if (!m->of->broken)
		fputs("deny ext from 10.128.0.0/9\n", m->out);
	for (size_t i = 0; i < n; i++) {
		size_t a = i % wide % 256, b = i / wide;

		if (b == 0)
			fprintf(m->out, "permit ops from 10.%zu.0.0/16", a);
		else
			fprintf(m->out, "permit ops from 10.%zu.%zu.%zu/27", a,
			    i % 251, b % 8 * 32);
		fprintf(m->out, " with password + otp\n");
		if (i % 3 == 0)
			fprintf(m->out, "deny ext from 10.%zu.%zu.0/24\n", a,
			    i % 251);
	}
	claim(m, "never", "ext", "from 10.0.0.0/8", "");
	claim(m, "always", "any", "from 10.0.0.0/8", "2 factors");
	claim(m, "only", "ops", "from 10.0.0.0/8 service sshd", "");
}

/* As many hours as assertions, each about a host of its own. */
static void
make_hours(struct make *m)
{
	static const char *const zones[] = {"UTC", "Europe/Paris", "UTC",
	    "America/New_York", "Asia/Kolkata", "Australia/Sydney"};

	for (size_t i = 0; i < m->of->size; i++) {
		char conditions[64];

		fprintf(m->out,
		    "hours o%zu mon-fri %02zu:%02zu-%02zu:%02zu %s\n"
		    "permit ops during o%zu with password + otp\n",
		    i, i % 18, i * 7 % 4 * 15, i % 18 + 5, i * 11 % 4 * 15,
		    zones[i % 6], i);
		if (!m->of->broken || i > 0)
			fprintf(
			    m->out, "deny ops outside o%zu to h%zu.x\n", i, i);
		snprintf(conditions, sizeof conditions,
		    "outside o%zu to h%zu.x", i, i);
		claim(m, "never", "ops", conditions, "");
	}
}

/* One assertion that holds because of a box for each network, host, time. */
static void
make_boxes(struct make *m)
{
	size_t side = 1;

	while (2 * (side + 1) * (side + 1) <= m->of->size)
		side++;
	fputs("hours day mon-fri 08:00-18:00 UTC\npermit ops from", m->out);
	for (size_t i = 0; i < side; i++)
		fprintf(m->out, " 10.%zu.0.0/16", i);
	fputs(" to", m->out);
	for (size_t j = 0; j < side; j++)
		fprintf(m->out, " a%zu-*.x", j);
	fputs(" with password + otp\n", m->out);
	for (size_t i = 0; i < side * side; i++) {
		fprintf(m->out,
		    "deny any from 10.%zu.0.0/16 to a%zu-*.x during day\n",
		    i / side, i % side);
		if (!m->of->broken || i > 0)
			fprintf(m->out,
			    "deny any from 10.%zu.0.0/16 to a%zu-*.x "
			    "outside day\n",
			    i / side, i % side);
	}
	claim(m, "never", "ops", "to **.x", "");
}

static void
put_labels(struct make *m, size_t i)
{
	static const char *const labels[] = {
	    "*", "a*", "*z", "m", "ab*", "*", "b*yz"};

	for (size_t l = 0; l < 4; l++) {
		i = i * 1103515245 + 12345;
		fprintf(m->out, "%s.", labels[i / 65536 % 7]);
	}
	fputs("x", m->out);
}

/* Patterns of five labels that meet in many ways. */
static void
make_labels(struct make *m)
{
	static const char *const parts[] = {"0.0.0.0/1", "128.0.0.0/1", "::/0"};

	for (size_t i = 0; i < m->of->size; i++) {
		fputs("permit ops to ", m->out);
		put_labels(m, i);
		fputs(" with password + otp\n", m->out);
		for (size_t p = 0; p < (i > 0 || !m->of->broken ? 3 : 2); p++) {
			fprintf(m->out, "deny ext from %s to ", parts[p]);
			put_labels(m, i);
			fputs("\n", m->out);
		}
	}
	claim(m, "never", "ext", "to **.x", "");
	claim(m, "always", "any", "to *.*.*.*.x", "2 factors");
}

/* Teams with a network and hosts each. */
static void
make_companies(struct make *m)
{
	size_t n = m->of->size / 2;

	for (size_t i = 0; i < n; i++) {
		fprintf(m->out,
		    "group g%zu \"cn=g%zu,dc=x\"\n"
		    "permit g%zu from 10.%zu.%zu.0/24 to t%zu-*.x "
		    "with password + otp\n",
		    i, i, i, i / 250, i % 250, i);
		if (i > 0 || !m->of->broken)
			fprintf(m->out,
			    "deny ext from 10.%zu.%zu.0/24 to t%zu-*.x\n",
			    i / 250, i % 250, i);
	}
	fputs("group all", m->out);
	for (size_t i = 0; i < n; i++)
		fprintf(m->out, " g%zu", i);
	fputs("\n", m->out);
	claim(m, "never", "ext", "", "");
	claim(m, "always", "any", "", "2 factors");
	claim(m, "only", "all", "service sshd sudo", "");
}

/* The same as hours, with those of a month and dates of every year. */
static void
make_months(struct make *m)
{
	static const char *const nth[] = {
	    "first", "second", "third", "fourth", "last"};
	static const char *const days[] = {
	    "mon", "tue", "wed", "thu", "fri", "sat", "sun"};

	for (size_t i = 0; i < m->of->size; i++) {
		char conditions[64];

		if (i % 4 == 3)
			fprintf(m->out,
			    "window o%zu %02zu-%02zu %02zu-%02zuT12:00 "
			    "Europe/Paris\n",
			    i, i % 12 + 1, i % 28 + 1, i % 11 + 1, i % 27 + 1);
		else
			fprintf(m->out,
			    "hours o%zu %s %s %02zu:00-%02zu:30 %s\n", i,
			    nth[i % 5], days[i % 7], i % 18, i * 5 % 24,
			    i % 2 == 0 ? "UTC" : "America/New_York");
		fprintf(
		    m->out, "permit ops during o%zu with password + otp\n", i);
		if (!m->of->broken || i > 0)
			fprintf(
			    m->out, "deny ops outside o%zu to h%zu.x\n", i, i);
		snprintf(conditions, sizeof conditions,
		    "outside o%zu to h%zu.x", i, i);
		claim(m, "never", "ops", conditions, "");
	}
}

/* Rules for a site's own services, of which each belongs to a family. */
static void
make_services(struct make *m)
{
	size_t own = m->of->size < 40 ? m->of->size : 40;

	for (size_t f = 0; f < 4; f++) {
		fprintf(m->out, "services f%zu", f);
		for (size_t i = f; i < own; i += 4)
			fprintf(m->out, " s%zu", i);
		fputs("\n", m->out);
	}
	fputs("services every f0 f1 f2 f3\n"
	      "permit ops service every with password + otp\n",
	    m->out);
	for (size_t i = 0; i < m->of->size; i++) {
		fprintf(m->out,
		    "permit known service s%zu to h%zu.x with password + otp\n",
		    i % own, i);
		if (i > 0 || !m->of->broken)
			fprintf(m->out, "deny ext service s%zu to h%zu.x\n",
			    i % own, i);
	}
	fputs("deny ext service f1 f2 f3 f0 to **.y\n", m->out);
	for (size_t f = 0; f < 4; f++) {
		char conditions[64];

		snprintf(conditions, sizeof conditions,
		    "service s%zu to h%zu.x", f, f);
		claim(m, "never", "ext", conditions, "");
	}
	claim(m, "always", "known", "service every", "2 factors");
}

/* All but some: people, hosts, and people in two groups. */
static void
make_exceptions(struct make *m)
{
	fputs("group g0 \"cn=g0,dc=x\"\n"
	      "permit any except ext to **.x except su.x with password + otp\n"
	      "deny ext except admins\n",
	    m->out);
	if (!m->of->broken)
		fputs("deny ext & admins\n", m->out);
	for (size_t i = 0; i < m->of->size / 2; i++)
		fprintf(m->out,
		    "permit ops & g0 from 10.%zu.%zu.0/24 "
		    "with password + otp\n"
		    "deny any except (ops g0) from 10.%zu.%zu.0/24 to "
		    "t%zu-*.x\n",
		    i / 250, i % 250, i / 250, i % 250, i);
	claim(m, "never", "ext", "", "");
	claim(m, "always", "any", "", "2 factors");
	claim(m, "only", "(ops g0)", "from 10.0.0.0/24 to t0-*.x", "");
	claim(m, "only", "any except ext", "service sshd", "");
}

/* Permits that ask for little, and denies of those who have proven no more. */
static void
make_factors(struct make *m)
{
	fputs("group g0 \"cn=g0,dc=x\"\n"
	      "permit (ops g0) to **.x with password | publickey\n"
	      "deny g0 without otp\n",
	    m->out);
	if (!m->of->broken)
		fputs("deny any to t0-*.x without otp | fido2\n", m->out);
	for (size_t i = 0; i < m->of->size / 2; i++)
		fprintf(m->out,
		    "permit ops from 10.%zu.%zu.0/24 with password\n"
		    "deny any except admins from 10.%zu.%zu.0/24 to t%zu-*.x "
		    "without 2 factors\n",
		    i / 250, i % 250, i / 250, i % 250, i);
	claim(m, "always", "any", "to t0-*.x", "otp | fido2");
	claim(m, "always", "g0", "to t0-*.x", "otp | fido2");
	claim(m, "always", "g0", "service su", "otp");
	claim(m, "always", "any", "from 10.0.0.0/24 to t0-*.x", "otp | fido2");
	claim(m, "only", "(ops g0 admins)", "", "");
}

void
shape_make(const struct shape_of *of, struct shape_text *text)
{
	static void (*const makers[])(struct make *) = {
#define SHAPE_MAKER(NAME, size) make_##NAME,
	    SHAPES(SHAPE_MAKER)
#undef SHAPE_MAKER
	};
	struct make m = {.of = of, .text = text};
	size_t size;

	*text = (struct shape_text){0};
	m.out = open_memstream(&text->rules, &size);
	if (m.out == NULL)
		abort();
	fputs("group ext employment contractor vendor\n"
	      "group known employment employee contractor vendor\n"
	      "group ops \"cn=ops,dc=x\"\ngroup admins \"cn=su,dc=x\"\n",
	    m.out);
	if (of->unknown) {
		fputs("permit admins service su to su.y with password + otp\n",
		    m.out);
		if (!of->broken)
			fputs("deny ext service su to su.y\n", m.out);
		claim(&m, "only", "known", "service su to su.y", "");
	}
	makers[of->shape](&m);
	fclose(m.out);
}

char *
shape_policy(const struct shape_text *text)
{
	char *whole;
	size_t size;
	FILE *out = open_memstream(&whole, &size);

	if (out == NULL)
		abort();
	fputs(text->rules, out);
	for (size_t i = 0; i < text->claim_count; i++) {
		const struct shape_claim *c = &text->claims[i];

		if (strcmp(c->kind, "always") == 0)
			fprintf(out, "assert always %s of %s %s\n", c->need,
			    c->who, c->conditions);
		else
			fprintf(out, "assert %s %s %s\n", c->kind, c->who,
			    c->conditions);
	}
	fputs("end\n", out);
	fclose(out);
	return whole;
}

void
shape_free(struct shape_text *text)
{
	free(text->rules);
	free(text->claims);
}
