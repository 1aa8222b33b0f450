# SPDX-License-Identifier: Apache-2.0
include lib/bundle/module.mk
PARENT := $(addprefix gatewayd/parent/,certificates.c check.c end_session.c \
	files.c fixed.c go.c links.c place.c policies.c probe.c proc.c read_file.c reload.c \
	reviewed.c roles.c spawn.c status.c supervise.c warnings.c ancestry.c)
CONF := $(addprefix lib/conf/,conf_keys.c conf_parse.c conf_profiles.c conf_renamed.c) $(addprefix lib/base/,nearest.c otp_form.c words.c) $(PEOPLE)
$(eval $(call program,sbin/gatewayd,gatewayd/parent/main.c $(PARENT) $(CONF) \
	$(BUNDLE_SOURCES) $(COMMON) $(POLICY) $(addprefix lib/ipc/,channel.c \
	messages.c) gatewayd/role/routes.c,-lcrypto))
