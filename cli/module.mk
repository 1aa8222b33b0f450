# SPDX-License-Identifier: Apache-2.0
# The command is one file to copy: libsallyport is linked in.
include lib/record/module.mk
cli_COMMON := $(filter-out %/landlock.c %/narrow.c %/sandbox.c %/syscalls.c,\
	$(wildcard lib/base/*.c lib/conf/*.c))
cli_SRC := $(filter-out cli/main.c,$(wildcard cli/*.c cli/*/*.c)) \
	$(addprefix lib/ipc/,channel.c messages.c) gatewayd/role/routes.c \
	$(LOG_SOURCES) $(LOG_WRITE_SOURCES) $(wildcard lib/bundle/*.c) $(wildcard \
	libsallyport/*.c) $(filter policy/%,$(POLICY)) $(cli_COMMON)
cli_LIBS := -lqrencode -ljansson -lcrypto

$(eval $(call program,sallyport,cli/main.c $(cli_SRC),$(cli_LIBS)))

# The shells know what the help says.
$(B)/completion.%: $(B)/sallyport
	$< completion $* >$@.new && mv $@.new $@
all: $(B)/completion.bash $(B)/completion.zsh

MANPAGES += doc/sallyport.1 doc/sallyport-bastion.7 doc/sallyport-factor.7
