/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lookups and binds a second through the directory role, 8 or 32 in flight,
 * beside as many processes that do a raw search and bind on kept connections to
 * the same slapd over LDAPS.  A line per figure: name, median, and the spread.
 * Arguments: rounds, seconds of each measurement.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <ldap.h>

#include "gatewayd/directory/password_channel.h"
#include "lib/base/clock.h"
#include "tests/directory/rig.h"
#include "tests/directory/slapd.h"

#define USERS 2000
#define FEW 8
#define MANY 32
#define ROUNDS_MAX 31

struct shape {
	unsigned flight, search, bind; /* raw: no connections of a role */
	bool plain;		       /* not LDAPS */
	double rate[ROUNDS_MAX], cpu_us[ROUNDS_MAX];
};

static struct shape shapes[] = {{.flight = FEW, .search = 1, .bind = 2},
    {.flight = FEW, .search = 1, .bind = 4},
    {.flight = FEW, .search = 1, .bind = 8},
    {.flight = FEW, .search = 2, .bind = 4},
    {.flight = FEW, .search = 2, .bind = 8},
    {.flight = MANY, .search = 2, .bind = MANY}};
#define SHAPES (sizeof shapes / sizeof shapes[0])

static struct shape raw_few = {.flight = FEW}, raw_many = {.flight = MANY},
		    plain = {
			.flight = FEW, .search = 1, .bind = 8, .plain = true};
static unsigned in_flight;
static struct slapd slapd;
static unsigned seconds = 1;

static void
stop(const char *what)
{
	fprintf(stderr, "bench_directory: %s\n", what);
	slapd_stop(&slapd);
	exit(1);
}

/* --- raw --- */

static LDAP *
open_raw(const char *dn, const char *password)
{
	struct berval credential = {
	    .bv_val = (char *)(uintptr_t)password, .bv_len = strlen(password)};
	int version = LDAP_VERSION3, demand = LDAP_OPT_X_TLS_DEMAND, client = 0;
	char text[256];
	LDAP *ld;

	snprintf(text, sizeof text, "ldaps://127.0.0.1:%u", slapd.tls_port);
	if (ldap_initialize(&ld, text) != LDAP_SUCCESS)
		exit(1);
	snprintf(text, sizeof text, "%s/ca.pem", slapd.dir);
	ldap_set_option(ld, LDAP_OPT_PROTOCOL_VERSION, &version);
	ldap_set_option(ld, LDAP_OPT_X_TLS_REQUIRE_CERT, &demand);
	ldap_set_option(ld, LDAP_OPT_X_TLS_CACERTFILE, text);
	ldap_set_option(ld, LDAP_OPT_X_TLS_NEWCTX, &client);
	if (ldap_sasl_bind_s(ld, dn, LDAP_SASL_SIMPLE, &credential, NULL, NULL,
		NULL) != LDAP_SUCCESS)
		exit(1);
	return ld;
}

static void
raw_login(LDAP *search, LDAP *bind, unsigned user)
{
	char *attributes[] = {(char[]){"uid"}, (char[]){"entryUUID"},
	    (char[]){"employeeType"}, (char[]){"memberOf"}, NULL};
	struct berval credential = {.bv_val = (char[]){"secret"}, .bv_len = 6};
	LDAPMessage *m = NULL;
	char filter[64], *dn;

	snprintf(filter, sizeof filter, "(uid=user%u)", user);
	if (ldap_search_ext_s(search, "ou=people,dc=example,dc=test",
		LDAP_SCOPE_SUBTREE, filter, attributes, 0, NULL, NULL, NULL, 2,
		&m) != LDAP_SUCCESS ||
	    ldap_count_entries(search, m) != 1)
		exit(1);
	dn = ldap_get_dn(search, ldap_first_entry(search, m));
	if (ldap_sasl_bind_s(bind, dn, LDAP_SASL_SIMPLE, &credential, NULL,
		NULL, NULL) != LDAP_SUCCESS)
		exit(1);
	ldap_memfree(dn);
	ldap_msgfree(m);
}

struct raw {
	unsigned done[MANY];
	uint64_t cpu_ns[MANY];
};

static uint64_t
cpu_ns(pid_t pid)
{
	char path[64];
	unsigned long long ns = 0;
	FILE *f;

	snprintf(path, sizeof path, "/proc/%d/schedstat", (int)pid);
	f = fopen(path, "re");
	if (f == NULL || fscanf(f, "%llu", &ns) != 1)
		ns = 0;
	if (f != NULL)
		fclose(f);
	return ns;
}

static void
raw_process(struct raw *r, unsigned i, uint64_t from)
{
	LDAP *search =
	    open_raw("cn=service,dc=example,dc=test", "service-password");
	LDAP *bind =
	    open_raw("cn=service,dc=example,dc=test", "service-password");
	uint64_t before;

	while (clock_mono_ms() < from)
		usleep(1000);
	before = cpu_ns(getpid());
	while (clock_mono_ms() < from + seconds * 1000)
		raw_login(search, bind, (r->done[i]++ * in_flight + i) % USERS);
	r->cpu_ns[i] = cpu_ns(getpid()) - before;
	_exit(0);
}

static void
measure_raw(struct shape *shape, int round)
{
	struct raw *r = mmap(NULL, sizeof *r, PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	uint64_t from = clock_mono_ms() + 40 * shape->flight, cpu = 0;
	unsigned done = 0;
	pid_t pids[MANY];

	in_flight = shape->flight;

	if (r == MAP_FAILED)
		stop("mmap");
	for (unsigned i = 0; i < in_flight; i++) {
		pids[i] = fork();
		if (pids[i] == 0)
			raw_process(r, i, from);
	}
	for (unsigned i = 0; i < in_flight; i++) {
		int status;

		waitpid(pids[i], &status, 0);
		if (status != 0)
			stop("a raw login failed");
		done += r->done[i];
		cpu += r->cpu_ns[i];
	}
	shape->rate[round] = (double)done / seconds;
	shape->cpu_us[round] = (double)cpu / 1e3 / done;
	munmap(r, sizeof *r);
}

/* --- the role --- */

/* A process may have so many at a time; the role closes each. */
static struct channel passwords[PASSWORD_CHANNEL_PROCESS_MAX];
static unsigned handed;

/* as login does it: a fresh channel, one message, and its end */
static void
hand_on(struct rig *rig, unsigned attempt)
{
	static struct message m;
	unsigned at = handed++ % PASSWORD_CHANNEL_PROCESS_MAX;
	struct channel *c = &passwords[at];
	struct sockaddr_un a = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);

	if (handed > PASSWORD_CHANNEL_PROCESS_MAX) {
		if (channel_receive(c, &m, 10000) != CHANNEL_CLOSED)
			stop("a password was not taken");
		channel_close(c);
	}
	memcpy(a.sun_path, rig->socket, sizeof rig->socket);
	if (fd < 0 || connect(fd, (void *)&a, sizeof a) < 0)
		stop("connect");
	channel_init(c, fd, ROLE_LOGIN, ROLE_DIRECTORY);
	message_init(&m, MSG_DIRECTORY_PASSWORD_REQ);
	memcpy(m.u.DIRECTORY_PASSWORD_REQ.attempt, &attempt, sizeof attempt);
	memcpy(m.u.DIRECTORY_PASSWORD_REQ.ticket, &attempt, sizeof attempt);
	memcpy(m.u.DIRECTORY_PASSWORD_REQ.password, "secret", 6);
	m.u.DIRECTORY_PASSWORD_REQ.password_size = 6;
	channel_send(c, &m);
}

static void
ask(struct rig *rig, unsigned attempt)
{
	char name[32];

	snprintf(name, sizeof name, "user%u", attempt % USERS);
	rig_ask(rig, attempt, attempt, false, name);
}

/* logins done until then */
static unsigned
drive(struct rig *rig, unsigned *next, uint64_t until)
{
	static struct message m;
	unsigned done = 0, flying = 0, attempt;

	for (; flying < in_flight; flying++)
		ask(rig, ++*next);
	while (flying > 0) {
		if (channel_receive(&rig->authority, &m, 10000) !=
		    CHANNEL_MESSAGE)
			stop("no answer");
		if (m.type == MSG_DIRECTORY_LOOKUP_ANS) {
			if (m.u.DIRECTORY_LOOKUP_ANS.status != LOOKUP_FOUND)
				stop("a lookup failed");
			memcpy(&attempt, m.u.DIRECTORY_LOOKUP_ANS.attempt,
			    sizeof attempt);
			hand_on(rig, attempt);
			rig_allow(rig, attempt, false);
			continue;
		}
		if (m.u.DIRECTORY_VERDICT_NOTE.verdict != VERDICT_MATCH)
			stop("a bind failed");
		memcpy(&attempt, m.u.DIRECTORY_VERDICT_NOTE.attempt,
		    sizeof attempt);
		done++;
		/* the slot of the next one must be free: same remainder */
		if (clock_mono_ms() < until) {
			attempt += in_flight;
			if (attempt > *next)
				*next = attempt;
			ask(rig, attempt);
		} else {
			flying--;
		}
	}
	return done;
}

static void
measure_role(const char *argv0, struct shape *shape, int round)
{
	struct conf_directory c;
	struct rig rig;
	uint64_t began, cpu, took;
	unsigned next = 0, done;

	in_flight = shape->flight;
	rig_conf(&c);
	snprintf(c.base, CONF_TEXT, "ou=people,dc=example,dc=test");
	c.uri_count = 1;
	snprintf(c.uri[0], CONF_TEXT, "%s://127.0.0.1:%u",
	    shape->plain ? "ldap" : "ldaps",
	    shape->plain ? slapd.port : slapd.tls_port);
	snprintf(c.ca, sizeof c.ca, "%s/ca.pem", slapd.dir);
	c.search_connections = shape->search;
	c.bind_connections = shape->bind;
	if (rig_start(&rig, rig_program(argv0), &c) < 0)
		stop("the role did not start");
	drive(&rig, &next, clock_mono_ms() + 100);
	next = (next / in_flight + 1) * in_flight;
	cpu = cpu_ns(rig.role);
	began = clock_mono_ms();
	done = drive(&rig, &next, began + seconds * 1000);
	took = clock_mono_ms() - began;
	cpu = cpu_ns(rig.role) - cpu;
	shape->rate[round] = 1000.0 * done / (double)took;
	shape->cpu_us[round] = (double)cpu / 1e3 / done;
	rig_stop(&rig);
}

static int
compare(const void *a, const void *b)
{
	const double *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static double
report(const char *name, double *values, int rounds)
{
	qsort(values, (size_t)rounds, sizeof *values, compare);
	printf("%s %.1f [%.1f-%.1f]\n", name, values[rounds / 2], values[0],
	    values[rounds - 1]);
	return values[rounds / 2];
}

static void
report_all(int rounds)
{
	double raw =
		   report("directory_raw_search_bind_8", raw_few.rate, rounds),
	       raw_32 = report(
		   "directory_raw_search_bind_32", raw_many.rate, rounds),
	       in_clear = report("directory_role_8_plain", plain.rate, rounds);

	report("directory_raw_cpu_us", raw_few.cpu_us, rounds);
	for (size_t i = 0; i < SHAPES; i++) {
		struct shape *s = &shapes[i];
		char name[64];
		double rate;

		snprintf(name, sizeof name, "directory_role_%u_%us_%ub",
		    s->flight, s->search, s->bind);
		rate = report(name, s->rate, rounds);
		snprintf(name, sizeof name, "directory_role_cpu_us_%us_%ub",
		    s->search, s->bind);
		report(name, s->cpu_us, rounds);
		if (s->flight == MANY)
			printf("directory_vs_libldap_32 %.2f\n", rate / raw_32);
		else
			printf("directory_role_vs_raw_8_%us_%ub %.2f\n",
			    s->search, s->bind, rate / raw);
		if (s->search == plain.search && s->bind == plain.bind)
			printf(
			    "directory_ldaps_vs_plain %.2f\n", rate / in_clear);
	}
}

int
main(int argc, char **argv)
{
	int rounds = argc > 1 ? (int)strtol(argv[1], NULL, 10) : 5;

	if (argc > 2)
		seconds = (unsigned)strtoul(argv[2], NULL, 10);
	if (rounds < 1 || rounds > ROUNDS_MAX || seconds < 1)
		return 2;
	if (slapd_missing() != NULL) {
		printf("skipped: %s\n", slapd_missing());
		return 0;
	}
	if (slapd_start(&slapd, argv[0], USERS) < 0)
		return 1;
	for (int round = 0; round < rounds; round++) {
		measure_raw(&raw_few, round);
		measure_raw(&raw_many, round);
		measure_role(argv[0], &plain, round);
		for (size_t i = 0; i < SHAPES; i++)
			measure_role(argv[0], &shapes[i], round);
	}
	report_all(rounds);
	slapd_stop(&slapd);
	return 0;
}
