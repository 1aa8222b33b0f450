/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/audit_print.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/print.h"
#include "lib/record/record_approvers.h"
#include "lib/record/record_list.h"

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

	snprintf(bundle, sizeof bundle, "%.12s", r->bundle);
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
	const char *outcome = record_outcome_name(r->outcome);
	bool intent = r->kind == RECORD_INTENT;
	char time[PRINT_TIME];

	print_time(r->time_ms, time);
	printf("%6" PRIu64 "  %s  %-8s  ", parsed->place.sequence, time,
	    intent ? record_kind_name(r->kind) : outcome);
	/* the outcome that it is to have: whether it has is another record */
	if (intent)
		printf("%s ", outcome);
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

/* What a field is called here, where that is not its name. */
static const struct label {
	const char *name, *label;
} labels[] = {
    {"time_ms", "time"},
    {"username", "typed"},
    {"bundle", "policy"},
    {"key_fingerprint", "key"},
    {"approver", "approved by"},
    {"approval_service", "approved for"},
    {"approval_ends_ms", "approved until"},
};

static void
print_label(const struct record_field *f)
{
	char label[64];
	size_t i = 0;

	snprintf(label, sizeof label, "%s", f->name);
	for (char *at = label; *at != '\0'; at++)
		if (*at == '_')
			*at = ' ';
	while (i < sizeof labels / sizeof labels[0] &&
	       strcmp(labels[i].name, f->name) != 0)
		i++;
	printf("  %-15s ",
	    i < sizeof labels / sizeof labels[0] ? labels[i].label : label);
}

static void
print_factors(uint64_t set)
{
	const char *word, *space = "";

	for (unsigned bit = 0; (word = factor_word(bit)) != NULL; bit++) {
		if ((set >> bit & 1) == 0)
			continue;
		printf("%s%s", space, word);
		space = " ";
	}
}

/* Groups and attributes are for `audit show --json`, and kind and outcome
 * stand in the first line. */
static bool
is_shown(const struct msg_AUDIT_APPEND_REQ *r, const struct record_field *f)
{
	switch (f->form) {
	case RECORD_FORM_KIND:
	case RECORD_FORM_OUTCOME:
	case RECORD_FORM_GROUPS:
	case RECORD_FORM_GROUPS_CUT:
	case RECORD_FORM_ATTRIBUTES:
	case RECORD_FORM_ATTRIBUTES_CUT:
		return false;
	default:
		return f->type >= RECORD_TYPE_RAW ? record_size(r, f) > 0
						  : record_number(r, f) != 0;
	}
}

static void
print_part(const char *before, const char *text, size_t size)
{
	char part[RECORD_APPROVERS_MAX + 1];

	memcpy(part, text, size);
	part[size] = '\0';
	fputs(before, stdout);
	cli_print(part);
}

/* "CHG-1 by boss (6f1c), CHG-2 by chief" */
static void
print_approvers(const struct msg_AUDIT_APPEND_REQ *r)
{
	struct record_approver one;
	const char *comma = "";
	size_t at = 0;

	while (record_approvers_next(r, &at, &one)) {
		print_part(comma, one.approval.text, one.approval.size);
		print_part(" by ", one.name.text, one.name.size);
		if (one.uid.size > 0) {
			print_part(" (", one.uid.text, one.uid.size);
			putchar(')');
		}
		comma = ", ";
	}
}

static void
print_number(const struct msg_AUDIT_APPEND_REQ *r, const struct record_field *f)
{
	uint64_t number = record_number(r, f);
	size_t length = strlen(f->name);
	char time[PRINT_TIME];

	if (f->form == RECORD_FORM_FACTORS ||
	    f->form == RECORD_FORM_FACTORS_IF) {
		print_factors(number);
	} else if (f->form == RECORD_FORM_EMPLOYMENT) {
		cli_print(employment_word((unsigned)number));
	} else if (length > 3 && strcmp(f->name + length - 3, "_ms") == 0) {
		print_time((int64_t)number, time);
		fputs(time, stdout);
	} else {
		printf("%" PRIu64, number);
	}
}

static void
print_field(const struct msg_AUDIT_APPEND_REQ *r, const struct record_field *f)
{
	const uint8_t *bytes = record_value(r, f);

	print_label(f);
	if (f->form == RECORD_FORM_APPROVERS)
		print_approvers(r);
	else if (f->type == RECORD_TYPE_STR)
		cli_print(record_value(r, f));
	else if (f->type == RECORD_TYPE_BYTES)
		print_bytes(bytes, record_size(r, f));
	else if (f->type == RECORD_TYPE_RAW)
		for (size_t i = 0; i < f->size; i++)
			printf("%02x", bytes[i]);
	else
		print_number(r, f);
	putchar('\n');
}

void
audit_print_long(const struct record_parsed *parsed)
{
	const struct msg_AUDIT_APPEND_REQ *r = &parsed->record;

	printf("record %" PRIu64 ", %s %s\n", parsed->place.sequence,
	    record_kind_name(r->kind), record_outcome_name(r->outcome));
	for (const struct record_field *f = record_fields; f->name; f++)
		if (is_shown(r, f))
			print_field(r, f);
	printf("  %-15s ", "uid");
	cli_print(parsed->uid);
	putchar('\n');
}
