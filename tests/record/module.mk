# SPDX-License-Identifier: Apache-2.0
include lib/record/module.mk
LOG_FIXTURE := tests/record/log_fixture.c lib/record/segment.c
$(eval $(call unit,record/test_merkle,tests/record/test_merkle.c \
	lib/record/merkle.c,-lcrypto))
$(eval $(call unit,record/test_merkle_proof,tests/record/test_merkle_proof.c \
	lib/record/merkle.c lib/record/merkle_proof.c,-lcrypto))
$(eval $(call unit,record/test_checkpoint,tests/record/test_checkpoint.c \
	$(LOG_FIXTURE) $(LOG_SOURCES),$(LOG_LIBS)))
$(eval $(call unit,record/test_log_verify,tests/record/test_log_verify.c \
	$(LOG_FIXTURE) $(LOG_SOURCES),$(LOG_LIBS)))
$(eval $(call unit,record/test_record,tests/record/test_record.c \
	tests/record/round_trip.c \
	tests/record/ocsf_table.c $(LOG_FIXTURE) \
	$(LOG_SOURCES),$(LOG_LIBS)))
$(eval $(call unit,record/test_record_attributes,tests/record/test_record_attributes.c \
	tests/record/round_trip.c \
	tests/record/ocsf_table.c $(LOG_FIXTURE) \
	$(LOG_SOURCES),$(LOG_LIBS)))
$(eval $(call unit,record/test_record_approvers,tests/record/test_record_approvers.c \
	tests/record/round_trip.c \
	tests/record/ocsf_table.c $(LOG_FIXTURE) \
	$(LOG_SOURCES),$(LOG_LIBS)))
$(eval $(call unit,record/test_log_reader,tests/record/test_log_reader.c \
	$(LOG_FIXTURE) $(LOG_SOURCES),$(LOG_LIBS)))
$(eval $(call unit,record/test_record_limits,tests/record/test_record_limits.c \
	tests/record/ocsf_table.c $(LOG_FIXTURE) \
	$(LOG_SOURCES),$(LOG_LIBS)))
$(eval $(call unit,record/test_record_golden,tests/record/test_record_golden.c \
	tests/support/golden.c $(LOG_SOURCES),$(LOG_LIBS)))
$(eval $(call unit,record/test_record_list,tests/record/test_record_list.c \
	$(LOG_SOURCES),$(LOG_LIBS)))
$(eval $(call unit,record/test_log_segment,tests/record/test_log_segment.c \
	lib/record/log_segment.c,))
