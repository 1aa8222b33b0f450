# SPDX-License-Identifier: Apache-2.0
include lib/record/module.mk
$(eval $(call program,libexec/audit,$(addprefix gatewayd/audit/,append.c \
	head.c heads.c look_back.c main.c log_recovery.c replay.c) $(LOG_SOURCES) \
	lib/record/segment.c \
	$(ROLE),$(LOG_LIBS) $(ROLE_LIBS)))
