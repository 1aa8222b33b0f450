# what every role links
COMMON := $(addprefix gatewayd/common/,buf.c clock.c json_write.c log.c loop.c \
	secret.c)
IPC := $(addprefix gatewayd/ipc/,channel.c messages.c role.c routes.c)
ROLE := $(COMMON) gatewayd/common/sandbox.c $(IPC)
