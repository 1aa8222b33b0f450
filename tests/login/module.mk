# SPDX-License-Identifier: Apache-2.0
test_login_SRC := $(LOGIN) $(COMMON) gatewayd/role/narrow.c \
	$(addprefix lib/ipc/,channel.c messages.c) gatewayd/role/routes.c

$(eval $(call unit,login/test_answers,tests/login/test_answers.c \
	gatewayd/login/answers.c lib/base/secret.c,))
$(eval $(call unit,login/test_seats,tests/login/test_seats.c \
	gatewayd/login/seats.c,))
$(eval $(call unit,login/test_conversation,tests/login/test_conversation.c \
	tests/login/stage.c tests/support/copies.c $(test_login_SRC),-lseccomp))
$(eval $(call unit,login/test_more,tests/login/test_more.c \
	tests/login/stage.c tests/support/copies.c $(test_login_SRC),-lseccomp))
$(eval $(call unit,login/test_faults,tests/login/test_faults.c \
	tests/login/stage.c tests/support/copies.c $(test_login_SRC),-lseccomp))
$(eval $(call unit,login/test_listener,tests/login/test_listener.c \
	tests/audit/role_fixture.c $(test_login_SRC),-lseccomp \
	-Wl$(comma)--wrap=_Fork))
$(B)/tests/login/test_listener: $(B)/libexec/login
