/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A search for a request that gets past an assertion that was proved, and for
 * one on which two policies differ that were found alike, in the whole
 * language: attributes, employment, hours around the change of clocks,
 * freezes, addresses at the ends of networks, patterns that overlap, numbers
 * of factors, approvals, grace.  What an assertion speaks of is told by the
 * evaluator itself, of a policy that permits just that.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "tests/policy/reference.h"
#include "tests/policy/support.h"
#include "tests/support/unit.h"

#define COUNT(a) (sizeof a / sizeof(*(a)))
#define TEXT_ROOM 8192
#define PROVEN_MIN 60 /* or this tests nothing */
#define ALIKE_MIN 20
#define SINCE 1767225600 /* 2026-01-01 */
#define EVERYTHING "password + otp + fido2 + publickey + recovery"

static const char *const sets =
    "network ten 10.0.0.0/8\nnetwork one 10.1.0.0/16\n"
    "network lone 10.1.2.3/32\nnetwork four 0.0.0.0/0\n"
    "network all ::/0\nnetwork doc 2001:db8::/32 10.1.2.0/25\n"
    "network low ::/8\n"
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
static const char *const services[] = {
    "sshd", "sudo", "su", "web", "agent", "sudo-db", "both", "sudo-i"};
static const char *const times[] = {"office", "gap", "before", "after", "ny",
    "late", "noon", "coast", "march", "hour", "freeze", "tuesdays", "sundays",
    "yearly", "winter"};
static const char *const ages[] = {"1s", "2s", "10m", "1h"};
static const char *const factors[] = {
    "password", "otp", "fido2", "publickey", "recovery"};

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

static uint32_t seed;
static enum theme theme;

struct out {
	char text[TEXT_ROOM];
	size_t used;
};

static void __attribute__((format(printf, 2, 3)))
put(struct out *out, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	out->used += (size_t)vsnprintf(
	    out->text + out->used, TEXT_ROOM - out->used, format, args);
	va_end(args);
	assert_true(out->used < TEXT_ROOM);
}

static uint32_t
below(size_t n)
{
	return model_random(&seed) % (uint32_t)n;
}

static const char *
one_of(const char *const *words, size_t count)
{
	return words[below(count)];
}
#define ONE_OF(words) one_of(words, COUNT(words))

static void
put_words(struct out *out, const char *keyword, const char *const *words,
    size_t count, uint32_t most)
{
	uint32_t n = 1 + below(most);

	put(out, " %s", keyword);
	while (n-- > 0)
		put(out, " %s", one_of(words, count));
}

/* The same, or "from (ten one) except (lone)". */
static void
put_list(struct out *out, const char *keyword, const char *const *words,
    size_t count, uint32_t most)
{
	if (below(3) != 0) {
		put_words(out, keyword, words, count, most);
		return;
	}
	put(out, " %s", keyword);
	if (below(2) == 0)
		put(out, " any");
	else {
		put_words(out, "(", words, count, most);
		put(out, " )");
	}
	put_words(out, "except (", words, count, most);
	put(out, " )");
}

/* Is it time for a condition of this theme? */
static bool
comes(enum theme of, uint32_t chance)
{
	return theme == ALL ? below(chance) == 0 : theme == of && below(4) != 0;
}

static bool
has_hours(void)
{
	return theme == ALL || theme == TIMES;
}

static const char *
whom(void)
{
	static char text[64];
	const char *one = ONE_OF(people), *two = ONE_OF(people);

	if (theme != ALL && theme != PEOPLE && theme != SESSIONS)
		return "any";
	if (below(2) != 0 || strcmp(two, "any") == 0)
		return one;
	snprintf(text, sizeof text, "%s %s %s", one,
	    below(2) != 0 && strcmp(one, "any") != 0 ? "&" : "except", two);
	return text;
}

static void
put_conditions(struct out *out, uint32_t chance)
{
	if (comes(ADDRESSES, chance))
		put_list(out, "from", networks, COUNT(networks), 2);
	if (comes(HOSTS, chance))
		put_list(out, "to", hosts, COUNT(hosts), 3);
	if (comes(PEOPLE, chance + 2))
		put_words(out, "service", services, COUNT(services), 4);
	if (comes(TIMES, chance))
		put_words(out, "during", times, COUNT(times), 3);
	if (comes(TIMES, chance))
		put_words(out, "outside", times, COUNT(times), 3);
	if (comes(AGES, chance + 2))
		put(out, " age %s %s", below(2) == 0 ? "above" : "below",
		    ONE_OF(ages));
}

static void
put_factors(struct out *out)
{
	const char *one = ONE_OF(factors), *two = ONE_OF(factors);

	switch (below(5)) {
	case 0:
		put(out, "%s", one);
		break;
	case 1:
		put(out, "%s + %s", one, two);
		break;
	case 2:
		put(out, "%s | %s", one, two);
		break;
	case 3:
		put(out, "%u factors", 1 + below(3));
		break;
	default:
		put(out, "(%s + (%s | %s))", one, two, ONE_OF(factors));
		break;
	}
}

static void
put_obligations(struct out *out)
{
	if (comes(SESSIONS, 4))
		put(out, " for %uh", 1 + below(3));
	if (comes(SESSIONS, 4))
		put(out, " token %um audience %s", 5 + below(2),
		    below(2) == 0 ? "wiki" : "wiki tickets");
	if (comes(SESSIONS, 6))
		put(out, " lease %um", 10 + below(2));
}

/* All of a rule but its obligations. */
static void
put_conditions_of(struct out *out, bool deny)
{
	put(out, "%s %s", deny ? "deny" : "permit", whom());
	put_conditions(out, deny ? 3 : 4);
	if (!deny) {
		bool grace = comes(FACTORS, 6);

		/* what grace leaves out must not be all */
		put(out, " with %s", grace ? "password + (" : "");
		put_factors(out);
		put(out, "%s", grace ? ") grace 7d" : "");
		if (comes(FACTORS, 6))
			put(out, " approval");
	}
}

static void
put_rule(struct out *out)
{
	bool deny = below(5) < 2;

	put_conditions_of(out, deny);
	if (!deny)
		put_obligations(out);
	put(out, "\n");
}

/* The same rule for both, with obligations of its own for each. */
static void
put_permit(struct out *a, struct out *b)
{
	struct out rule = {.used = 0};

	put_conditions_of(&rule, false);
	put(a, "%s", rule.text);
	put(b, "%s", rule.text);
	put_obligations(a);
	put_obligations(b);
	put(a, "\n");
	put(b, "\n");
}

/* An assertion in three policies: what it is about, who may, with what. */
struct claim {
	struct out text;
	struct policy *about;
	struct policy *content; /* NULL: nothing is enough */
};

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

static void
make_claim(struct claim *claim)
{
	struct out conditions = {.used = 0}, need = {.used = 0};
	const char *who = whom();

	put_conditions(&conditions, 4);
	put_factors(&need);
	claim->text.used = 0;
	claim->content = NULL;
	switch (below(4)) {
	case 0:
		put(&claim->text, "assert never %s%s\n", who, conditions.text);
		break;
	case 1:
		put(&claim->text, "assert never %s%s without %s\n", who,
		    conditions.text, need.text);
		claim->content = rules("permit any with %s\n", need.text);
		break;
	case 2:
		put(&claim->text, "assert always %s of %s%s\n", need.text, who,
		    conditions.text);
		claim->content = rules("permit any with %s\n", need.text);
		break;
	default:
		if (strcmp(who, "any") == 0)
			who = "ops";
		put(&claim->text, "assert only %s%s\n", who, conditions.text);
		claim->content = rules("permit %s with " EVERYTHING "\n", who);
		who = "any";
		break;
	}
	claim->about =
	    rules("permit %s%s with " EVERYTHING "\n", who, conditions.text);
}

/* ---- requests ---- */

struct asked {
	struct policy_request request;
	const char *groups[2];
	struct policy_attribute attributes[2];
	char host[64];
};

static void
make_person(struct asked *a)
{
	static const char *const names[] = {"ann", "bot", "ANN", "eve", ""};
	static const char *const ids[] = {"id-7", "ann", "bot", "u-1", ""};
	static const char *const dns[] = {
	    "cn=dev,dc=x", "CN=DEV,DC=X", "cn=ops,dc=x", "cn=other,dc=x"};
	static const char *const values[] = {"night", "NIGHT", "day"};
	struct policy_request *r = &a->request;

	r->username = ONE_OF(names);
	r->subject = ONE_OF(ids);
	r->group_count = below(3);
	for (size_t i = 0; i < r->group_count; i++)
		a->groups[i] = ONE_OF(dns);
	r->groups = a->groups;
	r->attribute_count = below(3);
	for (size_t i = 0; i < r->attribute_count; i++)
		a->attributes[i] =
		    (struct policy_attribute){"shift", ONE_OF(values)};
	r->attributes = a->attributes;
	r->employment =
	    (enum policy_employment)(below(8) == 0 ? 0 : 1 + below(3));
}

static void
make_place(struct asked *a)
{
	static const char *const addresses[] = {"10.1.2.3", "10.1.2.4",
	    "::ffff:10.1.2.3", "10.1.2.127", "10.1.2.128", "10.0.255.255",
	    "10.2.0.0", "9.255.255.255", "11.0.0.0", "0.0.0.0",
	    "255.255.255.255", "2001:db8::1",
	    "2001:db8:8000::", "2001:db9::", "2001:db7:ffff::", "::1",
	    "::fffe:ffff:ffff", "::1:0:0:0",
	    "ff00::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"};
	static const char letters[] = "aabbxy.-c";
	static const char *const tails[] = {
	    ".x", ".x", ".x.", ".y.x", ".X", ""};
	struct policy_request *r = &a->request;
	uint32_t length = 1 + below(5);

	memset(&r->client, 0, sizeof r->client);
	if (below(16) != 0)
		assert_int_equal(
		    policy_address_parse(ONE_OF(addresses), &r->client), 0);
	for (uint32_t i = 0; i < length; i++)
		a->host[i] = letters[below(COUNT(letters) - 1)];
	snprintf(
	    a->host + length, sizeof a->host - length, "%s", ONE_OF(tails));
	r->host = below(16) == 0 ? NULL : a->host;
	r->service = ONE_OF(services);
}

/* A moment at which something may begin or end. */
static int64_t
random_time(void)
{
	/* changes of clocks of 2026 and 2027 in all zones, freezes */
	static const int64_t turns[] = {1774746000, 1793062800, 1806195600,
	    1772953200, 1793512800, 1775318400, 1790956800, 1774652400,
	    1774825200, 1792891800, 1792895400};
	int64_t at = SINCE + 1 + below(60000000);

	if (below(2) == 0)
		at = turns[below(COUNT(turns))] +
		     ((int64_t)below(97) - 48) * 900;
	else
		at -= at % 900;
	return at + (int64_t)below(3) - 1;
}

static void
make_request(struct asked *a)
{
	static const uint32_t seconds[] = {
	    0, 1, 2, 599, 600, 601, 3599, 3600, 3601};
	static const int64_t since[] = {1, 604799, 604800, 604801};
	struct policy_request *r = &a->request;

	*a = (struct asked){.host = ""};
	make_person(a);
	make_place(a);
	r->time_unix = random_time();
	r->session_age_seconds = seconds[below(COUNT(seconds))];
	r->proven = below(64);
	r->grace_start_unix =
	    below(3) == 0 ? r->time_unix - since[below(COUNT(since))] : 0;
}

static bool
permits(const struct policy *policy, const struct policy_request *request)
{
	struct policy_decision d;

	policy_decide(policy, request, &d);
	return d.outcome == POLICY_PERMIT;
}

/* What a session is given; "" if there is none. */
static const char *
given(const struct policy *policy, const struct policy_request *request,
    char out[128])
{
	const struct policy_obligations *o;
	struct policy_decision d;

	policy_decide(policy, request, &d);
	out[0] = '\0';
	if (d.outcome != POLICY_PERMIT || d.ways[0].grace)
		return out;
	o = d.ways[0].obligations;
	snprintf(out, 128, "for %u token %u lease %u audiences %zu %.32s",
	    o->session_seconds, o->token_seconds, o->lease_seconds,
	    o->audience_count, o->audience_count > 0 ? o->audiences[0] : "");
	return out;
}

/* Whatever is proven: that is about who, where and when. */
static bool
is_about(const struct policy *policy, const struct policy_request *request)
{
	struct policy_request all = *request;

	all.proven = POLICY_FACTORS;
	return permits(policy, &all);
}

static bool
breaks(const struct claim *claim, const struct policy_request *request)
{
	bool only = strncmp(claim->text.text, "assert only", 11) == 0;

	if (!is_about(claim->about, request))
		return false;
	if (claim->content == NULL)
		return true;
	return only ? !is_about(claim->content, request)
		    : !permits(claim->content, request);
}

static unsigned undecided;

static void
note(void *context, const struct policy_breach *breach)
{
	(void)context;
	undecided += breach->undecided;
}

static void
show(const char *text, const struct asked *a)
{
	const struct policy_request *r = &a->request;

	print_error("%s\nuser %s id %s groups %zu %s %s attributes %zu %s %s "
		    "employment %d to %s service %s time %lld age %u proven "
		    "%x grace %lld, address",
	    text, r->username, r->subject, r->group_count,
	    r->group_count > 0 ? r->groups[0] : "",
	    r->group_count > 1 ? r->groups[1] : "", r->attribute_count,
	    r->attribute_count > 0 ? r->attributes[0].value : "",
	    r->attribute_count > 1 ? r->attributes[1].value : "",
	    (int)r->employment, r->host != NULL ? r->host : "-", r->service,
	    (long long)r->time_unix, r->session_age_seconds, r->proven,
	    (long long)r->grace_start_unix);
	for (size_t i = 0; i < 16; i++)
		print_error(" %02x", r->client.bytes[i]);
	print_error("\n");
}

/* True if the assertion was proved. */
static bool
search(unsigned requests)
{
	struct out out = {.used = 0};
	struct policy *policy;
	struct claim claim;
	uint32_t count;
	bool proven;

	theme = below(8) == 0 ? ALL : (enum theme)below(THEMES);
	count = 1 + below(theme == ALL ? 7 : 3);
	make_claim(&claim);
	put(&out, "%s%s", sets, has_hours() ? hours : "");
	while (count-- > 0)
		put_rule(&out);
	put(&out, "%s", claim.text.text);
	policy = support_rules(out.text);
	if (policy == NULL)
		fail_msg("%s\n%s", out.text, support_errors.text);
	undecided = 0;
	proven = policy_prove(policy, SINCE, note, NULL) == 0;
	if (undecided != 0)
		fail_msg("undecided: %s", out.text);
	while (proven && requests-- > 0) {
		struct asked a;

		make_request(&a);
		if (permits(policy, &a.request) && breaks(&claim, &a.request)) {
			show(out.text, &a);
			fail_msg("proved, and not so");
		}
	}
	policy_free(policy);
	policy_free(claim.about);
	policy_free(claim.content);
	return proven;
}

static void
note_difference(void *context, const struct policy_difference *difference)
{
	(void)context;
	(void)difference;
}

static struct policy *
parse(const struct out *out)
{
	struct policy *policy = support_rules(out->text);

	if (policy == NULL)
		fail_msg("%s\n%s", out->text, support_errors.text);
	return policy;
}

/* Two policies of which one has a rule more, or another one.  True if they
 * were found alike. */
static bool
compare(unsigned requests)
{
	struct out old = {.used = 0}, new;
	struct policy *sides[2];
	uint32_t count;
	int found;

	theme = (enum theme)below(THEMES);
	count = 1 + below(4);
	put(&old, "%s%s", sets, has_hours() ? hours : "");
	while (count-- > 0)
		put_rule(&old);
	new = old;
	if (theme == SESSIONS)
		put_permit(&old, &new);
	else
		put_rule(&new);
	if (theme != SESSIONS && below(2) == 0)
		put_rule(&old);
	sides[0] = parse(&old);
	sides[1] = parse(&new);
	found = policy_diff(sides[0], sides[1], SINCE, note_difference, NULL);
	if (found < 0)
		fail_msg("undecided: %s\n%s", old.text, new.text);
	while (found == 0 && requests-- > 0) {
		char what[2][128];
		struct asked a;

		make_request(&a);
		if (permits(sides[0], &a.request) !=
			permits(sides[1], &a.request) ||
		    strcmp(given(sides[0], &a.request, what[0]),
			given(sides[1], &a.request, what[1])) != 0) {
			show(old.text, &a);
			fail_msg("alike, and not so: %s", new.text);
		}
	}
	policy_free(sides[0]);
	policy_free(sides[1]);
	return found == 0;
}

/* Fewer for a test, more for a night. */
static unsigned
policies(unsigned usual)
{
	const char *more = getenv("SEARCH_POLICIES");

	seed = more != NULL ? (uint32_t)time(NULL) : 20260701;
	return more != NULL ? (unsigned)atoi(more) : usual;
}

static void
nothing_gets_past_what_was_proved(void **state)
{
	unsigned left = policies(250), proven = 0;

	while (left-- > 0)
		proven += search(5000);
	assert_true(proven > PROVEN_MIN);
}

static void
what_was_found_alike_decides_alike(void **state)
{
	unsigned left = policies(200), alike = 0;

	while (left-- > 0)
		alike += compare(5000);
	assert_true(alike > ALIKE_MIN);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(nothing_gets_past_what_was_proved),
	    cmocka_unit_test(what_was_found_alike_decides_alike),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
