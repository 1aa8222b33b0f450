# SPDX-License-Identifier: Apache-2.0
# The command is one file to copy: libsallyport is linked in.
cli_COMMON := $(filter-out %/landlock.c %/sandbox.c %/syscalls.c,\
	$(wildcard gatewayd/common/*.c))
cli_SRC := $(addprefix cli/,cli.c cmd_factor.c cmd_key.c cmd_session.c \
	cmd_status.c cmd_token.c connect.c factor_enrol.c key_jwks.c \
	key_make.c nouns.c paths.c print.c qr.c token_show.c token_verify.c) \
	$(addprefix gatewayd/ipc/,channel.c messages.c routes.c) \
	gatewayd/log/log_key.c $(wildcard libsallyport/*.c) $(cli_COMMON)
cli_LIBS := -lqrencode -ljansson -lcrypto

ifneq ($(wildcard gatewayd/common/conf.c),)
$(eval $(call program,sallyport,cli/main.c $(cli_SRC),$(cli_LIBS)))
endif

MANPAGES += doc/sallyport.1
