/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/policy/reference.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char definitions[] = "group p0 \"cn=g0,dc=example\"\n"
				  "group p1 \"cn=g1,dc=example\"\n"
				  "group p2 \"cn=g2,dc=example\"\n"
				  "group p3 \"cn=g3,dc=example\"\n"
				  "group p4 employment contractor\n"
				  "group p5 employment vendor\n"
				  "person p6 \"robot\"\n"
				  "group p7 employment employee\n"
				  "person p8 id \"id-7\"\n"
				  "group p9 attribute shift night\n"
				  "network n0 10.0.0.0/8\n"
				  "network n1 10.1.0.0/16\n"
				  "network n2 192.168.0.0/16 10.1.2.0/23\n"
				  "network n3 2001:db8::/32\n"
				  "network n4 ::/0\n"
				  "network n5 0.0.0.0/0\n"
				  "hosts h0 a.example\n"
				  "hosts h1 *.example\n"
				  "hosts h2 a*.example\n"
				  "hosts h3 *b.example x.test\n"
				  "hosts h4 **.example\n"
				  "hosts h5 db.*.example\n"
				  "services sudo sudo-db\n"
				  "hours t0 mon-fri 08:00-18:00 Europe/Paris\n"
				  "hours t1 daily 22:00-06:00 UTC\n"
				  "freeze t2 2026-12-20 2026-12-26 UTC\n"
				  "hours t3 daily 05:00-09:00 UTC\n"
				  "hours t4 first wed 18:30-18:45 "
				  "Europe/Paris\n"
				  "window t5 06-10T12:00 06-10T12:30 "
				  "Europe/Paris\n";

static const char *const addresses[MODEL_ADDRESSES - 1] = {"10.1.2.3",
    "10.1.9.9", "10.200.0.1", "192.168.3.4", "203.0.113.9", "2001:db8::7",
    "2002::1"};

/* bit i: in network i */
static const uint32_t address_in[MODEL_ADDRESSES - 1] = {
    1 << 0 | 1 << 1 | 1 << 2 | 1 << 5,
    1 << 0 | 1 << 1 | 1 << 5,
    1 << 0 | 1 << 5,
    1 << 2 | 1 << 5,
    1 << 5,
    1 << 3 | 1 << 4,
    1 << 4,
};

static const char *const names[MODEL_NAMES - 1] = {"a.example", "ab.example",
    "ax.example", "b.example", "cb.example", "x.test", "q.example",
    "db.q.example", "z.z.example", "nowhere.invalid"};

static const uint32_t name_in[MODEL_NAMES - 1] = {
    1 << 0 | 1 << 1 | 1 << 4,
    1 << 1 | 1 << 2 | 1 << 3 | 1 << 4,
    1 << 1 | 1 << 2 | 1 << 4,
    1 << 1 | 1 << 4,
    1 << 1 | 1 << 3 | 1 << 4,
    1 << 3,
    1 << 1 | 1 << 4,
    1 << 4 | 1 << 5,
    1 << 4,
    0,
};

/* 2026-07-01 is a Wednesday; Paris is two hours ahead then, one in winter. */
static const int64_t times[MODEL_TIMES] = {
    1782882000, /* Wed 2026-07-01 05:00Z */
    1782885600, /* Wed 2026-07-01 06:00Z */
    1782896399, /* Wed 2026-07-01 08:59:59Z */
    1782921600, /* Wed 2026-07-01 16:00Z */
    1782943200, /* Wed 2026-07-01 22:00Z */
    1783159200, /* Sat 2026-07-04 10:00Z */
    1797724800, /* Sun 2026-12-20 00:00Z */
    1797832800, /* Mon 2026-12-21 06:00Z */
    1797836400, /* Mon 2026-12-21 07:00Z */
    1798329600, /* Sun 2026-12-27 00:00Z */
    1782900000, /* Wed 2026-07-01 10:00Z */
    1783148400, /* Sat 2026-07-04 07:00Z */
    1797831000, /* Mon 2026-12-21 05:30Z */
    1797847200, /* Mon 2026-12-21 10:00Z */
    1797768000, /* Sun 2026-12-20 12:00Z */
    1782923700, /* Wed 2026-07-01 16:35Z */
    1781085900, /* Wed 2026-06-10 10:05Z */
    1844244300, /* Sat 2028-06-10 10:05Z */
};

static const uint32_t time_in[MODEL_TIMES] = {
    1 << 1 | 1 << 3,
    1 << 0 | 1 << 3,
    1 << 0 | 1 << 3,
    0,
    1 << 1,
    0,
    1 << 1 | 1 << 2,
    1 << 2 | 1 << 3,
    1 << 0 | 1 << 2 | 1 << 3,
    1 << 1,
    1 << 0,
    1 << 3,
    1 << 1 | 1 << 2 | 1 << 3,
    1 << 0 | 1 << 2,
    1 << 2,
    1 << 4,
    1 << 0 | 1 << 5,
    1 << 5,
};

static const char *const services[MODEL_SERVICES] = {
    "sshd", "sudo", "su", "web", "agent", "sudo-db"};
static const char *const factors[5] = {
    "password", "otp", "fido2", "publickey", "recovery"};

uint32_t
model_random(uint32_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 17;
	*state ^= *state << 5;
	return *state;
}

static uint32_t
some(uint32_t *state, unsigned count)
{
	uint32_t all = (1u << count) - 1;

	switch (model_random(state) % 4) {
	case 0:
		return 0;
	case 1:
		return model_random(state) & all;
	default:
		return 1u << model_random(state) % count;
	}
}

void
model_random_scope(uint32_t *state, struct model_scope *scope)
{
	scope->principals = some(state, MODEL_PRINCIPALS);
	scope->also = scope->principals != 0 && model_random(state) % 4 == 0
			  ? some(state, MODEL_PRINCIPALS)
			  : 0;
	scope->not_principals =
	    model_random(state) % 4 == 0 ? some(state, MODEL_PRINCIPALS) : 0;
	scope->networks = some(state, MODEL_NETWORKS);
	scope->not_networks =
	    model_random(state) % 4 == 0 ? some(state, MODEL_NETWORKS) : 0;
	scope->hosts = some(state, MODEL_HOSTS);
	scope->not_hosts =
	    model_random(state) % 4 == 0 ? some(state, MODEL_HOSTS) : 0;
	scope->services =
	    model_random(state) % 2 ? 0 : some(state, MODEL_SERVICES);
	scope->during =
	    model_random(state) % 2 ? 0 : some(state, MODEL_PERIODS);
	scope->outside =
	    model_random(state) % 4 ? 0 : some(state, MODEL_PERIODS);
	scope->age =
	    model_random(state) % 4 ? 0 : (int)(model_random(state) % 3);
}

void
model_random_policy(uint32_t *state, size_t rules, struct model_policy *policy)
{
	policy->count = rules;
	for (size_t i = 0; i < rules; i++) {
		struct model_rule *rule = &policy->rules[i];

		memset(rule, 0, sizeof *rule);
		model_random_scope(state, &rule->scope);
		rule->deny = model_random(state) % 3 == 0;
		for (unsigned w = 0; w < 1 + model_random(state) % 3; w++)
			rule->ways[w] = 1 + model_random(state) % 31;
		if (rule->deny && model_random(state) % 2)
			memset(rule->ways, 0, sizeof rule->ways);
		model_random_approval(state, rule);
		rule->session = model_random(state) % 4;
		/* grace needs a password */
		rule->grace = model_random(state) % 4 == 0;
		for (int w = 0; w < 4; w++) {
			if (rule->ways[w] != 0 && !(rule->ways[w] & 0x01))
				rule->grace = 0;
		}
	}
}

void
model_random_request(uint32_t *state, struct model_request *request)
{
	static const uint32_t employments[] = {0x10, 0x20, 0x80, 0x80};

	request->principals = model_random(state) & model_random(state) & 0x34f;
	request->unknown = model_random(state) & model_random(state) & 7;
	if (!(request->unknown & MODEL_NO_EMPLOYMENT))
		request->principals |= employments[model_random(state) % 4];
	if (request->unknown & MODEL_NO_ID)
		request->principals &= ~0x100u;
	if (request->unknown & MODEL_NO_SHIFT)
		request->principals &= ~0x200u;
	request->address = model_random(state) % MODEL_ADDRESSES;
	request->name = model_random(state) % MODEL_NAMES;
	request->time = model_random(state) % MODEL_TIMES;
	request->service = model_random(state) % MODEL_SERVICES;
	request->age = model_random(state) % MODEL_AGES;
	request->proven = model_random(state) % 64;
	request->grace_start = model_random(state) % 3 * 43200;
	request->approver_count = model_random(state) % (MODEL_APPROVERS + 1);
	for (size_t i = 0; i < request->approver_count; i++)
		request->approvers[i] = (struct model_approver){
		    .who = model_random(state) % 5,
		    .of = model_random(state) % 5,
		    .age = model_random(state) % 3 * 10,
		};
}

__attribute__((format(printf, 4, 5))) static void
add(char *out, size_t size, size_t *used, const char *format, ...)
{
	va_list arguments;
	int n;

	va_start(arguments, format);
	n = vsnprintf(out + *used, size - *used, format, arguments);
	va_end(arguments);
	if (n < 0 || (size_t)n >= size - *used)
		abort();
	*used += (size_t)n;
}

static void
add_set(char *out, size_t size, size_t *used, const char *word, char letter,
    uint32_t set)
{
	if (set == 0)
		return;
	add(out, size, used, " %s", word);
	for (int i = 0; i < 32; i++) {
		if (set & 1u << i)
			add(out, size, used, " %c%d", letter, i);
	}
}

/* " from (n0 n1) except (n2)" */
static void
add_list(char *out, size_t size, size_t *used, const char *word, char letter,
    uint32_t in, uint32_t except)
{
	if (except == 0) {
		add_set(out, size, used, word, letter, in);
		return;
	}
	add(out, size, used, " %s", word);
	if (in == 0)
		add(out, size, used, " any");
	else
		add_set(out, size, used, "(", letter, in);
	add_set(out, size, used, in == 0 ? "except (" : ") except (", letter,
	    except);
	add(out, size, used, ")");
}

size_t
model_print_scope(
    const struct model_scope *scope, bool principals, char *out, size_t size)
{
	size_t used = 0;

	out[0] = '\0';
	if (principals && scope->also != 0) {
		add_set(out, size, &used, "(", 'p', scope->principals);
		add_set(out, size, &used, ") & (", 'p', scope->also);
		add(out, size, &used, ")");
		add_set(
		    out, size, &used, "except (", 'p', scope->not_principals);
		if (scope->not_principals != 0)
			add(out, size, &used, ")");
	} else if (principals) {
		add_list(out, size, &used, "", 'p', scope->principals,
		    scope->not_principals);
		if (scope->principals == 0 && scope->not_principals == 0)
			add(out, size, &used, " any");
	}
	add_list(out, size, &used, "from", 'n', scope->networks,
	    scope->not_networks);
	add_list(out, size, &used, "to", 'h', scope->hosts, scope->not_hosts);
	if (scope->services != 0)
		add(out, size, &used, " service");
	for (int i = 0; i < MODEL_SERVICES; i++) {
		if (scope->services & 1u << i)
			add(out, size, &used, " %s", services[i]);
	}
	add_set(out, size, &used, "during", 't', scope->during);
	add_set(out, size, &used, "outside", 't', scope->outside);
	if (scope->age != 0)
		add(out, size, &used, " age %s 10m",
		    scope->age == 1 ? "below" : "above");
	return used;
}

size_t
model_print_ways(
    const char *word, const uint32_t ways[4], char *out, size_t size)
{
	size_t used = 0;

	for (int w = 0; w < 4 && ways[w] != 0; w++) {
		const char *plus = "";

		add(out, size, &used, " %s (", w == 0 ? word : "|");
		for (int i = 0; i < 5; i++) {
			if (ways[w] & 1u << i) {
				add(out, size, &used, "%s%s", plus, factors[i]);
				plus = " + ";
			}
		}
		add(out, size, &used, ")");
	}
	return used;
}

void
model_print(const struct model_policy *policy, const size_t *order, char *out,
    size_t size)
{
	size_t used = 0;

	add(out, size, &used, "%s", definitions);
	for (size_t i = 0; i < policy->count; i++) {
		const struct model_rule *rule =
		    &policy->rules[order != NULL ? order[i] : i];

		add(out, size, &used, rule->deny ? "deny" : "permit");
		used += model_print_scope(
		    &rule->scope, true, out + used, size - used);
		used += model_print_ways(rule->deny ? "without" : "with",
		    rule->ways, out + used, size - used);
		if (!rule->deny && rule->session != 0)
			add(out, size, &used, " for %uh", rule->session);
		if (!rule->deny && rule->grace != 0)
			add(out, size, &used, " grace %ud", rule->grace);
		if (!rule->deny && rule->approval) {
			add(out, size, &used, " approval %u", rule->approval);
			if (rule->approval_of != 0)
				add(out, size, &used, " of p%u",
				    rule->approval_of - 1);
			if (rule->approval_within != 0)
				add(out, size, &used, " within %um",
				    rule->approval_within);
		}
		add(out, size, &used, "\n");
	}
}

enum three { NO, UNKNOWN, YES };

static enum three
people_in(uint32_t set, const struct model_request *request)
{
	static const uint32_t asked[] = {0xb0, 0x100, 0x200};

	if (set & request->principals)
		return YES;
	for (int i = 0; i < 3; i++)
		if ((request->unknown >> i & 1) && (set & asked[i]))
			return UNKNOWN;
	return NO;
}

static enum three
address_among(uint32_t set, const struct model_request *request)
{
	if (set == 0)
		return NO;
	return request->address == MODEL_ADDRESSES - 1 ? UNKNOWN
	       : set & address_in[request->address]    ? YES
						       : NO;
}

static enum three
name_among(uint32_t set, const struct model_request *request)
{
	if (set == 0)
		return NO;
	return request->name == MODEL_NAMES - 1 ? UNKNOWN
	       : set & name_in[request->name]	? YES
						: NO;
}

/* Of a list and its "except", each a set of which 0 is none. */
static bool
passes(bool asks, enum three in, enum three except, enum three least,
    enum three most)
{
	return (!asks || in >= least) && except <= most;
}

/*
 * Each list has to be at least this for the request, and what is excepted at
 * most that.
 */
static bool
matches(const struct model_scope *scope, const struct model_request *request,
    enum three least, enum three most)
{
	if (!passes(scope->principals != 0,
		people_in(scope->principals, request),
		people_in(scope->not_principals, request), least, most) ||
	    !passes(scope->also != 0, people_in(scope->also, request), NO,
		least, most) ||
	    !passes(scope->networks != 0,
		address_among(scope->networks, request),
		address_among(scope->not_networks, request), least, most) ||
	    !passes(scope->hosts != 0, name_among(scope->hosts, request),
		name_among(scope->not_hosts, request), least, most))
		return false;
	if (scope->services != 0 &&
	    !(scope->services >> request->service & 1) &&
	    !(request->service == 5 && (scope->services & 1 << 1)))
		return false;
	if (scope->during != 0 && !(scope->during & time_in[request->time]))
		return false;
	if (scope->outside & time_in[request->time])
		return false;
	/* ages are 0, 10 minutes less a second, and 10 minutes */
	return scope->age == 0 || (scope->age == 2) == (request->age == 2);
}

bool
model_scope_matches(const struct model_scope *scope,
    const struct model_request *request, bool if_unknown)
{
	return if_unknown ? matches(scope, request, UNKNOWN, UNKNOWN)
			  : matches(scope, request, YES, NO);
}

bool
model_claim_matches(
    const struct model_scope *scope, const struct model_request *request)
{
	return matches(scope, request, YES, UNKNOWN);
}

/* What is proven is one of these sets, or more. */
static bool
is_proven(const uint32_t ways[4], const struct model_request *request)
{
	for (int w = 0; w < 4 && ways[w] != 0; w++) {
		if (!(ways[w] & ~request->proven))
			return true;
	}
	return false;
}

bool
model_denies(
    const struct model_policy *policy, const struct model_request *request)
{
	for (size_t i = 0; i < policy->count; i++) {
		const struct model_rule *rule = &policy->rules[i];

		if (rule->deny && !is_proven(rule->ways, request) &&
		    model_scope_matches(&rule->scope, request, true))
			return true;
	}
	return false;
}

bool
model_content(
    const struct model_rule *rule, const struct model_request *request)
{
	bool grace = rule->grace != 0 && request->grace_start != 0 &&
		     request->grace_start < rule->grace * 86400;

	if (!model_approved(rule, request))
		return false;
	for (int w = 0; w < 4 && rule->ways[w] != 0; w++) {
		uint32_t wanted = rule->ways[w] & ~request->proven;

		if (wanted == 0 || (grace && !(wanted & 0x09)))
			return true;
	}
	return false;
}

bool
model_permits(
    const struct model_policy *policy, const struct model_request *request)
{
	if (model_denies(policy, request))
		return false;
	for (size_t i = 0; i < policy->count; i++) {
		const struct model_rule *rule = &policy->rules[i];

		if (!rule->deny &&
		    model_scope_matches(&rule->scope, request, false) &&
		    model_content(rule, request))
			return true;
	}
	return false;
}

const struct policy_request *
model_translate(const struct model_request *request)
{
	static const char *const dns[4] = {"CN=G0, DC=example",
	    "cn=g1,dc=example", "cn = G2 ,dc= EXAMPLE",
	    "cn=\\67\\33,dc=example"};
	static const char *groups[5];
	static struct policy_attribute shift = {"Shift", NULL};
	static const char *const others[] = {
	    "boss", "chief", "Head", "ID-7", NULL};
	static struct policy_approver approvers[MODEL_APPROVERS];
	static struct policy_request r;
	size_t count = 0;

	memset(&r, 0, sizeof r);
	for (int i = 0; i < 4; i++) {
		if (request->principals & 1u << i)
			groups[count++] = dns[i];
	}
	groups[count++] = "cn=other,dc=example";
	r.groups = groups;
	r.group_count = count;
	r.username = request->principals & 1u << 6 ? "Robot" : "alice";
	r.subject = request->unknown & MODEL_NO_ID  ? NULL
		    : request->principals & 1u << 8 ? "ID-7"
						    : "11111111-2222";
	shift.value = request->principals & 1u << 9 ? "Night" : NULL;
	r.attributes = &shift;
	r.attribute_count = request->unknown & MODEL_NO_SHIFT ? 0 : 1;
	r.employment = request->unknown & MODEL_NO_EMPLOYMENT
			   ? POLICY_EMPLOYMENT_UNKNOWN
		       : request->principals & 1u << 4 ? POLICY_CONTRACTOR
		       : request->principals & 1u << 5 ? POLICY_VENDOR
						       : POLICY_EMPLOYEE;
	if (request->address < MODEL_ADDRESSES - 1 &&
	    policy_address_parse(addresses[request->address], &r.client) != 0)
		abort();
	r.host = request->name < MODEL_NAMES - 1 ? names[request->name] : NULL;
	r.service = services[request->service];
	r.time_unix = times[request->time];
	r.session_age_seconds = request->age == 0   ? 0
				: request->age == 1 ? 599
						    : 600;
	r.proven = request->proven;
	r.approvers = approvers;
	r.approver_count = request->approver_count;
	for (size_t i = 0; i < request->approver_count; i++) {
		const struct model_approver *a = &request->approvers[i];

		approvers[i] = (struct policy_approver){others[a->who],
		    a->of == 0 ? NULL : dns[a->of - 1], a->age * 60};
		if (a->who == MODEL_OWN && r.subject != NULL)
			approvers[i].subject = r.subject;
	}
	r.grace_start_unix =
	    request->grace_start == 0 ? 0 : r.time_unix - request->grace_start;
	return &r;
}
