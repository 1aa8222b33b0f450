# SPDX-License-Identifier: Apache-2.0
include lib/record/module.mk
$(eval $(call unit,forward/test_relp,tests/forward/test_relp.c \
	gatewayd/forward/relp.c gatewayd/forward/syslog.c,))
$(eval $(call unit,forward/test_cursor,tests/forward/test_cursor.c \
	gatewayd/forward/cursor.c tests/record/log_fixture.c \
	lib/record/segment.c $(LOG_SOURCES),$(LOG_LIBS)))
$(eval $(call unit,forward/test_forward,tests/forward/test_forward.c \
	tests/forward/forward_world.c \
	tests/forward/certs.c tests/forward/relp_server.c \
	tests/audit/role_fixture.c tests/support/free_port.c \
	tests/record/log_fixture.c lib/record/segment.c \
	gatewayd/forward/cursor.c $(LOG_SOURCES) $(COMMON) \
	$(addprefix lib/ipc/,channel.c messages.c) \
	gatewayd/role/routes.c,-lssl $(LOG_LIBS)))
$(eval $(call unit,forward/test_rsyslog,tests/forward/test_rsyslog.c \
	tests/forward/forward_world.c \
	tests/forward/certs.c tests/forward/relp_server.c \
	tests/audit/role_fixture.c tests/support/free_port.c \
	tests/record/log_fixture.c lib/record/segment.c \
	gatewayd/forward/cursor.c $(LOG_SOURCES) $(COMMON) \
	$(addprefix lib/ipc/,channel.c messages.c) \
	gatewayd/role/routes.c,-lssl $(LOG_LIBS)))
$(addprefix $(B)/tests/forward/,test_forward test_rsyslog): $(B)/libexec/forward
