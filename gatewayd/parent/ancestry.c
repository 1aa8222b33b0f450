/* SPDX-License-Identifier: Apache-2.0 */
#include "gatewayd/parent/ancestry.h"

#include <string.h>
#include <unistd.h>

#include "gatewayd/parent/proc.h"
#include "lib/base/buf.h"
#include "lib/base/log.h"

#define LOOKS 4 /* at the parent of a process, which may change meanwhile */

/* A process and its pidfd.  As long as it lives, no other process has its pid.
 */
struct held {
	pid_t pid;
	int fd;
};

/*
 * The parent of a process.  The parent's pid is read, then its pidfd is opened,
 * then the pid is read again.  If both processes still live, the pidfd is the
 * parent's.  0: the process has no parent.  -1: the parent cannot be found out.
 */
static int
look_above(const struct held *h, int status, struct held *parent_r)
{
	struct proc_seen first, second;

	for (int i = 0; i < LOOKS; i++) {
		if (proc_look_at(status, &first) < 0)
			return -1;
		if (first.ppid <= 0)
			return proc_is_alive(h->fd) ? 0 : -1;
		parent_r->pid = (pid_t)first.ppid;
		parent_r->fd = proc_open(parent_r->pid);
		if (parent_r->fd < 0)
			continue;
		if (proc_look_at(status, &second) == 0 &&
		    second.ppid == first.ppid && proc_is_alive(parent_r->fd) &&
		    proc_is_alive(h->fd))
			return 1;
		close(parent_r->fd);
	}
	return -1;
}

static int
take_parent(const struct held *h, struct held *parent_r)
{
	int status = proc_status(h->pid), result;

	if (status < 0)
		return -1;
	result = look_above(h, status, parent_r);
	close(status);
	return result;
}

/* Goes from the process upwards, and ends where a parent cannot be found out.
 */
static void
climb(struct held h, pid_t until, struct msg_PARENT_WHO_ANS *a)
{
	struct held above;
	struct writer w;

	writer_init(&w, a->ancestors, sizeof a->ancestors);
	h.fd = dup(h.fd);
	while (h.fd >= 0 && h.pid != until && w.used < w.size &&
	       take_parent(&h, &above) > 0) {
		writer_u32(&w, (uint32_t)above.pid);
		close(h.fd);
		h = above;
	}
	if (h.fd >= 0)
		close(h.fd);
	a->ancestors_size = w.used;
}

void
ancestry_look(int pidfd, pid_t until, struct msg_PARENT_WHO_ANS *a)
{
	struct held h = {.pid = proc_pid_of(pidfd), .fd = pidfd};

	if (h.pid <= 0 || !proc_is_alive(pidfd))
		return;
	a->pid = (uint32_t)h.pid;
	a->login_uid = proc_number(h.pid, "loginuid");
	a->audit_session = proc_number(h.pid, "sessionid");
	climb(h, until, a);
	/* if the process still lives, all facts were its own */
	a->known = proc_is_alive(pidfd);
	if (!a->known)
		explicit_bzero(a, sizeof *a);
}

void
ancestry_answer(struct parent *p, struct message *m)
{
	struct message out;

	message_init(&out, MSG_PARENT_WHO_ANS);
	ancestry_look(
	    m->fd, (pid_t)m->u.PARENT_WHO_REQ.until, &out.u.PARENT_WHO_ANS);
	out.u.PARENT_WHO_ANS.id = m->u.PARENT_WHO_REQ.id;
	close(m->fd);
	m->fd = -1;
	if (channel_post(&p->child[ROLE_AUTHORITY].control, &out) < 0)
		log_warnx("cannot tell authority the facts about a process");
}
