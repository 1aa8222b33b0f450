/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/log.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *role_name = "gatewayd";
static char attempt[64];
static char last[LOG_LAST];
static void (*before_exit)(void);

void
log_init(const char *role)
{
	role_name = role;
}

void
log_attempt(const char *reference)
{
	snprintf(
	    attempt, sizeof attempt, "%s", reference != NULL ? reference : "");
}

static void
put(const char *level, int error, const char *fmt, va_list ap)
{
	char line[1024];
	size_t used, start;
	int n;

	n = snprintf(line, sizeof line, "%s[%d] %s: %s%s%s", role_name,
	    (int)getpid(), level, attempt[0] ? "attempt=" : "", attempt,
	    attempt[0] ? " " : "");
	start = used = n < 0 ? 0 : (size_t)n;
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
	if (strcmp(level, "info") != 0)
		snprintf(last, sizeof last, "%.*s", (int)sizeof last - 1,
		    line + start);
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
	put("info", 0, fmt, ap);
	va_end(ap);
}

void
log_warn(const char *fmt, ...)
{
	int error = errno;
	va_list ap;

	va_start(ap, fmt);
	put("warning", error, fmt, ap);
	va_end(ap);
}

void
log_warnx(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	put("warning", 0, fmt, ap);
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
	put("fatal", error, fmt, ap);
	va_end(ap);
	leave();
}

void
fatalx(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	put("fatal", 0, fmt, ap);
	va_end(ap);
	leave();
}
