/* SPDX-License-Identifier: Apache-2.0 */
/* The controls that the server of fake_ldap.h can send with the answer to a
 * bind, and what a gateway makes of each. */
#ifndef TESTS_DIRECTORY_FAKE_CONTROLS_H
#define TESTS_DIRECTORY_FAKE_CONTROLS_H

#include <stddef.h>

struct fake_control {
	const char *name;
	const char *oid;
	const char *bytes;
	size_t size;
	unsigned count; /* so many times */
	/* the reason in the record where the result is success, and where it
	 * is invalidCredentials; "": the password is right */
	const char *success, *refused;
};

extern const struct fake_control fake_controls[];
extern const size_t fake_control_count;

#endif
