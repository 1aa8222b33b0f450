# SPDX-License-Identifier: Apache-2.0
include gatewayd/log/module.mk
LOG_FIXTURE := tests/log/log_fixture.c gatewayd/audit/segment.c
$(eval $(call unit,log/test_merkle,tests/log/test_merkle.c \
	gatewayd/log/merkle.c,-lcrypto))
$(eval $(call unit,log/test_checkpoint,tests/log/test_checkpoint.c \
	$(LOG_FIXTURE) $(LOG_SOURCES),$(LOG_LIBS)))
$(eval $(call unit,log/test_log_verify,tests/log/test_log_verify.c \
	$(LOG_FIXTURE) $(LOG_SOURCES),$(LOG_LIBS)))
$(eval $(call unit,log/test_record,tests/log/test_record.c \
	tests/log/ocsf_table.c $(LOG_FIXTURE) $(LOG_SOURCES),$(LOG_LIBS)))
$(eval $(call unit,log/test_log_reader,tests/log/test_log_reader.c \
	$(LOG_FIXTURE) $(LOG_SOURCES),$(LOG_LIBS)))
$(eval $(call unit,log/test_record_limits,tests/log/test_record_limits.c \
	tests/log/ocsf_table.c $(LOG_FIXTURE) $(LOG_SOURCES),$(LOG_LIBS)))
