/* SPDX-License-Identifier: Apache-2.0 */
#include "gatewayd/forward/syslog.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#define PRIORITY 86 /* authpriv.info */

/* "time" stands before everything that a person could have typed, so that it
 * is found without reading the line as JSON.  Milliseconds; 0 if it is not
 * there. */
static long long
time_of(const char *line, size_t len)
{
	static const char key[] = "\"time\":";
	const char *at = memmem(line, len, key, sizeof key - 1);
	const char *end = line + len;
	long long ms = 0;

	if (at == NULL)
		return 0;
	for (at += sizeof key - 1;
	     at < end && *at >= '0' && *at <= '9' && ms < 100000000000000LL;
	     at++)
		ms = ms * 10 + (*at - '0');
	return ms;
}

static const char *
host_or_nil(const char *host)
{
	size_t len = strlen(host);

	if (len == 0 || len > SYSLOG_HOST_MAX)
		return "-";
	for (size_t i = 0; i < len; i++)
		if (host[i] <= ' ' || host[i] >= 0x7f)
			return "-";
	return host;
}

size_t
syslog_header(char header_r[SYSLOG_HEADER_MAX], const char *host,
    const char *line, size_t len)
{
	long long ms = time_of(line, len);
	time_t seconds = (time_t)(ms / 1000);
	struct tm tm;
	char stamp[32];
	int size;

	gmtime_r(&seconds, &tm);
	strftime(stamp, sizeof stamp, "%Y-%m-%dT%H:%M:%S", &tm);
	size = snprintf(header_r, SYSLOG_HEADER_MAX,
	    "<%d>1 %s.%03dZ %s sallyport - auth - ", PRIORITY, stamp,
	    (int)(ms % 1000), host_or_nil(host));
	return (size_t)size;
}
