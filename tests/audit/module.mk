# SPDX-License-Identifier: Apache-2.0
include lib/record/module.mk
comma := ,
# the role itself
audit_WORLD := tests/audit/audit_world.c tests/audit/role_fixture.c \
	tests/record/log_fixture.c lib/record/segment.c $(LOG_SOURCES) \
	$(COMMON) $(addprefix lib/ipc/,channel.c messages.c) \
	gatewayd/role/routes.c
$(eval $(call unit,audit/test_audit,tests/audit/test_audit.c \
	$(audit_WORLD),$(LOG_LIBS)))
$(eval $(call unit,audit/test_log_recovery,tests/audit/test_log_recovery.c \
	$(audit_WORLD),$(LOG_LIBS)))
$(eval $(call unit,audit/test_heads,tests/audit/test_heads.c \
	$(audit_WORLD),$(LOG_LIBS)))
$(addprefix $(B)/tests/audit/,test_audit test_heads test_log_recovery): $(B)/libexec/audit
$(eval $(call unit,audit/test_segment,tests/audit/test_segment.c \
	tests/record/log_fixture.c lib/record/segment.c \
	$(LOG_SOURCES),$(LOG_LIBS) $(addprefix -Wl$(comma)--wrap=,pwrite \
	fdatasync fsync ftruncate)))
