/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/directory/fake_ldap.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <ldap.h>

#include "tests/directory/fake_controls.h"

struct session {
	enum fake_mode mode;
	struct fake_seen *seen;
	int fd;
	ber_int_t msgid;
	/* a search that waits for another one */
	ber_int_t held_msgid;
	char held[512];
	char who[512]; /* what "Who am I?" is answered with */
};

static const char dn[] = "uid=found,dc=example,dc=test";

static void
send_bytes(struct session *s, const void *bytes, size_t size)
{
	if (send(s->fd, bytes, size, MSG_NOSIGNAL) != (ssize_t)size)
		_exit(0);
}

static void
reset(struct session *s)
{
	struct linger now = {.l_onoff = 1};

	setsockopt(s->fd, SOL_SOCKET, SO_LINGER, &now, sizeof now);
	close(s->fd);
	_exit(0);
}

/* the first part of it only, if part > 0 */
static void
send_ber(struct session *s, BerElement *ber, size_t part)
{
	struct berval *v = NULL;

	if (ber_flatten(ber, &v) < 0)
		abort();
	send_bytes(s, v->bv_val, part > 0 ? part : v->bv_len);
	ber_bvfree(v);
	ber_free(ber, 1);
}

static void
send_result(struct session *s, ber_int_t id, ber_tag_t tag, int code)
{
	BerElement *ber = ber_alloc_t(LBER_USE_DER);

	ber_printf(ber, "{it{ess}}", id, tag, (ber_int_t)code, "", "");
	send_ber(s, ber, 0);
}

static void
send_garbage(struct session *s)
{
	static const char bytes[] = "\x30\x82\x00\x04\xff\xff\xff\xff\x02\x01";

	send_bytes(s, bytes, sizeof bytes - 1);
}

static void
add_value(BerElement *ber, const char *attribute, const char *value)
{
	ber_printf(ber, "{s[s]}", attribute, value);
}

static void
add_groups(BerElement *ber, const char *attribute, int count, size_t size)
{
	char group[4096];

	ber_printf(ber, "{s[", attribute);
	for (int i = 0; i < count; i++) {
		snprintf(group, sizeof group, "cn=g%d,dc=example", i);
		while (strlen(group) < size)
			strncat(group, "x", 2);
		ber_printf(ber, "s", group);
	}
	ber_printf(ber, "]}");
}

static BerElement *
make_entry(ber_int_t id, const char *name)
{
	BerElement *ber = ber_alloc_t(LBER_USE_DER);
	char attribute[64], value[64];

	ber_printf(ber, "{it{s{", id, LDAP_RES_SEARCH_ENTRY, dn);
	add_value(ber, "UID", strcmp(name, "other") == 0 ? "another" : name);
	if (strcmp(name, "listofids") == 0)
		ber_printf(ber, "{s[ss]}", "entryUUID",
		    "0a1b2c3d-0000-4000-8000-000000000001",
		    "0a1b2c3d-0000-4000-8000-000000000002");
	else if (strcmp(name, "emptyid") == 0)
		add_groups(ber, "entryUUID", 0, 0);
	else if (strcmp(name, "noid") != 0)
		add_value(
		    ber, "entryUUID", "0A1B2C3D-0000-4000-8000-00000000000F");
	if (strcmp(name, "twoids") == 0)
		add_value(
		    ber, "entryUUID", "0a1b2c3d-0000-4000-8000-000000000001");
	if (strcmp(name, "range") == 0)
		add_groups(ber, "memberOf;range=0-1", 2, 0);
	if (strcmp(name, "groups64") == 0)
		add_groups(ber, "memberOf", 64, 255);
	if (strcmp(name, "groups65") == 0)
		add_groups(ber, "memberOf", 65, 0);
	if (strcmp(name, "groups2000") == 0)
		add_groups(ber, "memberOf", 2000, 256);
	if (strcmp(name, "groups5000") == 0)
		add_groups(ber, "memberOf", 5000, 0);
	if (strcmp(name, "hugegroup") == 0)
		add_groups(ber, "memberOf", 1, 2100);
	if (strcmp(name, "values64") == 0)
		add_groups(ber, "Shift", 64, 0);
	if (strcmp(name, "values65") == 0)
		add_groups(ber, "Shift", 65, 0);
	if (strcmp(name, "longvalue") == 0)
		add_groups(ber, "Shift", 1, 256);
	if (strcmp(name, "optionvalue") == 0)
		add_groups(ber, "Shift;lang-de", 1, 0);
	if (strcmp(name, "partvalue") == 0)
		add_groups(ber, "Shift;range=0-1", 1, 0);
	if (strcmp(name, "partlanguage") == 0)
		add_groups(ber, "Shift;lang-de;range=0-1", 1, 0);
	if (strcmp(name, "novalue") == 0)
		add_groups(ber, "Shift", 0, 0);
	if (sscanf(name, "state %63s %63s", attribute, value) == 2)
		add_value(ber, attribute, value);
	ber_printf(ber, "}}}");
	return ber;
}

static void
send_entry(struct session *s, const char *name)
{
	send_ber(s, make_entry(s->msgid, name), 0);
}

/* a message of the right length around an entry whose inner ones are not */
static void
send_cut_entry(struct session *s)
{
	uint8_t bytes[] = {0x30, 14, 2, 1, (uint8_t)s->msgid, 0x64, 9, 4, 2,
	    'c', '=', 0x30, 40, 0x30, 2, 4};

	send_bytes(s, bytes, sizeof bytes);
}

/* The first one waits for the second, and each gets what the other asked for.
 */
static void
answer_swapped(struct session *s, const char *name)
{
	if (s->held_msgid == 0) {
		s->held_msgid = s->msgid;
		snprintf(s->held, sizeof s->held, "%s", name);
		return;
	}
	send_entry(s, s->held);
	send_result(s, s->msgid, LDAP_RES_SEARCH_RESULT, LDAP_SUCCESS);
	send_ber(s, make_entry(s->held_msgid, name), 0);
	send_result(s, s->held_msgid, LDAP_RES_SEARCH_RESULT, LDAP_SUCCESS);
	s->held_msgid = 0;
}

/* Answers that no server sends which means well.  False: none of them. */
static bool
answer_badly(struct session *s, const char *name)
{
	if (strncmp(name, "swap", 4) == 0) {
		answer_swapped(s, name);
	} else if (strcmp(name, "half") == 0 ||
		   strcmp(name, "halfsilent") == 0) {
		send_ber(s, make_entry(s->msgid, name), 40);
		if (strcmp(name, "half") == 0) {
			usleep(20000);
			reset(s);
		}
	} else if (strcmp(name, "foreign") == 0) {
		send_ber(s, make_entry(s->msgid + 1, name), 0);
		send_result(
		    s, s->msgid + 1, LDAP_RES_SEARCH_RESULT, LDAP_SUCCESS);
	} else if (strcmp(name, "foreignentry") == 0) {
		send_ber(s, make_entry(s->msgid + 1, name), 0);
		send_result(s, s->msgid, LDAP_RES_SEARCH_RESULT, LDAP_SUCCESS);
	} else if (strcmp(name, "afterwards") == 0) {
		send_result(s, s->msgid, LDAP_RES_SEARCH_RESULT, LDAP_SUCCESS);
		send_entry(s, name);
	} else if (strcmp(name, "oneafter") == 0) {
		send_entry(s, name);
		send_result(s, s->msgid, LDAP_RES_SEARCH_RESULT, LDAP_SUCCESS);
		send_entry(s, "other");
		send_result(s, s->msgid, LDAP_RES_SEARCH_RESULT, LDAP_OTHER);
	} else if (strcmp(name, "notype") == 0) {
		uint8_t bytes[] = {0x30, 5, 2, 1, (uint8_t)s->msgid, 0, 0};

		send_bytes(s, bytes, sizeof bytes);
	} else if (strcmp(name, "intermediate") == 0) {
		BerElement *ber = ber_alloc_t(LBER_USE_DER);

		ber_printf(ber, "{it{}}", s->msgid, LDAP_RES_INTERMEDIATE);
		send_ber(s, ber, 0);
		send_result(s, s->msgid, LDAP_RES_SEARCH_RESULT, LDAP_SUCCESS);
	} else {
		return false;
	}
	return true;
}

static void
answer_search(struct session *s, const char *name)
{
	int code = LDAP_SUCCESS;

	if (strcmp(name, "silent") == 0 || answer_badly(s, name))
		return;
	(void)sscanf(name, "code %d", &code);
	if (strcmp(name, "reset") == 0) {
		send_bytes(s, "\x30\x20\x02", 3);
		usleep(20000);
		reset(s);
	}
	if (strcmp(name, "referral") == 0)
		code = LDAP_REFERRAL;
	if (strcmp(name, "limit") == 0)
		code = LDAP_SIZELIMIT_EXCEEDED;
	if (strcmp(name, "busy") == 0)
		code = LDAP_BUSY;
	if (strcmp(name, "cut") == 0)
		send_cut_entry(s);
	else if (strcmp(name, "none") != 0 && code != LDAP_REFERRAL)
		send_entry(s, name);
	if (strcmp(name, "two") == 0)
		send_entry(s, name);
	if (strcmp(name, "flood") == 0)
		for (int i = 0; i < 5000; i++)
			send_entry(s, name);
	if (strcmp(name, "reference") == 0) {
		BerElement *ber = ber_alloc_t(LBER_USE_DER);

		ber_printf(ber, "{it{s}}", s->msgid, LDAP_RES_SEARCH_REFERENCE,
		    "ldap://127.0.0.1:1/dc=x");
		send_ber(s, ber, 0);
	}
	send_result(s, s->msgid,
	    strcmp(name, "done") == 0 ? LDAP_RES_BIND : LDAP_RES_SEARCH_RESULT,
	    code);
}

static void
add_control(BerElement *ber, const struct fake_control *c)
{
	ber_printf(ber, "{s", c->oid);
	if (c->bytes != NULL)
		ber_printf(ber, "o", c->bytes, (ber_len_t)c->size);
	ber_printf(ber, "}");
}

static void
send_bind(
    struct session *s, ber_int_t id, int code, size_t control, size_t part)
{
	BerElement *ber = ber_alloc_t(LBER_USE_DER);
	const struct fake_control *c = &fake_controls[control];

	ber_printf(ber, "{it{ess}", id, LDAP_RES_BIND, (ber_int_t)code, "", "");
	if (c->count > 0)
		ber_printf(ber, "t{", LDAP_TAG_CONTROLS);
	for (unsigned i = 0; i < c->count; i++)
		add_control(ber, c);
	if (c->count > 0)
		ber_printf(ber, "}");
	ber_printf(ber, "}");
	send_ber(s, ber, part);
}

static void
send_bind_referral(struct session *s)
{
	BerElement *ber = ber_alloc_t(LBER_USE_DER);

	ber_printf(ber, "{it{esst{s}}}", s->msgid, LDAP_RES_BIND,
	    (ber_int_t)LDAP_SUCCESS, "", "", LDAP_TAG_REFERRAL,
	    "ldap://127.0.0.1:1/");
	send_ber(s, ber, 0);
}

/* RFC 4511 4.4.1 */
static void
send_notice(struct session *s)
{
	BerElement *ber = ber_alloc_t(LBER_USE_DER);

	ber_printf(ber, "{it{essts}}", (ber_int_t)0, LDAP_RES_EXTENDED,
	    (ber_int_t)LDAP_UNAVAILABLE, "", "", LDAP_TAG_EXOP_RES_OID,
	    LDAP_NOTICE_OF_DISCONNECTION);
	send_ber(s, ber, 0);
}

static void
answer_bind(struct session *s, const char *password)
{
	int code = LDAP_INVALID_CREDENTIALS;
	size_t control = 0;

	if (strcmp(password, "silent") == 0)
		return;
	while (strcmp(password, "late") == 0 && !s->seen->late_may_go)
		usleep(10000);
	if (strcmp(password, "reset") == 0) {
		send_bind(s, s->msgid, LDAP_SUCCESS, 0, 6);
		usleep(20000);
		reset(s);
	}
	if (strcmp(password, "huge") == 0)
		send_bytes(s, "\x30\x84\x7f\xff\xff\xff\x02\x01\x01", 9);
	else if (strcmp(password, "garbage") == 0)
		send_garbage(s);
	else if (strcmp(password, "notice") == 0)
		send_notice(s);
	else if (strcmp(password, "referral") == 0)
		send_bind_referral(s);
	else if (strcmp(password, "notbind") == 0)
		send_result(s, s->msgid, LDAP_RES_SEARCH_RESULT, 0);
	else if (strcmp(password, "wrongid") == 0)
		send_bind(s, s->msgid + 1, LDAP_SUCCESS, 0, 0);
	else if (sscanf(password, "as %511[^\n]", s->who) == 1)
		send_bind(s, s->msgid, LDAP_SUCCESS, 0, 0);
	else if (strcmp(password, "service-password") == 0 &&
		 s->mode == FAKE_REFUSES)
		send_bind(s, s->msgid, LDAP_INVALID_CREDENTIALS, 0, 0);
	else if (strcmp(password, "service-password") == 0 ||
		 strcmp(password, "late") == 0)
		send_bind(s, s->msgid, LDAP_SUCCESS, 0, 0);
	else if (strcmp(password, "twice") == 0) {
		send_bind(s, s->msgid, LDAP_INVALID_CREDENTIALS, 0, 0);
		send_bind(s, s->msgid, LDAP_SUCCESS, 0, 0);
	} else {
		sscanf(password, "%d %zu", &code, &control);
		if (control >= fake_control_count)
			_exit(1);
		send_bind(s, s->msgid, code, control, 0);
	}
}

static void
take_search(struct session *s, BerElement *ber)
{
	struct berval base, attribute, value;
	ber_int_t scope, deref, size, seconds, types;
	char name[512];

	s->seen->searches++;
	if (ber_scanf(ber, "{meeiib{{mm}{mm}}", &base, &scope, &deref, &size,
		&seconds, &types, &attribute, &value, &attribute,
		&value) == LBER_ERROR)
		_exit(1);
	snprintf(name, sizeof name, "%.*s", (int)value.bv_len, value.bv_val);
	answer_search(s, name);
}

static void
take_bind(struct session *s, BerElement *ber)
{
	struct berval who, password;
	ber_int_t version;
	ber_tag_t tag;
	char text[512];

	s->seen->binds++;
	if (ber_scanf(ber, "{imtm", &version, &who, &tag, &password) ==
	    LBER_ERROR)
		_exit(1);
	if (password.bv_len == 0)
		s->seen->empty_passwords++;
	else
		s->seen->clear_passwords++;
	snprintf(
	    text, sizeof text, "%.*s", (int)password.bv_len, password.bv_val);
	answer_bind(s, text);
}

/* RFC 4532 */
static void
answer_who(struct session *s)
{
	BerElement *ber = ber_alloc_t(LBER_USE_DER);
	ber_int_t id = s->msgid;
	int code = LDAP_SUCCESS;

	if (strcmp(s->who, "silent") == 0)
		pause();
	if (strcmp(s->who, "reset") == 0)
		reset(s);
	if (strcmp(s->who, "unknown") == 0)
		code = LDAP_PROTOCOL_ERROR;
	if (strcmp(s->who, "search") == 0) {
		send_result(s, s->msgid, LDAP_RES_SEARCH_RESULT, code);
		return;
	}
	ber_printf(
	    ber, "{it{ess", id, LDAP_RES_EXTENDED, (ber_int_t)code, "", "");
	if (strcmp(s->who, "nothing") != 0)
		ber_printf(ber, "ts", LDAP_TAG_EXOP_RES_VALUE, s->who);
	ber_printf(ber, "}}");
	send_ber(s, ber, 0);
}

static void
take_other(struct session *s, BerElement *ber, ber_tag_t tag)
{
	struct berval oid = {0, NULL};

	s->seen->others++;
	if (tag == LDAP_REQ_UNBIND)
		_exit(0);
	if (tag == LDAP_REQ_EXTENDED &&
	    (ber_scanf(ber, "{m", &oid) == LBER_ERROR))
		_exit(1);
	if (tag == LDAP_REQ_EXTENDED && oid.bv_len == 23 &&
	    memcmp(oid.bv_val, LDAP_EXOP_WHO_AM_I, 23) == 0)
		answer_who(s);
	else if (tag == LDAP_REQ_EXTENDED)
		send_result(s, s->msgid, LDAP_RES_EXTENDED,
		    s->mode == FAKE_NO_STARTTLS ? LDAP_PROTOCOL_ERROR
						: LDAP_SUCCESS);
}

static void
serve(struct session *s)
{
	Sockbuf *sb = ber_sockbuf_alloc();

	ber_sockbuf_add_io(
	    sb, &ber_sockbuf_io_tcp, LBER_SBIOD_LEVEL_PROVIDER, NULL);
	ber_sockbuf_ctrl(sb, LBER_SB_OPT_SET_FD, &s->fd);
	if (s->mode == FAKE_SILENT)
		pause();
	for (;;) {
		BerElement *ber = ber_alloc_t(LBER_USE_DER);
		ber_len_t size;
		ber_tag_t tag;

		if (ber_get_next(sb, &size, ber) != LDAP_TAG_MESSAGE)
			_exit(0);
		if (ber_scanf(ber, "it", &s->msgid, &tag) == LBER_ERROR)
			_exit(1);
		if (s->mode == FAKE_GARBAGE)
			send_garbage(s);
		else if (tag == LDAP_REQ_BIND)
			take_bind(s, ber);
		else if (tag == LDAP_REQ_SEARCH)
			take_search(s, ber);
		else
			take_other(s, ber, tag);
		ber_free(ber, 1);
	}
}

static void
accept_all(int fd, enum fake_mode mode, struct fake_seen *seen)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	setpgid(0, 0); /* so that all of it can be stopped at once */
	signal(SIGCHLD, SIG_IGN);
	for (;;) {
		struct session s = {.mode = mode, .seen = seen};
		int one = 1;

		s.fd = accept(fd, NULL, NULL);
		if (s.fd < 0)
			_exit(1);
		setsockopt(s.fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
		seen->connections++;
		if (fork() == 0) {
			prctl(PR_SET_PDEATHSIG, SIGKILL);
			close(fd);
			serve(&s);
		}
		close(s.fd);
	}
}

/* As a host that is gone: the kernel answers to no more connections. */
static void
fill_backlog(const struct sockaddr_in *a)
{
	for (int i = 0; i < 4; i++) {
		int fd = socket(
		    AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

		if (fd < 0)
			abort();
		connect(fd, (const void *)a, sizeof *a);
	}
	pause();
}

void
fake_start_at(struct fake *f, enum fake_mode mode, unsigned port)
{
	struct sockaddr_in a = {.sin_family = AF_INET,
	    .sin_port = htons((uint16_t)port),
	    .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t size = sizeof a;
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), one = 1;

	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);

	f->seen = mmap(NULL, sizeof *f->seen, PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (f->seen == MAP_FAILED || fd < 0 || bind(fd, (void *)&a, size) < 0 ||
	    listen(fd, mode == FAKE_GONE ? 0 : 64) < 0 ||
	    getsockname(fd, (void *)&a, &size) < 0)
		abort();
	f->port = ntohs(a.sin_port);
	f->pid = fork();
	if (f->pid == 0 && mode == FAKE_GONE) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		fill_backlog(&a);
	}
	if (f->pid == 0)
		accept_all(fd, mode, f->seen);
	setpgid(f->pid, f->pid);
	close(fd);
}

void
fake_start(struct fake *f, enum fake_mode mode)
{
	fake_start_at(f, mode, 0);
}

void
fake_freeze(const struct fake *f)
{
	kill(-f->pid, SIGSTOP);
}

void
fake_thaw(const struct fake *f)
{
	kill(-f->pid, SIGCONT);
}

void
fake_stop(struct fake *f)
{
	kill(-f->pid, SIGKILL);
	waitpid(f->pid, NULL, 0);
	munmap(f->seen, sizeof *f->seen);
}
