/* SPDX-License-Identifier: Apache-2.0 */
#include "gatewayd/parent/probe.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "gatewayd/parent/place.h"
#include "gatewayd/parent/spawn.h"
#include "gatewayd/role/role.h"
#include "gatewayd/role/sandbox.h"
#include "lib/base/clock.h"
#include "lib/base/log.h"
#include "lib/base/tls_peer.h"

#define DAY 86400
#define LONGEST_MS 60000 /* the result for a role and all its servers */

enum found { PROBE_WORKS, PROBE_FAILS, PROBE_UNKNOWN };

struct answer {
	enum found found;
	char text[WHY_MAX + 1];
	struct tls_peer_chain chain;
};

struct probe {
	struct child *child;
	struct answer answer[ROLES_SERVERS];
	struct loop_timer deadline;
	bool late;
};

static struct answer *
answer_of(struct probe *a, const char *server)
{
	const struct conf *conf = &a->child->parent->now->conf;
	const char *name;

	for (size_t i = 0; i < ROLES_SERVERS; i++) {
		name = roles_server(conf, a->child->role, i);
		if (name != NULL && strcmp(name, server) == 0)
			return &a->answer[i];
	}
	return NULL;
}

/* depth 0 begins a new handshake, with the next address of the server. */
static void
keep_certificate(struct probe *a, const struct msg_PARENT_SHOWN_NOTE *n)
{
	struct answer *one = answer_of(a, n->server);
	size_t at = n->depth;

	if (one == NULL || at >= TLS_PEER_CHAIN)
		return;
	snprintf(one->chain.certificate[at].subject, TLS_PEER_SUBJECT, "%.*s",
	    TLS_PEER_SUBJECT - 1, n->subject);
	one->chain.certificate[at].ends = n->ends;
	one->chain.count = at + 1;
}

static void
on_message(void *arg, struct message *m)
{
	struct probe *a = arg;
	struct answer *one;

	switch (m->type) {
	case MSG_PARENT_SHOWN_NOTE:
		keep_certificate(a, &m->u.PARENT_SHOWN_NOTE);
		break;
	case MSG_PARENT_SERVER_NOTE:
		one = answer_of(a, m->u.PARENT_SERVER_NOTE.server);
		if (one == NULL)
			break;
		one->found = m->u.PARENT_SERVER_NOTE.works != 0 ? PROBE_WORKS
								: PROBE_FAILS;
		snprintf(one->text, sizeof one->text, "%s",
		    m->u.PARENT_SERVER_NOTE.text);
		break;
	case MSG_PARENT_READY_NOTE:
		snprintf(a->child->why, sizeof a->child->why, "%s",
		    m->u.PARENT_READY_NOTE.text);
		break;
	default:
		break;
	}
}

static void
on_close(void *arg)
{
	struct probe *a = arg;

	loop_stop(a->child->parent->loop);
}

static void
too_late(void *arg)
{
	struct probe *a = arg;

	a->late = true;
	kill(a->child->pid, SIGKILL);
}

/* The role gets nothing of the state directory, which may not exist yet. */
static void
take_away(struct conf_role *r)
{
	r->allow &= ~(uint32_t)SANDBOX_WRITE;
	snprintf(r->root, sizeof r->root, "/");
}

static int
begin(struct probe *a)
{
	struct child *c = a->child;
	struct parent *p = c->parent;
	struct message go;
	int fd;

	take_away(roles_conf(&p->now->conf, c->role));
	c->pid = spawn_role(p->now->conf.gateway.libexec, c->role, &fd);
	if (c->pid < 0)
		return -1;
	channel_init(&c->control, fd, ROLE_PARENT, c->role);
	message_init(&go, MSG_PARENT_GO_NOTE);
	go.u.PARENT_GO_NOTE.go = GO_PROBE;
	loop_timer_at(
	    p->loop, &a->deadline, clock_mono_ms() + LONGEST_MS, too_late, a);
	if (channel_serve(&c->control, p->loop, on_message, on_close, a) == 0 &&
	    place_hand_over(p, p->now, c, PLACE_PROBE) == 0 &&
	    channel_post(&c->control, &go) == 0)
		return 0;
	kill(c->pid, SIGKILL);
	return -1;
}

/* Reports the servers about which the role has said nothing. */
static void
say_why(struct probe *a, int status)
{
	char text[WHY_MAX + 1];

	if (a->late)
		snprintf(text, sizeof text, "no answer within %d s",
		    LONGEST_MS / 1000);
	else if (a->child->why[0] != '\0')
		snprintf(text, sizeof text, "%s", a->child->why);
	else if (WIFSIGNALED(status))
		snprintf(text, sizeof text, "%s was ended by signal %d (%s)",
		    role_name(a->child->role), WTERMSIG(status),
		    strsignal(WTERMSIG(status)));
	else
		snprintf(text, sizeof text, "%s ended with status %d",
		    role_name(a->child->role), WEXITSTATUS(status));
	for (size_t i = 0; i < ROLES_SERVERS; i++)
		if (a->answer[i].found == PROBE_UNKNOWN)
			snprintf(a->answer[i].text, sizeof a->answer[i].text,
			    "%s", text);
}

static void
run_role(struct probe *a)
{
	struct child *c = a->child;
	int status = 0;

	if (begin(a) < 0)
		snprintf(c->why, sizeof c->why, "%s", log_last());
	else if (loop_run(c->parent->loop) < 0)
		kill(c->pid, SIGKILL);
	loop_timer_off(c->parent->loop, &a->deadline);
	channel_close(&c->control);
	if (c->pid > 0)
		waitpid(c->pid, &status, 0);
	say_why(a, status);
}

/* The text is for a terminal, and a server wrote parts of it. */
static const char *
plain(const char *text)
{
	static char out[WHY_MAX + 1];

	snprintf(out, sizeof out, "%s", text);
	for (char *at = out; *at != '\0'; at++)
		if ((unsigned char)*at < ' ' || *at == 0x7f)
			*at = '?';
	return out;
}

static void
print_chain(const struct tls_peer_chain *chain)
{
	int64_t now = clock_wall_ms() / 1000, left;
	struct tm tm;
	char day[16];
	time_t at;

	for (size_t i = 0; i < chain->count; i++) {
		at = (time_t)chain->certificate[i].ends;
		left = chain->certificate[i].ends - now;
		gmtime_r(&at, &tm);
		strftime(day, sizeof day, "%Y-%m-%d", &tm);
		printf("\t%s %s: ", i == 0 ? "certificate" : "issued by  ",
		    plain(chain->certificate[i].subject));
		if (left > 0)
			printf("%lld days left (%s)\n", (long long)left / DAY,
			    day);
		else
			printf("ended on %s\n", day);
	}
}

static enum found
print_role(const struct probe *a)
{
	static const char *const words[] = {[PROBE_WORKS] = "works",
	    [PROBE_FAILS] = "does not work",
	    [PROBE_UNKNOWN] = "could not be asked"};
	const struct conf *conf = &a->child->parent->now->conf;
	enum found worst = PROBE_WORKS;
	const char *server;

	for (size_t i = 0; i < ROLES_SERVERS; i++) {
		const struct answer *one = &a->answer[i];

		server = roles_server(conf, a->child->role, i);
		if (server == NULL)
			continue;
		printf("%s%s: %s: %s\n",
		    a->child->role == ROLE_FORWARD ? "sink " : "", server,
		    words[one->found], plain(one->text));
		print_chain(&one->chain);
		if (one->found > worst)
			worst = one->found;
	}
	return worst;
}

int
probe(struct parent *p)
{
	static const enum role asked[] = {ROLE_DIRECTORY, ROLE_FORWARD};
	static struct probe all[sizeof asked / sizeof asked[0]];
	enum found worst = PROBE_WORKS, found;

	signal(SIGPIPE, SIG_IGN);
	p->loop = loop_new();
	if (p->loop == NULL) {
		log_warn("epoll");
		return PROBE_UNKNOWN;
	}
	for (size_t i = 0; i < sizeof asked / sizeof asked[0]; i++) {
		struct probe *a = &all[i];

		a->child = &p->child[asked[i]];
		*a->child = (struct child){
		    .parent = p, .role = asked[i], .control = {.fd = -1}};
		for (size_t j = 0; j < ROLES_SERVERS; j++)
			a->answer[j].found = PROBE_UNKNOWN;
		if (roles_server(&p->now->conf, asked[i], 0) == NULL)
			continue;
		run_role(a);
		found = print_role(a);
		if (found > worst)
			worst = found;
	}
	return (int)worst;
}
