# SPDX-License-Identifier: Apache-2.0
LOGIN := $(addprefix gatewayd/login/,answers.c conversation.c listener.c \
	seats.c) $(addprefix lib/wire/,pamwire.c pamwire_io.c \
	pamwire_version.c)
# Static: a fork copies little, and there is no library to load. The
# sanitizers' run time is dynamic only.
LOGIN_LDFLAGS := $(if $(SAN),,-static-pie)

$(eval $(call program,libexec/login,gatewayd/login/main.c $(LOGIN) \
	$(ROLE),$(ROLE_LIBS),$(LOGIN_LDFLAGS)))
