/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/policy/random_policy.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "tests/policy/reference.h"
#include "tests/policy/support.h"
#include "tests/support/unit.h"

#define EVERYTHING "password + otp + fido2 + publickey + recovery"

static const char *const sets =
    "network ten 10.0.0.0/8\nnetwork one 10.1.0.0/16\n"
    "network lone 10.1.2.3/32\nnetwork four 0.0.0.0/0\n"
    "network all ::/0\nnetwork doc 2001:db8::/32 10.1.2.0/25\n"
    "network low ::/8\n"
    "group boss \"cn=boss,dc=x\"\n"
    "group dev \"cn=dev,dc=x\"\ngroup ops \"CN=Ops, dc=x\" \"cn=dev,dc=x\"\n"
    "group night attribute shift night\n"
    "group ext employment contractor vendor\n"
    "group emp employment employee\n"
    "services sudo sudo-db\nservices both su sshd\n"
    "person ann \"ann\"\nperson bot \"bot\" \"id-7\"\n";
/* These take most of the time: only where they are spoken of. */
static const char *const hours =
    "hours office mon-fri 08:00-18:00 Europe/Paris\n"
    "hours gap sun 02:00-03:00 Europe/Paris\n"
    "hours before daily 00:00-02:00 Europe/Paris\n"
    "hours after daily 03:00-24:00 Europe/Paris\n"
    "hours noon mon-fri 14:00-15:00 Europe/Paris\n"
    "hours coast mon-fri 08:00-09:00 America/New_York\n"
    "hours ny mon-fri 02:00-12:00 America/New_York\n"
    "hours late daily 22:30-02:15 Australia/Sydney\n"
    "hours tuesdays second tue 22:00-02:30,02:45-03:15 Europe/Paris\n"
    "hours sundays first sun,last sun 01:30-03:30 Australia/Sydney "
    "last sun 02:00-03:00 Europe/Paris mon 09:00-10:00 UTC\n"
    "window yearly 10-25T02:30 10-25T02:45 03-29 03-30 Europe/Paris\n"
    "freeze winter 10-24 04-05 11-01T01:30 11-01T01:31 America/New_York\n"
    "freeze march 2026-03-28 2026-03-29 Europe/Paris\n"
    "freeze hour 2026-10-25T01:30 2026-10-25T02:30 UTC\n";

static const char *const people[] = {
    "dev", "ops", "night", "ext", "emp", "ann", "bot", "any", "any", "any"};
static const char *const networks[] = {
    "ten", "one", "lone", "four", "all", "doc", "low", "2001:db8::/33"};
static const char *const hosts[] = {"*.x", "**.x", "a*.x", "*b.x", "a.x",
    "ab*ba.x", "*.*.x", "**.y.x", "a*.b*.x", "**", "ba*.x"};
const char *const random_services[8] = {
    "sshd", "sudo", "su", "web", "agent", "sudo-db", "both", "sudo-i"};
static const char *const times[] = {"office", "gap", "before", "after", "ny",
    "late", "noon", "coast", "march", "hour", "freeze", "tuesdays", "sundays",
    "yearly", "winter"};
static const char *const ages[] = {"1s", "2s", "10m", "1h"};
static const char *const factors[] = {
    "password", "otp", "fido2", "publickey", "recovery"};

enum theme random_theme;
static uint32_t seed;

void
random_put(struct random_text *out, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	out->used += (size_t)vsnprintf(
	    out->text + out->used, TEXT_ROOM - out->used, format, args);
	va_end(args);
	assert_true(out->used < TEXT_ROOM);
}

uint32_t
random_below(size_t n)
{
	return model_random(&seed) % (uint32_t)n;
}

const char *
random_one_of(const char *const *words, size_t count)
{
	return words[random_below(count)];
}

static void
put_words(struct random_text *out, const char *keyword,
    const char *const *words, size_t count, uint32_t most)
{
	uint32_t n = 1 + random_below(most);

	random_put(out, " %s", keyword);
	while (n-- > 0)
		random_put(out, " %s", random_one_of(words, count));
}

/* The same, or "from (ten one) except (lone)". */
static void
put_list(struct random_text *out, const char *keyword, const char *const *words,
    size_t count, uint32_t most)
{
	if (random_below(3) != 0) {
		put_words(out, keyword, words, count, most);
		return;
	}
	random_put(out, " %s", keyword);
	if (random_below(2) == 0)
		random_put(out, " any");
	else {
		put_words(out, "(", words, count, most);
		random_put(out, " )");
	}
	put_words(out, "except (", words, count, most);
	random_put(out, " )");
}

/* Is it time for a condition of this theme? */
static bool
comes(enum theme of, uint32_t chance)
{
	return random_theme == ALL ? random_below(chance) == 0
				   : random_theme == of && random_below(4) != 0;
}

static bool
has_hours(void)
{
	return random_theme == ALL || random_theme == TIMES;
}

void
random_start(uint32_t from)
{
	seed = from;
}

void
random_names(struct random_text *out)
{
	random_put(out, "%s%s", sets, has_hours() ? hours : "");
}

static const char *
whom(void)
{
	static char text[64];
	const char *one = RANDOM_ONE_OF(people), *two = RANDOM_ONE_OF(people);

	if (random_theme != ALL && random_theme != PEOPLE &&
	    random_theme != SESSIONS)
		return "any";
	if (random_below(2) != 0 || strcmp(two, "any") == 0)
		return one;
	snprintf(text, sizeof text, "%s %s %s", one,
	    random_below(2) != 0 && strcmp(one, "any") != 0 ? "&" : "except",
	    two);
	return text;
}

static void
put_conditions(struct random_text *out, uint32_t chance)
{
	if (comes(ADDRESSES, chance))
		put_list(out, "from", networks, COUNT(networks), 2);
	if (comes(HOSTS, chance))
		put_list(out, "to", hosts, COUNT(hosts), 3);
	if (comes(PEOPLE, chance + 2))
		put_words(
		    out, "service", random_services, COUNT(random_services), 4);
	if (comes(TIMES, chance))
		put_words(out, "during", times, COUNT(times), 3);
	if (comes(TIMES, chance))
		put_words(out, "outside", times, COUNT(times), 3);
	if (comes(AGES, chance + 2))
		random_put(out, " age %s %s",
		    random_below(2) == 0 ? "above" : "below",
		    RANDOM_ONE_OF(ages));
}

static void
put_factors(struct random_text *out)
{
	const char *one = RANDOM_ONE_OF(factors), *two = RANDOM_ONE_OF(factors);

	switch (random_below(5)) {
	case 0:
		random_put(out, "%s", one);
		break;
	case 1:
		random_put(out, "%s + %s", one, two);
		break;
	case 2:
		random_put(out, "%s | %s", one, two);
		break;
	case 3:
		random_put(out, "%u factors", 1 + random_below(3));
		break;
	default:
		random_put(
		    out, "(%s + (%s | %s))", one, two, RANDOM_ONE_OF(factors));
		break;
	}
}

static void
put_obligations(struct random_text *out)
{
	if (comes(SESSIONS, 4))
		random_put(out, " for %uh", 1 + random_below(3));
	if (comes(SESSIONS, 4))
		random_put(out, " token %um audience %s", 5 + random_below(2),
		    random_below(2) == 0 ? "wiki" : "wiki tickets");
	if (comes(SESSIONS, 6))
		random_put(out, " lease %um", 10 + random_below(2));
}

static void
put_approval(struct random_text *out)
{
	random_put(out, " approval");
	if (random_below(2) != 0)
		random_put(out, " %u", 1 + random_below(3));
	if (random_below(2) != 0)
		random_put(
		    out, " of %s", random_below(2) == 0 ? "dev" : "boss");
	if (random_below(2) != 0)
		random_put(
		    out, " within %s", random_below(2) == 0 ? "10m" : "1h");
}

/* All of a rule but its obligations. */
static void
put_conditions_of(struct random_text *out, bool deny)
{
	random_put(out, "%s %s", deny ? "deny" : "permit", whom());
	put_conditions(out, deny ? 3 : 4);
	if (!deny) {
		bool grace = comes(FACTORS, 6);

		/* what grace leaves out must not be all */
		random_put(out, " with %s", grace ? "password + (" : "");
		put_factors(out);
		random_put(out, "%s", grace ? ") grace 7d" : "");
		if (comes(FACTORS, 6))
			put_approval(out);
	}
}

void
random_rule(struct random_text *out)
{
	bool deny = random_below(5) < 2;

	put_conditions_of(out, deny);
	if (!deny)
		put_obligations(out);
	random_put(out, "\n");
}

void
random_permit(struct random_text *a, struct random_text *b)
{
	struct random_text rule = {.used = 0};

	put_conditions_of(&rule, false);
	random_put(a, "%s", rule.text);
	random_put(b, "%s", rule.text);
	put_obligations(a);
	put_obligations(b);
	random_put(a, "\n");
	random_put(b, "\n");
}

static struct policy *rules(const char *format, ...)
    __attribute__((format(printf, 1, 2)));

static struct policy *
rules(const char *format, ...)
{
	char text[TEXT_ROOM];
	size_t used = (size_t)snprintf(
	    text, sizeof text, "%s%s", sets, has_hours() ? hours : "");
	struct policy *policy;
	va_list args;

	va_start(args, format);
	vsnprintf(text + used, sizeof text - used, format, args);
	va_end(args);
	policy = support_rules(text);
	if (policy == NULL)
		fail_msg("%s\n%s", text, support_errors.text);
	return policy;
}

void
random_claim(struct random_claim *claim)
{
	struct random_text conditions = {.used = 0}, need = {.used = 0};
	const char *who = whom();

	put_conditions(&conditions, 4);
	put_factors(&need);
	claim->text.used = 0;
	claim->content = NULL;
	switch (random_below(4)) {
	case 0:
		random_put(
		    &claim->text, "assert never %s%s\n", who, conditions.text);
		break;
	case 1:
		random_put(&claim->text, "assert never %s%s without %s\n", who,
		    conditions.text, need.text);
		claim->content = rules("permit any with %s\n", need.text);
		break;
	case 2:
		random_put(&claim->text, "assert always %s of %s%s\n",
		    need.text, who, conditions.text);
		claim->content = rules("permit any with %s\n", need.text);
		break;
	default:
		if (strcmp(who, "any") == 0)
			who = "ops";
		random_put(
		    &claim->text, "assert only %s%s\n", who, conditions.text);
		claim->content = rules("permit %s with " EVERYTHING "\n", who);
		who = "any";
		break;
	}
	claim->about =
	    rules("permit %s%s with " EVERYTHING "\n", who, conditions.text);
}
