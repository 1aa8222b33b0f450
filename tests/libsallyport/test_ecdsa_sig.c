/* SPDX-License-Identifier: Apache-2.0 */
#include "libsallyport/ecdsa_sig.h"

#include <string.h>

#include "tests/support/unit.h"

static void
signatures_become_minimal_der(void **state)
{
	uint8_t raw[ECDSA_SIG_RAW_LEN] = {0};
	uint8_t der[ECDSA_SIG_DER_MAX];

	assert_int_equal(ecdsa_sig_der(raw, der), 0);
	raw[31] = 1;
	assert_int_equal(ecdsa_sig_der(raw, der), 0); /* s is zero */
	raw[63] = 0x80;
	assert_int_equal(ecdsa_sig_der(raw, der), 9);
	assert_memory_equal(der, "\x30\x07\x02\x01\x01\x02\x02\x00\x80", 9);
	raw[31] = 0;
	assert_int_equal(ecdsa_sig_der(raw, der), 0); /* r is zero */
	memset(raw, 0xff, sizeof raw);
	assert_int_equal(ecdsa_sig_der(raw, der), ECDSA_SIG_DER_MAX);
	assert_memory_equal(der, "\x30\x46\x02\x21\x00\xff", 6);
	assert_memory_equal(der + 37, "\x02\x21\x00\xff", 4);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(signatures_become_minimal_der),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
