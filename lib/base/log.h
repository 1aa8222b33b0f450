/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The operational log: what a role tells its operator, a line each on
 * standard error (the parent's, which a service manager collects).  Where that
 * is systemd's journal, a line begins with its priority, "<4>", and leaves out
 * what the journal knows of it.  It is not the audit log.  Never pass it an
 * answer, a code, a seed, a key or a token; bytes that are not printable are
 * escaped.
 */
#ifndef BASE_LOG_H
#define BASE_LOG_H

/* name of the role, kept as a pointer; looks where standard error goes */
void log_init(const char *role);
/* $JOURNAL_STREAM when standard error is that stream, or NULL. */
const char *log_journal(void);
/* The attempt that all following lines are about; NULL for none. */
void log_attempt(const char *reference);

void log_info(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
/* with the text of errno, and without */
void log_warn(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void log_warnx(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
/* The last warning or fatal line without its prefix: why something failed that
 * has said so already.  "": none yet. */
#define LOG_LAST 256
const char *log_last(void);
/* Called before fatal() and fatalx() exit; what it logs itself is not followed
 * by it again. */
void log_before_exit(void (*hook)(void));
/* Only for a broken invariant, or a set-up that cannot go on: exit 1. */
void fatal(const char *fmt, ...)
    __attribute__((noreturn, format(printf, 1, 2)));
void fatalx(const char *fmt, ...)
    __attribute__((noreturn, format(printf, 1, 2)));
/* Lines that were made elsewhere, as they are: faults of a configuration. */
void log_faults(const char *text);

#endif
