/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/print.h"

#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "cli/cli.h"

static struct json_write answer;
static char answer_text[64 << 20]; /* pages that are not written cost nothing */

void
print_time(int64_t ms, char text_r[PRINT_TIME])
{
	time_t seconds = (time_t)(ms / 1000);
	struct tm tm;

	if (ms <= 0 || !gmtime_r(&seconds, &tm) ||
	    strftime(text_r, PRINT_TIME, "%Y-%m-%dT%H:%M:%SZ", &tm) == 0)
		memcpy(text_r, "-", 2);
}

void
print_json_time(struct json_write *w, const char *key, int64_t ms)
{
	char text[PRINT_TIME];

	print_time(ms, text);
	if (strcmp(text, "-") == 0)
		json_write_null(w, key);
	else
		json_write_string(w, key, text);
}

struct json_write *
print_json_begin(void)
{
	json_write_init(&answer, answer_text, sizeof answer_text);
	return &answer;
}

int
print_json_end(void)
{
	size_t len;

	if (json_write_finish(&answer, &len) < 0)
		return cli_fail(CLI_UNKNOWN, "the answer is too long");
	fwrite(answer_text, 1, len, stdout);
	putchar('\n');
	return 0;
}

void
print_actor(char *name_r, size_t size)
{
	const char *behind = getuid() == 0 ? getenv("SUDO_USER") : NULL;
	const struct passwd *pw = behind ? NULL : getpwuid(getuid());

	if (behind && *behind)
		snprintf(name_r, size, "%s", behind);
	else if (pw)
		snprintf(name_r, size, "%s", pw->pw_name);
	else
		snprintf(name_r, size, "uid %u", (unsigned int)getuid());
	/* the environment's: one line in the policy's history */
	for (char *p = name_r; *p != '\0'; p++)
		if ((unsigned char)*p < ' ' || *p == 0x7f)
			*p = '?';
}
