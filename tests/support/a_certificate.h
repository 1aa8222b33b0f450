/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_A_CERTIFICATE_H
#define TESTS_A_CERTIFICATE_H

/* Of an authority that signed nothing and whose key is gone. */
#define A_CERTIFICATE                                                        \
	"-----BEGIN CERTIFICATE-----\n"                                      \
	"MIIBiTCCAS+gAwIBAgIURxdZ+YhQr3Q8xY4vQk8weV6nz00wCgYIKoZIzj0EAwIw\n" \
	"GTEXMBUGA1UEAwwOdGVzdCBhdXRob3JpdHkwIBcNMjYxMTI4MDAzMzI5WhgPMjEy\n" \
	"NjExMDQwMDMzMjlaMBkxFzAVBgNVBAMMDnRlc3QgYXV0aG9yaXR5MFkwEwYHKoZI\n" \
	"zj0CAQYIKoZIzj0DAQcDQgAE16vnB+mP9BgQEyXhPx1iUUZIHvGYrxBiXNw1Lg9R\n" \
	"zz4ZvAaXdYahAxVyWtyUDdEEp/zRkoPHiJzzizTqJ8P976NTMFEwHQYDVR0OBBYE\n" \
	"FK3pNHpaHozeUn6OCtcn7dpa/1FQMB8GA1UdIwQYMBaAFK3pNHpaHozeUn6OCtcn\n" \
	"7dpa/1FQMA8GA1UdEwEB/wQFMAMBAf8wCgYIKoZIzj0EAwIDSAAwRQIhAOPXOR4c\n" \
	"9Gq7kJfgoItuzn8KqHUHb282pZKAAfnKz+gXAiA8UqE02dqst7g4UN5ce3DwupIF\n" \
	"4adVO3xnLu1KvPT5Hw==\n"                                             \
	"-----END CERTIFICATE-----\n"

#endif
