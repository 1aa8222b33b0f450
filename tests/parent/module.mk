# SPDX-License-Identifier: Apache-2.0
$(eval $(call program,tests/parent/fake_role,tests/support/fake_role.c \
	$(COMMON) $(addprefix gatewayd/ipc/,channel.c messages.c routes.c),))
$(eval $(call unit,parent/test_supervise,tests/parent/test_supervise.c \
	tests/parent/gateway_fixture.c gatewayd/parent/roles.c \
	gatewayd/ipc/routes.c,))
$(B)/tests/parent/test_supervise: $(B)/sbin/gatewayd \
	$(B)/tests/parent/fake_role
