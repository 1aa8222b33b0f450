# SPDX-License-Identifier: Apache-2.0
include lib/record/module.mk
FORWARD := $(addprefix gatewayd/forward/,cursor.c delivery.c sink_probe.c relp.c sink.c \
	sink_relp.c syslog.c tls_client.c tls_server.c) \
	lib/base/tls_peer.c
$(eval $(call program,libexec/forward,gatewayd/forward/main.c $(FORWARD) \
	$(addprefix lib/record/,log_reader.c log_segment.c merkle.c) $(ROLE),-lssl \
	-lcrypto $(ROLE_LIBS)))
