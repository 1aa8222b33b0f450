/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/log.h"

#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PARENT "gatewayd" /* the journal names it already */

/* as syslog(3) counts; the journal takes "<N>" off the line */
enum level { LEVEL_FATAL = 3, LEVEL_WARNING = 4, LEVEL_INFO = 6 };

static const char *const level_name[] = {[LEVEL_FATAL] = "fatal",
    [LEVEL_WARNING] = "warning",
    [LEVEL_INFO] = "info"};

static const char *role_name = PARENT;
static bool to_journal, quiet;
static char attempt[64];
static char last[LOG_LAST];
static void (*before_exit)(void);

void
log_init(const char *role)
{
	role_name = role;
	to_journal = log_journal() != NULL;
}

/* The variable may be inherited from a service that has nothing to do with
 * this standard error: systemd.exec(5) has the comparison. */
const char *
log_journal(void)
{
	const char *stream = getenv("JOURNAL_STREAM");
	char own[64];
	struct stat st;

	if (stream == NULL || fstat(STDERR_FILENO, &st) < 0)
		return NULL;
	snprintf(own, sizeof own, "%llu:%llu", (unsigned long long)st.st_dev,
	    (unsigned long long)st.st_ino);
	return strcmp(stream, own) == 0 ? stream : NULL;
}

void
log_attempt(const char *reference)
{
	size_t size =
	    reference != NULL ? strnlen(reference, sizeof attempt - 1) : 0;

	if (size > 0)
		memcpy(attempt, reference, size);
	attempt[size] = '\0';
}

/* The journal knows process, time and priority of a line; said twice, they are
 * only in the way. */
static size_t
put_prefix(char *line, size_t size, enum level level)
{
	bool role = strcmp(role_name, PARENT) != 0;
	int n = to_journal ? snprintf(line, size, "<%d>%s%s", level,
				 role ? role_name : "", role ? ": " : "")
			   : snprintf(line, size, "%s[%d] %s: ", role_name,
				 (int)getpid(), level_name[level]);
	size_t used = n < 0 ? 0 : (size_t)n;

	n = snprintf(line + used, size - used, "%s%s%s",
	    attempt[0] ? "attempt=" : "", attempt, attempt[0] ? " " : "");
	return used + (n < 0 ? 0 : (size_t)n);
}

static void
put(enum level level, int error, const char *fmt, va_list ap)
{
	char line[1024];
	size_t used, start;
	int n;

	start = used = put_prefix(line, sizeof line, level);
	n = vsnprintf(line + used, sizeof line - used, fmt, ap);
	used += n < 0 ? 0 : (size_t)n;
	if (error != 0 && used < sizeof line)
		snprintf(
		    line + used, sizeof line - used, ": %s", strerror(error));
	line[sizeof line - 2] = '\0';
	used = strlen(line);
	/* one line, whatever came in from outside */
	for (size_t i = 0; i < used; i++)
		if ((unsigned char)line[i] < ' ' || line[i] == 0x7f)
			line[i] = '?';
	if (level != LEVEL_INFO)
		snprintf(last, sizeof last, "%.*s", (int)sizeof last - 1,
		    line + start);
	if (quiet && level != LEVEL_FATAL)
		return;
	line[used++] = '\n';
	if (write(STDERR_FILENO, line, used) < 0)
		return; /* nowhere to say so */
}

const char *
log_last(void)
{
	return last;
}

void
log_info(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	put(LEVEL_INFO, 0, fmt, ap);
	va_end(ap);
}

void
log_warn(const char *fmt, ...)
{
	int error = errno;
	va_list ap;

	va_start(ap, fmt);
	put(LEVEL_WARNING, error, fmt, ap);
	va_end(ap);
}

void
log_warnx(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	put(LEVEL_WARNING, 0, fmt, ap);
	va_end(ap);
}

void
log_before_exit(void (*hook)(void))
{
	before_exit = hook;
}

static void __attribute__((noreturn)) leave(void)
{
	void (*hook)(void) = before_exit;

	before_exit = NULL;
	if (hook != NULL)
		hook();
	exit(1);
}

void
fatal(const char *fmt, ...)
{
	int error = errno;
	va_list ap;

	va_start(ap, fmt);
	put(LEVEL_FATAL, error, fmt, ap);
	va_end(ap);
	leave();
}

void
fatalx(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	put(LEVEL_FATAL, 0, fmt, ap);
	va_end(ap);
	leave();
}

void
log_quiet(void)
{
	quiet = true;
}

void
log_faults(const char *text)
{
	while (*text != '\0') {
		size_t size = strcspn(text, "\n");

		fprintf(stderr, "%s%.*s\n", to_journal ? "<3>" : "", (int)size,
		    text);
		text += size + (text[size] == '\n');
	}
}
