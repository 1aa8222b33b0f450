/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How an authenticator makes a code of its seed: RFC 4226 and RFC 6238.  The
 * configuration has the form of a new credential, an administrator can choose
 * another one, and each credential keeps its own.
 */
#ifndef BASE_OTP_FORM_H
#define BASE_OTP_FORM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A(NAME, word, bytes of its hash).  The place in this list is the number in
 * the store: add at the end. */
#define OTP_ALGORITHMS(A)       \
	A(SHA1, "sha1", 20)     \
	A(SHA256, "sha256", 32) \
	A(SHA512, "sha512", 64)

enum otp_algorithm {
	OTP_ALGORITHM_NONE,
#define OTP_ALGORITHM_NUMBER(NAME, ...) OTP_##NAME,
	OTP_ALGORITHMS(OTP_ALGORITHM_NUMBER)
#undef OTP_ALGORITHM_NUMBER
	    OTP_ALGORITHM_COUNT
};

#define OTP_ALGORITHM_WORD_MAX 8
#define OTP_DIGITS_MAX 8

struct otp_form {
	uint8_t algorithm; /* enum otp_algorithm */
	uint8_t digits;	   /* 6, 8 */
	uint8_t period;	   /* seconds of a step: 30, 60 */
};

/* What every app can do; several apps silently ignore all else. */
#define OTP_FORM_USUAL          \
	(struct otp_form)       \
	{                       \
		OTP_SHA1, 6, 30 \
	}

bool otp_form_is_valid(const struct otp_form *f);
bool otp_form_is_usual(const struct otp_form *f);
/* Takes what chosen says; where that is 0, it is as before. */
void otp_form_choose(struct otp_form *f, const struct otp_form *chosen);
/* Bytes of a new seed: as many as the hash has (RFC 4226 section 4 R6, RFC 6238
 * section 5.1). */
size_t otp_form_seed_size(const struct otp_form *f);

/* "sha1"; NULL for a number that is none. */
const char *otp_algorithm_word(unsigned algorithm);
/* The algorithm with this word, or OTP_ALGORITHM_NONE. */
enum otp_algorithm otp_algorithm_find(const char *word);

#endif
