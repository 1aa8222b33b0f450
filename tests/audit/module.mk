# SPDX-License-Identifier: Apache-2.0
include lib/record/module.mk
comma := ,
# the role itself
$(foreach t,audit start,$(eval $(call unit,audit/test_$(t),tests/audit/test_$(t).c \
	tests/audit/audit_world.c tests/audit/role_fixture.c \
	tests/record/log_fixture.c gatewayd/audit/segment.c $(LOG_SOURCES) \
	$(COMMON) $(addprefix lib/ipc/,channel.c messages.c) \
	gatewayd/role/routes.c,$(LOG_LIBS))) \
	$(eval $(B)/tests/audit/test_$(t): $(B)/libexec/audit))
$(eval $(call unit,audit/test_segment,tests/audit/test_segment.c \
	tests/record/log_fixture.c gatewayd/audit/segment.c \
	$(LOG_SOURCES),$(LOG_LIBS) $(addprefix -Wl$(comma)--wrap=,pwrite \
	fdatasync fsync ftruncate)))
