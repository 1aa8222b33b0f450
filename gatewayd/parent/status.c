/* SPDX-License-Identifier: Apache-2.0 */
#include "gatewayd/parent/status.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "lib/base/clock.h"
#include "lib/base/file.h"
#include "lib/base/format.h"
#include "lib/base/json_write.h"
#include "lib/base/log.h"

#define STATUS_MAX 65000 /* cli reads 65536 bytes at most */

static int
connect_manager(void)
{
	const char *name = getenv("NOTIFY_SOCKET");
	struct sockaddr_un a = {.sun_family = AF_UNIX};
	size_t size = name != NULL ? strlen(name) : 0;
	int fd;

	if (size < 2 || size >= sizeof a.sun_path)
		return -1;
	memcpy(a.sun_path, name, size);
	if (name[0] == '@')
		a.sun_path[0] = '\0';
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd >= 0 && connect(fd, (const struct sockaddr *)&a,
			   (socklen_t)(offsetof(struct sockaddr_un, sun_path) +
				       size)) < 0) {
		close(fd);
		fd = -1;
	}
	return fd;
}

/* Does not wait for a service manager that does not read. */
void
status_notify(struct parent *p, const char *text)
{
	if (p->notify_fd >= 0 &&
	    send(p->notify_fd, text, strlen(text),
		MSG_NOSIGNAL | MSG_DONTWAIT) < 0 &&
	    errno != EAGAIN)
		log_warn("cannot tell the service manager %s", text);
}

static void
on_watchdog(void *arg)
{
	struct parent *p = arg;

	status_notify(p, "WATCHDOG=1");
	loop_timer_at(p->loop, &p->watchdog, clock_mono_ms() + p->watchdog_ms,
	    on_watchdog, p);
}

/* half of the time that the service manager allows */
static uint32_t
watchdog_ms(void)
{
	const char *wanted = getenv("WATCHDOG_USEC");
	const char *whose = getenv("WATCHDOG_PID");
	unsigned long us = wanted != NULL ? strtoul(wanted, NULL, 10) : 0;

	if (whose != NULL && strtol(whose, NULL, 10) != getpid())
		return 0;
	return us < 2000 || us / 2000 > UINT32_MAX ? 0 : (uint32_t)(us / 2000);
}

void
status_manager(struct parent *p)
{
	p->notify_fd = connect_manager();
	p->watchdog_ms = watchdog_ms();
	if (p->notify_fd >= 0 && p->watchdog_ms > 0)
		on_watchdog(p);
}

void
status_reloading(struct parent *p)
{
	struct timespec t;
	char text[64];

	clock_gettime(CLOCK_MONOTONIC, &t);
	snprintf(text, sizeof text, "RELOADING=1\nMONOTONIC_USEC=%lld%06ld",
	    (long long)t.tv_sec, t.tv_nsec / 1000);
	status_notify(p, text);
}

static bool
has_answered(const struct parent *p)
{
	if (p->reload.step != RELOAD_NONE)
		return false;
	for (size_t i = 0; i < role_rows; i++)
		if (p->child[roles[i].role].awaited > 0)
			return false;
	return true;
}

static bool
is_ready(const struct parent *p)
{
	for (size_t i = 0; i < role_rows; i++)
		if (p->child[roles[i].role].state != CHILD_READY ||
		    p->child[roles[i].role].able != ROLE_STATE_ABLE)
			return false;
	return p->now->policies.rules > 0;
}

/* The first role that is blocked: an administrator has to act. */
static const struct child *
find_blocked(const struct parent *p)
{
	for (size_t i = 0; i < role_rows; i++) {
		const struct child *c = &p->child[roles[i].role];

		if (c->state == CHILD_READY && c->able == ROLE_STATE_BLOCKED)
			return c;
	}
	return NULL;
}

/* A gatewayd with a blocked role is ready for the service manager.  Otherwise
 * it would end the start as too slow and start anew, which unblocks nothing. */
static void
tell_manager(struct parent *p)
{
	const struct child *blocked = find_blocked(p);
	char text[WHY_MAX + 64];

	if (!has_answered(p) || (blocked == NULL && !is_ready(p)))
		return;
	p->served = true;
	snprintf(text, sizeof text, "READY=1\nSTATUS=%s%s%s",
	    blocked != NULL ? role_name(blocked->role) : "ready",
	    blocked != NULL ? ": " : "", blocked != NULL ? blocked->why : "");
	status_notify(p, text);
}

static const char *
state_text(const struct child *c)
{
	switch (c->state) {
	case CHILD_READY:
		return c->able == ROLE_STATE_BLOCKED	? "blocked"
		       : c->able == ROLE_STATE_STARTING ? "starting"
							: "ready";
	case CHILD_STARTING:
		return "starting";
	default:
		return c->cannot ? "cannot start" : "down";
	}
}

/* An empty author: the policy needs no signatures. */
static void
render_review(const struct parent *p, struct json_write *w)
{
	const struct reviewed *r = &p->now->policies.reviewed;

	json_write_object(w, "policy");
	json_write_string(w, "bundle", r->bundle);
	json_write_string(w, "author", r->author);
	json_write_string(w, "reviewer", r->reviewer);
	json_write_string(w, "reference", r->reference);
	json_write_int(w, "proposed", r->time_unix);
	json_write_uint(
	    w, "review_seconds", p->now->conf.gateway.policy_review_seconds);
	json_write_object_end(w);
}

static void
render_warnings(const struct warnings *all, struct json_write *w)
{
	json_write_array(w, "warnings");
	for (size_t i = 0; i < all->count; i++) {
		json_write_object(w, NULL);
		json_write_string(w, "name", all->item[i].name);
		json_write_string(w, "about", all->item[i].about);
		json_write_string(w, "text", all->item[i].text);
		json_write_object_end(w);
	}
	json_write_array_end(w);
}

/* Those of the configuration that a role has told of. */
static void
render_servers(const struct child *c, struct json_write *w)
{
	for (size_t i = 0; i < ROLES_SERVERS; i++) {
		const struct warnings_server *s = &c->server[i];
		const char *name =
		    roles_server(&c->parent->now->conf, c->role, i);

		if (name == NULL || strcmp(s->name, name) != 0)
			continue;
		json_write_object(w, NULL);
		json_write_string(w, "role", role_name(c->role));
		json_write_string(w, "server", name);
		json_write_string(w, "state",
		    !s->known		? "unknown"
		    : s->why[0] == '\0' ? "works"
					: "fails");
		json_write_string(w, "why", s->why);
		json_write_int(w, "worked", s->worked_ms / 1000);
		json_write_string(w, "certificate", s->subject);
		json_write_int(w, "ends", s->ends);
		json_write_object_end(w);
	}
}

static int
render(const struct parent *p, char *out, size_t size, size_t *length_r)
{
	struct json_write w;

	json_write_init(&w, out, size);
	json_write_object(&w, NULL);
	json_write_uint(&w, "format", FORMAT_STATUS_NUMBER);
	json_write_string(&w, "release", SALLYPORT_VERSION);
	json_write_bool(&w, "ready", is_ready(p));
	json_write_uint(&w, "pid", (uint64_t)getpid());
	json_write_uint(&w, "policy_rules", p->now->policies.rules);
	render_review(p, &w);
	json_write_bool(&w, "reloading", !has_answered(p));
	json_write_string(&w, "reload_error", p->reload_error);
	json_write_array(&w, "roles");
	for (size_t i = 0; i < role_rows; i++) {
		const struct child *c = &p->child[roles[i].role];

		json_write_object(&w, NULL);
		json_write_string(&w, "role", role_name(c->role));
		json_write_string(&w, "state", state_text(c));
		json_write_int(&w, "pid", c->pid);
		json_write_uint(&w, "restarts", c->restarts);
		json_write_string(&w, "why", c->why);
		/* when a role last could do its job; 0: not since its start */
		json_write_int(&w, "worked", c->worked_ms / 1000);
		json_write_object_end(&w);
	}
	json_write_array_end(&w);
	json_write_array(&w, "servers");
	for (size_t i = 0; i < role_rows; i++)
		render_servers(&p->child[roles[i].role], &w);
	json_write_array_end(&w);
	render_warnings(&p->warnings, &w);
	json_write_object_end(&w);
	return json_write_finish(&w, length_r);
}

void
status_changed(struct parent *p)
{
	char text[STATUS_MAX], path[CONF_PATH + 16], new[CONF_PATH + 16];
	size_t size;
	bool written;
	int fd;

	snprintf(path, sizeof path, "%s/status", p->now->conf.gateway.runtime);
	snprintf(
	    new, sizeof new, "%s/status.new", p->now->conf.gateway.runtime);
	if (render(p, text, sizeof text - 1, &size) < 0) {
		log_warnx("the status is too long for its file");
		return;
	}
	text[size++] = '\n';
	/* the file gets its name after it is closed, so a reader sees all of it
	 */
	fd = open(
	    new, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0644);
	written =
	    fd >= 0 && fchmod(fd, 0644) == 0 && file_write(fd, text, size) == 0;
	if (fd >= 0 && close(fd) < 0)
		written = false;
	if (!written || rename(new, path) < 0)
		log_warn("%s", path);
	tell_manager(p);
}
