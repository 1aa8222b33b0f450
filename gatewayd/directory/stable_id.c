/* SPDX-License-Identifier: Apache-2.0 */
#include "gatewayd/directory/stable_id.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#define UUID_FORM "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx" /* RFC 4530 */
/* of 389 Directory Server */
#define UNIQUE_ID_FORM "xxxxxxxx-xxxxxxxx-xxxxxxxx-xxxxxxxx"
#define GUID_BYTES 16

/* objectGUID: the first three fields are little-endian (MS-DTYP 2.3.4.2) */
static int
guid_subject(const uint8_t *g, size_t size, char *out)
{
	if (size != GUID_BYTES)
		return -1;
	snprintf(out, sizeof UUID_FORM,
	    "%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-"
	    "%02x%02x%02x%02x%02x%02x",
	    g[3], g[2], g[1], g[0], g[5], g[4], g[7], g[6], g[8], g[9], g[10],
	    g[11], g[12], g[13], g[14], g[15]);
	return 0;
}

static bool
is_hex(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
}

/* Digits and dashes as in the form, in lower case. */
static int
hex_subject(const char *form, const char *v, size_t size, char *out)
{
	if (size != strlen(form))
		return -1;
	for (size_t i = 0; i < size; i++) {
		char c = v[i];

		if (c >= 'A' && c <= 'F')
			c = (char)(c - 'A' + 'a');
		if (form[i] == '-' ? c != '-' : !is_hex(c))
			return -1;
		out[i] = c;
	}
	out[size] = '\0';
	return 0;
}

int
stable_id(const char *attribute, const void *value, size_t size,
    char out[SUBJECT_MAX + 1])
{
	const char *v = value;

	if (strcasecmp(attribute, "objectGUID") == 0)
		return guid_subject(value, size, out);
	if (strcasecmp(attribute, "entryUUID") == 0)
		return hex_subject(UUID_FORM, value, size, out);
	if (strcasecmp(attribute, "nsUniqueId") == 0)
		return hex_subject(UNIQUE_ID_FORM, value, size, out);
	if (size == 0 || size > SUBJECT_MAX)
		return -1;
	for (size_t i = 0; i < size; i++)
		if (v[i] <= ' ' || v[i] > '~')
			return -1;
	memcpy(out, v, size);
	out[size] = '\0';
	return 0;
}
