# SPDX-License-Identifier: Apache-2.0
$(eval $(call unit,common/test_json_write,tests/common/test_json_write.c \
	gatewayd/common/json_write.c gatewayd/common/utf8.c,-ljansson))
$(eval $(call unit,common/test_base64url,tests/common/test_base64url.c gatewayd/common/base64url.c,))
$(eval $(call unit,common/test_sandbox,tests/common/test_sandbox.c \
	gatewayd/common/log.c $(SANDBOX),$(ROLE_LIBS)))
