/* SPDX-License-Identifier: Apache-2.0 */
/* ssh's SSH_ASKPASS: the password, or a code for anything else that is asked.
 * BENCH_PASSWORD, BENCH_CODE. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int
main(int argc, char **argv)
{
	const char *answer = getenv(
	    argc > 1 && strstr(argv[1], "assword") != NULL ? "BENCH_PASSWORD"
							   : "BENCH_CODE");

	if (answer == NULL)
		return 1;
	puts(answer);
	return 0;
}
