# SPDX-License-Identifier: Apache-2.0
$(eval $(call unit,common/test_json_write,tests/common/test_json_write.c \
	gatewayd/common/json_write.c gatewayd/common/utf8.c,-ljansson))
$(eval $(call unit,common/test_base64url,tests/common/test_base64url.c gatewayd/common/base64url.c,))
$(eval $(call unit,common/test_sandbox,tests/common/test_sandbox.c \
	gatewayd/common/log.c gatewayd/parent/roles.c \
	gatewayd/ipc/routes.c $(SANDBOX),$(ROLE_LIBS)))
$(eval $(call unit,common/test_buf,tests/common/test_buf.c \
	gatewayd/common/buf.c,))
$(eval $(call unit,common/test_clock,tests/common/test_clock.c \
	gatewayd/common/clock.c,))
$(eval $(call unit,common/test_log,tests/common/test_log.c \
	gatewayd/common/log.c,))
$(eval $(call unit,common/test_loop,tests/common/test_loop.c \
	gatewayd/common/clock.c gatewayd/common/loop.c,))
$(eval $(call unit,common/test_secret,tests/common/test_secret.c \
	gatewayd/common/secret.c,))
$(eval $(call unit,common/test_conf,tests/common/test_conf.c $(CONF) \
	gatewayd/common/lex.c gatewayd/common/lex_errors.c,))
$(eval $(call unit,common/test_name,tests/common/test_name.c \
	gatewayd/common/name.c,))
$(eval $(call unit,common/test_nearest,tests/common/test_nearest.c \
	gatewayd/common/nearest.c,))
$(eval $(call unit,common/test_table,tests/common/test_table.c \
	gatewayd/common/table.c,))
$(eval $(call unit,common/test_reason,tests/common/test_reason.c \
	gatewayd/common/reason.c $(POLICY),))
