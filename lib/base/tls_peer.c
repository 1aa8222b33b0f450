/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/tls_peer.h"

static const char *const sentences[] = {
#define SENTENCE(NAME, sentence) [TLS_PEER_##NAME] = (sentence),
    TLS_PEER_FAULTS(SENTENCE)
#undef SENTENCE
};

const char *
tls_peer_sentence(enum tls_peer_fault fault)
{
	return sentences[fault < TLS_PEER_FAULT_COUNT ? fault : TLS_PEER_OTHER];
}
