/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FORWARD_SYSLOG_H
#define FORWARD_SYSLOG_H

#include <stddef.h>

#define SYSLOG_HEADER_MAX 320
#define SYSLOG_HOST_MAX 255 /* RFC 5424 section 6 */

/*
 * Writes the RFC 5424 header of a record, and the blank before the message,
 * which is the record's line.  The header has authpriv.info, the record's own
 * time, and HOST, or "-" if HOST is not printable ASCII.  Returns its length.
 */
size_t syslog_header(char header_r[SYSLOG_HEADER_MAX], const char *host,
    const char *line, size_t len);

#endif
