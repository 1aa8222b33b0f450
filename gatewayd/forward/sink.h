/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FORWARD_SINK_H
#define FORWARD_SINK_H

#include <stddef.h>
#include <stdint.h>

#include "lib/base/loop.h"
#include "lib/base/tls_peer.h"
#include "lib/conf/conf.h"

/*
 * A sink sends records to one receiver.  Each sink_<kind>.c has a struct
 * sink_ops.  delivery.c gives it records, and knows no protocol.
 */

struct sink;

/* The most records that a sink has sent without an acknowledgement. */
#define SINK_WINDOW_MAX 256

/* What a sink tells its delivery. */
struct sink_events {
	/* The sink can take records now. */
	void (*ready)(void *arg);
	/* The receiver has acknowledged the records up to this one. */
	void (*acknowledged)(void *arg, uint64_t sequence);
	/* The connection broke.  After the next ready(), send the records
	 * again that were not acknowledged. */
	void (*broken)(void *arg, const char *why);
	/* The certificates of a TLS handshake, trusted or not. */
	void (*certificates)(void *arg, const struct tls_peer_chain *chain);
	void *arg;
};

/* The content of the files that the configuration names; "": no such file. */
struct sink_texts {
	const char *ca, *certificate, *key; /* PEM */
};

struct sink_ops {
	const char *kind; /* its word in the configuration */
	/* Makes a sink, before the sandbox.  NULL: the reason is in WHY_R. */
	struct sink *(*open)(const struct conf_sink *conf,
	    const struct sink_texts *texts, char *why_r, size_t why_size);
	void (*start)(struct sink *s, struct loop *loop,
	    const struct sink_events *events);
	/* Sends the next record.  -1: not now; ready() will be called. */
	int (*send)(
	    struct sink *s, uint64_t sequence, const char *line, size_t len);
	/* Begins again: ignores acknowledgements of records that were sent
	 * before.  Calls broken() if there was a session. */
	void (*again)(struct sink *s, const char *why);
	/* Ends the session and frees the sink, when the role ends. */
	void (*close)(struct sink *s);
};

extern const struct sink_ops sink_relp;

/* The sink of this kind, or NULL. */
const struct sink_ops *sink_find(const char *kind);

#endif
