/* SPDX-License-Identifier: Apache-2.0 */
#ifndef POLICY_VALUE_ADDRESS_H
#define POLICY_VALUE_ADDRESS_H

#include <stdbool.h>
#include <stdint.h>

#include "policy/policy.h"

/*
 * A network.  A v4 network is ::ffff:a.b.c.d/(96 + n).  A v6 network never
 * contains a v4 address.
 */
struct prefix {
	uint8_t bytes[16]; /* zero after bits */
	uint8_t bits;	   /* 0 to 128 */
};

/*
 * Reads "10.0.0.0/8", "2001:db8::/48", or an address alone.
 * 0, or -1 with *problem_r set: it says what is wrong with the text.
 */
int address_prefix_parse(
    const char *text, struct prefix *prefix_r, const char **problem_r);

bool address_is_v4(const uint8_t bytes[16]);

/* True if the address is in the network; false between v4 and v6. */
bool address_in(const uint8_t bytes[16], const struct prefix *prefix);

/* The first address after a network; false if there is none. */
bool address_after(const struct prefix *prefix, uint8_t address[16]);

/* Room for any address or network as text. */
#define ADDRESS_TEXT 64
const char *address_text(const uint8_t bytes[16], char out[ADDRESS_TEXT]);

#endif
