# SPDX-License-Identifier: Apache-2.0
LEX_SOURCES := lib/conf/lex.c lib/conf/lex_errors.c
POLICY_SOURCES := $(POLICY)
REFERENCE := tests/policy/reference.c tests/policy/reference_approvals.c
POLICY_TEST := tests/policy/support.c $(POLICY_SOURCES)

$(eval $(call unit,policy/test_lex,tests/policy/test_lex.c $(LEX_SOURCES)))
$(eval $(call unit,policy/test_parse,tests/policy/test_parse.c $(POLICY_TEST)))
$(eval $(call unit,policy/test_group_names,tests/policy/test_group_names.c \
	$(POLICY)))
$(eval $(call unit,policy/test_decide,tests/policy/test_decide.c \
	$(REFERENCE) $(POLICY_TEST)))
$(eval $(call unit,policy/test_index,tests/policy/test_index.c \
	$(POLICY_TEST)))
$(eval $(call unit,policy/test_decide_random,tests/policy/test_decide_random.c \
	$(REFERENCE) $(POLICY_TEST)))
$(eval $(call unit,policy/test_prove,tests/policy/test_prove.c \
	$(REFERENCE) $(POLICY_TEST)))
$(eval $(call unit,policy/test_prove_random,tests/policy/test_prove_random.c \
	$(REFERENCE) $(POLICY_TEST)))
$(eval $(call unit,policy/test_questions,tests/policy/test_questions.c \
	$(REFERENCE) $(POLICY_TEST)))
$(eval $(call unit,policy/test_examples,tests/policy/test_examples.c \
	$(cli_SRC),$(cli_LIBS)))
$(eval $(call unit,policy/test_zone,tests/policy/test_zone.c $(POLICY)))
$(eval $(call unit,policy/test_period,tests/policy/test_period.c $(POLICY)))
$(eval $(call unit,policy/test_match,tests/policy/test_match.c \
	$(REFERENCE) $(POLICY_TEST)))
$(eval $(call unit,policy/test_attributes,tests/policy/test_attributes.c \
	$(POLICY_TEST)))
$(eval $(call unit,policy/test_paste,tests/policy/test_paste.c \
	$(REFERENCE) tests/policy/support.c $(cli_SRC),$(cli_LIBS)))
$(eval $(call unit,policy/test_shapes,tests/policy/test_shapes.c \
	tests/policy/shapes.c $(POLICY_TEST)))
$(eval $(call unit,policy/test_quorum,tests/policy/test_quorum.c $(REFERENCE) \
	$(POLICY_TEST)))
$(eval $(call unit,policy/test_search,tests/policy/test_search.c \
	tests/policy/random_policy.c tests/policy/random_request.c \
	$(REFERENCE) $(POLICY_TEST)))
$(eval $(call unit,policy/test_mistakes,tests/policy/test_mistakes.c \
	tests/support/golden.c $(POLICY_TEST)))
$(eval $(call unit,policy/test_layout,tests/policy/test_layout.c $(REFERENCE) \
	$(POLICY_TEST)))
$(eval $(call unit,policy/test_memory,tests/policy/test_memory.c \
	tests/policy/shapes.c $(POLICY_TEST),-Wl$(comma)--wrap=calloc))
