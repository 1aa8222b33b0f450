/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GATEWAYD_FORWARD_SINK_H
#define GATEWAYD_FORWARD_SINK_H

#include <stddef.h>
#include <stdint.h>

#include "lib/base/loop.h"
#include "lib/base/tls_peer.h"
#include "lib/conf/conf.h"

/*
 * Where records go.  A sink_<kind>.c has one struct sink_ops; delivery.c feeds
 * it and knows nothing of protocols.
 */

struct sink;

/* At most so many records are on their way in any sink. */
#define SINK_WINDOW_MAX 256

/* What a sink tells its delivery. */
struct sink_events {
	/* it takes records now */
	void (*ready)(void *arg);
	/* the receiver has taken over everything up to and with this one */
	void (*acknowledged)(void *arg, uint64_t sequence);
	/* what was not acknowledged is to be sent again, after ready() */
	void (*broken)(void *arg, const char *why);
	/* what the receiver showed at a TLS handshake, believed or not */
	void (*certificates)(void *arg, const struct tls_peer_chain *chain);
	void *arg;
};

/* Files that the configuration names, already read; "" for none. */
struct sink_texts {
	const char *ca, *certificate, *key; /* PEM */
};

struct sink_ops {
	const char *kind; /* as in the configuration */
	/* Before the sandbox.  NULL: the reason is in WHY_R. */
	struct sink *(*open)(const struct conf_sink *conf,
	    const struct sink_texts *texts, char *why_r, size_t why_size);
	void (*start)(struct sink *s, struct loop *loop,
	    const struct sink_events *events);
	/* One record, in order.  -1: not now, ready() will be called. */
	int (*send)(
	    struct sink *s, uint64_t sequence, const char *line, size_t len);
	/* What is on its way counts no more: its acknowledgements are not
	 * passed on.  broken() is called if there was a session. */
	void (*again)(struct sink *s, const char *why);
	/* The end of the role: say goodbye, free. */
	void (*close)(struct sink *s);
};

extern const struct sink_ops sink_relp;

/* NULL when there is no such kind. */
const struct sink_ops *sink_find(const char *kind);

#endif
