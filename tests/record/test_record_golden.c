/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The lines of today, byte for byte: what receivers parse changes only with
 * tests/golden/records, which says so in the change.
 */
#include <stdio.h>
#include <string.h>

#include "lib/record/record.h"
#include "tests/support/golden.h"
#include "tests/support/unit.h"

#define FILE_MAX (512 * 1024)
#define COPY(field, text) memcpy(field, text, sizeof text)

static char made[FILE_MAX];
static size_t made_size;

/* SALLYPORT_VERSION changes with each release, and with it the uid. */
static void
add_line(const struct msg_AUDIT_APPEND_REQ *r, uint64_t sequence)
{
	static const char version[] = "\"version\":\"" SALLYPORT_VERSION "\"";
	struct record_place place = {.origin = "bastion1.example.com/sallyport",
	    .sequence = sequence,
	    .prev = {0xab, [31] = 0xcd}};
	char line[RECORD_LINE_MAX + 1], *at;
	size_t len;

	place.cut = sequence % 7 == 0 ? 312 : 0;
	assert_int_equal(record_render(r, &place, line, &len), 0);
	line[len] = '\0';
	at = strstr(line, version);
	assert_non_null(at);
	memset(strstr(line, "\"uid\":\"") + 7, 'x', 16);
	made_size += (size_t)snprintf(made + made_size, FILE_MAX - made_size,
	    "%.*s\"version\":\"VERSION\"%s\n", (int)(at - line), line,
	    at + sizeof version - 1);
	assert_true(made_size < FILE_MAX);
}

static void
fill_person(struct msg_AUDIT_APPEND_REQ *r)
{
	memset(r->attempt, 0x5a, sizeof r->attempt);
	r->time_ms = 1767225600123;
	COPY(r->reference, "k7qx2m9p");
	COPY(r->rule, "policy.d/10-sre:12: permit sre from corp");
	COPY(r->name, "alice");
	COPY(r->subject, "6f1d2c1a-8a0f-4ad0-9a55-3b0d8c8f0001");
	r->employment = 2;
	COPY(r->client, "2001:db8::5");
	r->port = 50222;
	COPY(r->service, "sudo");
	COPY(r->host, "bastion1.example.com");
	COPY(r->tty, "/dev/pts/4");
	COPY(r->key_fingerprint, "ED25519 SHA256:3b0d8c8f0001+/=");
	COPY(r->approval, "CHG-\"4711\"");
	COPY(r->approver, "bob");
	memcpy(r->approvers, "CHG-\"4711\"\0bob\0uuid-bob\0CHG-2\0eve\0", 35);
	r->approvers_size = 35;
	COPY(r->approval_service, "sudo");
	r->approval_ends_ms = 1767229200000;
}

static void
fill_attempt(struct msg_AUDIT_APPEND_REQ *r)
{
	r->kind = RECORD_ATTEMPT;
	COPY(r->username, "ALICE");
	r->username_size = 5;
	memcpy(r->groups, "cn=sre,dc=example,dc=com\0cn=all", 32);
	r->groups_size = 32;
	memcpy(r->attributes, "shift\0night\0late\0\0roster\0\0", 26);
	r->attributes_size = 26;
	r->required = RECORD_PASSWORD | RECORD_OTP | RECORD_APPROVAL;
	r->verified = RECORD_PASSWORD | RECORD_PUBLICKEY;
	r->obtainable = RECORD_PASSWORD | RECORD_OTP;
	COPY(r->credential, "totp-0a1b2c3d4e5f6071");
	COPY(r->factor, "totp");
	COPY(r->drift, "-3");
	r->step = 58907520;
	r->tries = 3;
	COPY(r->session, "AAECAwQFBgcICQoLDA0ODw");
	r->session_seconds = 28800;
}

static void
fill_session(struct msg_AUDIT_APPEND_REQ *r)
{
	fill_attempt(r);
	r->kind = RECORD_SESSION;
	r->groups_size = r->attributes_size = 0;
	memset(r->groups, 0, sizeof r->groups);
	memset(r->attributes, 0, sizeof r->attributes);
	memset(r->credential, 0, sizeof r->credential);
	r->step = r->tries = 0;
	COPY(r->actor, "root");
}

static void
fill_admin(struct msg_AUDIT_APPEND_REQ *r)
{
	r->kind = RECORD_ADMIN;
	r->employment = 0;
	memset(r->rule, 0, sizeof r->rule);
	memset(r->tty, 0, sizeof r->tty);
	COPY(r->actor, "root");
	COPY(r->credential, "totp-0a1b2c3d4e5f6071");
	COPY(r->factor, "totp");
	COPY(r->label, "phone");
	COPY(r->bundle,
	    "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a0");
	COPY(r->change, "CHG-4711");
	COPY(r->author, "alice");
	COPY(r->reviewer, "bob");
}

static void
fill(struct msg_AUDIT_APPEND_REQ *r, uint8_t outcome)
{
	memset(r, 0, sizeof *r);
	r->outcome = outcome;
	COPY(r->reason, "locked_out");
	fill_person(r);
	if (outcome <= OUTCOME_ORPHANED)
		fill_attempt(r);
	else if (outcome <= OUTCOME_LAPSED)
		fill_session(r);
	else
		fill_admin(r);
}

/* Nobody is known; bytes that are no text; groups and attributes cut. */
static void
make_strange(struct msg_AUDIT_APPEND_REQ *r)
{
	memset(r->name, 0, sizeof r->name);
	memset(r->subject, 0, sizeof r->subject);
	if (r->kind == RECORD_ADMIN)
		return;
	memcpy(r->username, "\xff\0x\"\n", 5);
	COPY(r->client, "?host.example.com");
	r->port = 0;
	if (r->kind == RECORD_ATTEMPT)
		r->groups_cut = r->attributes_cut = 1;
}

static void
make_long(struct msg_AUDIT_APPEND_REQ *r)
{
	memset(r->rule, 1, sizeof r->rule - 1);
	memset(r->tty, 1, sizeof r->tty - 1);
	memset(r->host, 1, sizeof r->host - 1);
	memset(r->key_fingerprint, 1, sizeof r->key_fingerprint - 1);
	memset(r->name, 1, sizeof r->name - 1);
	memset(r->username, 1, sizeof r->username);
	r->username_size = sizeof r->username;
}

static void
make_all(void)
{
	struct msg_AUDIT_APPEND_REQ r;
	uint64_t sequence = 1;

	for (uint8_t o = OUTCOME_GRANTED; o <= OUTCOME_INVITED; o++) {
		fill(&r, o);
		add_line(&r, sequence++);
		make_strange(&r);
		add_line(&r, sequence++);
		fill(&r, o);
		if (r.kind != RECORD_ADMIN) {
			make_long(&r);
			add_line(&r, sequence++);
		}
		r = (struct msg_AUDIT_APPEND_REQ){
		    .kind = r.kind, .outcome = r.outcome};
		add_line(&r, sequence++);
	}
}

static void
records_are_as_they_were(void **state)
{
	make_all();
	golden_compare("records", made);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(records_are_as_they_were),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
