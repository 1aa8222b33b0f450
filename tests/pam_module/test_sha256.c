/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include "pam_module/sha256.h"
#include "tests/support/unit.h"

static void
assert_digest(const void *data, size_t size, const char *expected)
{
	uint8_t out[SHA256_SIZE];
	char hex[2 * SHA256_SIZE + 1];

	sha256(data, size, out);
	for (int i = 0; i < SHA256_SIZE; i++)
		snprintf(hex + 2 * i, 3, "%02x", out[i]);
	assert_string_equal(hex, expected);
}

/* FIPS 180-4's examples and those of NIST's CAVP (short messages) */
static void
the_standards_examples(void **state)
{
	static const uint8_t bd = 0xbd;
	static const uint8_t c9[] = {0xc9, 0x8c, 0x8e, 0x55};
	static char million[1000000];

	assert_digest("", 0,
	    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
	assert_digest("abc", 3,
	    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	assert_digest(
	    "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 56,
	    "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
	assert_digest(&bd, 1,
	    "68325720aabd7c82f30f554b313d0570c95accbb7dc4b5aae11204c08ffe732b");
	assert_digest(c9, 4,
	    "7abc22c0ae5af26ce93dbb94433a0e0b2e119d014f8e7f65bd56c61ccccd9504");
	memset(million, 'a', sizeof million);
	assert_digest(million, sizeof million,
	    "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

/* Sizes around the ends of a block; digests from another implementation. */
static void
sizes_around_a_block(void **state)
{
	static const struct {
		size_t size;
		const char *digest;
	} row[] = {
	    {1, "4bf5122f344554c53bde2ebb8cd2b7e3d1600ad631c385a5d7cce23c7785459a"},
	    {32,
		"70b25e78a713fbc17ba3f5e9b25c16200202a776ddb67fffb745d54b9eee7f29"},
	    {55,
		"81afe5b788dc2ce138ff83d9b20164db75a94d75d2b2432eea4a0ef605088c72"},
	    {56,
		"2aba54f0ac632420a2b502431408866e40e1d5e430df4cd822642c78ab2eb9c1"},
	    {57,
		"903284efbf9100e8ba1614ec65eacacad125e03f857cae7acbf8b73b23e0fdfe"},
	    {63,
		"733d3d4ee79ee67145bf73da13588f6f235d37414fc64b14a2f00f1762792f5e"},
	    {64,
		"79322907b3e9d013d7dc2c2f256674dbf733045cde01df3539271c6f5605feb8"},
	    {65,
		"d85c007c6eb440f085afa2b84f6f2bce4658b240e9f62cb1364bf0485a57e720"},
	    {119,
		"6c87eedf096b345de205b702e5223b73b447a3207791ded3ea007ba15ed6736e"},
	    {120,
		"42500cf6a1e3936d6b9e0bcfe296d654b63255e525487d3634d0b15fde591c4d"},
	    {127,
		"68f6ff710276900c0ffbbc57426f67e00c2e01f0750c7edc25ac06b8ce7a8095"},
	    {128,
		"489d55fea9a73af36b6dd0be7b4117d8e5683386d39544e8a44c99a87f368707"},
	    {129,
		"4e1556b2e9a50a3cc9478f3254727b01065f9ac5d2c3a8b4cd538ae7240bb87d"},
	    {1000,
		"6b0df76627243d095b0c4400cb658b7e804dd03461cc03aee8fc8fe0bcada168"},
	};
	uint8_t data[1000];

	for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
		for (size_t j = 0; j < row[i].size; j++)
			data[j] = (uint8_t)(j * 7 + row[i].size);
		assert_digest(data, row[i].size, row[i].digest);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_standards_examples),
	    cmocka_unit_test(sizes_around_a_block),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
