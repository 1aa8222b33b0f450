/* SPDX-License-Identifier: Apache-2.0 */
/* The table of roles against the table of routes. */
#include "gatewayd/parent/roles.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "gatewayd/parent/parent.h"
#include "gatewayd/role/role.h"
#include "gatewayd/role/sandbox.h"
#include "lib/conf/conf_keys.h"
#include "lib/ipc/routes.h"
#include "tests/support/unit.h"

static bool
has_control(enum role role)
{
	return route_find(MSG_PARENT_GO_NOTE, ROLE_PARENT, role) != NULL;
}

static void
every_role_with_a_control_channel_has_one_row(void **state)
{
	for (int r = ROLE_NONE; r < ROLE_COUNT; r++) {
		unsigned rows = 0;

		for (size_t i = 0; i < role_rows; i++)
			rows += roles[i].role == (enum role)r;
		assert_int_equal(rows, has_control((enum role)r));
		assert_int_equal(roles_find((enum role)r) != NULL,
		    has_control((enum role)r));
	}
}

static const struct roles_socket *
socket_of(enum role owner, enum role role)
{
	for (size_t i = 0; i < role_socket_rows; i++)
		if (role_sockets[i].owner == owner &&
		    role_sockets[i].role == role)
			return &role_sockets[i];
	return NULL;
}

/* A socket pair that the parent makes, or a socket by name. */
static bool
is_served(enum role a, enum role b)
{
	if (a == ROLE_LOGIN)
		return socket_of(ROLE_LOGIN, b) != NULL;
	if (a == ROLE_ADMIN || a == ROLE_SESSION)
		return socket_of(ROLE_PARENT, b) != NULL;
	return roles_find(a) != NULL && roles_find(b) != NULL;
}

static void
every_pair_of_the_routes_is_served(void **state)
{
	unsigned pairs = 0;

	for (int a = ROLE_LOGIN; a < ROLE_COUNT; a++)
		for (int b = a; b < ROLE_COUNT; b++) {
			if (!route_pair((enum role)a, (enum role)b))
				continue;
			pairs++;
			if (!is_served((enum role)a, (enum role)b) &&
			    !is_served((enum role)b, (enum role)a))
				fail_msg("%s and %s have routes and no way",
				    role_name((enum role)a),
				    role_name((enum role)b));
		}
	assert_int_equal(pairs, 8);
}

static void
logins_sockets_lead_only_where_routes_do(void **state)
{
	for (size_t i = 0; i < role_socket_rows; i++) {
		const struct roles_socket *s = &role_sockets[i];
		bool private = strncmp(s->path, "ipc/", 4) == 0;

		assert_int_equal(private, s->owner == ROLE_LOGIN);
		if (private)
			assert_true(route_pair(ROLE_LOGIN, s->role));
	}
}

static void
sockets_have_names_of_their_own(void **state)
{
	unsigned listens[ROLE_COUNT] = {0};

	assert_in_range(role_socket_rows, 1, SOCKETS_MAX);
	for (size_t i = 0; i < role_socket_rows; i++) {
		const struct roles_socket *s = &role_sockets[i];

		assert_non_null(roles_find(s->role));
		assert_in_range(strlen(s->name), 1, 32);
		assert_in_range(++listens[s->role], 1, ROLE_LISTENS_MAX);
		for (size_t j = 0; j < i; j++) {
			assert_string_not_equal(s->path, role_sockets[j].path);
			assert_false(
			    s->role == role_sockets[j].role &&
			    strcmp(s->name, role_sockets[j].name) == 0);
		}
	}
}

/* What a stranger on the machine can connect to is token.sock alone. */
static void
only_the_token_socket_is_open_to_everybody(void **state)
{
	for (size_t i = 0; i < role_socket_rows; i++) {
		bool token = strcmp(role_sockets[i].name, "token") == 0;

		assert_int_equal(role_sockets[i].mode, token ? 0666 : 0600);
	}
}

static void
each_role_has_its_block(void **state)
{
	size_t most =
	    route_find(MSG_PARENT_CONFIG_NOTE, ROLE_PARENT, ROLE_LOGIN)->max;
	struct conf *conf = calloc(1, sizeof *conf);

	conf_defaults(conf);
	for (size_t i = 0; i < role_rows; i++) {
		enum role role = roles[i].role;
		char user[CONF_TEXT];
		size_t size;

		assert_ptr_equal(
		    roles_block(conf, role, &size), roles_conf(conf, role));
		assert_in_range(size, sizeof(struct conf_role), most - 4);
		snprintf(user, sizeof user, "_sallyport-%s", role_name(role));
		assert_string_equal(roles_conf(conf, role)->user, user);
	}
	assert_null(roles_conf(conf, ROLE_PARENT));
	assert_null(roles_conf(conf, ROLE_ADMIN));
	free(conf);
}

/* gatewayd/README, section 2 */
static void
rights_are_those_of_the_map(void **state)
{
	static const struct {
		enum role role;
		uint32_t allow;
		enum roles_root root;
	} map[] = {
	    {ROLE_LOGIN, SANDBOX_FORK | SANDBOX_CONNECT, ROOT_IPC},
	    {ROLE_DIRECTORY, SANDBOX_INET | SANDBOX_READ, ROOT_EMPTY},
	    {ROLE_AUTHORITY, SANDBOX_PIDFD, ROOT_EMPTY},
	    {ROLE_STORE, SANDBOX_WRITE, ROOT_STATE},
	    {ROLE_AUDIT, SANDBOX_WRITE, ROOT_STATE},
	    {ROLE_FORWARD, SANDBOX_INET | SANDBOX_READ | SANDBOX_WRITE,
		ROOT_STATE},
	};

	assert_int_equal(role_rows, sizeof map / sizeof map[0]);
	for (size_t i = 0; i < role_rows; i++) {
		const struct roles_row *row = roles_find(map[i].role);

		assert_non_null(row);
		assert_int_equal(row->allow, map[i].allow);
		assert_int_equal(row->root, map[i].root);
	}
}

static size_t
place_of(enum role role)
{
	return (size_t)(roles_find(role) - roles);
}

/* They end in the opposite order: nobody loses what it still needs. */
static void
who_is_needed_starts_before_who_needs_it(void **state)
{
	static const enum role needs[][2] = {{ROLE_LOGIN, ROLE_AUTHORITY},
	    {ROLE_LOGIN, ROLE_DIRECTORY}, {ROLE_AUTHORITY, ROLE_DIRECTORY},
	    {ROLE_AUTHORITY, ROLE_AUDIT}, {ROLE_AUTHORITY, ROLE_STORE},
	    {ROLE_AUDIT, ROLE_FORWARD}};

	for (size_t i = 0; i < sizeof needs / sizeof needs[0]; i++)
		assert_true(place_of(needs[i][0]) > place_of(needs[i][1]));
}

static void
roots_are_filled_in_below_runtime_and_state(void **state)
{
	struct conf *conf = calloc(1, sizeof *conf);

	strncpy(conf->gateway.runtime, "/r", sizeof conf->gateway.runtime - 1);
	strncpy(conf->gateway.state, "/s", sizeof conf->gateway.state - 1);
	assert_int_equal(roles_fill(conf), 0);
	assert_string_equal(conf->login.role.root, "/r/ipc");
	assert_string_equal(conf->directory.role.root, "/r/empty");
	assert_string_equal(conf->authority.role.root, "/r/empty");
	assert_string_equal(conf->store.role.root, "/s/store");
	assert_string_equal(conf->audit.role.root, "/s/audit");
	assert_string_equal(conf->forward.role.root, "/s/forward");
	for (size_t i = 0; i < role_rows; i++)
		assert_int_equal(
		    roles_conf(conf, roles[i].role)->allow, roles[i].allow);
	memset(conf->gateway.state, 'x', sizeof conf->gateway.state - 1);
	assert_int_equal(roles_fill(conf), -1);
	free(conf);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_role_with_a_control_channel_has_one_row),
	    cmocka_unit_test(every_pair_of_the_routes_is_served),
	    cmocka_unit_test(logins_sockets_lead_only_where_routes_do),
	    cmocka_unit_test(sockets_have_names_of_their_own),
	    cmocka_unit_test(only_the_token_socket_is_open_to_everybody),
	    cmocka_unit_test(each_role_has_its_block),
	    cmocka_unit_test(rights_are_those_of_the_map),
	    cmocka_unit_test(who_is_needed_starts_before_who_needs_it),
	    cmocka_unit_test(roots_are_filled_in_below_runtime_and_state),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
