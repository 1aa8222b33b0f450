/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/value/principal.h"

#include <string.h>

#include "lib/base/dn.h"

static long
put_lower(char *key, size_t used, const char *text)
{
	for (; *text != '\0'; text++) {
		char c = *text;

		if (used == PRINCIPAL_KEY_MAX)
			return -1;
		key[used++] =
		    c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
	}
	return (long)used;
}

/* As put_lower(); of spaces only one between two words counts, as RFC 4518
 * section 2.6.1 has it: what the directory finds equal is equal here. */
static long
put_value(char *key, size_t used, const char *text)
{
	bool space = false;
	size_t begin = used;

	for (; *text != '\0'; text++) {
		char one[] = {*text, '\0'};

		if (*text == ' ') {
			space = used > begin;
			continue;
		}
		if (space) {
			if (used == PRINCIPAL_KEY_MAX)
				return -1;
			key[used++] = ' ';
			space = false;
		}
		if (put_lower(key, used, one) < 0)
			return -1;
		used++;
	}
	return (long)used;
}

long
principal_key_name(enum principal_kind kind, const char *name, char *key)
{
	key[0] = (char)kind;
	return put_lower(key, 1, name);
}

long
principal_key_group(const char *dn, char *key)
{
	long size;

	key[0] = PRINCIPAL_GROUP;
	size = dn_normalise(dn, key + 1, PRINCIPAL_KEY_MAX - 1);
	return size < 0 ? -1 : size + 1;
}

long
principal_key_attribute(const char *name, const char *value, char *key)
{
	long used;

	key[0] = PRINCIPAL_ATTRIBUTE;
	used = put_lower(key, 1, name);
	if (used < 0 || (size_t)used == PRINCIPAL_KEY_MAX)
		return -1;
	key[used++] = '\0';
	return put_value(key, (size_t)used, value);
}

long
principal_key_employment(enum policy_employment employment, char key[2])
{
	key[0] = PRINCIPAL_EMPLOYMENT;
	key[1] = (char)employment;
	return 2;
}

uint64_t
principal_fact(const struct policy *policy, const struct intern_key *key)
{
	switch ((enum principal_kind)key->data[0]) {
	case PRINCIPAL_SUBJECT:
		return FACT_SUBJECT;
	case PRINCIPAL_EMPLOYMENT:
		return FACT_EMPLOYMENT;
	case PRINCIPAL_ATTRIBUTE:
		for (size_t i = 0; i < policy->attribute_count; i++) {
			if (strcmp(policy->attributes[i], key->data + 1) == 0)
				return FACT_ATTRIBUTE(i);
		}
		break;
	case PRINCIPAL_USERNAME:
	case PRINCIPAL_GROUP:
		break;
	}
	return 0;
}

enum policy_employment
principal_employment(const struct lex_token *token)
{
	return token->kind == LEX_WORD
		   ? (enum policy_employment)employment_find(
			 token->text, token->length)
		   : POLICY_EMPLOYMENT_UNKNOWN;
}

const char *
principal_text(const struct intern_key *key, char out[PRINCIPAL_TEXT])
{
	int size = key->size > 400 ? 400 : (int)key->size - 1;
	const char *text = key->data + 1;

	switch ((enum principal_kind)key->data[0]) {
	case PRINCIPAL_USERNAME:
		snprintf(out, PRINCIPAL_TEXT, "user %.*s", size, text);
		break;
	case PRINCIPAL_SUBJECT:
		snprintf(out, PRINCIPAL_TEXT, "id %.*s", size, text);
		break;
	case PRINCIPAL_GROUP:
		/* without the "," that ends it */
		snprintf(out, PRINCIPAL_TEXT, "group %.*s", size - 1, text);
		break;
	case PRINCIPAL_ATTRIBUTE:
		snprintf(out, PRINCIPAL_TEXT, "attribute %s=%s", text,
		    text + strlen(text) + 1);
		break;
	case PRINCIPAL_EMPLOYMENT:
		snprintf(out, PRINCIPAL_TEXT, "employment %s",
		    employment_word(key->data[1] & 3));
		break;
	}
	return out;
}
