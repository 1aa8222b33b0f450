/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/prove/witness.h"

#include <stdarg.h>
#include <string.h>
#include <strings.h>

#include "policy/value/principal.h"

void
person_clear(struct person *person)
{
	person->count = 0;
	person->employment = POLICY_EMPLOYMENT_UNKNOWN;
	person->unknown = 0;
}

static const struct intern_key *
key_of(const struct policy *policy, uint32_t id)
{
	return &policy->principals.keys[id];
}

bool
person_add(const struct policy *policy, struct person *person,
    const struct ids *principals, uint32_t i)
{
	uint32_t id;
	char kind;

	if (principals->any)
		return true;
	id = principals->list[i];
	kind = key_of(policy, id)->data[0];
	if (person->unknown & principal_fact(policy, key_of(policy, id)))
		return false;
	for (size_t n = 0; n < person->count; n++) {
		if (person->is[n] == id)
			return true;
		if (key_of(policy, person->is[n])->data[0] == kind &&
		    kind != PRINCIPAL_GROUP && kind != PRINCIPAL_ATTRIBUTE)
			return false;
	}
	if (kind == PRINCIPAL_EMPLOYMENT)
		person->employment =
		    (enum policy_employment)key_of(policy, id)->data[1];
	person->is[person->count++] = id;
	return true;
}

bool
person_forget(
    const struct policy *policy, struct person *person, uint64_t facts)
{
	for (size_t n = 0; n < person->count; n++) {
		if (facts &
		    principal_fact(policy, key_of(policy, person->is[n])))
			return false;
	}
	person->unknown |= facts;
	return true;
}

bool
person_set_employment(const struct policy *policy, struct person *person,
    enum policy_employment employment)
{
	char key[2];
	uint32_t id;

	if (person->count > 0 &&
	    key_of(policy, person->is[person->count - 1])->data[0] ==
		PRINCIPAL_EMPLOYMENT)
		person->count--;
	person->employment = employment;
	principal_key_employment(employment, key);
	id = intern_find(&policy->principals, key, sizeof key);
	if (id == INTERN_NONE)
		return false;
	person->is[person->count++] = id;
	return true;
}

bool
person_is_one_of(const struct person *person, const struct ids *principals)
{
	for (size_t n = 0; n < person->count; n++) {
		if (ids_have(principals, person->is[n]))
			return true;
	}
	return principals->any;
}

/* What is unknown of a person, of those facts that can be. */
static uint64_t
unknown_of(const struct person *person)
{
	return person->unknown |
	       (person->employment == POLICY_EMPLOYMENT_UNKNOWN
		       ? FACT_EMPLOYMENT
		       : 0);
}

bool
person_is_left(const struct person *person, const struct box *box)
{
	const struct scope *scope = box->scope;

	if (scope->not_principals.count == 0)
		return true;
	return !person_is_one_of(person, &scope->not_principals) &&
	       (scope->unknown_matches || scope->unknown_is_outside ||
		   (box->not_facts & unknown_of(person)) == 0);
}

bool
person_is_in(const struct person *person, const struct box *box)
{
	const struct scope *scope = box->scope;
	uint64_t unknown = scope->unknown_matches ? unknown_of(person) : 0;

	for (uint32_t i = 0; i < scope_parts(scope); i++) {
		if (!person_is_one_of(person, scope_part(scope, i)) &&
		    (box->facts[i] & unknown) == 0)
			return false;
	}
	return person_is_left(person, box);
}

/* A name that the policy does not know. */
static void
fresh_name(const struct policy *policy, enum principal_kind kind,
    const char *stem, char out[64])
{
	for (unsigned i = 0;; i++) {
		char key[PRINCIPAL_KEY_MAX];
		long size;

		if (i == 0)
			snprintf(out, 64, "%s", stem);
		else
			snprintf(out, 64, "%s%u", stem, i);
		size = principal_key_name(kind, out, key);
		if (size > 0 && intern_find(&policy->principals, key,
				    (size_t)size) == INTERN_NONE)
			return;
	}
}

static void
add_principal(const struct intern_key *key, struct policy_witness *witness)
{
	struct policy_request *request = &witness->request;
	size_t used = request->group_count + request->attribute_count;
	const char *text = key->data + 1;
	size_t size = key->size - 1;
	struct policy_attribute *attribute;
	char *name;

	switch ((enum principal_kind)key->data[0]) {
	case PRINCIPAL_USERNAME:
	case PRINCIPAL_SUBJECT:
		name = key->data[0] == PRINCIPAL_USERNAME ? witness->username
							  : witness->subject;
		if (size < sizeof witness->username)
			memcpy(name, text, size + 1);
		return;
	case PRINCIPAL_EMPLOYMENT:
		return;
	case PRINCIPAL_GROUP:
		/* without the "," that ends it */
		name = witness->names[used];
		memcpy(name, text, size - 1);
		name[size - 1] = '\0';
		witness->groups[request->group_count++] = name;
		return;
	case PRINCIPAL_ATTRIBUTE:
		name = witness->names[used];
		memcpy(name, text, size);
		name[size] = '\0';
		attribute = &witness->attributes[request->attribute_count++];
		attribute->name = name;
		attribute->value = name + strlen(name) + 1;
		return;
	}
}

/* The entry has no value of the others, and that is known. */
static void
add_attributes(const struct policy *policy, uint64_t unknown,
    struct policy_witness *witness)
{
	struct policy_request *request = &witness->request;
	size_t named = request->attribute_count, i;

	for (size_t a = 0; a < policy->attribute_count; a++) {
		if (unknown & FACT_ATTRIBUTE(a))
			continue;
		for (i = 0; i < named; i++) {
			if (strcmp(witness->attributes[i].name,
				policy->attributes[a]) == 0)
				break;
		}
		if (i == named)
			witness->attributes[request->attribute_count++] =
			    (struct policy_attribute){
				policy->attributes[a], NULL};
	}
}

void
witness_make(const struct policy *policy, const struct person *person,
    const struct place *place, struct policy_witness *witness)
{
	struct policy_request *request = &witness->request;

	memset(request, 0, sizeof *request);
	fresh_name(policy, PRINCIPAL_USERNAME, "someone", witness->username);
	fresh_name(policy, PRINCIPAL_SUBJECT, "some-id", witness->subject);
	for (size_t i = 0; i < person->count; i++)
		add_principal(key_of(policy, person->is[i]), witness);
	add_attributes(policy, person->unknown, witness);
	memcpy(witness->host, place->host, sizeof place->host);
	request->username = witness->username;
	request->subject =
	    person->unknown & FACT_SUBJECT ? NULL : witness->subject;
	request->groups = witness->groups;
	request->attributes = witness->attributes;
	request->employment = person->employment;
	request->client = place->client;
	request->host = place->host[0] != '\0' ? witness->host : NULL;
	request->service = service_name(policy, place->service);
	request->time_unix = place->time_unix;
	request->session_age_seconds = place->age;
}

/* Of a group alone, and as old as can be. */
static void
add_approvers(const struct policy *policy, struct policy_witness *witness,
    const struct quorum *quorum, char group[4096])
{
	struct policy_request *request = &witness->request;
	struct policy_approver approver = {
	    .age_seconds = quorum->within != 0 ? quorum->within - 1
					       : POLICY_APPROVAL_SECONDS_MAX};

	if (quorum->of != INTERN_NONE) {
		const struct intern_key *key = key_of(policy, quorum->of);

		memcpy(group, key->data + 1, key->size - 2);
		group[key->size - 2] = '\0';
		approver.group = group;
	}
	for (uint32_t i = 0; i < quorum->count; i++) {
		approver.subject = witness->approver_names[i];
		witness->approvers[request->approver_count++] = approver;
	}
}

void
witness_approve(const struct policy *policy, struct policy_witness *witness,
    const struct quorum *a, const struct quorum *b)
{
	struct policy_request *request = &witness->request;
	bool taken = request->subject != NULL &&
		     strncasecmp(request->subject, "approver", 8) == 0;

	for (unsigned i = 0; i < POLICY_QUORUM_MAX; i++)
		snprintf(witness->approver_names[i],
		    sizeof witness->approver_names[i], "%s-%u",
		    taken ? "somebody" : "approver", i + 1);
	request->approvers = witness->approvers;
	request->approver_count = 0;
	if (a->count > 0)
		add_approvers(policy, witness, a, witness->approver_groups[0]);
	if (b != NULL && b->count > 0)
		add_approvers(policy, witness, b, witness->approver_groups[1]);
}

__attribute__((format(printf, 3, 4))) static void
add_text(char *out, size_t *used, const char *format, ...)
{
	va_list arguments;
	int n;

	va_start(arguments, format);
	n = vsnprintf(
	    out + *used, POLICY_WITNESS_TEXT - *used, format, arguments);
	va_end(arguments);
	if (n > 0)
		*used += (size_t)n;
	if (*used >= POLICY_WITNESS_TEXT)
		*used = POLICY_WITNESS_TEXT - 1;
}

/* For a shell: in quotes, of which each one inside is written '\''. */
static void
add_quoted(char *out, size_t *used, const char *option, const char *text,
    const char *more)
{
	const char *const parts[] = {text, more};

	add_text(out, used, "%s%s '", *used > 0 ? " " : "", option);
	for (size_t i = 0; i < 2; i++) {
		for (const char *c = parts[i]; *c != '\0'; c++)
			add_text(out, used, *c == '\'' ? "'\\%c'" : "%c", *c);
	}
	add_text(out, used, "'");
}

static void
add_person(char *out, size_t *used, const struct policy_request *request)
{
	const char *employment = employment_word(request->employment);

	add_quoted(out, used, "--user", request->username, "");
	if (request->subject != NULL)
		add_quoted(out, used, "--id", request->subject, "");
	for (size_t i = 0; i < request->group_count; i++)
		add_quoted(out, used, "--group", request->groups[i], "");
	for (size_t i = 0; i < request->attribute_count; i++) {
		const struct policy_attribute *a = &request->attributes[i];
		char name[POLICY_ATTRIBUTE_NAME_MAX + 2];

		snprintf(name, sizeof name, "%s=", a->name);
		add_quoted(out, used, "--attribute", name,
		    a->value != NULL ? a->value : "");
	}
	add_text(out, used, " --employment %s",
	    employment != NULL ? employment : "unknown");
}

static void
add_time(char *out, size_t *used, int64_t time_unix)
{
	struct calendar_date date =
	    calendar_date(calendar_floor(time_unix, CALENDAR_DAY));
	int64_t second =
	    time_unix - calendar_floor(time_unix, CALENDAR_DAY) * CALENDAR_DAY;

	add_text(out, used, " --time %04lld-%02u-%02uT%02d:%02d:%02dZ",
	    (long long)date.year, date.month, date.day, (int)(second / 3600),
	    (int)(second / 60 % 60), (int)(second % 60));
}

const char *
policy_witness_text(
    const struct policy_witness *witness, char out[POLICY_WITNESS_TEXT])
{
	const struct policy_request *request = &witness->request;
	char text[ADDRESS_TEXT], factors[POLICY_FACTORS_TEXT];
	size_t used = 0;

	out[0] = '\0';
	add_person(out, &used, request);
	if (request->client.known)
		add_text(out, &used, " --from %s",
		    address_text(request->client.bytes, text));
	if (request->host != NULL)
		add_text(out, &used, " --to %s", request->host);
	add_text(out, &used, " --service %s", request->service);
	add_time(out, &used, request->time_unix);
	if (request->session_age_seconds != 0)
		add_text(
		    out, &used, " --age %us", request->session_age_seconds);
	if (request->grace_start_unix != 0)
		add_text(out, &used, " --grace=%llds",
		    (long long)(request->time_unix -
				request->grace_start_unix));
	for (size_t i = 0; i < request->approver_count; i++) {
		const struct policy_approver *a = &request->approvers[i];
		char who[64];

		snprintf(who, sizeof who, "%s@%us%s", a->subject,
		    a->age_seconds, a->group != NULL ? ":" : "");
		add_quoted(out, &used, "--approver", who,
		    a->group != NULL ? a->group : "");
	}
	add_text(out, &used, " --proven %s",
	    policy_factors_text(request->proven, factors));
	return out;
}
