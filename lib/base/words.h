/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The words for factors and employments, which policies, records, tokens and
 * options share: one list each.
 */
#ifndef LIB_BASE_WORDS_H
#define LIB_BASE_WORDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * F(NAME, word, OCSF's factor_type_id, its factor_type, carried out).  The
 * language knows all of them; what is not carried out yet can be written in a
 * policy, which is warned about (policy_carried()).  The approval is required
 * like a factor and counts as none.
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

/* The bits of those that something in the product asks for and verifies. */
#define FACTOR_CARRIED(NAME, word, id, type, carried) \
	| ((carried) ? 1U << FACTOR_##NAME : 0U)
#define FACTORS_CARRIED (0U FACTORS(FACTOR_CARRIED))

/*
 * Kinds of credential: K(NAME, name, word, FACTOR), with the factor of above
 * that a proof by it counts as.  authority/factor/ has a factor_NAME for each.
 * The place in this list is the number in the store: add at the end.
 */
#define FACTOR_KINDS(K) K(TOTP, totp, "totp", OTP)

enum factor_kind {
	FACTOR_KIND_NONE,
#define FACTOR_KIND_NUMBER(NAME, ...) FACTOR_KIND_##NAME,
	FACTOR_KINDS(FACTOR_KIND_NUMBER)
#undef FACTOR_KIND_NUMBER
	    FACTOR_KIND_COUNT
};

#define FACTOR_KIND_WORD_MAX 16
/* what an invited person enrols during a login */
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

/* "password"; NULL past the last one. */
const char *factor_word(unsigned number);
/* OCSF's number and text for it. */
int factor_ocsf(unsigned number, const char **type_r);
/* Its bit; 0: there is no such factor. */
uint32_t factor_find(const char *word, size_t length);

/* "totp"; NULL for FACTOR_KIND_NONE and what is none. */
const char *factor_kind_word(unsigned kind);
/* FACTOR_KIND_NONE: there is no such kind. */
enum factor_kind factor_kind_find(const char *word);
/* The bit of the factor that it counts as; 0 for what is no kind. */
uint32_t factor_kind_factor(unsigned kind);
/* The kind that can alone count as this factor; FACTOR_KIND_NONE: none can, or
 * there are several. */
enum factor_kind factor_kind_only(unsigned factor);
/* "totp, hotp": all of them, to be shown.  Returns out. */
const char *factor_kind_words(char *out, size_t room);

/* "employee"; NULL for EMPLOYMENT_UNKNOWN and what is none. */
const char *employment_word(unsigned employment);
/* EMPLOYMENT_UNKNOWN: it is none of these. */
enum employment employment_find(const char *word, size_t length);

#endif
