# SPDX-License-Identifier: Apache-2.0
DIRECTORY := $(addprefix gatewayd/directory/,account.c attributes.c bind.c \
	conversation.c escape.c ldap_conn.c ldap_pool.c lookup.c options.c \
	pending.c probe.c server.c service.c setup.c tls_reason.c) lib/base/table.c \
	lib/base/tls_peer.c
DIRECTORY_LIBS := -lldap -llber -lgnutls
$(eval $(call program,libexec/directory,gatewayd/directory/main.c \
	$(DIRECTORY) $(ROLE),$(DIRECTORY_LIBS) $(ROLE_LIBS)))
