/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/record/ocsf_table.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include <jansson.h>

enum type { TEXT, INTEGER, BOOLEAN, ADDRESS, OBJECT, ARRAY, ANY_OBJECT };
enum { AUTHN = 1, CHANGE = 2, BOTH = 3 };

#define ENUM_MAX 14
#define END (-1)

/* "[]" in a path stands for every element of an array. */
static const struct rule {
	int classes;
	const char *path;
	enum type type;
	int required; /* where the object it stands in is there */
	int values[ENUM_MAX];
} rules[] = {
    {AUTHN, "class_uid", INTEGER, 1, {3002, END}},
    {CHANGE, "class_uid", INTEGER, 1, {3001, END}},
    {BOTH, "category_uid", INTEGER, 1, {3, END}},
    {AUTHN, "activity_id", INTEGER, 1, {0, 1, 2, 3, 4, 5, 6, 7, 99, END}},
    {CHANGE, "activity_id", INTEGER, 1,
	{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 99}},
    {CHANGE, "policy", OBJECT, 0, {END}},
    {CHANGE, "policy.uid", TEXT, 0, {END}},
    {CHANGE, "policy.name", TEXT, 0, {END}},
    {CHANGE, "policy.is_applied", BOOLEAN, 0, {END}},
    {BOTH, "activity_name", TEXT, 0, {END}},
    {BOTH, "type_uid", INTEGER, 1, {END}},
    {BOTH, "severity_id", INTEGER, 1, {0, 1, 2, 3, 4, 5, 6, 99, END}},
    {BOTH, "time", INTEGER, 1, {END}},
    {BOTH, "timezone_offset", INTEGER, 0, {END}},
    {BOTH, "metadata", OBJECT, 1, {END}},
    {BOTH, "metadata.version", TEXT, 1, {END}},
    {BOTH, "metadata.product", OBJECT, 1, {END}},
    {BOTH, "metadata.product.name", TEXT, 1, {END}}, /* or uid: ours */
    {BOTH, "metadata.product.vendor_name", TEXT, 0, {END}},
    {BOTH, "metadata.product.version", TEXT, 0, {END}},
    {BOTH, "metadata.log_name", TEXT, 0, {END}},
    {BOTH, "metadata.log_provider", TEXT, 1, {END}},	/* ours */
    {BOTH, "metadata.uid", TEXT, 1, {END}},		/* ours */
    {BOTH, "metadata.sequence", INTEGER, 1, {END}},	/* ours */
    {BOTH, "metadata.correlation_uid", TEXT, 1, {END}}, /* ours */
    {BOTH, "metadata.is_truncated", BOOLEAN, 0, {END}},
    {BOTH, "user", OBJECT, 1, {END}},
    {BOTH, "user.name", TEXT, 1, {END}}, /* account, name or uid: ours */
    {BOTH, "user.uid", TEXT, 0, {END}},
    {BOTH, "user.groups", ARRAY, 0, {END}},
    {BOTH, "user.groups[].name", TEXT, 1, {END}}, /* or uid: ours */
    {BOTH, "actor", OBJECT, 0, {END}},
    {BOTH, "actor.user", OBJECT, 1, {END}}, /* one of six: ours */
    {BOTH, "actor.user.name", TEXT, 1, {END}},
    {BOTH, "src_endpoint", OBJECT, 0, {END}},
    {BOTH, "src_endpoint.ip", ADDRESS, 0, {END}},
    {BOTH, "src_endpoint.name", TEXT, 0, {END}},
    {BOTH, "src_endpoint.port", INTEGER, 0, {END}},
    {AUTHN, "service", OBJECT, 0, {END}},
    {AUTHN, "service.name", TEXT, 1, {END}}, /* or uid: ours */
    {AUTHN, "dst_endpoint", OBJECT, 0, {END}},
    {AUTHN, "dst_endpoint.hostname", TEXT, 1, {END}}, /* one of nine */
    {AUTHN, "session", OBJECT, 0, {END}},
    {AUTHN, "session.uid", TEXT, 0, {END}},
    {AUTHN, "session.expiration_time", INTEGER, 0, {END}},
    {BOTH, "duration", INTEGER, 0, {END}},
    {AUTHN, "is_mfa", BOOLEAN, 0, {END}},
    {AUTHN, "is_remote", BOOLEAN, 0, {END}},
    {BOTH, "auth_factors", ARRAY, 0, {END}},
    {BOTH, "auth_factors[].factor_type_id", INTEGER, 1,
	{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 99, END}},
    {BOTH, "auth_factors[].factor_type", TEXT, 0, {END}},
    {BOTH, "auth_factors[].is_totp", BOOLEAN, 0, {END}},
    {BOTH, "auth_factors[].is_hotp", BOOLEAN, 0, {END}},
    {BOTH, "status", TEXT, 0, {END}},
    {BOTH, "status_id", INTEGER, 0, {0, 1, 2, 99, END}},
    {BOTH, "status_code", TEXT, 0, {END}},
    {BOTH, "message", TEXT, 0, {END}},
    {BOTH, "unmapped", ANY_OBJECT, 0, {END}},
};
#define RULE_COUNT (sizeof rules / sizeof rules[0])

static char fault[256];

static const char *
say(const char *path, const char *what)
{
	snprintf(fault, sizeof fault, "%s %s", path, what);
	return fault;
}

static int
has_type(json_t *value, enum type type)
{
	uint8_t bytes[16];

	switch (type) {
	case TEXT:
		return json_is_string(value);
	case INTEGER:
		return json_is_integer(value);
	case BOOLEAN:
		return json_is_boolean(value);
	case ADDRESS:
		return json_is_string(value) &&
		       (inet_pton(AF_INET, json_string_value(value), bytes) ==
			       1 ||
			   inet_pton(
			       AF_INET6, json_string_value(value), bytes) == 1);
	case ARRAY:
		return json_is_array(value);
	case OBJECT:
	case ANY_OBJECT:
		break;
	}
	return json_is_object(value);
}

static int
in_enumeration(const struct rule *rule, json_t *value)
{
	if (rule->values[0] == END)
		return 1;
	for (int i = 0; i < ENUM_MAX && rule->values[i] != END; i++)
		if (rule->values[i] == json_integer_value(value))
			return 1;
	return 0;
}

static const struct rule *
find(int class, const char *path)
{
	for (size_t i = 0; i < RULE_COUNT; i++)
		if ((rules[i].classes & class) != 0 &&
		    strcmp(rules[i].path, path) == 0)
			return &rules[i];
	return NULL;
}

/* Is the rule about a member of the object at PREFIX itself? */
static const char *
member_of(const struct rule *rule, const char *prefix)
{
	size_t len = strlen(prefix);
	const char *name = rule->path + len;

	if (strncmp(rule->path, prefix, len) != 0 || strchr(name, '.') != NULL)
		return NULL;
	return name;
}

static const char *
check_object(int class, const char *prefix, json_t *object)
{
	const char *key;
	json_t *value;
	char path[128];

	for (size_t i = 0; i < RULE_COUNT; i++) {
		const char *name = member_of(&rules[i], prefix);

		if (name != NULL && (rules[i].classes & class) != 0 &&
		    rules[i].required && json_object_get(object, name) == NULL)
			return say(rules[i].path, "is required");
	}
	json_object_foreach(object, key, value)
	{
		const struct rule *rule;
		const char *why = NULL;
		json_t *item;
		size_t at;

		snprintf(path, sizeof path, "%s%s", prefix, key);
		rule = find(class, path);
		if (rule == NULL)
			return say(path, "is unknown");
		if (!has_type(value, rule->type))
			return say(path, "has another type");
		if (!in_enumeration(rule, value))
			return say(path, "is not in its enumeration");
		if (rule->type == OBJECT) {
			strcat(path, ".");
			why = check_object(class, path, value);
		} else if (rule->type == ARRAY) {
			strcat(path, "[].");
			json_array_foreach(value, at, item)
			{
				if (!json_is_object(item))
					return say(path, "is not an object");
				why = check_object(class, path, item);
				if (why != NULL)
					break;
			}
		}
		if (why != NULL)
			return why;
	}
	return NULL;
}

static json_int_t
number(json_t *event, const char *key)
{
	return json_integer_value(json_object_get(event, key));
}

static const char *
check_whole(int class, json_t *event)
{
	json_t *source = json_object_get(event, "src_endpoint");
	json_int_t port = number(source, "port");

	if (number(event, "type_uid") !=
	    number(event, "class_uid") * 100 + number(event, "activity_id"))
		return say("type_uid", "is not class_uid * 100 + activity_id");
	if (class == AUTHN && json_object_get(event, "service") == NULL &&
	    json_object_get(event, "dst_endpoint") == NULL)
		return say("event", "needs service or dst_endpoint");
	if (source != NULL && json_object_get(source, "ip") == NULL &&
	    json_object_get(source, "name") == NULL)
		return say("src_endpoint", "needs ip or name");
	if (port < 0 || port > 65535)
		return say("src_endpoint.port", "is out of range");
	return NULL;
}

const char *
ocsf_fault(const char *line, size_t len)
{
	json_t *event = json_loadb(line, len, JSON_REJECT_DUPLICATES, NULL);
	const char *why;
	int class;

	if (!json_is_object(event))
		return say("line", "is no JSON object");
	class = number(event, "class_uid") == 3001 ? CHANGE : AUTHN;
	why = check_object(class, "", event);
	if (why == NULL)
		why = check_whole(class, event);
	json_decref(event);
	return why;
}
