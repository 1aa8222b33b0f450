/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SUPPORT_FREE_PORT_H
#define SUPPORT_FREE_PORT_H

/* A TCP port of 127.0.0.1 for a server that is about to start.  It is below
 * those that the kernel gives away by itself, so that only somebody who looks
 * for one in the same way could have it first. */
unsigned free_port(void);

#endif
