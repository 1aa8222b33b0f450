# SPDX-License-Identifier: Apache-2.0
forge_SRC := tests/libsallyport/forge.c $(libsallyport_SRC)

$(eval $(call unit,libsallyport/test_ecdsa_sig,tests/libsallyport/test_ecdsa_sig.c libsallyport/ecdsa_sig.c,))
$(eval $(call unit,libsallyport/test_json_strict,tests/libsallyport/test_json_strict.c \
	libsallyport/json_strict.c,-ljansson))
$(eval $(call unit,libsallyport/test_jwk,tests/libsallyport/test_jwk.c $(forge_SRC),$(libsallyport_LIBS)))
$(eval $(call unit,libsallyport/test_verify,tests/libsallyport/test_verify.c $(forge_SRC),$(libsallyport_LIBS)))
$(eval $(call unit,libsallyport/test_hostile_token,tests/libsallyport/test_hostile_token.c $(forge_SRC),$(libsallyport_LIBS)))
$(eval $(call unit,libsallyport/test_second_opinion,tests/libsallyport/test_second_opinion.c $(libsallyport_SRC),$(libsallyport_LIBS)))
$(eval $(call unit,libsallyport/test_example,tests/libsallyport/test_example.c tests/libsallyport/forge.c $(cli_TEST),$(cli_LIBS)))
