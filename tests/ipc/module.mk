# SPDX-License-Identifier: Apache-2.0
$(eval $(call unit,ipc/test_messages,tests/ipc/test_messages.c \
	tests/ipc/any_message.c lib/ipc/messages.c lib/base/buf.c,))
$(eval $(call unit,role/test_routes,tests/role/test_routes.c \
	tests/ipc/any_message.c gatewayd/role/routes.c lib/ipc/messages.c \
	lib/base/buf.c,))
$(eval $(call unit,ipc/test_channel,tests/ipc/test_channel.c \
	$(addprefix lib/ipc/,channel.c messages.c) gatewayd/role/routes.c \
	$(addprefix lib/base/,buf.c clock.c log.c loop.c),))
$(eval $(call unit,role/test_role,tests/role/test_role.c $(ROLE),$(ROLE_LIBS)))
