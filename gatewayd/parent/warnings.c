/* SPDX-License-Identifier: Apache-2.0 */
#include "gatewayd/parent/warnings.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/timex.h>
#include <time.h>
#include <unistd.h>

#include "gatewayd/parent/certificates.h"
#include "gatewayd/parent/parent.h"
#include "gatewayd/parent/status.h"
#include "lib/base/clock.h"
#include "lib/base/log.h"

#define DAY 86400
#define LOOK_MS 60000
#define JUMP_SHOWN_MS \
	(3600 * 1000) /* a longer jump of the clock is a warning */
/* A file with more certificates is the system's bundle, which others keep. */
#define OWN_CERTIFICATES 16

struct look {
	struct parent *p;
	const char *name; /* of the row */
	int64_t now;	  /* seconds since 1970 */
	struct warnings *found;
};

static void __attribute__((format(printf, 3, 4)))
warn(struct look *l, const char *about, const char *format, ...)
{
	struct warning *w = &l->found->item[l->found->count];
	va_list ap;

	if (l->found->count == WARNINGS_MAX)
		return;
	l->found->count++;
	snprintf(w->name, sizeof w->name, "%s", l->name);
	snprintf(w->about, sizeof w->about, "%s", about);
	va_start(ap, format);
	vsnprintf(w->text, sizeof w->text, format, ap);
	va_end(ap);
}

/* ---- certificates ---- */

/* what: "certificate X of Y"; next: the remedy */
static void
warn_of_end(struct look *l, const char *about, const char *what, int64_t ends,
    const char *next)
{
	time_t at = (time_t)ends;
	int64_t left = ends - l->now;
	struct tm tm;
	char day[16];

	gmtime_r(&at, &tm);
	strftime(day, sizeof day, "%Y-%m-%d", &tm);
	if (left <= 0)
		warn(l, about, "%s ended on %s: %s", what, day, next);
	else
		warn(l, about, "%s ends on %s, in %lld day%s: %s", what, day,
		    (long long)left / DAY, left / DAY == 1 ? "" : "s", next);
}

/* Calls look for each server of the configuration of which a role has reported
 * something. */
static void
each_server(struct look *l, uint32_t threshold,
    void (*look)(struct look *l, const struct child *c,
	const struct warnings_server *s, uint32_t threshold))
{
	const char *name;

	for (size_t r = 0; r < role_rows; r++)
		for (size_t i = 0; i < ROLES_SERVERS; i++) {
			const struct child *c = &l->p->child[roles[r].role];

			name = roles_server(&l->p->now->conf, c->role, i);
			/* skips a server of an earlier configuration, and one
			 * without a report */
			if (name != NULL &&
			    strcmp(c->server[i].name, name) == 0)
				look(l, c, &c->server[i], threshold);
		}
}

static void
look_shown(struct look *l, const struct child *c,
    const struct warnings_server *s, uint32_t ahead)
{
	char what[CONF_TEXT + TLS_PEER_SUBJECT + 48];

	if (s->subject[0] == '\0' || s->ends - l->now > ahead)
		return;
	snprintf(what, sizeof what, "%s%s: its certificate %s",
	    c->role == ROLE_FORWARD ? "sink " : "", s->name, s->subject);
	warn_of_end(l, s->name, what, s->ends, "renew it at that server");
}

static void
look_certificates(struct look *l, uint32_t ahead)
{
	each_server(l, ahead, look_shown);
}

/* If no server is left, the state of the role gives the reason. */
static void
look_usable(struct look *l, const struct child *c,
    const struct warnings_server *s, uint32_t unused)
{
	(void)unused;
	if (s->why[0] != '\0' && c->able == ROLE_STATE_ABLE)
		warn(l, s->name,
		    "%s cannot be used, and another one stands in: %s", s->name,
		    s->why);
}

static void
look_servers(struct look *l, uint32_t unused)
{
	each_server(l, unused, look_usable);
}

static void
look_file(struct look *l, const char *key, const char *path, uint32_t ahead)
{
	int fd = path[0] != '\0' ? files_open(&l->p->now->files, path) : -1;
	char subject[CERTIFICATES_WHY], what[CONF_PATH + CERTIFICATES_WHY + 32];
	struct stat st;
	int64_t ends = 0;
	char *text = NULL;
	int count = -1;

	if (fd < 0)
		return;
	if (fstat(fd, &st) == 0)
		text = calloc(1, (size_t)st.st_size + 1);
	if (text != NULL &&
	    pread(fd, text, (size_t)st.st_size, 0) == st.st_size)
		count = certificates_first_end(
		    text, (size_t)st.st_size, subject, &ends);
	free(text);
	close(fd);
	if (count <= 0 || count > OWN_CERTIFICATES || ends - l->now > ahead)
		return;
	snprintf(what, sizeof what, "%s %s: %s", key, path, subject);
	warn_of_end(l, path, what, ends,
	    "put the next one into the file beside it, reload, and take it out "
	    "when no server needs it");
}

static void
look_files(struct look *l, uint32_t ahead)
{
	const struct conf *c = &l->p->now->conf;

	look_file(l, "directory ca", c->directory.ca, ahead);
	for (uint32_t i = 0; i < c->forward.sink_count; i++) {
		const struct conf_sink *s = &c->forward.sink[i];

		look_file(l, "sink ca", s->ca, ahead);
		look_file(l, "sink certificate", s->certificate, ahead);
	}
}

/* ---- keys, disk, review ---- */

/* The age of the file stands for the age of the key: the file is written once.
 */
static void
look_keys(struct look *l, uint32_t most)
{
	const struct conf_authority *a = &l->p->now->conf.authority;
	struct stat st;

	if (a->token_key_count == 0 || stat(a->token_key[0], &st) < 0 ||
	    l->now - st.st_mtime <= most)
		return;
	warn(l, a->token_key[0],
	    "token-key %s is %lld days old: make another one, name it second "
	    "until every application has it, then first",
	    a->token_key[0], ((long long)l->now - st.st_mtime) / DAY);
}

static void
look_file_system(struct look *l, const char *folder, uint32_t percent)
{
	struct statvfs s;
	unsigned long long left, files;

	if (statvfs(folder, &s) < 0 || s.f_blocks == 0)
		return;
	left = (unsigned long long)s.f_bavail * 100 / s.f_blocks;
	/* some file systems do not count files */
	files = s.f_files > 0 ? (unsigned long long)s.f_favail * 100 / s.f_files
			      : 100;
	if (left >= percent && files >= percent)
		return;
	warn(l, folder,
	    "the disk of %s has %llu%% of its %s left (%llu MiB): make room, "
	    "since nobody can log in when it is full",
	    folder, left < percent ? left : files,
	    left < percent ? "space" : "files",
	    (unsigned long long)s.f_bavail * s.f_frsize >> 20);
}

/* Each of log and store may be on another disk. */
static void
look_disk(struct look *l, uint32_t percent)
{
	static const char *const below[] = {
	    "", "/audit", "/store", "/forward", "/authority"};
	char folder[CONF_PATH + 16];
	dev_t seen = 0;
	struct stat st;

	for (size_t i = 0; i < sizeof below / sizeof below[0]; i++) {
		snprintf(folder, sizeof folder, "%s%s",
		    l->p->now->conf.gateway.state, below[i]);
		if (stat(folder, &st) < 0 || (i > 0 && st.st_dev == seen))
			continue;
		if (i == 0)
			seen = st.st_dev;
		look_file_system(l, folder, percent);
	}
}

static void
look_review(struct look *l, uint32_t ahead)
{
	const struct reviewed *r = &l->p->now->policies.reviewed;
	int64_t most = l->p->now->conf.gateway.policy_review_seconds;
	int64_t age = l->now - r->time_unix;

	if (r->author[0] == '\0' || age < most - ahead)
		return;
	if (age > most)
		warn(l, "",
		    "the policy's last review is %lld days old, more than "
		    "%lld: propose it again",
		    (long long)age / DAY, (long long)most / DAY);
	else
		warn(l, "",
		    "the policy's next review is due in %lld days: propose it "
		    "again",
		    (long long)(most - age) / DAY);
}

/* ---- the clock ---- */

static void
look_synchronised(struct look *l, uint32_t unused)
{
	struct timex t = {.modes = 0};

	(void)unused;
	if (adjtimex(&t) < 0)
		warn(l, "",
		    "whether the clock is synchronised cannot be known: "
		    "adjtimex: %s",
		    strerror(errno));
	else if ((t.status & STA_UNSYNC) != 0)
		warn(l, "",
		    "the clock is not synchronised, and codes, tokens and "
		    "certificates are judged by it: start chrony or "
		    "systemd-timesyncd");
}

static void
look_jump(struct look *l, uint32_t most_ms)
{
	struct warnings_clock *c = &l->p->clock;
	uint64_t boot = clock_boot_ms();
	int64_t offset = clock_wall_ms() - (int64_t)boot;

	if (c->known && llabs(offset - c->offset_ms) > (int64_t)most_ms) {
		c->jumped = boot;
		c->by_ms = offset - c->offset_ms;
	}
	c->offset_ms = offset;
	c->known = true;
	if (c->jumped == 0 || boot - c->jumped > JUMP_SHOWN_MS)
		return;
	warn(l, "",
	    "the clock was set %s by %lld s: find out what set it, since codes "
	    "and sessions are judged by it",
	    c->by_ms < 0 ? "back" : "forward", llabs(c->by_ms) / 1000);
}

/* ---- the list ---- */

#define THRESHOLD(field) offsetof(struct conf_gateway, field)
#define ALWAYS SIZE_MAX /* the row has no threshold */

static const struct row {
	const char *name;
	size_t threshold; /* a uint32_t of struct conf_gateway */
	void (*look)(struct look *l, uint32_t threshold);
} rows[] = {
    {"server", ALWAYS, look_servers},
    {"certificate", THRESHOLD(warn_certificate_seconds), look_certificates},
    {"ca", THRESHOLD(warn_certificate_seconds), look_files},
    {"key", THRESHOLD(warn_key_seconds), look_keys},
    {"disk", THRESHOLD(warn_disk_percent), look_disk},
    {"clock", ALWAYS, look_synchronised},
    {"clock-jump", THRESHOLD(warn_clock_ms), look_jump},
    {"review", THRESHOLD(warn_review_seconds), look_review},
};

void
warnings_look(struct parent *p, struct warnings *found_r)
{
	struct look l = {
	    .p = p, .now = clock_wall_ms() / 1000, .found = found_r};
	uint32_t threshold = 0;

	memset(found_r, 0, sizeof *found_r);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		l.name = rows[i].name;
		if (rows[i].threshold != ALWAYS)
			memcpy(&threshold,
			    (const char *)&p->now->conf.gateway +
				rows[i].threshold,
			    sizeof threshold);
		rows[i].look(&l, threshold);
	}
}

static bool
has(const struct warnings *all, const struct warning *w)
{
	for (size_t i = 0; i < all->count; i++)
		if (strcmp(all->item[i].name, w->name) == 0 &&
		    strcmp(all->item[i].about, w->about) == 0)
			return true;
	return false;
}

/* Logs each warning once.  In the status, its days count down. */
static void
say_new(const struct warnings *old, const struct warnings *new)
{
	for (size_t i = 0; i < new->count; i++)
		if (!has(old, &new->item[i]))
			log_warnx("%s", new->item[i].text);
}

static void
watch(void *arg)
{
	static struct warnings found;
	struct parent *p = arg;

	warnings_look(p, &found);
	loop_timer_at(p->loop, &p->look, clock_mono_ms() + LOOK_MS, watch, p);
	if (memcmp(&found, &p->warnings, sizeof found) == 0)
		return;
	say_new(&p->warnings, &found);
	p->warnings = found;
	status_changed(p);
}

void
warnings_watch(struct parent *p)
{
	loop_timer_at(p->loop, &p->look, clock_mono_ms(), watch, p);
}

/* NULL: the configuration has no such server. */
static struct warnings_server *
server_of(struct child *c, const char *name)
{
	const char *known;

	for (size_t i = 0; i < ROLES_SERVERS; i++) {
		struct warnings_server *s = &c->server[i];

		known = roles_server(&c->parent->now->conf, c->role, i);
		if (known == NULL || strcmp(known, name) != 0)
			continue;
		if (strcmp(s->name, known) != 0) {
			memset(s, 0, sizeof *s);
			snprintf(s->name, sizeof s->name, "%s", known);
		}
		return s;
	}
	return NULL;
}

void
warnings_shown(struct child *c, const struct msg_PARENT_SHOWN_NOTE *n)
{
	struct warnings_server *s = server_of(c, n->server);

	if (s == NULL || (n->depth > 0 && n->ends >= s->ends))
		return;
	snprintf(s->subject, sizeof s->subject, "%.*s",
	    (int)sizeof s->subject - 1, n->subject);
	s->ends = n->ends;
	warnings_watch(c->parent);
	status_changed(c->parent);
}

void
warnings_server(struct child *c, const struct msg_PARENT_SERVER_NOTE *n)
{
	struct warnings_server *s = server_of(c, n->server);

	if (s == NULL)
		return;
	snprintf(s->why, sizeof s->why, "%.*s", (int)sizeof s->why - 1,
	    n->works != 0 ? "" : n->text);
	s->known = true;
	s->worked_ms = n->worked_ms;
	warnings_watch(c->parent);
	status_changed(c->parent);
}
