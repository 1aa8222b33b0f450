/* SPDX-License-Identifier: Apache-2.0 */
/* Linked into each unit: `make test T=... F=NAME` runs the tests of that name
 * only, * and ? as in file names. */
#include <stdlib.h>

#include "tests/support/unit.h"

__attribute__((constructor)) static void
only(void)
{
	const char *pattern = getenv("TEST_ONLY");

	if (pattern != NULL && pattern[0] != '\0')
		cmocka_set_test_filter(pattern);
}
