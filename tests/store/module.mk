# SPDX-License-Identifier: Apache-2.0
test_store_SOURCES := tests/store/backend.c tests/store/store_ram.c \
	lib/base/clock.c lib/base/format.c lib/base/log.c $(STORE_SOURCES)

$(eval $(call unit,store/test_store,tests/store/test_store.c \
	$(test_store_SOURCES),$(STORE_LIBS)))
$(eval $(call unit,store/test_store_sqlite,tests/store/test_store_sqlite.c \
	$(test_store_SOURCES),$(STORE_LIBS)))
$(eval $(call unit,store/test_store_role,tests/store/test_store_role.c \
	tests/audit/role_fixture.c $(COMMON) $(addprefix lib/ipc/,channel.c \
	messages.c) gatewayd/role/routes.c,))
$(B)/tests/store/test_store_role: $(B)/libexec/store
