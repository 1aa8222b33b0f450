# SPDX-License-Identifier: Apache-2.0
DIRECTORY := $(addprefix gatewayd/directory/,account.c account_value.c bind.c \
	bind_control.c directory_kind.c directory_probe.c directory_service.c \
	escape.c group_search.c ldap_attributes.c ldap_conn.c ldap_options.c \
	ldap_pool.c lookup.c lookup_entry.c named_groups.c password_channel.c pending.c server.c \
	setup.c sid.c stable_id.c tls_reason.c who_am_i.c) \
	$(addprefix lib/base/,dn.c table.c tls_peer.c words.c) lib/conf/conf_profiles.c
DIRECTORY_LIBS := -lldap -llber -lgnutls
$(eval $(call program,libexec/directory,gatewayd/directory/main.c \
	$(DIRECTORY) $(ROLE),$(DIRECTORY_LIBS) $(ROLE_LIBS)))
