/* SPDX-License-Identifier: Apache-2.0 */
#include "gatewayd/parent/end_session.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "gatewayd/parent/proc.h"
#include "lib/base/log.h"

#define CHILDREN_MAX 64

/*
 * The programs that open PAM sessions and live exactly as long as one.  The
 * kernel keeps a process' name (/proc/PID/status): the name of the file by
 * which it was started.  Only the process itself can change it, and a process
 * that an attacker wants to end does not.  A su that was called by a link of
 * another name is not ended: doc/threat-model.md.  /proc/PID/exe would name the
 * file, but needs CAP_SYS_PTRACE.
 */
static const struct opener {
	const char *name;
	/* the title of each process of sshd says its purpose */
	bool titled;
} openers[] = {
    {"sshd", true},
    {"sshd-session", true},
    {"su", false},
    {"sudo", false},
    {"login", false},
};

static bool
is_ours(const struct parent *p, long pid)
{
	if (pid == getpid())
		return true;
	for (size_t i = 0; i < ROLE_COUNT; i++)
		if (p->child[i].pid > 0 && p->child[i].pid == pid)
			return true;
	return false;
}

static const struct opener *
find_opener(const char *name)
{
	for (size_t i = 0; i < sizeof openers / sizeof openers[0]; i++)
		if (strcmp(openers[i].name, name) == 0)
			return &openers[i];
	return NULL;
}

/* True for "sshd: alice [priv]" and "sshd: root@pts/0": a name that is no path,
 * without arguments.  False for "sshd: /usr/sbin/sshd -D [listener] ...", and
 * for a part of that: a title is cut to the room of arguments and environment.
 */
static bool
is_titled(pid_t pid, const char *name)
{
	size_t size = strlen(name);
	const char *who, *rest;
	char text[PROC_TEXT];

	if (proc_read(text, "/proc/%d/cmdline", (int)pid) <= 0 ||
	    strncmp(text, name, size) != 0 ||
	    strncmp(text + size, ": ", 2) != 0)
		return false;
	who = text + size + 2;
	rest = who + strcspn(who, " ");
	return who[0] != '/' && (rest[0] == '\0' || rest[1] == '[') &&
	       strstr(who, "[listener]") == NULL;
}

static const char *
refusal(const struct parent *p, pid_t pid)
{
	const struct opener *opener;
	struct proc_seen seen;

	if (pid == 0)
		return "is no pidfd";
	if (pid < 0)
		return "its process has ended";
	if (pid == 1 || is_ours(p, pid))
		return "its process belongs to no session";
	if (proc_look(pid, &seen) < 0)
		return "its process cannot be seen in /proc";
	if (seen.tgid != pid || is_ours(p, seen.ppid))
		return "its process belongs to no session";
	if (seen.euid != (long)p->now->conf.gateway.module_uid)
		return "its process is not of the PAM module's user";
	opener = find_opener(seen.name);
	if (opener == NULL)
		return "its program does not open a session and end with it";
	if (opener->titled && !is_titled(pid, opener->name))
		return "its process is the sshd that listens";
	return NULL;
}

pid_t
end_session_target(const struct parent *p, int pidfd, const char **why_r)
{
	pid_t pid = proc_pid_of(pidfd);

	*why_r = refusal(p, pid);
	/* if the process still lives, all facts were its own */
	if (*why_r == NULL && proc_pid_of(pidfd) != pid)
		*why_r = "its process has ended";
	return *why_r == NULL ? pid : -1;
}

static int
send_signal(int pidfd, int signal_number)
{
	return (int)syscall(
	    SYS_pidfd_send_signal, pidfd, signal_number, NULL, 0);
}

static void
kill_child(pid_t child, pid_t parent)
{
	int fd = proc_open(child);
	struct proc_seen seen;

	if (fd < 0)
		return;
	if (proc_look(child, &seen) == 0 && seen.ppid == parent)
		send_signal(fd, SIGKILL);
	close(fd);
}

static int
kill_children(pid_t pid)
{
	char text[PROC_TEXT], *at = text, *end;

	if (proc_read(text, "/proc/%d/task/%d/children", (int)pid, (int)pid) <
	    0)
		return -1;
	for (int i = 0; i < CHILDREN_MAX; i++) {
		long child = strtol(at, &end, 10);

		if (end == at || child <= 1)
			break;
		kill_child((pid_t)child, pid);
		at = end;
	}
	return 0;
}

static int
take_step(int pidfd, pid_t pid, uint8_t step)
{
	switch (step) {
	case END_TERMINATE:
		return send_signal(pidfd, SIGTERM);
	case END_CHILDREN:
		return kill_children(pid);
	case END_KILL:
		return send_signal(pidfd, SIGKILL);
	default:
		errno = EINVAL;
		return -1;
	}
}

void
end_session(const struct parent *p, struct message *m)
{
	const struct msg_PARENT_END_NOTE *n = &m->u.PARENT_END_NOTE;
	const char *why;
	pid_t pid = end_session_target(p, m->fd, &why);

	if (pid < 0) {
		if (proc_pid_of(m->fd) >= 0)
			log_warnx(
			    "session %s is not ended: %s", n->session, why);
	} else if (take_step(m->fd, pid, n->step) < 0) {
		log_warn(
		    "session %s: cannot end process %d", n->session, (int)pid);
	} else {
		log_info("session %s: told process %d to end (step %u)",
		    n->session, (int)pid, n->step);
	}
	close(m->fd);
	m->fd = -1;
}
