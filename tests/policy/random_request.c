/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/policy/random_request.h"

#include <stdio.h>
#include <string.h>

#include "tests/policy/random_policy.h"
#include "tests/support/unit.h"

static void
make_person(struct random_asked *a)
{
	static const char *const names[] = {"ann", "bot", "ANN", "eve", ""};
	static const char *const ids[] = {"id-7", "ann", "bot", "u-1", ""};
	static const char *const dns[] = {
	    "cn=dev,dc=x", "CN=DEV,DC=X", "cn=ops,dc=x", "cn=other,dc=x"};
	static const char *const values[] = {"night", "NIGHT", "day"};
	struct policy_request *r = &a->request;

	r->username = RANDOM_ONE_OF(names);
	r->subject = RANDOM_ONE_OF(ids);
	r->group_count = random_below(3);
	for (size_t i = 0; i < r->group_count; i++)
		a->groups[i] = RANDOM_ONE_OF(dns);
	r->groups = a->groups;
	r->attribute_count = random_below(3);
	for (size_t i = 0; i < r->attribute_count; i++)
		a->attributes[i] =
		    (struct policy_attribute){"shift", RANDOM_ONE_OF(values)};
	r->attributes = a->attributes;
	r->employment = (enum policy_employment)(
	    random_below(8) == 0 ? 0 : 1 + random_below(3));
}

static void
make_place(struct random_asked *a)
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
	uint32_t length = 1 + random_below(5);

	memset(&r->client, 0, sizeof r->client);
	if (random_below(16) != 0)
		assert_int_equal(
		    policy_address_parse(RANDOM_ONE_OF(addresses), &r->client),
		    0);
	for (uint32_t i = 0; i < length; i++)
		a->host[i] = letters[random_below(COUNT(letters) - 1)];
	snprintf(a->host + length, sizeof a->host - length, "%s",
	    RANDOM_ONE_OF(tails));
	r->host = random_below(16) == 0 ? NULL : a->host;
	r->service = RANDOM_ONE_OF(random_services);
}

static void
make_approvers(struct random_asked *a)
{
	static const char *const ids[] = {"id-7", "ann", "u-2", "U-2", "u-3"};
	static const char *const dns[] = {
	    "cn=boss,dc=x", "CN=DEV,DC=X", "cn=other,dc=x"};
	static const uint32_t seconds[] = {0, 599, 600, 3599, 3600};
	struct policy_request *r = &a->request;

	r->approvers = a->approvers;
	r->approver_count = random_below(COUNT(a->approvers) + 1);
	for (size_t i = 0; i < r->approver_count; i++)
		a->approvers[i] = (struct policy_approver){
		    random_below(8) == 0 ? NULL : RANDOM_ONE_OF(ids),
		    random_below(4) == 0 ? NULL : RANDOM_ONE_OF(dns),
		    seconds[random_below(COUNT(seconds))]};
}

/* A moment at which something may begin or end. */
static int64_t
random_time(void)
{
	/* changes of clocks of 2026 and 2027 in all zones, freezes */
	static const int64_t turns[] = {1774746000, 1793062800, 1806195600,
	    1772953200, 1793512800, 1775318400, 1790956800, 1774652400,
	    1774825200, 1792891800, 1792895400};
	int64_t at = RANDOM_SINCE + 1 + random_below(60000000);

	if (random_below(2) == 0)
		at = turns[random_below(COUNT(turns))] +
		     ((int64_t)random_below(97) - 48) * 900;
	else
		at -= at % 900;
	return at + (int64_t)random_below(3) - 1;
}

void
random_request(struct random_asked *a)
{
	static const uint32_t seconds[] = {
	    0, 1, 2, 599, 600, 601, 3599, 3600, 3601};
	static const int64_t since[] = {1, 604799, 604800, 604801};
	struct policy_request *r = &a->request;

	*a = (struct random_asked){.host = ""};
	make_person(a);
	make_place(a);
	r->time_unix = random_time();
	r->session_age_seconds = seconds[random_below(COUNT(seconds))];
	r->proven = random_below(64);
	make_approvers(a);
	r->grace_start_unix =
	    random_below(3) == 0
		? r->time_unix - since[random_below(COUNT(since))]
		: 0;
}

void
random_show(const char *policy, const struct random_asked *a)
{
	const struct policy_request *r = &a->request;

	print_error("%s\nuser %s id %s groups %zu %s %s attributes %zu %s %s "
		    "employment %d to %s service %s time %lld age %u proven "
		    "%x grace %lld, address",
	    policy, r->username, r->subject, r->group_count,
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
