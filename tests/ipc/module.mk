# SPDX-License-Identifier: Apache-2.0
$(eval $(call unit,ipc/test_messages,tests/ipc/test_messages.c \
	tests/ipc/any_message.c gatewayd/ipc/messages.c lib/base/buf.c,))
$(eval $(call unit,ipc/test_routes,tests/ipc/test_routes.c \
	tests/ipc/any_message.c gatewayd/ipc/routes.c \
	gatewayd/ipc/messages.c lib/base/buf.c,))
$(eval $(call unit,ipc/test_channel,tests/ipc/test_channel.c \
	$(addprefix gatewayd/ipc/,channel.c messages.c routes.c) \
	$(addprefix lib/base/,buf.c clock.c log.c loop.c),))
$(eval $(call unit,ipc/test_role,tests/ipc/test_role.c $(ROLE),$(ROLE_LIBS)))
