/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/directory/hostile.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "lib/base/clock.h"
#include "tests/support/patience.h"
#include "tests/support/unit.h"

const char *hostile_program;

struct hostile hostile;

void
hostile_add_server(struct conf_directory *c, unsigned port)
{
	snprintf(
	    c->uri[c->uri_count++], CONF_TEXT, "ldap://127.0.0.1:%u", port);
}

void
hostile_begin_with(enum fake_mode mode, uint32_t operation_timeout)
{
	memset(&hostile, 0, sizeof hostile);
	fake_start(&hostile.fake, mode);
	rig_conf(&hostile.conf);
	if (operation_timeout > 0) {
		hostile.conf.operation_timeout = operation_timeout;
		hostile.conf.connect_timeout = operation_timeout;
	}
	hostile_add_server(&hostile.conf, hostile.fake.port);
	assert_int_equal(
	    rig_start(&hostile.rig, hostile_program, &hostile.conf), 0);
	hostile.running = true;
}

void
hostile_begin(enum fake_mode mode)
{
	hostile_begin_with(mode, 0);
}

void
hostile_end(void)
{
	hostile.running = false;
	fake_stop(&hostile.fake);
	assert_int_equal(rig_stop(&hostile.rig), 0);
}

int
hostile_clean(void **state)
{
	if (hostile.running) {
		fake_stop(&hostile.fake);
		rig_print_log(&hostile.rig);
		rig_stop(&hostile.rig);
	}
	hostile.running = false;
	return 0;
}

void
hostile_await(const volatile unsigned *counter, unsigned least)
{
	uint64_t limit = clock_mono_ms() + PATIENCE_MS;

	while (*counter < least) {
		if (clock_mono_ms() > limit)
			fail_msg("%u, not %u", *counter, least);
		usleep(10000);
	}
}

int
hostile_lookup(const char *name)
{
	static struct msg_DIRECTORY_LOOKUP_ANS a;
	static unsigned attempt;
	int status = rig_lookup(&hostile.rig, ++attempt, name, &a);

	rig_forget(&hostile.rig, attempt);
	if (status != LOOKUP_FOUND) { /* nothing of an entry leaks out */
		assert_string_equal(a.subject, "");
		assert_string_equal(a.name, "");
		assert_int_equal(a.group_count, 0);
		assert_int_equal(a.attribute_count, 0);
		assert_int_equal(a.values_size, 0);
		assert_int_equal(a.state, 0);
	}
	return status;
}
