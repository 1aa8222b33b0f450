/* SPDX-License-Identifier: Apache-2.0 */
/* The built role against a server that answers anything. */
#ifndef TESTS_DIRECTORY_HOSTILE_H
#define TESTS_DIRECTORY_HOSTILE_H

#include <stdbool.h>
#include <stdint.h>

#include "tests/directory/fake_ldap.h"
#include "tests/directory/rig.h"

/* the built role */
extern const char *hostile_program;

struct hostile {
	struct fake fake;
	struct rig rig;
	struct conf_directory conf;
	bool running;
};

extern struct hostile hostile;

void hostile_add_server(struct conf_directory *c, unsigned port);

/* operation_timeout 0: that of rig_conf(), which never passes here */
void hostile_begin_with(enum fake_mode mode, uint32_t operation_timeout);

void hostile_begin(enum fake_mode mode);

void hostile_end(void);

/* after a test that failed */
int hostile_clean(void **state);

void hostile_await(const volatile unsigned *counter, unsigned least);

int hostile_lookup(const char *name);

#endif
