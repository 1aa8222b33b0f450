/* SPDX-License-Identifier: Apache-2.0 */
/* login talks: prompts in, answers out, a process per conversation. */
#include <fcntl.h>
#include <unistd.h>

#include "gatewayd/login/listener.h"
#include "gatewayd/role/role.h"
#include "lib/base/log.h"

static struct listener listener;

static int
start(struct loop *loop, struct role_handed *h)
{
	int fd = role_take_listen(h, "login");

	if (fd < 0 || fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK) < 0) {
		log_warnx("the parent sent no listening socket \"login\"");
		return -1;
	}
	if (listener_start(&listener, loop, fd, ROLE_CONTROL_FD, h->conf) < 0) {
		log_warn("login.sock");
		return -1;
	}
	return 0;
}

static void
swap(const void *conf)
{
	listener_configure(&listener, conf);
}

static void
stop(void)
{
	listener_stop(&listener);
}

static const struct role_ops ops = {
    .role = ROLE_LOGIN,
    .conf_size = sizeof(struct conf_login),
    .start = start,
    .swap = swap,
    .stop = stop,
};

int
main(void)
{
	return role_main(&ops);
}
