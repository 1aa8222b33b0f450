/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/lists.h"

#include "cli/cli.h"
#include "cli/print.h"
#include "lib/record/record.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

/* about: whose list it is.  A person who has a new name keeps the credentials
 * of the old one, and they open only that. */
static void
print_factor(const struct message *m, const char *about)
{
	const struct msg_ADMIN_FACTORS_ANS *f = &m->u.ADMIN_FACTORS_ANS;
	char created[PRINT_TIME];

	print_time(f->created_ms, created);
	printf("%-8s %s  ", f->kind, created);
	cli_print(f->credential);
	if (*f->label) {
		fputs("  ", stdout);
		cli_print(f->label);
	}
	if (strcasecmp(f->name, about) != 0) {
		fputs("  opens only ", stdout);
		cli_print(f->name);
	}
	putchar('\n');
}

static void
write_factor(struct json_write *w, const struct message *m)
{
	const struct msg_ADMIN_FACTORS_ANS *f = &m->u.ADMIN_FACTORS_ANS;

	json_write_string(w, "credential", f->credential);
	json_write_string(w, "kind", f->kind);
	json_write_string(w, "name", f->name);
	json_write_string(w, "label", f->label);
	json_write_string(w, "subject", f->subject);
	json_write_int(w, "created_ms", f->created_ms);
	json_write_uint(w, "last_step", f->step);
}

const struct ask_list lists_factors = {
    ASK(FACTORS), print_factor, write_factor};

static void
print_session(const struct message *m, const char *about)
{
	const struct msg_ADMIN_SESSIONS_ANS *s = &m->u.ADMIN_SESSIONS_ANS;
	char opened[PRINT_TIME];
	char ends[PRINT_TIME];
	char renewed[PRINT_TIME];

	(void)about;
	print_time(s->opened_ms, opened);
	print_time(s->ends_ms, ends);
	cli_print(s->session);
	printf("  %s to %s  ", opened, ends);
	cli_print(s->name);
	fputs(" from ", stdout);
	cli_print(*s->client ? s->client : "-");
	fputs(" by ", stdout);
	cli_print(s->service);
	if (s->lease_seconds > 0) {
		print_time(s->renewed_ms, renewed);
		printf("  lease %us, renewed %s", s->lease_seconds, renewed);
	}
	if (s->ending[0] != '\0') {
		fputs("  ending: ", stdout);
		cli_print(s->ending);
	}
	putchar('\n');
}

static void
write_session(struct json_write *w, const struct message *m)
{
	const struct msg_ADMIN_SESSIONS_ANS *s = &m->u.ADMIN_SESSIONS_ANS;

	json_write_string(w, "session", s->session);
	json_write_string(w, "name", s->name);
	json_write_string(w, "subject", s->subject);
	json_write_string(w, "service", s->service);
	json_write_string(w, "client", s->client);
	json_write_uint(w, "uid", s->uid);
	json_write_int(w, "opened_ms", s->opened_ms);
	json_write_int(w, "ends_ms", s->ends_ms);
	if (s->lease_seconds > 0) {
		json_write_uint(w, "lease_seconds", s->lease_seconds);
		json_write_int(w, "renewed_ms", s->renewed_ms);
	}
	if (s->ending[0] != '\0')
		json_write_string(w, "ending", s->ending);
}

const struct ask_list lists_sessions = {
    ASK(SESSIONS), print_session, write_session};

static const char *
outcome_of(const struct msg_ADMIN_ATTEMPTS_ANS *t)
{
	const char *name = record_outcome_name(t->outcome);

	return name ? name : "?";
}

static void
print_attempt(const struct message *m, const char *about)
{
	const struct msg_ADMIN_ATTEMPTS_ANS *t = &m->u.ADMIN_ATTEMPTS_ANS;
	char when[PRINT_TIME];

	(void)about;
	print_time(t->time_ms, when);
	printf("%s  %s  ", when, outcome_of(t));
	cli_print(t->reason);
	fputs("  from ", stdout);
	cli_print(*t->client ? t->client : "-");
	fputs(" by ", stdout);
	cli_print(t->service);
	fputs("  ", stdout);
	cli_print(t->reference);
	putchar('\n');
}

static void
write_attempt(struct json_write *w, const struct message *m)
{
	const struct msg_ADMIN_ATTEMPTS_ANS *t = &m->u.ADMIN_ATTEMPTS_ANS;

	json_write_int(w, "time_ms", t->time_ms);
	json_write_string(w, "outcome", outcome_of(t));
	json_write_string(w, "reason", t->reason);
	json_write_string(w, "service", t->service);
	json_write_string(w, "client", t->client);
	json_write_string(w, "reference", t->reference);
}

const struct ask_list lists_attempts = {
    ASK(ATTEMPTS), print_attempt, write_attempt};
