/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/audit_print.h"

#include "cli/cli.h"
#include "cli/print.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* As typed: anything, and perhaps no text. */
static void
print_bytes(const uint8_t *bytes, size_t size)
{
	char text[USERNAME_MAX + 1];

	memcpy(text, bytes, size);
	text[size] = '\0';
	cli_print(text);
	if (strlen(text) < size)
		fputs("\\x00...", stdout);
}

static void
print_name(const struct msg_AUDIT_APPEND_REQ *r)
{
	if (r->name[0] != '\0')
		cli_print(r->name);
	else if (r->username_size > 0)
		print_bytes(r->username, r->username_size);
	else
		putchar('-');
}

/* Of a policy's change, what it is about: its actor stands behind it. */
static void
print_policy(const struct msg_AUDIT_APPEND_REQ *r)
{
	char bundle[13];

	snprintf(bundle, sizeof(bundle), "%.12s", r->bundle);
	fputs("policy ", stdout);
	cli_print(bundle);
	if (r->change[0] != '\0') {
		fputs(" (", stdout);
		cli_print(r->change);
		putchar(')');
	}
}

void
audit_print_short(const struct record_parsed *parsed)
{
	const struct msg_AUDIT_APPEND_REQ *r = &parsed->record;
	char time[PRINT_TIME];

	print_time(r->time_ms, time);
	printf("%6" PRIu64 "  %s  %-8s  ", parsed->place.sequence, time,
	    record_outcome_name(r->outcome));
	if (r->bundle[0] != '\0')
		print_policy(r);
	else
		print_name(r);
	if (r->client[0] != '\0') {
		fputs(" from ", stdout);
		cli_print(r->client);
	}
	if (r->service[0] != '\0') {
		fputs(" by ", stdout);
		cli_print(r->service);
	}
	if (r->actor[0] != '\0') {
		fputs(" by ", stdout);
		cli_print(r->actor);
	}
	if (r->reason[0] != '\0') {
		fputs(": ", stdout);
		cli_print(r->reason);
	}
	if (r->reference[0] != '\0') {
		fputs("  ", stdout);
		cli_print(r->reference);
	}
	putchar('\n');
}

static void
print_field(const char *name, const char *value)
{
	if (value == NULL || value[0] == '\0')
		return;
	printf("  %-15s ", name);
	cli_print(value);
	putchar('\n');
}

static void
print_number(const char *name, uint64_t value)
{
	if (value != 0)
		printf("  %-15s %" PRIu64 "\n", name, value);
}

static void
print_factors(const char *name, uint32_t set)
{
	const char *word;

	if (set == 0)
		return;
	printf("  %-15s", name);
	for (unsigned bit = 0; (word = record_factor_name(bit)) != NULL; bit++)
		if (set >> bit & 1)
			printf(" %s", word);
	putchar('\n');
}

static void
print_attempt(const uint8_t attempt[ATTEMPT_ID])
{
	printf("  %-15s ", "attempt");
	for (size_t i = 0; i < ATTEMPT_ID; i++)
		printf("%02x", attempt[i]);
	putchar('\n');
}

static void
print_approval(const struct msg_AUDIT_APPEND_REQ *r)
{
	char ends[PRINT_TIME];

	if (r->approval[0] == '\0')
		return;
	print_time(r->approval_ends_ms, ends);
	print_field("approval", r->approval);
	print_field("approved by", r->approver);
	print_field("approved for", r->approval_service);
	print_field("approved until", ends);
}

void
audit_print_long(const struct record_parsed *parsed)
{
	const struct msg_AUDIT_APPEND_REQ *r = &parsed->record;
	char time[PRINT_TIME];

	print_time(r->time_ms, time);
	printf("record %" PRIu64 ", %s %s\n", parsed->place.sequence,
	    record_kind_name(r->kind), record_outcome_name(r->outcome));
	print_field("time", time);
	print_field("reason", r->reason);
	print_field("rule", r->rule);
	print_field("name", r->name);
	if (r->username_size > 0) {
		printf("  %-15s ", "typed");
		print_bytes(r->username, r->username_size);
		putchar('\n');
	}
	print_field("subject", r->subject);
	print_field("employment", record_employment_name(r->employment));
	print_field("client", r->client);
	print_number("port", r->port);
	print_field("service", r->service);
	print_field("host", r->host);
	print_field("tty", r->tty);
	print_factors("required", r->required);
	print_factors("verified", r->verified);
	print_field("credential", r->credential);
	print_number("step", r->step);
	print_number("tries", r->tries);
	print_field("session", r->session);
	print_number("session seconds", r->session_seconds);
	print_field("actor", r->actor);
	print_field("policy", r->bundle);
	print_field("change", r->change);
	print_field("author", r->author);
	print_field("reviewer", r->reviewer);
	print_approval(r);
	print_field("key", r->key_fingerprint);
	print_field("reference", r->reference);
	print_attempt(r->attempt);
	print_field("uid", parsed->uid);
}
