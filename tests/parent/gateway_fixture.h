/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gatewayd itself over fake roles, in a directory of its own; what it and
 * they say is kept in a file, in the order in which it was said.  What waits
 * here fails the test when it takes longer than PATIENCE_MS.
 */
#ifndef TESTS_PARENT_GATEWAY_FIXTURE_H
#define TESTS_PARENT_GATEWAY_FIXTURE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "lib/ipc/roles.h"

struct gateway {
	char directory[64];
	pid_t pid;
	int notify; /* what a service manager would hear */
	char *said; /* all so far, after gateway_said() */
};

/* A directory with a configuration, keys, a policy and fake roles. */
int gateway_make(void **state);
int gateway_remove(void **state);

/* Runs gatewayd; options may be NULL. */
void gateway_start(struct gateway *g, const char *option);
/* Start, and wait until the status says ready. */
void gateway_start_ready(struct gateway *g);
/* Its exit status, or 256 and the signal. */
int gateway_wait(struct gateway *g);
int gateway_stop(struct gateway *g);

/* Writes DIRECTORY/name, formatted. */
void gateway_write(struct gateway *g, const char *name, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* The whole configuration, with more in the block of that name. */
void gateway_configure(struct gateway *g, const char *login);
void gateway_configure_gateway(struct gateway *g, const char *gateway);
void gateway_configure_audit(struct gateway *g, const char *audit);
void gateway_path(
    const struct gateway *g, const char *name, char *path_r, size_t size);
/* See fake_role.c; "" for none. */
void gateway_mode(struct gateway *g, enum role role, const char *mode);

const char *gateway_said(struct gateway *g);
/* How often was it said? */
unsigned gateway_count(struct gateway *g, const char *text);
/* ... by the last process of that role that began */
unsigned gateway_said_of(struct gateway *g, enum role role, const char *what);
/* Until it is said that often. */
void gateway_await(struct gateway *g, unsigned times, const char *text);
/* Until the status file has this in it. */
void gateway_await_status(struct gateway *g, const char *text);
/* The last process of that role that began. */
pid_t gateway_role(struct gateway *g, enum role role);
/* Open descriptors of gatewayd. */
unsigned gateway_descriptors(const struct gateway *g);
/* Until there are as many. */
void gateway_await_descriptors(const struct gateway *g, unsigned count);
/* Connects to runtime's socket: 0 or errno. */
int gateway_connect(const struct gateway *g, const char *name, int type);

#endif
