/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is to be said of the certificate at the other end, whichever library
 * looked at it: directory has libldap's GnuTLS, forward has OpenSSL.
 */
#ifndef BASE_TLS_PEER_H
#define BASE_TLS_PEER_H

#include <stddef.h>
#include <stdint.h>

/* F(NAME, sentence): what is wrong before what follows from it. */
#define TLS_PEER_FAULTS(F)                                                \
	F(REVOKED, "it has been revoked")                                 \
	F(EXPIRED,                                                        \
	    "it has expired, or one above it has: renew it, or look at "  \
	    "the clock")                                                  \
	F(NOT_YET, "it is not valid yet: look at both clocks")            \
	F(ISSUER, "its issuer is not known: ca is of another CA, or the " \
		  "server does not send the certificates between")        \
	F(OLD_LIST,                                                       \
	    "the list of revoked ones (crl) is over: put a new one into " \
	    "the file and reload")                                        \
	F(NO_CA, "its issuer is no CA")                                   \
	F(WEAK, "its algorithm is too weak")                              \
	F(PURPOSE, "it is not for servers (extended key usage)")          \
	F(NAME, "it is for another name")                                 \
	F(CONSTRAINT, "its issuer may not issue for this name")           \
	F(OTHER, "it is not trusted")

enum tls_peer_fault {
#define TLS_PEER_FAULT(NAME, sentence) TLS_PEER_##NAME,
	TLS_PEER_FAULTS(TLS_PEER_FAULT)
#undef TLS_PEER_FAULT
	    TLS_PEER_FAULT_COUNT
};

const char *tls_peer_sentence(enum tls_peer_fault fault);

#define TLS_PEER_CHAIN 4
#define TLS_PEER_SUBJECT 128

/* What the server showed, its own certificate first; no further ones than that
 * are kept. */
struct tls_peer_chain {
	size_t count;
	struct {
		char subject[TLS_PEER_SUBJECT];
		int64_t ends; /* seconds since 1970 */
	} certificate[TLS_PEER_CHAIN];
};

#endif
