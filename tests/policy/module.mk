# SPDX-License-Identifier: Apache-2.0
LEX_SOURCES := gatewayd/common/lex.c gatewayd/common/lex_errors.c

$(eval $(call unit,test_lex,tests/policy/test_lex.c $(LEX_SOURCES)))
