# SPDX-License-Identifier: Apache-2.0
AUTHORITY := $(filter-out %/main.c,$(wildcard gatewayd/authority/*.c \
	gatewayd/authority/*/*.c)) \
	$(addprefix lib/base/,base64url.c jwk_write.c name.c otp_form.c table.c) $(PEOPLE) \
	lib/bundle/proved.c \
	lib/record/record_list.c lib/wire/pamwire.c lib/wire/pamwire_version.c $(POLICY)
AUTHORITY_LIBS := -loath -lcrypto
$(eval $(call program,libexec/authority,gatewayd/authority/main.c \
	$(AUTHORITY) $(ROLE),$(AUTHORITY_LIBS) $(ROLE_LIBS)))
