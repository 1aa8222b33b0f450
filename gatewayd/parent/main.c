/* SPDX-License-Identifier: Apache-2.0 */
/* gatewayd: starts, supervises, reloads, reports.  It reads nothing that
 * comes from users or the network. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <unistd.h>

#include "gatewayd/common/log.h"
#include "gatewayd/parent/parent.h"
#include "gatewayd/parent/place.h"
#include "gatewayd/parent/status.h"
#include "gatewayd/parent/supervise.h"

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

static void
reload(struct parent *p)
{
	struct checked *new = check(p->config);

	if (new == NULL) {
		log_warnx(
		    "%s has errors: the old configuration stays", p->config);
		snprintf(p->reload_error, sizeof p->reload_error,
		    "the configuration has errors; gatewayd -t says which");
	} else if (strcmp(new->conf.gateway.runtime,
		       p->now->conf.gateway.runtime) != 0 ||
		   strcmp(new->conf.gateway.state,
		       p->now->conf.gateway.state) != 0) {
		log_warnx("runtime and state cannot change while gatewayd "
			  "runs: the old configuration stays");
		snprintf(p->reload_error, sizeof p->reload_error,
		    "runtime and state cannot change: restart gatewayd");
		checked_free(new);
	} else {
		p->reload_error[0] = '\0';
		checked_free(p->now);
		p->now = new;
		log_info("reloaded %s: %zu rules", p->config, new->rules);
		supervise_reload(p);
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

static int
run(struct parent *p)
{
	umask(077);
	/* for this process only; each role sets its own after its exec */
	prctl(PR_SET_DUMPABLE, 0);
	p->root = geteuid() == 0;
	if (!p->root)
		log_warnx("not root: every role runs as uid %u, so only the "
			  "sandbox keeps them apart",
		    getuid());
	p->notify_fd = status_manager();
	p->loop = loop_new();
	if (p->loop == NULL || watch_signals(p) < 0) {
		log_warn("epoll");
		return 1;
	}
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
		    parent.now->rules);
		return 0;
	}
	return run(&parent);
}
