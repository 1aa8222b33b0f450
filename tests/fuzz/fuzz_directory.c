/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What directory reads out of a server's answer by itself: the password policy
 * control, account attributes, those of the policy, ids; and that any value
 * stays one value in a filter.  The first byte says which attribute the rest
 * is.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "gatewayd/directory/account.h"
#include "gatewayd/directory/ldap_attributes.h"
#include "gatewayd/directory/bind.h"
#include "gatewayd/directory/escape.h"
#include "gatewayd/directory/sid.h"
#include "gatewayd/directory/stable_id.h"
#include "lib/base/dn.h"

#define NOW INT64_C(1790000000)
#define BEFORE "(&(objectClass=person)(uid="
#define BEFORE_SIZE (sizeof BEFORE - 1)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
judge(uint8_t which, const uint8_t *data, size_t size)
{
	struct account_seen s = {.rules = UINT32_MAX};
	enum account_state state;

	if (account_take(&s, which % ACCOUNT_ATTRIBUTES, data, size) < 0)
		return;
	state = account_judge(&s, NOW);
	if (state < ACCOUNT_ACTIVE || state > ACCOUNT_MAYBE_LOCKED)
		abort();
	(void)account_employment(
	    &(struct conf_directory){.employee = {1, {"staff"}}}, data, size);
}

static void
control(const uint8_t *data, size_t size)
{
	struct bind_result r = {.code = LDAP_SUCCESS};
	enum account_state state;

	bind_policy_parse(&r.controls.policy, data, size);
	if (bind_verdict(&r, &state) == VERDICT_MATCH &&
	    (r.controls.policy.malformed || r.controls.policy.grace ||
		r.controls.policy.error != BIND_POLICY_NONE || size < 2 ||
		data[0] != 0x30 || data[1] != size - 2))
		abort();
}

static void
filter(const uint8_t *data, size_t size)
{
	char text[4096];
	size_t value;

	if (escape_match("person", "uid", (struct bytes){data, size}, text,
		sizeof text) < 0)
		return;
	value = strspn(text + BEFORE_SIZE,
	    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "0123456789\\");
	if (strncmp(text, BEFORE, BEFORE_SIZE) != 0 ||
	    strcmp(text + BEFORE_SIZE + value, "))") != 0)
		abort();
}

/* Each byte of the data begins a value of that many bytes. */
static void
values(const uint8_t *data, size_t size)
{
	static struct msg_DIRECTORY_LOOKUP_ANS a;
	struct berval v[2] = {{0, NULL}, {0, NULL}};

	a.values_size = 0;
	while (size > 0) {
		size_t want = *data++;

		size--;
		v[0].bv_len = want < size ? want : size;
		v[0].bv_val = (char *)(uintptr_t)data;
		if (ldap_attributes_take(&a, want % ATTRIBUTES_MAX, v) == 0 &&
		    (v[0].bv_len == 0 || memchr(data, 0, v[0].bv_len) != NULL ||
			a.values[a.values_size - 1] != 0))
			abort();
		data += v[0].bv_len;
		size -= v[0].bv_len;
	}
}

/* The name that is written of a canonical one is the same name. */
static void
names(const uint8_t *data, size_t size)
{
	char text[DN_MAX + 1], one[DN_MAX + 1], two[DN_MAX + 1];
	char written[2 * DN_MAX + 1];
	long canonical;

	if (size > DN_MAX || memchr(data, '\0', size) != NULL)
		return;
	memcpy(text, data, size);
	text[size] = '\0';
	canonical = dn_normalise(text, one, DN_MAX);
	if (canonical < 0 || memchr(one, '\0', (size_t)canonical) != NULL)
		return;
	one[canonical] = '\0';
	if (dn_write(one, written, sizeof written) < 0 ||
	    dn_normalise(written, two, DN_MAX) != canonical ||
	    memcmp(one, two, (size_t)canonical) != 0)
		abort();
}

static void
primary(const uint8_t *data, size_t size)
{
	char out[SID_TEXT_MAX];
	uint32_t number = 513;

	(void)sid_number(data, size, &number);
	if (sid_of_group(data, size, number, out) == 0 &&
	    strncmp(out, "S-1-", 4) != 0)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const ids[] = {"entryUUID", "objectGUID", "other"};
	char subject[SUBJECT_MAX + 1];

	if (size == 0)
		return 0;
	judge(data[0], data + 1, size - 1);
	control(data + 1, size - 1);
	stable_id(ids[data[0] % 3], data + 1, size - 1, subject);
	filter(data + 1, size - 1);
	values(data + 1, size - 1);
	names(data + 1, size - 1);
	primary(data + 1, size - 1);
	return 0;
}
