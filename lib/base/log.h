/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The operational log: lines for the operator.  Each role writes them to the
 * standard error of the parent, where a service manager collects them.  In
 * systemd's journal a line begins with its priority, "<4>", and leaves out the
 * fields that the journal adds itself.  This is not the audit log.  Never pass
 * an answer, a code, a seed, a key or a token to it.  Bytes that are not
 * printable are escaped.
 */
#ifndef BASE_LOG_H
#define BASE_LOG_H

/* Sets the name of the role, and finds out where standard error goes.  The name
 * must live as long as the process. */
void log_init(const char *role);
/* $JOURNAL_STREAM if standard error is that stream, else NULL. */
const char *log_journal(void);
/* Sets the attempt that all later lines carry; NULL: none. */
void log_attempt(const char *reference);

void log_info(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
/* log_warn() adds the text of errno, log_warnx() does not. */
void log_warn(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void log_warnx(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
/*
 * The last warning or fatal line, without its prefix; "" if there was none.  A
 * caller passes it on as the reason of a failure that was logged already.
 */
#define LOG_LAST 256
const char *log_last(void);
/* fatal() and fatalx() call the hook before they exit.  They do not call it
 * again if the hook itself is fatal. */
void log_before_exit(void (*hook)(void));
/*
 * fatal() adds the text of errno, fatalx() does not.  Both exit with status 1.
 * They are for a broken invariant and for a start that cannot go on, never for
 * what a peer sends.
 */
void fatal(const char *fmt, ...)
    __attribute__((noreturn, format(printf, 1, 2)));
void fatalx(const char *fmt, ...)
    __attribute__((noreturn, format(printf, 1, 2)));
/* From now on only fatal lines are written; log_last() has the others. */
void log_quiet(void);
/* Lines that were made elsewhere, as they are: faults of a configuration. */
void log_faults(const char *text);

#endif
