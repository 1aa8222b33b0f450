# SPDX-License-Identifier: Apache-2.0
STORE_SOURCES := $(addprefix gatewayd/store/,owners.c store.c store_schema.c \
	store_sqlite.c)
STORE_LIBS := -lsqlite3

$(eval $(call program,libexec/store,gatewayd/store/main.c $(STORE_SOURCES) \
	$(ROLE),$(STORE_LIBS) $(ROLE_LIBS)))
