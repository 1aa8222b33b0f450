# SPDX-License-Identifier: Apache-2.0
# Nouns against a gateway of one function.
cli_TEST := tests/cli/fake.c tests/support/copies.c $(cli_SRC)
# and what they print, against tests/golden/cli
cli_GOLDEN := tests/cli/transcript.c tests/support/golden.c $(cli_TEST)

$(eval $(call unit,cli/test_qr,tests/cli/test_qr.c cli/qr.c,-lqrencode))
$(eval $(call unit,cli/test_cmd_approval,tests/cli/test_cmd_approval.c $(cli_GOLDEN),$(cli_LIBS)))
$(eval $(call unit,cli/test_no_answer,tests/cli/test_no_answer.c $(cli_TEST),$(cli_LIBS)))
$(eval $(call unit,cli/test_cmd_attempt,tests/cli/test_cmd_attempt.c \
	tests/record/log_fixture.c \
	$(cli_GOLDEN),$(cli_LIBS)))
$(eval $(call unit,cli/test_cmd_audit,tests/cli/test_cmd_audit.c \
	tests/record/log_fixture.c \
	$(cli_GOLDEN),$(cli_LIBS)))
$(eval $(call unit,cli/test_audit_recover,tests/cli/test_audit_recover.c \
	tests/record/log_fixture.c $(cli_TEST),$(cli_LIBS)))
$(eval $(call unit,cli/test_cmd_factor,tests/cli/test_cmd_factor.c $(cli_GOLDEN),$(cli_LIBS)))
$(eval $(call unit,cli/test_factor_usage,tests/cli/test_factor_usage.c $(cli_TEST),$(cli_LIBS)))
$(eval $(call unit,cli/test_cmd_key,tests/cli/test_cmd_key.c $(cli_GOLDEN),$(cli_LIBS)))
$(eval $(call unit,cli/test_cmd_policy,tests/cli/test_cmd_policy.c $(cli_GOLDEN),$(cli_LIBS)))
$(eval $(call unit,cli/test_cmd_session,tests/cli/test_cmd_session.c $(cli_GOLDEN),$(cli_LIBS)))
$(eval $(call unit,cli/test_cmd_status,tests/cli/test_cmd_status.c $(cli_GOLDEN),$(cli_LIBS)))
$(eval $(call unit,cli/test_cmd_token,tests/cli/test_cmd_token.c tests/libsallyport/forge.c $(cli_GOLDEN),$(cli_LIBS)))
$(eval $(call unit,cli/test_cmd_user,tests/cli/test_cmd_user.c $(cli_GOLDEN),$(cli_LIBS)))
$(eval $(call unit,cli/test_cmd_version,tests/cli/test_cmd_version.c $(cli_TEST),$(cli_LIBS)))
$(eval $(call unit,cli/test_verbs,tests/cli/test_verbs.c $(cli_TEST),$(cli_LIBS)))
$(eval $(call unit,cli/test_main,tests/cli/test_main.c $(cli_GOLDEN),$(cli_LIBS)))
$(eval $(call unit,cli/test_policy_change,tests/cli/test_policy_change.c \
	tests/cli/policy_site.c $(cli_TEST),$(cli_LIBS)))
$(eval $(call unit,cli/test_policy_recorded,tests/cli/test_policy_recorded.c \
	tests/cli/policy_site.c $(cli_TEST),$(cli_LIBS)))
$(eval $(call unit,cli/test_proposal,tests/cli/test_proposal.c \
	tests/cli/policy_site.c $(cli_TEST),$(cli_LIBS)))
$(eval $(call unit,cli/test_policy_replay,tests/cli/test_policy_replay.c \
	tests/record/log_fixture.c \
	$(cli_TEST),$(cli_LIBS)))
$(eval $(call unit,cli/test_policy_loaded,tests/cli/test_policy_loaded.c \
	tests/cli/policy_site.c tests/record/log_fixture.c \
	$(cli_TEST),$(cli_LIBS)))
