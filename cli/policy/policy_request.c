/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/policy/policy_request.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

void
request_init(struct request *r)
{
	memset(r, 0, offsetof(struct request, pool));
	r->used = 0;
	r->request.groups = r->groups;
	r->request.attributes = r->attributes;
	r->request.approvers = r->approvers;
	r->request.service = "sshd";
	r->request.time_unix = (int64_t)time(NULL);
}

static const char *
moved(const char *at, struct request *to, const struct request *from)
{
	return at >= from->pool && at < from->pool + sizeof from->pool
		   ? to->pool + (at - from->pool)
		   : at;
}

void
request_moved(struct request *to, const struct request *from)
{
	struct policy_request *r = &to->request;

	r->groups = to->groups;
	r->attributes = to->attributes;
	r->approvers = to->approvers;
	r->username = moved(r->username, to, from);
	r->subject = moved(r->subject, to, from);
	r->host = moved(r->host, to, from);
	r->service = moved(r->service, to, from);
	for (size_t i = 0; i < r->group_count; i++)
		to->groups[i] = moved(to->groups[i], to, from);
	for (size_t i = 0; i < r->approver_count; i++) {
		struct policy_approver *a = &to->approvers[i];

		a->subject = moved(a->subject, to, from);
		if (a->group != NULL)
			a->group = moved(a->group, to, from);
	}
	for (size_t i = 0; i < r->attribute_count; i++) {
		struct policy_attribute *a = &to->attributes[i];

		a->name = moved(a->name, to, from);
		if (a->value != NULL)
			a->value = moved(a->value, to, from);
	}
}

static char *
keep(struct request *r, const char *value)
{
	size_t size = strlen(value) + 1;
	char *copy = r->pool + r->used;

	if (size > sizeof r->pool - r->used)
		return NULL;
	memcpy(copy, value, size);
	r->used += size;
	return copy;
}

static const char *
set_factors(uint32_t *factors, const char *value)
{
	*factors = 0;
	if (strcmp(value, "none") == 0)
		return NULL;
	for (;;) {
		size_t length = strcspn(value, "+");
		uint32_t factor = factor_find(value, length);

		if (factor == 0)
			return "factors are password, otp, fido2, publickey, "
			       "recovery and approval, with + between them";
		*factors |= factor;
		if (value[length] == '\0')
			return NULL;
		value += length + 1;
	}
}

/* 2026-07-01T10:00Z, with seconds or without, or seconds since 1970 */
static const char *
set_time(int64_t *time_unix, const char *value)
{
	struct tm tm = {0};
	char *end;
	const char *rest = strptime(value, "%Y-%m-%dT%H:%M", &tm);

	if (rest != NULL && *rest == ':')
		rest = strptime(rest, ":%S", &tm);
	if (rest != NULL && strcmp(rest, "Z") == 0) {
		*time_unix = (int64_t)timegm(&tm);
		return NULL;
	}
	*time_unix = strtoll(value, &end, 10);
	return end > value && *end == '\0' ? NULL
					   : "times are like 2026-07-01T10:00Z";
}

/* 90s, 30m, 2h, 1d, or seconds */
static const char *
set_age(uint32_t *seconds, const char *value)
{
	static const char units[] = "smhd";
	static const unsigned sizes[] = {1, 60, 3600, 86400};
	char *end;
	unsigned long number = strtoul(value, &end, 10);
	const char *unit = *end != '\0' ? strchr(units, *end) : units;

	if (value[0] < '0' || value[0] > '9' || number > 100000000 ||
	    unit == NULL || (*end != '\0' && end[1] != '\0'))
		return "ages are like 30m or 8h";
	number *= sizes[unit - units];
	if (number >= UINT32_MAX)
		return "ages are like 30m or 8h";
	*seconds = (uint32_t)number;
	return NULL;
}

static const char *
set_employment(enum policy_employment *employment, const char *value)
{
	*employment =
	    (enum policy_employment)employment_find(value, strlen(value));
	if (*employment != POLICY_EMPLOYMENT_UNKNOWN ||
	    strcmp(value, "unknown") == 0)
		return NULL;
	return "employment is employee, contractor, vendor or unknown";
}

static const char *
add_attribute(struct request *r, const char *value)
{
	struct policy_attribute *a = &r->attributes[r->request.attribute_count];
	char *copy = keep(r, value), *equals;

	if (copy == NULL || r->request.attribute_count == REQUEST_ATTRIBUTES)
		return "too many attributes";
	equals = strchr(copy, '=');
	if (equals == NULL)
		return "attributes are like shift=night";
	*equals = '\0';
	*a = (struct policy_attribute){
	    copy, equals[1] != '\0' ? equals + 1 : NULL};
	r->request.attribute_count++;
	return NULL;
}

static const char *
add_group(struct request *r, const char *value)
{
	char *copy = keep(r, value);

	if (copy == NULL || r->request.group_count == REQUEST_GROUPS)
		return "too many groups";
	r->groups[r->request.group_count++] = copy;
	return NULL;
}

/* ann, ann@10m, ann@10m:cn=managers,dc=x: who, how long ago, in which group */
static const char *
add_approver(struct request *r, const char *value)
{
	struct policy_approver *a = &r->approvers[r->request.approver_count];
	char *copy = keep(r, value), *group, *age;

	if (copy == NULL || r->request.approver_count == POLICY_APPROVERS_MAX)
		return "too many approvers";
	group = strchr(copy, ':');
	if (group != NULL)
		*group++ = '\0';
	age = strchr(copy, '@');
	if (age != NULL)
		*age++ = '\0';
	*a = (struct policy_approver){.subject = copy, .group = group};
	if (copy[0] == '\0' || (group != NULL && group[0] == '\0'))
		return "approvers are like ann, ann@10m or "
		       "ann@10m:cn=managers,dc=example,dc=com";
	r->request.approver_count++;
	return age != NULL ? set_age(&a->age_seconds, age) : NULL;
}

static const char *
set_text(struct request *r, const char **text, const char *value)
{
	*text = keep(r, value);
	return *text != NULL ? NULL : "too much text";
}

/* How long ago it began; just now, without a value. */
static const char *
set_grace(struct request *r, const char *value)
{
	r->grace = true;
	r->grace_age = 0;
	return value[0] != '\0' ? set_age(&r->grace_age, value) : NULL;
}

const char *
request_set(struct request *r, const char *word, const char *value)
{
	struct policy_request *p = &r->request;

	if (strcmp(word, "user") == 0)
		return set_text(r, &p->username, value);
	if (strcmp(word, "id") == 0)
		return set_text(r, &p->subject, value);
	if (strcmp(word, "to") == 0)
		return set_text(r, &p->host, value);
	if (strcmp(word, "service") == 0)
		return set_text(r, &p->service, value);
	if (strcmp(word, "group") == 0)
		return add_group(r, value);
	if (strcmp(word, "attribute") == 0)
		return add_attribute(r, value);
	if (strcmp(word, "employment") == 0)
		return set_employment(&p->employment, value);
	if (strcmp(word, "from") == 0)
		return policy_address_parse(value, &p->client) == 0
			   ? NULL
			   : "an address is numeric, like 10.20.1.2";
	if (strcmp(word, "time") == 0)
		return set_time(&p->time_unix, value);
	if (strcmp(word, "age") == 0)
		return set_age(&p->session_age_seconds, value);
	if (strcmp(word, "proven") == 0)
		return set_factors(&p->proven, value);
	if (strcmp(word, "can") == 0)
		return set_factors(&p->obtainable, value);
	if (strcmp(word, "grace") == 0)
		return set_grace(r, value);
	if (strcmp(word, "approver") == 0)
		return add_approver(r, value);
	return "there is no such word in a request";
}

void
request_finish(struct request *r)
{
	if (r->request.approver_count > 0)
		r->request.proven |= POLICY_APPROVAL;
	if (r->grace)
		r->request.grace_start_unix =
		    r->request.time_unix - r->grace_age;
}

static const char *
set_json(struct request *r, const char *word, const json_t *value)
{
	char number[32];

	if (json_is_integer(value)) {
		snprintf(number, sizeof number, "%lld",
		    (long long)json_integer_value(value));
		return request_set(r, word, number);
	}
	if (json_is_true(value) && strcmp(word, "grace") == 0)
		return request_set(r, word, "");
	if (!json_is_string(value) ||
	    strlen(json_string_value(value)) != json_string_length(value))
		return "a value of the request is no string or number";
	return request_set(r, word, json_string_value(value));
}

const char *
request_from_json(struct request *r, const char *text, size_t length)
{
	json_t *root = json_loadb(text, length, JSON_REJECT_DUPLICATES, NULL);
	const char *problem = NULL, *word;
	json_t *value, *item;
	size_t i;

	if (!json_is_object(root))
		problem = "the request is no JSON object";
	json_object_foreach(root, word, value)
	{
		if (problem != NULL)
			break;
		if (!json_is_array(value)) {
			problem = set_json(r, word, value);
			continue;
		}
		json_array_foreach(value, i, item)
		{
			if (problem == NULL)
				problem = set_json(r, word, item);
		}
	}
	json_decref(root);
	return problem;
}
