# SPDX-License-Identifier: Apache-2.0
comma := ,
$(eval $(call unit,directory/test_escape,tests/directory/test_escape.c \
	gatewayd/directory/escape.c,))
$(eval $(call unit,directory/test_account,tests/directory/test_account.c \
	gatewayd/directory/account.c gatewayd/directory/account_value.c lib/base/words.c lib/conf/conf_profiles.c,))
$(eval $(call unit,directory/test_ldap_attributes, \
	tests/directory/test_ldap_attributes.c gatewayd/directory/ldap_attributes.c \
	lib/base/utf8.c,-llber))
$(eval $(call unit,directory/test_bind,tests/directory/test_bind.c \
	gatewayd/directory/bind.c gatewayd/directory/bind_control.c \
	lib/base/log.c,$(DIRECTORY_LIBS)))
$(eval $(call unit,directory/test_who_am_i,tests/directory/test_who_am_i.c \
	gatewayd/directory/who_am_i.c lib/base/log.c lib/base/utf8.c, \
	$(DIRECTORY_LIBS)))
$(eval $(call unit,directory/test_stable_id,tests/directory/test_stable_id.c \
	gatewayd/directory/stable_id.c,))
$(eval $(call unit,directory/test_sid,tests/directory/test_sid.c \
	gatewayd/directory/sid.c,))
$(eval $(call unit,directory/test_group_search, \
	tests/directory/test_group_search.c $(addprefix gatewayd/directory/, \
	escape.c group_search.c named_groups.c) $(addprefix lib/base/,dn.c group_list.c log.c),))
$(eval $(call unit,directory/test_pending,tests/directory/test_pending.c \
	gatewayd/directory/pending.c lib/base/table.c \
	$(COMMON),-Wl$(comma)--wrap=clock_mono_ms))
$(eval $(call unit,directory/test_server,tests/directory/test_server.c \
	gatewayd/directory/server.c lib/base/log.c \
	lib/base/clock.c,$(DIRECTORY_LIBS)))

RIG := tests/directory/rig.c $(addprefix lib/base/,dn.c words.c) \
	lib/conf/conf_profiles.c $(COMMON) $(IPC) $(SANDBOX)
$(eval $(call unit,directory/test_hostile_ldap,tests/directory/test_hostile_ldap.c \
	tests/directory/hostile.c \
	tests/directory/fake_ldap.c tests/directory/fake_controls.c $(RIG),$(DIRECTORY_LIBS) $(ROLE_LIBS)))
$(eval $(call unit,directory/test_exchanges,tests/directory/test_exchanges.c \
	tests/directory/hostile.c gatewayd/authority/link/entry.c \
	tests/directory/fake_ldap.c tests/directory/fake_controls.c \
	$(RIG),$(DIRECTORY_LIBS) $(ROLE_LIBS)))
$(eval $(call unit,directory/test_hostile_servers,tests/directory/test_hostile_servers.c \
	tests/directory/hostile.c \
	tests/directory/fake_ldap.c tests/directory/fake_controls.c $(RIG),$(DIRECTORY_LIBS) $(ROLE_LIBS)))
$(eval $(call unit,directory/test_failover,tests/directory/test_failover.c \
	tests/directory/fake_ldap.c tests/directory/fake_controls.c $(RIG),$(DIRECTORY_LIBS) $(ROLE_LIBS)))
SLAPD_CASE := $(addprefix tests/directory/,slapd_case.c slapd.c) \
	tests/support/free_port.c $(RIG)
$(eval $(call unit,directory/test_slapd,tests/directory/test_slapd.c \
	tests/directory/fake_ldap.c tests/directory/fake_controls.c \
	$(addprefix gatewayd/directory/,ldap_options.c tls_reason.c) \
	lib/base/tls_peer.c $(SLAPD_CASE),$(DIRECTORY_LIBS) $(ROLE_LIBS)))
$(eval $(call unit,directory/test_slapd_accounts, \
	tests/directory/test_slapd_accounts.c $(SLAPD_CASE), \
	$(DIRECTORY_LIBS) $(ROLE_LIBS)))
$(eval $(call unit,directory/test_slapd_certificates, \
	tests/directory/test_slapd_certificates.c $(SLAPD_CASE), \
	$(DIRECTORY_LIBS) $(ROLE_LIBS)))
$(eval $(call unit,directory/test_groups,tests/directory/test_groups.c \
	tests/directory/slapd.c tests/support/free_port.c $(RIG), \
	$(DIRECTORY_LIBS) $(ROLE_LIBS)))
$(addprefix $(B)/tests/directory/,test_hostile_ldap test_hostile_servers \
	test_exchanges \
	test_slapd test_slapd_accounts test_slapd_certificates test_groups \
	test_failover): \
	$(B)/libexec/directory
