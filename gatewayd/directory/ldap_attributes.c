/* SPDX-License-Identifier: Apache-2.0 */
#include "gatewayd/directory/ldap_attributes.h"

#include <stdio.h>
#include <string.h>

#include "lib/base/utf8.h"

_Static_assert(CONF_ATTRIBUTES == ATTRIBUTES_MAX &&
		   CONF_ATTRIBUTE == ATTRIBUTE_NAME_MAX + 1,
    "an answer has room for what the parent may ask for");

void
ldap_attributes_ask(
    const struct conf_directory *conf, struct msg_DIRECTORY_LOOKUP_ANS *a)
{
	a->values_size = 0;
	a->attribute_count = conf->policy_attribute_count;
	for (size_t i = 0; i < a->attribute_count; i++)
		snprintf(a->attribute[i], sizeof a->attribute[i], "%s",
		    conf->policy_attribute[i]);
}

static size_t
count_values(const struct msg_DIRECTORY_LOOKUP_ANS *a)
{
	size_t count = 0;

	for (size_t at = 0; at < a->values_size; count++)
		at += 1 + strlen((const char *)a->values + at + 1) + 1;
	return count;
}

/* A character that draws nothing would let two values look and, for the
 * server, be the same (RFC 4518 section 2.2) that are not for the policy. */
static bool
is_plain(const struct berval *v)
{
	const uint8_t *p = (const uint8_t *)v->bv_val;
	uint32_t code;
	size_t took;

	for (size_t at = 0; at < v->bv_len; at += took) {
		took = utf8_decode(p + at, v->bv_len - at, &code);
		if (took == 0 || utf8_is_control(code))
			return false;
	}
	return v->bv_len > 0;
}

static int
put(struct msg_DIRECTORY_LOOKUP_ANS *a, size_t number, const struct berval *v)
{
	uint8_t *at = a->values + a->values_size;

	if (v->bv_len > ATTRIBUTE_VALUE_MAX || !is_plain(v) ||
	    v->bv_len + 2 > sizeof a->values - a->values_size)
		return -1;
	at[0] = (uint8_t)number;
	memcpy(at + 1, v->bv_val, v->bv_len);
	at[1 + v->bv_len] = '\0';
	a->values_size += v->bv_len + 2;
	return 0;
}

int
ldap_attributes_take(struct msg_DIRECTORY_LOOKUP_ANS *a, size_t number,
    const struct berval *values)
{
	size_t count = count_values(a);

	if (values == NULL || values->bv_val == NULL)
		return -1;
	for (; values->bv_val != NULL; values++)
		if (count++ == ATTRIBUTE_VALUES_MAX ||
		    put(a, number, values) < 0)
			return -1;
	return 0;
}
