/* SPDX-License-Identifier: Apache-2.0 */
/*
 * forward tells: it reads the log, which it cannot write, and brings every
 * committed record to the sinks.  Its own directory holds their cursors.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "gatewayd/forward/delivery.h"
#include "gatewayd/forward/sink_probe.h"
#include "gatewayd/role/health.h"
#include "gatewayd/role/role.h"
#include "lib/base/file.h"
#include "lib/base/log.h"

#define TEXT_SIZE 65536

static struct forward {
	struct loop *loop;
	int log_dir, state_dir;
	struct channel audit;
	uint64_t committed; /* the newest record that audit told of */
	struct delivery delivery[CONF_SINKS], staged[CONF_SINKS];
	size_t count, staged_count;
	char log_path[32];
} forward = {.log_dir = -1, .state_dir = -1, .audit = {.fd = -1}};

/* The file that the parent opened under that path, whole; "" when PATH is. */
static int
read_text(struct role_handed *h, const char *path, char text_r[TEXT_SIZE])
{
	ssize_t size;
	int fd;

	text_r[0] = '\0';
	if (path[0] == '\0')
		return 0;
	fd = role_take_file(h, path);
	if (fd < 0) {
		log_warnx("the parent sent no %s", path);
		return -1;
	}
	size = file_read(fd, text_r, TEXT_SIZE);
	if (size < 0)
		log_warn("cannot read %s", path);
	close(fd);
	return size < 0 ? -1 : 0;
}

static int
open_sink(
    struct role_handed *h, const struct conf_sink *conf, struct delivery *d)
{
	static char ca[TEXT_SIZE], certificate[TEXT_SIZE], key[TEXT_SIZE];
	const struct sink_texts texts = {
	    .ca = ca, .certificate = certificate, .key = key};
	char why[200] = "";

	d->ops = sink_find(conf->kind);
	if (d->ops == NULL || !cursor_name_ok(conf->name)) {
		log_warnx("sink \"%s\": %s", conf->name,
		    d->ops == NULL ? "there is no such kind of sink"
				   : "its name cannot be the name of a file");
		return -1;
	}
	snprintf(d->name, sizeof d->name, "%s", conf->name);
	if (read_text(h, conf->ca, ca) == 0 &&
	    read_text(h, conf->certificate, certificate) == 0 &&
	    read_text(h, conf->key, key) == 0)
		d->sink = d->ops->open(conf, &texts, why, sizeof why);
	explicit_bzero(key, sizeof key);
	if (d->sink != NULL)
		return 0;
	if (why[0] != '\0')
		log_warnx("sink %s: %s", conf->name, why);
	return -1;
}

static void
close_sinks(struct delivery *d, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (d[i].sink != NULL)
			d[i].ops->close(d[i].sink);
}

/* All of them, or none. */
static int
open_sinks(struct role_handed *h, struct delivery *d, size_t *count_r)
{
	const struct conf_forward *conf = h->conf;
	size_t count = 0;

	for (; count < conf->sink_count && count < CONF_SINKS; count++) {
		d[count] = (struct delivery){.sink = NULL};
		if (open_sink(h, &conf->sink[count], &d[count]) < 0) {
			close_sinks(d, count);
			return -1;
		}
	}
	*count_r = count;
	return 0;
}

static int
prepare(struct role_handed *h)
{
	/* start() needs it; who only probes has none */
	forward.log_dir = role_take_file(h, "log");
	return open_sinks(h, forward.delivery, &forward.count);
}

/* The log, by the directory that we hold, and what names are looked up in. */
static const char *const *
read_paths(const struct role_handed *h)
{
	static const char *paths[] = {forward.log_path, "/etc/hosts",
	    "/etc/resolv.conf", "/etc/nsswitch.conf", "/etc/host.conf",
	    "/etc/gai.conf", NULL};

	(void)h;
	snprintf(forward.log_path, sizeof forward.log_path, "/proc/self/fd/%d",
	    forward.log_dir);
	return paths;
}

static void
on_audit(void *arg, struct message *m)
{
	(void)arg;
	if (m->type != MSG_FORWARD_COMMITTED_NOTE)
		channel_unexpected(&forward.audit, m);
	forward.committed = m->u.FORWARD_COMMITTED_NOTE.sequence;
	for (size_t i = 0; i < forward.count; i++)
		delivery_committed(&forward.delivery[i], forward.committed);
}

static void
on_audit_end(void *arg)
{
	(void)arg;
}

static int
serve_audit(int fd)
{
	channel_close(&forward.audit);
	for (size_t i = 0; i < forward.count; i++)
		delivery_log_opened(&forward.delivery[i]);
	channel_init(&forward.audit, fd, ROLE_FORWARD, ROLE_AUDIT);
	return channel_serve(
	    &forward.audit, forward.loop, on_audit, on_audit_end, NULL);
}

static int
start_deliveries(void)
{
	for (size_t i = 0; i < forward.count; i++)
		if (delivery_start(&forward.delivery[i], forward.loop,
			forward.log_dir, forward.state_dir) < 0)
			return -1;
	return 0;
}

/* Of every sink that has any; see role_health(). */
static const char *
trouble(void)
{
	static char text[WHY_MAX + 1];
	char one[WHY_MAX / CONF_SINKS];
	const char *why, *found = NULL;
	size_t used = 0;

	for (size_t i = 0; i < forward.count; i++) {
		why = delivery_trouble(&forward.delivery[i], one, sizeof one);
		if (why == NULL)
			continue;
		if (*why != '\0')
			used +=
			    (size_t)snprintf(text + used, sizeof text - used,
				"%s%s", used > 0 ? "; " : "", one);
		found = used > 0 ? text : "";
	}
	return found;
}

static int
start(struct loop *loop, struct role_handed *h)
{
	if (forward.log_dir < 0) {
		log_warnx("the log directory was not handed over");
		return -1;
	}
	forward.loop = loop;
	forward.state_dir = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (forward.state_dir < 0) {
		log_warn("cannot open the directory of the cursors");
		return -1;
	}
	if (start_deliveries() < 0)
		return -1;
	role_health(loop, trouble);
	if (serve_audit(role_take_peer(h, ROLE_AUDIT)) < 0) {
		log_warn("epoll");
		return -1;
	}
	return 0;
}

static int
probe(struct loop *loop)
{
	probe_sinks(loop, forward.delivery, forward.count);
	return 0;
}

static void
stop(void)
{
	for (size_t i = 0; i < forward.count; i++)
		delivery_stop(&forward.delivery[i]);
	forward.count = 0;
}

static void
peer(enum role role, int fd)
{
	if (role == ROLE_AUDIT && serve_audit(fd) < 0)
		fatal("epoll");
}

static int
stage(struct role_handed *h, char *text, size_t size)
{
	if (open_sinks(h, forward.staged, &forward.staged_count) == 0)
		return 0;
	snprintf(text, size, "%s", log_last());
	return -1;
}

/* Whatever a sink has not acknowledged is sent again: the cursors say where to
 * go on. */
static void
swap(const void *conf)
{
	(void)conf;
	stop();
	memcpy(forward.delivery, forward.staged, sizeof forward.delivery);
	forward.count = forward.staged_count;
	forward.staged_count = 0;
	if (start_deliveries() < 0)
		exit(1); /* said; a start does all of it again */
	for (size_t i = 0; i < forward.count && forward.committed > 0; i++)
		delivery_committed(&forward.delivery[i], forward.committed);
}

static void
forget(void)
{
	close_sinks(forward.staged, forward.staged_count);
	forward.staged_count = 0;
}

int
main(void)
{
	static const struct role_ops ops = {
	    .role = ROLE_FORWARD,
	    .conf_size = sizeof(struct conf_forward),
	    .read_paths = read_paths,
	    .prepare = prepare,
	    .start = start,
	    .probe = probe,
	    .peer = peer,
	    .stage = stage,
	    .swap = swap,
	    .forget = forget,
	    .stop = stop,
	};

	return role_main(&ops);
}
