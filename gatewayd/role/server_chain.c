/* SPDX-License-Identifier: Apache-2.0 */
#include "gatewayd/role/server_chain.h"

#include <stdio.h>

#include "gatewayd/role/role.h"
#include "lib/base/tls_peer.h"

void
server_chain_seen(const char *server, const struct tls_peer_chain *chain)
{
	struct msg_PARENT_SHOWN_NOTE *n;
	struct message m;

	for (size_t i = 0; i < chain->count; i++) {
		message_init(&m, MSG_PARENT_SHOWN_NOTE);
		n = &m.u.PARENT_SHOWN_NOTE;
		n->depth = (uint8_t)i;
		n->ends = chain->certificate[i].ends;
		snprintf(n->server, sizeof n->server, "%s", server);
		snprintf(n->subject, sizeof n->subject, "%s",
		    chain->certificate[i].subject);
		role_tell_parent(&m);
	}
}
