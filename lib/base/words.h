/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The words for factors and for employments, one list each.  Policies, records,
 * tokens and options share them.
 */
#ifndef BASE_WORDS_H
#define BASE_WORDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * F(NAME, word, OCSF's factor_type_id, OCSF's factor_type, carried out).  The
 * language of the policy knows all of them.  This release may not carry out a
 * factor yet: a policy that names such a factor gets a warning
 * (policy_carried_warn()).  An approval is required like a factor, but counts
 * as none.
 */
#define FACTORS(F)                                          \
	F(PASSWORD, "password", 11, "Password", true)       \
	F(OTP, "otp", 7, "OTP", true)                       \
	F(FIDO2, "fido2", 10, "WebAuthn", false)            \
	F(PUBLICKEY, "publickey", 99, "Public Key", true)   \
	F(RECOVERY, "recovery", 99, "Recovery Code", false) \
	F(APPROVAL, "approval", 99, "Approval", true)

enum factor_number {
#define FACTOR_NUMBER(NAME, ...) FACTOR_##NAME,
	FACTORS(FACTOR_NUMBER)
#undef FACTOR_NUMBER
	    FACTOR_COUNT
};

/* The bits of the factors that this release carries out. */
#define FACTOR_CARRIED(NAME, word, id, type, carried) \
	| ((carried) ? 1U << FACTOR_##NAME : 0U)
#define FACTORS_CARRIED (0U FACTORS(FACTOR_CARRIED))

/*
 * The kinds of credential: K(NAME, name, word, FACTOR, OCSF's flag or NULL).  A
 * proof by the credential counts as that factor of the list above.
 * authority/factor/ has a factor_name for each.  The place in this list is the
 * number in the store: add at the end.
 */
#define FACTOR_KINDS(K)                       \
	K(TOTP, totp, "totp", OTP, "is_totp") \
	K(HOTP, hotp, "hotp", OTP, "is_hotp")

enum factor_kind {
	FACTOR_KIND_NONE,
#define FACTOR_KIND_NUMBER(NAME, ...) FACTOR_KIND_##NAME,
	FACTOR_KINDS(FACTOR_KIND_NUMBER)
#undef FACTOR_KIND_NUMBER
	    FACTOR_KIND_COUNT
};

#define FACTOR_KIND_WORD_MAX 16
/* The kind that an invited person enrols during a login. */
#define FACTOR_KIND_INVITED FACTOR_KIND_TOTP

#define EMPLOYMENTS(E)              \
	E(EMPLOYEE, "employee")     \
	E(CONTRACTOR, "contractor") \
	E(VENDOR, "vendor")

enum employment {
	EMPLOYMENT_UNKNOWN,
#define EMPLOYMENT_NUMBER(NAME, word) EMPLOYMENT_##NAME,
	EMPLOYMENTS(EMPLOYMENT_NUMBER)
#undef EMPLOYMENT_NUMBER
	    EMPLOYMENT_COUNT
};

/*
 * The kinds of directory whose attributes say the state of an account:
 * A(NAME, word of the key account-state).  gatewayd/directory/account.c has the
 * rules of each.
 */
#define ACCOUNT_RULES(A)            \
	A(OPENLDAP, "openldap")     \
	A(DS389, "389ds")           \
	A(AD, "ad")                 \
	A(EDIRECTORY, "edirectory") \
	A(SHADOW, "shadow")

enum account_rules_place {
#define ACCOUNT_RULES_PLACE(NAME, word) ACCOUNT_RULES_PLACE_##NAME,
	ACCOUNT_RULES(ACCOUNT_RULES_PLACE)
#undef ACCOUNT_RULES_PLACE
};

enum account_rules {
#define ACCOUNT_RULES_BIT(NAME, word) \
	ACCOUNT_RULES_##NAME = 1 << ACCOUNT_RULES_PLACE_##NAME,
	ACCOUNT_RULES(ACCOUNT_RULES_BIT)
#undef ACCOUNT_RULES_BIT
};

/* "password", ...; NULL past the last one. */
const char *factor_word(unsigned number);
/* OCSF's number for the factor, and its text. */
int factor_ocsf(unsigned number, const char **type_r);
/* The bit of the factor with this word; 0 if there is none. */
uint32_t factor_find(const char *word, size_t length);

/* "totp"; NULL for a number that is no kind. */
const char *factor_kind_word(unsigned kind);
/* The kind with this word, or FACTOR_KIND_NONE. */
enum factor_kind factor_kind_find(const char *word);
/* The bit of the factor that the kind counts as; 0 if it is no kind. */
uint32_t factor_kind_factor(unsigned kind);
/* OCSF's flag for the kind: "is_totp".  NULL if OCSF has none, or if the number
 * is no kind. */
const char *factor_kind_flag(unsigned kind);
/* Writes the words of all kinds for a message: "totp, hotp".  Returns out. */
const char *factor_kind_words(char *out, size_t room);

/* "employee", ...; NULL for EMPLOYMENT_UNKNOWN and other numbers. */
const char *employment_word(unsigned employment);
/* The employment with this word, or EMPLOYMENT_UNKNOWN. */
enum employment employment_find(const char *word, size_t length);
/* The bit of the rules with this word; 0 if there are none. */
uint32_t account_rules_find(const char *word, size_t length);

#endif
