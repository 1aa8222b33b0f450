# SPDX-License-Identifier: Apache-2.0
comma := ,
$(eval $(call program,tests/parent/fake_role,tests/support/fake_role.c \
	$(COMMON) $(addprefix lib/ipc/,channel.c messages.c) \
	gatewayd/role/routes.c,))
$(eval $(call unit,parent/test_supervise,tests/parent/test_supervise.c \
	tests/parent/gateway_fixture.c gatewayd/parent/roles.c \
	gatewayd/role/routes.c lib/base/clock.c,))
$(B)/tests/parent/test_supervise: $(B)/sbin/gatewayd \
	$(B)/tests/parent/fake_role
$(eval $(call unit,parent/test_reload,tests/parent/test_reload.c \
	tests/parent/gateway_fixture.c gatewayd/parent/roles.c \
	gatewayd/role/routes.c lib/base/clock.c,))
$(B)/tests/parent/test_reload: $(B)/sbin/gatewayd \
	$(B)/tests/parent/fake_role
$(eval $(call unit,parent/test_files,tests/parent/test_files.c \
	$(addprefix gatewayd/parent/,files.c) lib/base/file.c \
	lib/base/log.c,))
$(eval $(call unit,parent/test_roles,tests/parent/test_roles.c \
	gatewayd/parent/roles.c lib/conf/conf_keys.c gatewayd/role/routes.c,))
parent_SITE := tests/parent/site.c \
	$(addprefix gatewayd/parent/,certificates.c check.c files.c \
	policies.c read_file.c reviewed.c roles.c) $(BUNDLE_SOURCES) $(CONF) \
	lib/base/clock.c lib/base/group_list.c lib/base/log.c gatewayd/role/routes.c \
	$(POLICY)
$(eval $(call unit,parent/test_check,tests/parent/test_check.c \
	$(parent_SITE),-lcrypto))
$(eval $(call unit,parent/test_check_files,tests/parent/test_check_files.c \
	$(parent_SITE),-lcrypto))
$(eval $(call unit,parent/test_policies,tests/parent/test_policies.c \
	tests/parent/gateway_fixture.c $(addprefix gatewayd/parent/,files.c \
	policies.c read_file.c reviewed.c roles.c) $(BUNDLE_SOURCES) \
	gatewayd/role/routes.c lib/base/clock.c lib/base/log.c \
	$(POLICY),-lcrypto))
$(eval $(call unit,parent/test_reviewed,tests/parent/test_reviewed.c \
	gatewayd/parent/read_file.c gatewayd/parent/reviewed.c \
	$(BUNDLE_SOURCES) $(POLICY),-lcrypto))
$(eval $(call unit,parent/test_end_session,tests/parent/test_end_session.c \
	gatewayd/parent/end_session.c gatewayd/parent/proc.c $(COMMON) \
	lib/ipc/messages.c,))
$(eval $(call unit,parent/test_ancestry,tests/parent/test_ancestry.c \
	gatewayd/parent/ancestry.c gatewayd/parent/proc.c $(COMMON) \
	$(addprefix lib/ipc/,channel.c messages.c) gatewayd/role/routes.c,))
$(eval $(call unit,parent/test_warnings,tests/parent/test_warnings.c \
	tests/forward/certs.c gatewayd/parent/warnings.c \
	gatewayd/parent/certificates.c gatewayd/parent/files.c \
	gatewayd/parent/roles.c gatewayd/role/routes.c \
	$(COMMON),-lcrypto -Wl$(comma)--wrap=adjtimex))
