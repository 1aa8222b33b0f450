# SPDX-License-Identifier: Apache-2.0

# a gateway and an application, both played
pam_fakes_SRC := tests/support/fake_gateway.c tests/support/pam_app.c \
	pam_module/sha256.c $(pamwire_SRC)

$(eval $(call unit,pam_module/test_pam_sallyport,tests/pam_module/test_pam_sallyport.c $(pam_fakes_SRC),-lpam))
$(B)/tests/pam_module/test_pam_sallyport: $(B)/pam_sallyport.so

# -rdynamic: what this program defines is what the module calls
$(eval $(call unit,pam_module/test_failures,tests/pam_module/test_failures.c tests/support/fail_nth.c $(pam_fakes_SRC),-lpam -ldl -rdynamic))
$(B)/tests/pam_module/test_failures: $(B)/pam_sallyport.so
