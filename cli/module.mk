# SPDX-License-Identifier: Apache-2.0
# The command is one file to copy: libsallyport is linked in.
include gatewayd/log/module.mk
cli_COMMON := $(filter-out %/landlock.c %/sandbox.c %/syscalls.c,\
	$(wildcard gatewayd/common/*.c))
cli_SRC := $(addprefix cli/,audit_print.c audit_verify.c cli.c \
	cmd_audit.c cmd_factor.c cmd_key.c cmd_session.c cmd_status.c \
	cmd_token.c connect.c factor_enrol.c key_jwks.c key_make.c nouns.c \
	paths.c print.c qr.c token_show.c token_verify.c) \
	$(addprefix gatewayd/ipc/,channel.c messages.c routes.c) \
	$(LOG_SOURCES) $(wildcard libsallyport/*.c) $(cli_COMMON)
cli_LIBS := -lqrencode -ljansson -lcrypto

$(eval $(call program,sallyport,cli/main.c $(cli_SRC),$(cli_LIBS)))

MANPAGES += doc/sallyport.1
