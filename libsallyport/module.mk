# SPDX-License-Identifier: Apache-2.0
libsallyport_SRC := libsallyport/claims.c libsallyport/compact.c \
	libsallyport/ecdsa_sig.c libsallyport/json_strict.c \
	libsallyport/jwk.c libsallyport/keyset.c libsallyport/strerror.c \
	libsallyport/verify.c lib/base/base64url.c
libsallyport_LIBS := -ljansson -lcrypto
libsallyport_LDFLAGS := -Wl,-soname,libsallyport.so.0 \
	-Wl,--version-script=libsallyport/libsallyport.map

$(eval $(call shared,libsallyport.so,$(libsallyport_SRC),$(libsallyport_LIBS),$(libsallyport_LDFLAGS)))

$(B)/libsallyport.so: libsallyport/libsallyport.map

$(B)/libsallyport.so.0: $(B)/libsallyport.so
	ln -sf libsallyport.so $@

$(B)/sallyport.pc: libsallyport/sallyport.pc.in Makefile
	@mkdir -p $(@D)
	sed -e 's|@PREFIX@|$(PREFIX)|' -e 's|@LIBDIR@|$(LIBDIR)|' -e 's|@VERSION@|$(VERSION)|' $< > $@

PROGRAMS += $(B)/libsallyport.so.0 $(B)/sallyport.pc

# What an application would write, linked as it would be linked.
verify_token_LDFLAGS := -L$(B) -Wl,-rpath,'$$$$ORIGIN/..'
$(eval $(call program,examples/verify_token,doc/examples/verify_token.c,-lsallyport,$(verify_token_LDFLAGS)))
$(B)/examples/verify_token: $(B)/libsallyport.so.0
MANPAGES += doc/sallyport_claims_sub.3 doc/sallyport_strerror.3 \
	doc/sallyport_verifier_new.3 doc/sallyport_verify.3
