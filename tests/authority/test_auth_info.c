/* SPDX-License-Identifier: Apache-2.0 */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "gatewayd/authority/session/auth_info.h"
#include "lib/ipc/messages.h"
#include "policy/policy.h"
#include "tests/support/unit.h"

/* Of OpenSSH 9.2's ssh-keygen, and what its -l says of them. */
static const struct {
	const char *info, *fingerprint;
	bool is_certificate;
} keys[] = {
    {"publickey ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIA2v+QTK27OE"
     "xt4dou86zy3IIT2GJBqnxcOUb2UU1tyi",
	"SHA256:FJag9d6xZ1CxaAm4LrzR5hIMhV19lon5s3uE5QaKsKg", false},
    {"publickey ssh-ed25519-cert-v01@openssh.com AAAAIHNzaC1lZDI"
     "1NTE5LWNlcnQtdjAxQG9wZW5zc2guY29tAAAAIKdl4p3l6J8Qe+YhIqLui"
     "Icg09EmJK72W8l4YRKb1MU9AAAAIA2v+QTK27OExt4dou86zy3IIT2GJBq"
     "nxcOUb2UU1tyiAAAAAAAAAAAAAAABAAAAAmlkAAAACQAAAAVhbGljZQAAA"
     "AAAAAAA//////////8AAAAAAAAAggAAABVwZXJtaXQtWDExLWZvcndhcmR"
     "pbmcAAAAAAAAAF3Blcm1pdC1hZ2VudC1mb3J3YXJkaW5nAAAAAAAAABZwZ"
     "XJtaXQtcG9ydC1mb3J3YXJkaW5nAAAAAAAAAApwZXJtaXQtcHR5AAAAAAA"
     "AAA5wZXJtaXQtdXNlci1yYwAAAAAAAAAAAAAAMwAAAAtzc2gtZWQyNTUxO"
     "QAAACCaItQmao4si8+nUILdgqxlC4jiiHq07iFwFT/haBv8sQAAAFMAAAA"
     "Lc3NoLWVkMjU1MTkAAABANFaxHWQ/GXgCBiCxefdLj0tckDulr0a8NuQ/t"
     "bSSpPnXMQdTrxPZQqsnlkuoDQ3JNRAmQNSDAppyowHP5DaxCw==",
	"SHA256:FJag9d6xZ1CxaAm4LrzR5hIMhV19lon5s3uE5QaKsKg", true},
    {"publickey ecdsa-sha2-nistp521-cert-v01@openssh.com AAAAKGV"
     "jZHNhLXNoYTItbmlzdHA1MjEtY2VydC12MDFAb3BlbnNzaC5jb20AAAAgT"
     "OzsiZk2KTngfA8GNDcYXV0R+34xJm4OuB2v2Ta+qi0AAAAIbmlzdHA1MjE"
     "AAACFBAA3w6wHApreIGAexQyPNohvKWTlKtUiDD+hu0VOVGsySczQWX3fY"
     "FKagZpCIcEqcTFCfJG+WwBvFrmapvz9H+6iIgAYiGofgGKcI/THsouZg6s"
     "AWFHSzVL4+SDMwayLoLf089ITaIBR7iCqUUbA8i7m6eQ+Z7pINAyBRuoze"
     "Qz7vtaYjgAAAAAAAAAAAAAAAQAAAAJpZAAAAAkAAAAFYWxpY2UAAAAAAAA"
     "AAP//////////AAAAAAAAAIIAAAAVcGVybWl0LVgxMS1mb3J3YXJkaW5nA"
     "AAAAAAAABdwZXJtaXQtYWdlbnQtZm9yd2FyZGluZwAAAAAAAAAWcGVybWl"
     "0LXBvcnQtZm9yd2FyZGluZwAAAAAAAAAKcGVybWl0LXB0eQAAAAAAAAAOc"
     "GVybWl0LXVzZXItcmMAAAAAAAAAAAAAADMAAAALc3NoLWVkMjU1MTkAAAA"
     "gmiLUJmqOLIvPp1CC3YKsZQuI4oh6tO4hcBU/4Wgb/LEAAABTAAAAC3Nza"
     "C1lZDI1NTE5AAAAQKU3CX0RhrY6BKXLwAgGfScakahqF8VSCHkECCU3NFo"
     "+EazidhgTnaTBZbSvYBxZ7u91iSQipMrwfIe2WdrI2Qc=",
	"SHA256:dt7oQebqR1ipqf55EfXEvA3baY4pQ2djUZcyU2pXqpo", true},
    {"publickey ssh-rsa-cert-v01@openssh.com AAAAHHNzaC1yc2EtY2V"
     "ydC12MDFAb3BlbnNzaC5jb20AAAAgCJ8hC+m6rLStEDpcioTnbhe8xImv3"
     "xxHtO4O9SnNjXAAAAADAQABAAABgQCi9CpbhVOhn2a1LarxzoLMSc6Kpas"
     "58GNcnve1JTUYeBI0n2rw8aP5Qux+CR6HZLuWb6aU6f/ZvPf2lqXFrNVOs"
     "NtixQwElqhjTaT7svOwuw5/O9suLx8xNCh3al5VxQQR8NvM+4AYs55optl"
     "0G8GZqSVKnlH71JZ4F/b+M38/qrqIv+7QZm4XuOSJh6tFUkUIQXlUgNchm"
     "XJ06xVI7IMeK8C0pgHRkaSPyTA7ivlekSoQLeeaBnfCUmqzpzWRPWFW7nJ"
     "RCr5LcaXqADdoLzYxpKDuoSnioJydB8vtmk4yYNpvDW9dj+ic6U+k36E+O"
     "ZYfmsw1z7gWQ3jYE4b3tyaGBSfGptl+IQsbMfSZ2ty34X5gXmRbqRaKzKv"
     "wSMMu3ByocHNcBSxlGCZ1TN3SI6hnY/CKUQAx1kulAFG4gqkwhfEkMn0nd"
     "ozZ0bLbmDGDu8bLYtWcahz/DDGDsOuZl04F2GX/mHdoiWbXpXDW4vJMSfx"
     "mxlsArnAiMdDn3funfDsAAAAAAAAAAAAAAAEAAAACaWQAAAAJAAAABWFsa"
     "WNlAAAAAAAAAAD//////////wAAAAAAAACCAAAAFXBlcm1pdC1YMTEtZm9"
     "yd2FyZGluZwAAAAAAAAAXcGVybWl0LWFnZW50LWZvcndhcmRpbmcAAAAAA"
     "AAAFnBlcm1pdC1wb3J0LWZvcndhcmRpbmcAAAAAAAAACnBlcm1pdC1wdHk"
     "AAAAAAAAADnBlcm1pdC11c2VyLXJjAAAAAAAAAAAAAAAzAAAAC3NzaC1lZ"
     "DI1NTE5AAAAIJoi1CZqjiyLz6dQgt2CrGULiOKIerTuIXAVP+FoG/yxAAA"
     "AUwAAAAtzc2gtZWQyNTUxOQAAAEBXqjN1Yj9wk4ZKfqOLpCv/nGtP0IVpM"
     "tA/Sd7f19ez1O0z5601W9bedkW6b1S8AluLgMn2GlI4Yf6xM9D/5mQN",
	"SHA256:1MivxUIfbE+ZAKUzaENIt+67KZOJbpjSyNMprMDix0Y", true},
};

static char fingerprint[65];

static uint32_t
parse(const char *info)
{
	uint32_t factors;

	auth_info_parse(info, &factors, fingerprint, sizeof fingerprint);
	return factors;
}

static void
keys_and_certificates_are_named_as_ssh_keygen_does(void **state)
{
	char info[AUTH_INFO_MAX + 1];

	for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
		assert_int_equal(parse(keys[i].info), POLICY_PUBLICKEY);
		assert_string_equal(fingerprint, keys[i].fingerprint);
		snprintf(info, sizeof info, "%s\npassword\n", keys[i].info);
		assert_int_equal(parse(info), POLICY_PUBLICKEY);
		assert_string_equal(fingerprint, keys[i].fingerprint);
	}
}

/* Cut anywhere: either the same key, or nothing is proven; never another. */
static void
what_was_cut_is_the_same_key_or_none(void **state)
{
	char info[AUTH_INFO_MAX + 1];

	for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
		size_t size = strlen(keys[i].info);
		unsigned found = 0;

		for (size_t at = 0; at < size; at++) {
			snprintf(info, sizeof info, "%.*s...", (int)at,
			    keys[i].info);
			if (parse(info) == 0) {
				assert_string_equal(fingerprint, "");
				continue;
			}
			assert_true(keys[i].is_certificate);
			assert_string_equal(fingerprint, keys[i].fingerprint);
			found++;
		}
		assert_int_equal(found > 0, keys[i].is_certificate);
	}
}

/* Lengths that lead out of the blob. */
static void
a_certificate_that_is_none_proves_nothing(void **state)
{
	static const char *const none[] = {
	    /* the type alone; a nonce of 4 GiB; one that ends behind it */
	    "publickey x AAAAIHNzaC1lZDI1NTE5LWNlcnQtdjAxQG9wZW5zc2guY29t",
	    "publickey x AAAAIHNzaC1lZDI1NTE5LWNlcnQtdjAxQG9wZW5zc2guY29t"
	    "/////wAA",
	    "publickey x AAAAIHNzaC1lZDI1NTE5LWNlcnQtdjAxQG9wZW5zc2guY29t"
	    "AAAABAAA",
	    /* no base64, though its size is; none; half a group; no type */
	    "publickey x AAA*AAAA",
	    "publickey x ",
	    "publickey x AAAAAA",
	    "publickey  AAAAC3NzaC1lZDI1NTE5AAAAIA==",
	    "publickey x ...",
	    "publickey x AAA...",
	    "publickey x",
	    "publickey",
	    "",
	    "password",
	};

	for (size_t i = 0; i < sizeof none / sizeof none[0]; i++) {
		assert_int_equal(parse(none[i]), 0);
		assert_string_equal(fingerprint, "");
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(
		keys_and_certificates_are_named_as_ssh_keygen_does),
	    cmocka_unit_test(what_was_cut_is_the_same_key_or_none),
	    cmocka_unit_test(a_certificate_that_is_none_proves_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
