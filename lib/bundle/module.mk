# SPDX-License-Identifier: Apache-2.0
# The signed form of a policy: the command writes it, the parent verifies it.
BUNDLE_SOURCES := $(addprefix lib/bundle/,bundle.c signers.c) \
	lib/record/log_key.c lib/record/note.c lib/base/file.c lib/base/hex.c \
	lib/base/trust.c
