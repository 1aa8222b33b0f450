/* SPDX-License-Identifier: Apache-2.0 */
/* Each row of the list, on both sides of its threshold. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/timex.h>
#include <unistd.h>

#include "gatewayd/parent/parent.h"
#include "gatewayd/parent/warnings.h"
#include "gatewayd/parent/status.h"
#include "lib/base/clock.h"
#include "tests/forward/certs.h"
#include "tests/support/unit.h"

#define DAY 86400

static struct checked checked;
static struct parent parent;
static struct warnings found;
static char folder[] = "/tmp/sallyport-warnings-XXXXXX";

/* ---- the kernel's word on the clock is the test's ---- */

static int clock_status, clock_error;
int __wrap_adjtimex(struct timex *t);

int
__wrap_adjtimex(struct timex *t)
{
	errno = clock_error;
	t->status = clock_status;
	return clock_error != 0 ? -1 : 0;
}

void
status_changed(struct parent *p)
{
	(void)p;
}

static int
begin(void **state)
{
	struct conf_gateway *g = &checked.conf.gateway;

	memset(&checked, 0, sizeof checked);
	memset(&parent, 0, sizeof parent);
	clock_status = clock_error = 0;
	parent.now = &checked;
	parent.loop = loop_new();
	assert_non_null(parent.loop);
	for (int i = 0; i < ROLE_COUNT; i++)
		parent.child[i] =
		    (struct child){.parent = &parent, .role = (enum role)i};
	snprintf(g->state, sizeof g->state, "%s", folder);
	g->warn_certificate_seconds = 30 * DAY;
	g->warn_key_seconds = 365 * DAY;
	g->warn_disk_percent = 0;
	g->warn_clock_ms = 5000;
	g->warn_review_seconds = 14 * DAY;
	g->policy_review_seconds = 365 * DAY;
	return 0;
}

static int
end(void **state)
{
	files_close(&checked.files);
	loop_free(parent.loop);
	return 0;
}

/* How many there are of that name. */
static size_t
look(const char *name)
{
	size_t count = 0;

	warnings_look(&parent, &found);
	for (size_t i = 0; i < found.count; i++)
		count += strcmp(found.item[i].name, name) == 0;
	return count;
}

static void
assert_said(const char *name, const char *about, const char *text)
{
	for (size_t i = 0; i < found.count; i++)
		if (strcmp(found.item[i].name, name) == 0 &&
		    strcmp(found.item[i].about, about) == 0 &&
		    strstr(found.item[i].text, text) != NULL)
			return;
	for (size_t i = 0; i < found.count; i++)
		print_error("%s\n", found.item[i].text);
	fail_msg("no %s: %s", name, text);
}

static void
all_is_well_says_nothing(void **state)
{
	warnings_look(&parent, &found);
	assert_int_equal(found.count, 0);
}

static void
show(const char *server, unsigned depth, int days, bool directory)
{
	struct child *c =
	    &parent.child[directory ? ROLE_DIRECTORY : ROLE_FORWARD];
	struct msg_PARENT_SHOWN_NOTE n = {.depth = (uint8_t)depth};

	snprintf(n.server, sizeof n.server, "%s", server);
	snprintf(n.subject, sizeof n.subject, "CN=%s %u", server, depth);
	n.ends = clock_wall_ms() / 1000 + (int64_t)days * DAY + 60;
	warnings_shown(c, &n);
}

static void
what_servers_show_is_warned_of_ahead(void **state)
{
	struct conf *c = &checked.conf;

	c->directory.uri_count = 2;
	strcpy(c->directory.uri[0], "ldaps://one");
	strcpy(c->directory.uri[1], "ldaps://two");
	c->forward.sink_count = 1;
	strcpy(c->forward.sink[0].name, "siem");
	show("ldaps://one", 0, 40, true);
	show("ldaps://two", 0, 400, true);
	show("ldaps://three", 0, 1, true); /* nobody's */
	assert_int_equal(look("certificate"), 0);
	/* the one above it ends first */
	show("ldaps://two", 1, 29, true);
	show("ldaps://two", 2, 300, true);
	show("siem", 0, -2, false);
	assert_int_equal(look("certificate"), 2);
	assert_said("certificate", "ldaps://two",
	    "ldaps://two: its certificate CN=ldaps://two 1 ends on ");
	assert_said("certificate", "ldaps://two", ", in 29 days: renew it");
	assert_said("certificate", "siem",
	    "sink siem: its certificate CN=siem 0 ended on ");
	/* renewed */
	show("ldaps://two", 0, 400, true);
	assert_int_equal(look("certificate"), 1);
	/* another configuration */
	strcpy(c->forward.sink[0].name, "other");
	assert_int_equal(look("certificate"), 0);
}

static void
tell(const char *server, const char *why)
{
	struct msg_PARENT_SERVER_NOTE n = {.works = *why == '\0'};

	snprintf(n.server, sizeof n.server, "%s", server);
	snprintf(n.text, sizeof n.text, "%s", why);
	warnings_server(&parent.child[ROLE_DIRECTORY], &n);
}

static void
a_server_that_others_stand_in_for_is_a_warning(void **state)
{
	struct conf *c = &checked.conf;

	parent.child[ROLE_DIRECTORY].able = ROLE_STATE_ABLE;
	c->directory.uri_count = 2;
	strcpy(c->directory.uri[0], "ldaps://one");
	strcpy(c->directory.uri[1], "ldaps://two");
	tell("ldaps://one", "service bind: Invalid credentials");
	tell("ldaps://two", "");
	tell("ldaps://nobody", "x");
	assert_int_equal(look("server"), 1);
	assert_said("server", "ldaps://one",
	    "ldaps://one cannot be used, and another one stands in: service "
	    "bind: Invalid credentials");
	/* then the role's state says it */
	parent.child[ROLE_DIRECTORY].able = ROLE_STATE_BLOCKED;
	assert_int_equal(look("server"), 0);
	parent.child[ROLE_DIRECTORY].able = ROLE_STATE_ABLE;
	tell("ldaps://one", "");
	assert_int_equal(look("server"), 0);
}

static void
keep(const char *path, int days)
{
	struct cert ca;

	cert_make(&ca, NULL, "Test CA", NULL, days);
	assert_int_equal(files_keep(&checked.files, path, ca.cert_pem,
			     strlen(ca.cert_pem), false),
	    0);
	cert_free(&ca);
}

static void
files_of_certificates_are_warned_of_ahead(void **state)
{
	struct conf *c = &checked.conf;

	strcpy(c->directory.ca, "/etc/ca.pem");
	c->forward.sink_count = 1;
	strcpy(c->forward.sink[0].ca, "/etc/siem.pem");
	strcpy(c->forward.sink[0].certificate, "/etc/own.pem");
	keep("/etc/ca.pem", 31);
	keep("/etc/siem.pem", 5);
	keep("/etc/own.pem", -1);
	assert_int_equal(look("ca"), 2);
	assert_said(
	    "ca", "/etc/siem.pem", "sink ca /etc/siem.pem: CN=Test CA ends on");
	assert_said("ca", "/etc/own.pem", "sink certificate /etc/own.pem: ");
	c->gateway.warn_certificate_seconds = 32 * DAY;
	assert_int_equal(look("ca"), 3);
}

/* Others keep it, and one of its hundreds is always about to end. */
static void
a_bundle_of_the_system_is_not_looked_at(void **state)
{
	static char text[64 * 1024];
	struct cert ca;
	size_t used = 0;

	strcpy(checked.conf.directory.ca, "/etc/ca.pem");
	cert_make(&ca, NULL, "Test CA", NULL, 1);
	for (int i = 0; i < 17; i++)
		used += (size_t)snprintf(
		    text + used, sizeof text - used, "%s", ca.cert_pem);
	cert_free(&ca);
	assert_int_equal(files_keep(&checked.files, "/etc/ca.pem", text,
			     strlen(text), false),
	    0);
	assert_int_equal(look("ca"), 0);
}

static void
an_old_key_is_a_warning(void **state)
{
	struct conf_authority *a = &checked.conf.authority;
	struct timespec times[2] = {{.tv_nsec = UTIME_OMIT},
	    {.tv_sec = clock_wall_ms() / 1000 - 366 * DAY}};
	FILE *f;

	snprintf(a->token_key[0], sizeof a->token_key[0], "%s/token", folder);
	a->token_key_count = 1;
	f = fopen(a->token_key[0], "we");
	assert_non_null(f);
	fclose(f);
	assert_int_equal(look("key"), 0);
	assert_int_equal(utimensat(AT_FDCWD, a->token_key[0], times, 0), 0);
	assert_int_equal(look("key"), 1);
	assert_said("key", a->token_key[0], "is 366 days old: make another");
	checked.conf.gateway.warn_key_seconds = 367 * DAY;
	assert_int_equal(look("key"), 0);
	unlink(a->token_key[0]);
}

static void
a_disk_that_fills_is_a_warning(void **state)
{
	char audit[64];

	checked.conf.gateway.warn_disk_percent = 101;
	assert_int_equal(look("disk"), 1);
	assert_said("disk", folder, "make room");
	/* the log on a disk of its own */
	snprintf(audit, sizeof audit, "%s/audit", folder);
	assert_int_equal(symlink("/proc/self", audit), 0);
	assert_int_equal(look("disk"), 1);
	unlink(audit);
	assert_int_equal(symlink("/dev/shm", audit), 0);
	assert_int_equal(look("disk"), 2);
	assert_said("disk", audit, "make room");
	unlink(audit);
	checked.conf.gateway.warn_disk_percent = 0;
	assert_int_equal(look("disk"), 0);
}

static void
a_clock_that_nobody_sets_is_a_warning(void **state)
{
	clock_status = STA_UNSYNC;
	assert_int_equal(look("clock"), 1);
	assert_said("clock", "", "the clock is not synchronised");
	clock_error = EPERM;
	assert_int_equal(look("clock"), 1);
	assert_said("clock", "", "cannot be known: adjtimex: Operation not");
	clock_status = clock_error = 0;
	assert_int_equal(look("clock"), 0);
}

static void
a_clock_that_jumps_is_a_warning_for_an_hour(void **state)
{
	assert_int_equal(look("clock-jump"), 0);
	assert_int_equal(look("clock-jump"), 0);
	parent.clock.offset_ms += 7000;
	assert_int_equal(look("clock-jump"), 1);
	assert_said("clock-jump", "", "the clock was set back by ");
	assert_int_equal(look("clock-jump"), 1);
	parent.clock.offset_ms -= 60000;
	assert_int_equal(look("clock-jump"), 1);
	assert_said("clock-jump", "", "the clock was set forward by ");
	parent.clock.jumped = 1; /* at the boot */
	if (clock_boot_ms() > 3601 * 1000)
		assert_int_equal(look("clock-jump"), 0);
	parent.clock.jumped = 0;
	parent.clock.offset_ms += 4000;
	assert_int_equal(look("clock-jump"), 0);
}

static void
a_review_is_warned_of_ahead(void **state)
{
	static const struct {
		int days;
		const char *text; /* NULL: none */
	} rows[] = {
	    {350, NULL},
	    {352, "the policy's next review is due in 12 days"},
	    {366, "the policy's last review is 366 days old, more than 365"},
	};
	struct reviewed *r = &checked.policies.reviewed;

	r->time_unix = 0; /* nobody need sign */
	assert_int_equal(look("review"), 0);
	strcpy(r->author, "ann");
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		r->time_unix =
		    clock_wall_ms() / 1000 - (int64_t)rows[i].days * DAY - 60;
		assert_int_equal(look("review"), rows[i].text != NULL);
		if (rows[i].text != NULL)
			assert_said("review", "", rows[i].text);
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(all_is_well_says_nothing),
	    TEST(what_servers_show_is_warned_of_ahead),
	    TEST(a_server_that_others_stand_in_for_is_a_warning),
	    TEST(files_of_certificates_are_warned_of_ahead),
	    TEST(a_bundle_of_the_system_is_not_looked_at),
	    TEST(an_old_key_is_a_warning),
	    TEST(a_disk_that_fills_is_a_warning),
	    TEST(a_clock_that_nobody_sets_is_a_warning),
	    TEST(a_clock_that_jumps_is_a_warning_for_an_hour),
	    TEST(a_review_is_warned_of_ahead),
	};
	int failed;

	if (mkdtemp(folder) == NULL)
		return 1;
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	rmdir(folder);
	return failed;
}
