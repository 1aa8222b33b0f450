# SPDX-License-Identifier: Apache-2.0
# What audit, forward and the command share: how the log is written down.
LOG_SOURCES := $(addprefix lib/record/,checkpoint.c checkpoint_file.c \
	log_key.c log_reader.c log_segment.c log_verify.c merkle.c merkle_proof.c note.c \
	record.c record_approvers.c record_attributes.c record_list.c record_parse.c \
	record_words.c segment_head.c) $(addprefix lib/base/,buf.c file.c format.c hex.c \
	json_write.c utf8.c words.c)
# and who also writes it: audit, and the command while no gatewayd runs
LOG_WRITE_SOURCES := $(addprefix lib/record/,log_lost.c \
	segment.c)
LOG_LIBS := -lcrypto -ljansson
