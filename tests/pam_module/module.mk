# SPDX-License-Identifier: Apache-2.0

# a gateway and an application, both played
pam_fakes_SRC := tests/support/fake_gateway.c tests/support/pam_app.c \
	pam_module/sha256.c $(pamwire_SRC)

# the module in a stack, loaded by libpam
pam_STACK := tests/pam_module/stack.c $(pam_fakes_SRC)
$(eval $(call unit,pam_module/test_pam_sallyport,tests/pam_module/test_pam_sallyport.c $(pam_STACK),-lpam))
$(eval $(call unit,pam_module/test_closed,tests/pam_module/test_closed.c $(pam_STACK),-lpam))
$(eval $(call unit,pam_module/test_talk,tests/pam_module/test_talk.c $(pam_STACK),-lpam))
$(addprefix $(B)/tests/pam_module/test_,pam_sallyport closed talk): \
	$(B)/pam_sallyport.so

# -rdynamic: what this program defines is what the module calls
$(eval $(call unit,pam_module/test_failures,tests/pam_module/test_failures.c tests/support/fail_nth.c $(pam_fakes_SRC),-lpam -ldl -rdynamic))
$(B)/tests/pam_module/test_failures: $(B)/pam_sallyport.so

$(eval $(call unit,pam_module/test_sha256,tests/pam_module/test_sha256.c pam_module/sha256.c,))
$(eval $(call unit,pam_module/test_show,tests/pam_module/test_show.c \
	pam_module/show.c lib/base/utf8.c,))
$(eval $(call unit,pam_module/test_host_facts,tests/pam_module/test_host_facts.c tests/support/pam_app.c pam_module/host_facts.c,-lpam))
$(eval $(call unit,pam_module/test_client,tests/pam_module/test_client.c tests/support/pam_app.c pam_module/client.c pam_module/way.c $(pamwire_SRC),-Wl$(comma)--wrap=pam_set_data -Wl$(comma)--wrap=pam_get_data -lpam))
$(eval $(call unit,pam_module/test_options,tests/pam_module/test_options.c tests/support/pam_app.c pam_module/options.c \
	$(PEOPLE),-lpam))
$(eval $(call unit,pam_module/test_relay,tests/pam_module/test_relay.c \
	tests/support/pam_app.c $(addprefix pam_module/,client.c way.c relay.c \
	show.c) lib/base/utf8.c $(pamwire_SRC),-lpam))

test_grant_LIBS := -Wl,--wrap=pam_set_data -Wl,--wrap=pam_get_data -Wl,--wrap=pam_syslog -lpam
$(eval $(call unit,pam_module/test_grant,tests/pam_module/test_grant.c \
	$(addprefix pam_module/,client.c way.c grant.c relay.c show.c) \
	lib/base/utf8.c $(pamwire_SRC),$(test_grant_LIBS)))
