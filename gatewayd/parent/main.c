/* SPDX-License-Identifier: Apache-2.0 */
/* gatewayd: starts, supervises, reloads, reports.  It reads nothing that
 * comes from users or the network. */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

#include "gatewayd/parent/fixed.h"
#include "gatewayd/parent/parent.h"
#include "gatewayd/parent/place.h"
#include "gatewayd/parent/probe.h"
#include "gatewayd/parent/reload.h"
#include "gatewayd/parent/status.h"
#include "gatewayd/parent/supervise.h"
#include "gatewayd/parent/warnings.h"
#include "lib/base/log.h"

#define FILES_MAX 65536
#define CONFIG SALLYPORT_SYSCONFDIR "/sallyport/gatewayd.conf"

static struct parent parent;

static void
usage(FILE *out)
{
	fprintf(out,
	    "usage: gatewayd [-t [--connect]] [-f FILE]\n"
	    "       gatewayd -h | --help\n"
	    "       gatewayd --version\n"
	    "  -f FILE    configuration, instead of " CONFIG "\n"
	    "  -t         check the whole configuration, say all that is "
	    "wrong, and end\n"
	    "  --connect  ask each LDAP server and log receiver too\n");
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
			reload_begin(p);
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
				      on_signal, p);
}

/* Each conversation, session and command needs a process or a descriptor, so
 * gatewayd raises its limits to those of the service manager.  Roles inherit
 * them. */
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
		log_warn("cannot raise the limit of open files");
}

/* Opens those of the first three descriptors that are closed.  Otherwise a
 * socket or a key would get such a number, and each role would inherit it. */
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
	fixed_write(p->now);
	status_changed(p);
	warnings_watch(p);
	if (loop_run(p->loop) < 0)
		log_warn("epoll");
	place_remove(p);
	return p->stopping ? p->exit_status : 1;
}

/* gatewayd -t.  Returns the exit status. */
static int
test(struct parent *p, bool ask)
{
	char key[FIXED_KEY];

	if (fixed_refused(p->now, key)) {
		fprintf(stderr,
		    "%s: %s cannot change at a reload, and gatewayd runs: "
		    "restart it to take that\n",
		    p->config, key);
		return 1;
	}
	printf("%s: ok, %zu policy rules\n", p->config, p->now->policies.rules);
	fflush(stdout);
	return ask ? probe(p) : 0;
}

/* 0: go on.  Else *status_r is the exit status. */
static int
read_options(int argc, char **argv, bool *test_r, bool *ask_r, int *status_r)
{
	static const struct option words[] = {
	    {"connect", no_argument, NULL, 'c'},
	    {"help", no_argument, NULL, 'h'},
	    {"version", no_argument, NULL, 'v'}, {NULL, 0, NULL, 0}};
	int c;

	*status_r = 2;
	while ((c = getopt_long(argc, argv, "tf:h", words, NULL)) != -1)
		switch (c) {
		case 't':
			*test_r = true;
			break;
		case 'c':
			*ask_r = true;
			break;
		case 'f':
			parent.config = optarg;
			break;
		case 'h':
			usage(stdout);
			*status_r = 0;
			return -1;
		case 'v':
			puts("gatewayd " SALLYPORT_VERSION);
			*status_r = 0;
			return -1;
		default:
			usage(stderr);
			return -1;
		}
	if (optind < argc)
		fprintf(stderr, "gatewayd: what is %s?\n", argv[optind]);
	else if (*ask_r && !*test_r)
		fprintf(stderr, "gatewayd: --connect goes with -t\n");
	else
		return 0;
	usage(stderr);
	return -1;
}

int
main(int argc, char **argv)
{
	bool only_test = false, ask = false;
	int status;

	if (fill_standard() < 0)
		return 1;
	log_init("gatewayd");
	parent.config = CONFIG;
	if (read_options(argc, argv, &only_test, &ask, &status) < 0)
		return status;
	parent.now = check_whole(parent.config);
	if (parent.now == NULL)
		return only_test ? 1 : EX_CONFIG;
	return only_test ? test(&parent, ask) : run(&parent);
}
