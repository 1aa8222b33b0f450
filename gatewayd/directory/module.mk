# SPDX-License-Identifier: Apache-2.0
DIRECTORY := $(addprefix gatewayd/directory/,account.c account_value.c ldap_attributes.c bind.c bind_control.c \
	password_channel.c escape.c ldap_conn.c ldap_pool.c lookup.c ldap_options.c \
	pending.c directory_probe.c server.c directory_service.c setup.c tls_reason.c \
	who_am_i.c) lib/base/table.c lib/base/words.c lib/conf/conf_profiles.c \
	lib/base/tls_peer.c
DIRECTORY_LIBS := -lldap -llber -lgnutls
$(eval $(call program,libexec/directory,gatewayd/directory/main.c \
	$(DIRECTORY) $(ROLE),$(DIRECTORY_LIBS) $(ROLE_LIBS)))
