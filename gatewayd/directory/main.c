/* SPDX-License-Identifier: Apache-2.0 */
/*
 * directory: looks people up in LDAP and binds as them.  It holds the service
 * account's password and, for a moment, people's; it has no key, seed or
 * policy, and decides nothing.
 */
#include <unistd.h>

#include "gatewayd/directory/directory_probe.h"
#include "gatewayd/directory/directory_service.h"
#include "gatewayd/directory/ldap_options.h"
#include "gatewayd/directory/password_channel.h"
#include "gatewayd/directory/setup.h"
#include "gatewayd/role/health.h"
#include "gatewayd/role/role.h"
#include "lib/base/log.h"

static struct setup *setup; /* made, and service has not taken it yet */
static struct directory_service service;
static struct password_channels conversations;

/* to look a server's name up again */
static const char *const *
read_paths(const struct role_handed *h)
{
	static const char *const paths[] = {"/etc/resolv.conf", "/etc/hosts",
	    "/etc/nsswitch.conf", "/etc/host.conf", "/etc/gai.conf", NULL};

	(void)h;
	return paths;
}

static struct setup *
make_setup(struct role_handed *h, char *text, size_t size)
{
	const struct conf_directory *conf = h->conf;
	const struct setup_files files = {
	    .ca = conf->ca[0] != '\0' ? role_take_file(h, conf->ca) : -1,
	    .crl = conf->crl[0] != '\0' ? role_take_file(h, conf->crl) : -1,
	    .groups = role_take_file(h, "groups")};
	struct setup *new = setup_new(conf, &files, text, size);

	if (files.ca >= 0)
		close(files.ca);
	if (files.groups >= 0)
		close(files.groups);
	if (files.crl >= 0)
		close(files.crl);
	return new;
}

static int
prepare(struct role_handed *h)
{
	char text[TEXT_MAX + 1];

	ldap_options_isolate();
	setup = make_setup(h, text, sizeof text);
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
		log_warnx("the parent sent a channel to %s, which directory "
			  "does not use",
		    role_name(role));
		close(fd);
	} else if (directory_service_authority(&service, fd) < 0) {
		log_warn("epoll");
	}
}

static const char *
trouble(void)
{
	static char text[WHY_MAX + 1];

	ldap_pool_tell(service.setup->pool);
	return ldap_pool_trouble(service.setup->pool, text, sizeof text);
}

static int
start(struct loop *loop, struct role_handed *h)
{
	int listen = role_take_listen(h, "directory");
	int authority = role_take_peer(h, ROLE_AUTHORITY);

	if (listen < 0) {
		log_warnx("the parent sent no listening socket \"directory\"");
		return -1;
	}
	if (directory_service_init(&service, loop, setup) < 0 ||
	    password_channel_listen(
		&conversations, &service, listen, setup->conf.peer_uid) < 0)
		return -1;
	setup = NULL;
	role_health(loop, trouble);
	if (authority >= 0)
		peer(ROLE_AUTHORITY, authority);
	return 0;
}

static int
probe(struct loop *loop)
{
	probe_servers(loop, setup);
	return 0;
}

static int
stage(struct role_handed *h, char *text, size_t size)
{
	setup = make_setup(h, text, size);
	return setup == NULL ? -1 : 0;
}

static void
forget(void)
{
	setup_free(setup);
	setup = NULL;
}

static void
swap(const void *conf)
{
	(void)conf;
	if (setup_same(setup, service.setup)) {
		forget(); /* connections that work stay */
		return;
	}
	if (directory_service_reload(&service, setup) < 0)
		fatalx("out of memory for the new configuration");
	conversations.peer_uid = setup->conf.peer_uid;
	setup = NULL;
}

static void
stop(void)
{
	directory_service_end(&service);
}

int
main(void)
{
	static const struct role_ops ops = {.role = ROLE_DIRECTORY,
	    .conf_size = sizeof(struct conf_directory),
	    .read_paths = read_paths,
	    .prepare = prepare,
	    .start = start,
	    .probe = probe,
	    .peer = peer,
	    .stage = stage,
	    .swap = swap,
	    .forget = forget,
	    .stop = stop};

	return role_main(&ops);
}
