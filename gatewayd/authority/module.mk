# SPDX-License-Identifier: Apache-2.0
AUTHORITY := $(filter-out %/main.c,$(wildcard gatewayd/authority/*.c \
	gatewayd/authority/*/*.c)) \
AUTHORITY := $(addprefix gatewayd/authority/admin/,admin.c admin_approval.c \
	admin_invite.c admin_session.c) \
	$(addprefix gatewayd/authority/admin/,admin_actor.c admin_factor.c admin_guard.c admin_keys.c \
	admin_policy.c admin_user.c admin_verbs.c) \
	$(addprefix gatewayd/authority/,policy_record.c recover.c seal.c \
	snapshot.c) $(addprefix gatewayd/authority/link/,audit_link.c peer.c \
	store_link.c who.c) $(addprefix gatewayd/authority/token/,claims.c \
	jws.c keyring.c token.c) \
	$(addprefix gatewayd/authority/factor/,otpauth.c totp.c) \
	$(addprefix gatewayd/authority/subject/,store_value.c approval.c attributes.c \
	credential.c groups.c invitation.c invite.c marks.c subject.c) \
	$(addprefix gatewayd/authority/subject/,lockout.c recent.c) \
	$(addprefix gatewayd/authority/session/,alive.c ending.c keep.c \
	kept.c lease.c redeem.c resume.c session.c) \
	$(addprefix gatewayd/authority/attempt/,attempt.c claim.c conversation.c \
	decide.c enrol.c grace.c proven.c slots.c slots_1.c talkers.c) \
	$(addprefix lib/base/,base64url.c jwk_write.c name.c table.c) \
	lib/record/record_list.c lib/wire/pamwire.c lib/wire/pamwire_version.c $(POLICY)
AUTHORITY_LIBS := -loath -lcrypto
$(eval $(call program,libexec/authority,gatewayd/authority/main.c \
	$(AUTHORITY) $(ROLE),$(AUTHORITY_LIBS) $(ROLE_LIBS)))
