# SPDX-License-Identifier: Apache-2.0
# What two people sign: the command writes it, the parent verifies a policy's.
BUNDLE_SOURCES := $(wildcard lib/bundle/*.c) \
	lib/record/log_key.c lib/record/note.c lib/base/file.c lib/base/hex.c \
	lib/base/trust.c
