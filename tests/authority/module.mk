# SPDX-License-Identifier: Apache-2.0

# tokens: claims, keyring, jws
token_SRC := gatewayd/authority/token/token_claims.c \
	gatewayd/authority/token/jws.c gatewayd/authority/token/keyring.c \
	lib/base/json_write.c lib/base/jwk_write.c lib/base/utf8.c
token_LIBS := -ljansson -lcrypto -Wl,--wrap=EVP_DigestSign
claims_LIBS := -lcrypto -Wl,--wrap=RAND_bytes
$(eval $(call unit,authority/test_token_claims,tests/authority/test_token_claims.c \
	gatewayd/authority/token/token_claims.c lib/base/base64url.c \
	lib/base/json_write.c lib/base/utf8.c,$(claims_LIBS)))
$(eval $(call unit,authority/test_keyring,tests/authority/test_keyring.c \
	tests/authority/new_key.c lib/base/base64url.c \
	$(token_SRC),$(token_LIBS)))
$(eval $(call unit,authority/test_jws,tests/authority/test_jws.c tests/authority/new_key.c $(libsallyport_SRC) $(token_SRC),$(token_LIBS)))

$(eval $(call unit,authority/test_totp,tests/authority/test_totp.c \
	$(addprefix gatewayd/authority/factor/,digits.c otp_code.c totp.c otpauth.c) \
	lib/base/otp_form.c lib/base/secret.c,-loath -Wl$(comma)--wrap=oath_totp_generate2))
$(eval $(call unit,authority/test_hotp,tests/authority/test_hotp.c \
	$(addprefix gatewayd/authority/factor/,digits.c hotp.c otp_code.c otpauth.c) \
	$(addprefix lib/base/,otp_form.c secret.c),-loath))
$(eval $(call unit,authority/test_otpauth,tests/authority/test_otpauth.c \
	$(addprefix gatewayd/authority/factor/,digits.c otp_code.c otpauth.c totp.c) \
	lib/base/otp_form.c lib/base/secret.c,-loath))
$(eval $(call unit,authority/test_auth_info,tests/authority/test_auth_info.c \
	gatewayd/authority/session/auth_info.c,-lcrypto))
$(eval $(call unit,authority/test_seal,tests/authority/test_seal.c \
	gatewayd/authority/seal.c $(addprefix \
	gatewayd/authority/credential/,credential.c credential_1.c credential_value.c) \
	gatewayd/authority/link/store_value.c \
	$(addprefix lib/base/,buf.c clock.c format.c hex.c log.c otp_form.c words.c),-lcrypto))
$(eval $(call unit,authority/test_attempt_table,tests/authority/test_attempt_table.c \
	$(addprefix gatewayd/authority/attempt/,attempt_table.c attempt_table_1.c) \
	$(addprefix lib/base/,buf.c format.c log.c) \
	lib/record/record_list.c,))
fail_each_SRC := $(addprefix tests/support/,fail_each.c fail_nth.c)
# authority whole, its peers played in the same process, on a clock of its own
world_SRC := $(addprefix tests/authority/,opener.c world.c world_admin.c world_audit.c \
	world_directory.c world_parent.c world_store.c world_talk.c) \
	tests/support/virtual_clock.c \
	$(AUTHORITY) $(filter-out lib/base/clock.c,$(COMMON)) \
	$(addprefix lib/ipc/,channel.c messages.c) gatewayd/role/routes.c
world_LIBS := $(AUTHORITY_LIBS) -Wl,--wrap=epoll_wait
$(eval $(call unit,authority/test_attempt,tests/authority/test_attempt.c \
	tests/authority/module_side.c $(world_SRC),$(world_LIBS)))
$(eval $(call unit,authority/test_reserved_tries,tests/authority/test_reserved_tries.c \
	tests/authority/module_side.c $(world_SRC),$(world_LIBS)))
$(eval $(call unit,authority/test_outcomes,tests/authority/test_outcomes.c \
	$(world_SRC),$(world_LIBS)))
$(eval $(call unit,authority/test_states,tests/authority/test_states.c \
	tests/authority/module_side.c $(world_SRC),$(world_LIBS)))
$(eval $(call unit,authority/test_redeem,tests/authority/test_redeem.c \
	tests/authority/module_side.c $(world_SRC),$(world_LIBS)))
$(eval $(call unit,authority/test_tries,tests/authority/test_tries.c \
	tests/authority/module_side.c $(world_SRC),$(world_LIBS)))
$(eval $(call unit,authority/test_drift,tests/authority/test_drift.c \
	$(world_SRC),$(world_LIBS)))
$(eval $(call unit,authority/test_admin_prove,tests/authority/test_admin_prove.c \
	$(world_SRC),$(world_LIBS)))
$(eval $(call unit,authority/test_guessing,tests/authority/test_guessing.c \
	tests/authority/module_side.c $(world_SRC),$(world_LIBS)))
$(eval $(call unit,authority/test_store_faults,tests/authority/test_store_faults.c \
	$(world_SRC),$(world_LIBS)))
$(eval $(call unit,authority/test_subject,tests/authority/test_subject.c \
	$(world_SRC),$(world_LIBS)))
$(eval $(call unit,authority/test_change,tests/authority/test_change.c \
	$(fail_each_SRC) $(world_SRC),$(world_LIBS) -ldl))
$(eval $(call unit,authority/test_start,tests/authority/test_start.c \
	$(fail_each_SRC) $(world_SRC),$(world_LIBS) -ldl))
$(eval $(call unit,authority/test_admin,tests/authority/test_admin.c \
	$(world_SRC),$(world_LIBS)))
$(eval $(call unit,authority/test_helpdesk,tests/authority/test_helpdesk.c \
	$(world_SRC),$(world_LIBS)))
$(eval $(call unit,authority/test_lockout,tests/authority/test_lockout.c \
	$(world_SRC),$(world_LIBS)))
$(eval $(call unit,authority/test_admin_verbs,tests/authority/test_admin_verbs.c \
	$(world_SRC),$(world_LIBS)))
$(eval $(call unit,authority/test_approval,tests/authority/test_approval.c \
	tests/authority/given.c $(world_SRC),$(world_LIBS)))
$(eval $(call unit,authority/test_approvers,tests/authority/test_approvers.c \
	tests/authority/given.c lib/record/record_approvers.c \
	$(world_SRC),$(world_LIBS) -ljansson))
$(eval $(call unit,authority/test_approval_store,tests/authority/test_approval_store.c \
	tests/authority/given.c $(world_SRC),$(world_LIBS)))
$(eval $(call unit,authority/test_token,tests/authority/test_token.c \
	$(world_SRC),$(world_LIBS)))
$(eval $(call unit,authority/test_policy_reload,tests/authority/test_policy_reload.c \
	$(world_SRC),$(world_LIBS)))
$(eval $(call unit,authority/test_login_peers,tests/authority/test_login_peers.c \
	gatewayd/authority/door/login_peers.c gatewayd/authority/link/peer.c lib/base/clock.c \
	$(addprefix lib/base/,log.c loop.c table.c),))
$(eval $(call unit,authority/test_enrol,tests/authority/test_enrol.c \
	tests/authority/invited.c tests/support/copies.c $(world_SRC),$(world_LIBS)))
$(eval $(call unit,authority/test_enrol_ends,tests/authority/test_enrol_ends.c \
	tests/authority/invited.c $(world_SRC),$(world_LIBS)))
$(eval $(call unit,authority/test_alive,tests/authority/test_alive.c \
	gatewayd/authority/session/alive.c $(addprefix lib/base/,file.c \
	clock.c log.c),))
$(eval $(call unit,authority/test_session_file,tests/authority/test_session_file.c \
	$(addprefix gatewayd/authority/session/,alive.c session_file.c saved_session.c) \
	gatewayd/authority/seal.c $(addprefix lib/base/,buf.c clock.c file.c \
	format.c log.c reason.c table.c) lib/record/record_list.c,-lcrypto))
$(eval $(call unit,authority/test_session_restart,tests/authority/test_session_restart.c \
	$(world_SRC),$(world_LIBS)))
$(eval $(call unit,authority/test_subject_attributes,tests/authority/test_subject_attributes.c \
	$(world_SRC),$(world_LIBS)))
$(eval $(call unit,authority/test_ending,tests/authority/test_ending.c \
	$(world_SRC),$(world_LIBS)))
$(eval $(call unit,authority/test_lease,tests/authority/test_lease.c \
	tests/authority/leased.c $(world_SRC),$(world_LIBS)))
$(eval $(call unit,authority/test_session,tests/authority/test_session.c \
	$(world_SRC),$(world_LIBS)))
$(eval $(call unit,authority/test_process,tests/authority/test_process.c \
	$(world_SRC),$(world_LIBS)))
$(eval $(call unit,authority/test_peer,tests/authority/test_peer.c \
	gatewayd/authority/link/peer.c,))
$(eval $(call unit,authority/test_admin_refusals,tests/authority/test_admin_refusals.c \
	$(world_SRC),$(world_LIBS)))
$(eval $(call unit,authority/test_attempt_end,tests/authority/test_attempt_end.c \
	$(world_SRC),$(world_LIBS)))
$(eval $(call unit,authority/test_lease_kept,tests/authority/test_lease_kept.c \
	tests/authority/leased.c $(world_SRC),$(world_LIBS)))
$(eval $(call unit,authority/test_phases,tests/authority/test_phases.c \
	tests/authority/module_side.c $(world_SRC),$(world_LIBS)))
$(eval $(call unit,authority/test_liars,tests/authority/test_liars.c \
	$(world_SRC),$(world_LIBS)))
# authority's end of a channel alone, the other played by the test
link_SRC := tests/support/virtual_clock.c gatewayd/role/routes.c \
	$(addprefix lib/ipc/,channel.c messages.c) \
	$(addprefix lib/base/,buf.c log.c loop.c reason.c)
link_LIBS := -Wl,--wrap=epoll_wait
$(eval $(call unit,authority/test_store_link,tests/authority/test_store_link.c \
	gatewayd/authority/link/store_link.c lib/base/table.c $(link_SRC),$(link_LIBS)))
$(eval $(call unit,authority/test_audit_link,tests/authority/test_audit_link.c \
	gatewayd/authority/link/audit_link.c $(link_SRC),$(link_LIBS)))
