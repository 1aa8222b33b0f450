/* SPDX-License-Identifier: Apache-2.0 */
/* gatewayd -t --connect: each sink connects by the same code as in service, and
 * is sent no record. */
#ifndef FORWARD_SINK_PROBE_H
#define FORWARD_SINK_PROBE_H

#include <stddef.h>

struct delivery;
struct loop;

/* Reports the result for each sink, closes all of them and stops the loop. */
void probe_sinks(struct loop *loop, struct delivery *d, size_t count);

#endif
