/* SPDX-License-Identifier: Apache-2.0 */
#include "gatewayd/authority/factor/factor.h"

#include "lib/conf/conf.h"

static const struct factor_ops *const factors[FACTOR_KIND_COUNT] = {
#define ROW(NAME, name, ...) [FACTOR_KIND_##NAME] = &factor_##name,
    FACTOR_KINDS(ROW)
#undef ROW
};

struct otp_form
factor_form(const struct conf_authority *conf)
{
	return (struct otp_form){
	    (uint8_t)otp_algorithm_find(conf->otp_algorithm),
	    (uint8_t)conf->otp_digits, (uint8_t)conf->otp_period_seconds};
}

const struct factor_ops *
factor_of(unsigned kind)
{
	return kind < FACTOR_KIND_COUNT ? factors[kind] : NULL;
}

uint32_t
factor_all(void)
{
	uint32_t all = 0;

	for (unsigned i = 0; i < FACTOR_KIND_COUNT; i++)
		all |= factor_kind_factor(i);
	return all;
}

const struct factor_ops *
factor_ask(uint32_t wanted)
{
	for (unsigned i = 1; i < FACTOR_KIND_COUNT; i++)
		if ((factor_kind_factor(i) & wanted) != 0)
			return factors[i];
	return NULL;
}
