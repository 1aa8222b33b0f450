/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/otp_form.h"

#include <string.h>

static const struct {
	const char *word;
	size_t size;
} algorithms[OTP_ALGORITHM_COUNT] = {
#define ROW(NAME, word, size) [OTP_##NAME] = {word, size},
    OTP_ALGORITHMS(ROW)
#undef ROW
};

bool
otp_form_is_valid(const struct otp_form *f)
{
	return otp_algorithm_word(f->algorithm) != NULL &&
	       (f->digits == 6 || f->digits == 8) &&
	       (f->period == 30 || f->period == 60);
}

bool
otp_form_is_usual(const struct otp_form *f)
{
	const struct otp_form usual = OTP_FORM_USUAL;

	return f->algorithm == usual.algorithm && f->digits == usual.digits &&
	       f->period == usual.period;
}

void
otp_form_choose(struct otp_form *f, const struct otp_form *chosen)
{
	if (chosen->algorithm != 0)
		f->algorithm = chosen->algorithm;
	if (chosen->digits != 0)
		f->digits = chosen->digits;
	if (chosen->period != 0)
		f->period = chosen->period;
}

size_t
otp_form_seed_size(const struct otp_form *f)
{
	return f->algorithm < OTP_ALGORITHM_COUNT
		   ? algorithms[f->algorithm].size
		   : 0;
}

const char *
otp_algorithm_word(unsigned algorithm)
{
	return algorithm < OTP_ALGORITHM_COUNT ? algorithms[algorithm].word
					       : NULL;
}

enum otp_algorithm
otp_algorithm_find(const char *word)
{
	for (int i = 1; i < OTP_ALGORITHM_COUNT; i++)
		if (strcmp(algorithms[i].word, word) == 0)
			return (enum otp_algorithm)i;
	return OTP_ALGORITHM_NONE;
}
