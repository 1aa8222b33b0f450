/* SPDX-License-Identifier: Apache-2.0 */
#include "gatewayd/forward/sink_probe.h"

#include <stdbool.h>
#include <stdio.h>

#include "gatewayd/forward/delivery.h"
#include "gatewayd/role/role.h"
#include "gatewayd/role/server_chain.h"
#include "lib/base/clock.h"

#define TRIES 3 /* a name may have several addresses */

static struct probe {
	struct loop *loop;
	struct one {
		struct delivery *delivery;
		unsigned tries;
		bool said;
	} one[CONF_SINKS];
	size_t count, open;
	struct loop_timer end;
} probe;

static void
end(void *arg)
{
	struct probe *p = arg;

	for (size_t i = 0; i < p->count; i++) {
		struct delivery *d = p->one[i].delivery;

		d->ops->close(d->sink);
	}
	loop_stop(p->loop);
}

static void
say(struct one *o, bool works, const char *text)
{
	if (o->said)
		return;
	o->said = true;
	role_say_server(o->delivery->name, works, 0, text);
	if (--probe.open == 0)
		loop_timer_at(
		    probe.loop, &probe.end, clock_mono_ms(), end, &probe);
}

static void
on_ready(void *arg)
{
	say(arg, true, "it takes records");
}

static void
on_acknowledged(void *arg, uint64_t sequence)
{
	/* nothing was sent */
	(void)arg;
	(void)sequence;
}

static void
on_broken(void *arg, const char *why)
{
	struct one *o = arg;

	if (++o->tries == TRIES)
		say(o, false, why);
}

static void
on_certificates(void *arg, const struct tls_peer_chain *chain)
{
	const struct one *o = arg;

	server_chain_seen(o->delivery->name, chain);
}

void
probe_sinks(struct loop *loop, struct delivery *d, size_t count)
{
	probe.loop = loop;
	probe.count = probe.open = count;
	for (size_t i = 0; i < count; i++) {
		const struct sink_events events = {.ready = on_ready,
		    .acknowledged = on_acknowledged,
		    .broken = on_broken,
		    .certificates = on_certificates,
		    .arg = &probe.one[i]};

		probe.one[i].delivery = &d[i];
		d[i].ops->start(d[i].sink, loop, &events);
	}
}
