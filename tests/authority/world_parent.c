/* SPDX-License-Identifier: Apache-2.0 */
/* The parent: sessions to end, and who a process is. */
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "gatewayd/authority/link/process.h"
#include "gatewayd/authority/session/ending.h"
#include "tests/support/unit.h"
#include "world.h"
#include "world_parts.h"

static int
pid_behind(int pidfd)
{
	char path[64], line[128];
	int pid = 0;
	FILE *in;

	snprintf(path, sizeof path, "/proc/self/fdinfo/%d", pidfd);
	in = fopen(path, "re");
	assert_non_null(in);
	while (fgets(line, sizeof line, in) != NULL)
		if (sscanf(line, "Pid: %d", &pid) == 1)
			break;
	fclose(in);
	return pid;
}

static void
answer_who(struct world *w, struct message *m)
{
	bool is_this = pid_behind(m->fd) == getpid();
	struct message out;

	close(m->fd);
	w->asked++;
	w->asked_until = (pid_t)m->u.PARENT_WHO_REQ.until;
	if (w->parent_silent)
		return;
	if (w->who_after != NULL)
		ending_begin(w->who_after, REASON_SESSION_OVER);
	w->who_after = NULL;
	message_init(&out, MSG_PARENT_WHO_ANS);
	out.u.PARENT_WHO_ANS = is_this ? w->who : w->other;
	out.u.PARENT_WHO_ANS.id = m->u.PARENT_WHO_REQ.id;
	channel_post(&w->parent, &out);
}

static void
on_parent(void *arg, struct message *m)
{
	struct world *w = arg;

	if (m->type == MSG_PARENT_WHO_REQ) {
		answer_who(w, m);
		return;
	}
	w->ends++;
	w->end_step = m->u.PARENT_END_NOTE.step;
	if (w->parent_ends) {
		struct pollfd gone = {.fd = m->fd, .events = POLLIN};

		assert_int_equal(
		    syscall(SYS_pidfd_send_signal, m->fd, SIGKILL, NULL, 0), 0);
		/* world's time does not wait for it */
		assert_int_equal(poll(&gone, 1, 5000), 1);
	}
	close(m->fd);
}

static void
on_control(void *arg, struct message *m)
{
	struct world *w = arg;

	assert_int_equal(m->type, MSG_PARENT_WHO_ANS);
	process_answered(&w->all, &m->u.PARENT_WHO_ANS);
}

void
world_new_parent(struct world *w)
{
	int fds[2];

	world_pair(fds);
	channel_init(&w->parent, fds[1], ROLE_PARENT, ROLE_AUTHORITY);
	channel_serve(&w->parent, w->loop, on_parent, world_nothing, w);
	channel_init(&w->control, fds[0], ROLE_AUTHORITY, ROLE_PARENT);
	channel_serve(&w->control, w->loop, on_control, world_nothing, w);
	w->all.parent = &w->control;
}
