/* SPDX-License-Identifier: Apache-2.0 */
/* gatewayd: starts, supervises, reloads, reports.  It reads nothing that
 * comes from users or the network. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <unistd.h>

#include "gatewayd/parent/parent.h"
#include "gatewayd/parent/place.h"
#include "gatewayd/parent/status.h"
#include "gatewayd/parent/supervise.h"
#include "lib/base/log.h"

#define FILES_MAX 65536
#define CONFIG SALLYPORT_SYSCONFDIR "/sallyport/gatewayd.conf"

static struct parent parent;

static void
usage(FILE *out)
{
	fprintf(out,
	    "usage: gatewayd [-t] [-f FILE]\n"
	    "  -f FILE  configuration, instead of " CONFIG "\n"
	    "  -t       check the whole configuration, say all that is wrong, "
	    "and end\n");
}

static struct checked *
check(const char *file)
{
	struct lex_errors *errors = calloc(1, sizeof *errors);
	struct checked *c;

	if (errors == NULL)
		fatalx("out of memory");
	lex_errors_init(errors);
	c = check_configuration(file, geteuid() == 0, errors);
	lex_errors_print(errors, stderr);
	free(errors);
	return c;
}

/* What roles and their files were made with; NULL: it is all the same. */
static const char *
fixed_change(struct conf *old, struct conf *new)
{
	if (strcmp(old->gateway.runtime, new->gateway.runtime) != 0)
		return "runtime";
	if (strcmp(old->gateway.state, new->gateway.state) != 0)
		return "state";
	if (old->gateway.module_uid != new->gateway.module_uid)
		return "module-uid";
	for (size_t i = 0; i < role_rows; i++) {
		const struct conf_role *a = roles_conf(old, roles[i].role),
				       *b = roles_conf(new, roles[i].role);

		if (a->uid != b->uid || a->gid != b->gid)
			return "user";
	}
	return NULL;
}

static void
say_what_waits(
    const struct conf_authority *old, const struct conf_authority *new)
{
	if (strcmp(old->seal_key, new->seal_key) != 0 ||
	    memcmp(old->token_key, new->token_key, sizeof old->token_key) != 0)
		log_warnx("seal-key and token-key: authority reads keys at its "
			  "start only; restart gatewayd for the new ones");
}

static void
take_new(struct parent *p, struct checked *new)
{
	struct checked *old = p->now;

	p->reload_error[0] = '\0';
	p->now = new;
	log_info("reloaded %s: %zu rules", p->config, new->policies.rules);
	say_what_waits(&old->conf.authority, &new->conf.authority);
	supervise_reload(p, &old->conf);
	checked_free(old);
}

static void
reload(struct parent *p)
{
	struct checked *new;
	const char *fixed;

	status_reloading(p);
	new = check(p->config);
	fixed = new == NULL ? NULL : fixed_change(&p->now->conf, &new->conf);
	if (new == NULL) {
		log_warnx(
		    "%s has errors: the old configuration stays", p->config);
		snprintf(p->reload_error, sizeof p->reload_error,
		    "the configuration has errors; gatewayd -t says which");
	} else if (fixed != NULL) {
		log_warnx("%s cannot change while gatewayd runs: the old "
			  "configuration stays",
		    fixed);
		snprintf(p->reload_error, sizeof p->reload_error,
		    "%s cannot change: restart gatewayd", fixed);
		checked_free(new);
	} else {
		take_new(p, new);
	}
	status_changed(p);
}

static void
on_signal(void *arg, uint32_t events)
{
	struct signalfd_siginfo s;
	struct parent *p = arg;

	(void)events;
	if (read(p->signal_fd, &s, sizeof s) != sizeof s)
		return;
	switch (s.ssi_signo) {
	case SIGCHLD:
		supervise_reap(p);
		break;
	case SIGHUP:
		if (!p->stopping)
			reload(p);
		break;
	default:
		status_notify(p, "STOPPING=1");
		supervise_stop(p);
		break;
	}
}

static int
watch_signals(struct parent *p)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	sigaddset(&set, SIGHUP);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	signal(SIGPIPE, SIG_IGN);
	if (sigprocmask(SIG_BLOCK, &set, NULL) < 0)
		return -1;
	p->signal_fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	return p->signal_fd < 0 ? -1
				: loop_watch(p->loop, &p->signals, p->signal_fd,
				      EPOLLIN, on_signal, p);
}

/* A process or a descriptor per conversation, session and command: what the
 * service manager allows is meant to be used.  Roles inherit it. */
static void
set_limits(void)
{
	struct rlimit files, none = {0, 0};

	setrlimit(RLIMIT_CORE, &none);
	if (getrlimit(RLIMIT_NOFILE, &files) < 0)
		return;
	files.rlim_cur =
	    files.rlim_max < FILES_MAX ? files.rlim_max : FILES_MAX;
	if (setrlimit(RLIMIT_NOFILE, &files) < 0)
		log_warn("the limit of open files");
}

/* Where one of the first three is closed, a socket or a key would take its
 * place, and each role inherit it. */
static int
fill_standard(void)
{
	int fd;

	do
		fd = open("/dev/null", O_RDWR);
	while (fd >= 0 && fd <= STDERR_FILENO);
	return fd < 0 ? -1 : close(fd);
}

static int
run(struct parent *p)
{
	umask(077);
	set_limits();
	/* for this process only; each role sets its own after its exec */
	prctl(PR_SET_DUMPABLE, 0);
	p->root = geteuid() == 0;
	if (!p->root)
		log_warnx("not root: every role runs as uid %u, so only the "
			  "sandbox keeps them apart",
		    getuid());
	p->loop = loop_new();
	if (p->loop == NULL || watch_signals(p) < 0) {
		log_warn("epoll");
		return 1;
	}
	status_manager(p);
	if (place_directories(p) < 0 || place_sockets(p) < 0 ||
	    supervise_start(p) < 0)
		return 1;
	status_changed(p);
	if (loop_run(p->loop) < 0)
		log_warn("epoll");
	place_remove(p);
	return p->stopping ? 0 : 1;
}

int
main(int argc, char **argv)
{
	bool test = false;
	int c;

	if (fill_standard() < 0)
		return 1;
	parent.config = CONFIG;
	while ((c = getopt(argc, argv, "tf:h")) != -1)
		switch (c) {
		case 't':
			test = true;
			break;
		case 'f':
			parent.config = optarg;
			break;
		case 'h':
			usage(stdout);
			return 0;
		default:
			usage(stderr);
			return 2;
		}
	if (optind < argc) {
		fprintf(stderr, "gatewayd: what is %s?\n", argv[optind]);
		usage(stderr);
		return 2;
	}
	parent.now = check(parent.config);
	if (parent.now == NULL)
		return 1;
	if (test) {
		printf("%s: ok, %zu policy rules\n", parent.config,
		    parent.now->policies.rules);
		return 0;
	}
	return run(&parent);
}
