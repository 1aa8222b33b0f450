/* SPDX-License-Identifier: Apache-2.0 */
/*
 * directory: looks people up in LDAP and binds as them.  It holds the service
 * account's password and, for a moment, people's; it has no key, seed or
 * policy, and decides nothing.
 */
#include <string.h>
#include <unistd.h>

#include "gatewayd/directory/conversation.h"
#include "gatewayd/directory/options.h"
#include "gatewayd/directory/service.h"
#include "gatewayd/directory/setup.h"
#include "gatewayd/role/role.h"
#include "lib/base/log.h"

static struct setup *setup; /* until service takes it */
static struct service service;
static struct conversations conversations;

/* to look a server's name up again, and for new certificates at a reload */
static const char *const *
read_paths(const struct role_handed *h)
{
	static const char *paths[] = {"/etc/resolv.conf", "/etc/hosts",
	    "/etc/nsswitch.conf", "/etc/host.conf", "/etc/gai.conf", NULL,
	    NULL};

	(void)h;
	if (setup->conf.ca[0] != '\0')
		paths[sizeof paths / sizeof paths[0] - 2] = setup->conf.ca;
	return paths;
}

static int
prepare(struct role_handed *h)
{
	char text[TEXT_MAX + 1];

	setup = setup_new(h->conf, text, sizeof text);
	if (setup == NULL) {
		log_warnx("%s", text);
		return -1;
	}
	return 0;
}

static void
peer(enum role role, int fd)
{
	if (role != ROLE_AUTHORITY) {
		log_warnx("a channel to %s is of no use here", role_name(role));
		close(fd);
	} else if (service_authority(&service, fd) < 0) {
		log_warn("epoll");
	}
}

static int
start(struct loop *loop, struct role_handed *h)
{
	int listen = role_take_listen(h, "directory");
	int authority = role_take_peer(h, ROLE_AUTHORITY);

	if (listen < 0) {
		log_warnx("no listening socket \"directory\"");
		return -1;
	}
	if (service_init(&service, loop, setup) < 0 ||
	    conversation_listen(
		&conversations, &service, listen, setup->conf.peer_uid) < 0)
		return -1;
	if (authority >= 0)
		peer(ROLE_AUTHORITY, authority);
	return 0;
}

static int
reload(struct role_handed *h, char *text, size_t size)
{
	struct setup *new;

	/* padding that differs would cost no more than new connections */
	/* NOLINTNEXTLINE(bugprone-suspicious-memory-comparison) */
	if (memcmp(h->conf, &service.setup->conf, sizeof new->conf) == 0)
		return 0;
	new = setup_new(h->conf, text, size);
	if (new == NULL)
		return -1;
	if (service_reload(&service, new) < 0) {
		setup_free(new);
		return -1;
	}
	conversations.peer_uid = new->conf.peer_uid;
	return 0;
}

static void
stop(void)
{
	service_end(&service);
}

int
main(void)
{
	static const struct role_ops ops = {.role = ROLE_DIRECTORY,
	    .conf_size = sizeof(struct conf_directory),
	    .read_paths = read_paths,
	    .prepare = prepare,
	    .start = start,
	    .peer = peer,
	    .reload = reload,
	    .stop = stop};

	options_isolate();
	return role_main(&ops);
}
