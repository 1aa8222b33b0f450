# SPDX-License-Identifier: Apache-2.0
$(eval $(call unit,base/test_json_write,tests/base/test_json_write.c \
	lib/base/json_write.c lib/base/utf8.c,-ljansson))
$(eval $(call unit,base/test_base64url,tests/base/test_base64url.c \
	lib/base/base64url.c,))
$(eval $(call unit,role/test_sandbox,tests/role/test_sandbox.c \
	$(addprefix tests/role/,probes.c probe_files.c probe_process.c \
	probe_sockets.c) lib/base/log.c gatewayd/parent/roles.c gatewayd/role/routes.c \
	$(SANDBOX),$(ROLE_LIBS)))
$(eval $(call unit,role/test_forbidden,tests/role/test_forbidden.c \
	tests/role/probes.c lib/base/log.c $(SANDBOX),$(ROLE_LIBS)))
$(eval $(call unit,base/test_buf,tests/base/test_buf.c lib/base/buf.c,))
$(eval $(call unit,base/test_clock,tests/base/test_clock.c lib/base/clock.c,))
$(eval $(call unit,base/test_log,tests/base/test_log.c lib/base/log.c,))
$(eval $(call unit,base/test_loop,tests/base/test_loop.c lib/base/clock.c \
	lib/base/loop.c,))
$(eval $(call unit,base/test_secret,tests/base/test_secret.c \
	lib/base/secret.c,))
$(eval $(call unit,conf/test_conf,tests/conf/test_conf.c $(CONF) \
	lib/conf/lex.c lib/conf/lex_errors.c,))
$(eval $(call unit,conf/test_conf_renamed,tests/conf/test_conf_renamed.c \
	$(filter-out %/conf_renamed.c,$(CONF)) lib/conf/lex.c \
	lib/conf/lex_errors.c,))
$(eval $(call unit,base/test_format,tests/base/test_format.c lib/base/format.c,))
$(eval $(call unit,base/test_name,tests/base/test_name.c lib/base/name.c,))
$(eval $(call unit,base/test_people,tests/base/test_people.c $(PEOPLE) \
	lib/base/utf8.c,))
$(eval $(call unit,base/test_nearest,tests/base/test_nearest.c \
	lib/base/nearest.c,))
$(eval $(call unit,base/test_table,tests/base/test_table.c lib/base/table.c,))
$(eval $(call unit,base/test_reason,tests/base/test_reason.c \
	lib/base/reason.c $(POLICY),))
$(eval $(call unit,base/test_file,tests/base/test_file.c \
	$(addprefix lib/base/,file.c hex.c),))
$(eval $(call unit,base/test_trust,tests/base/test_trust.c lib/base/trust.c,))
