/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/value/attributes.h"

#include <string.h>
#include <strings.h>

/* What the directory must not hand out, and no record may hold. */
static const char *const secrets[] = {"authPassword", "dBCSPwd",
    "krbPrincipalKey", "ms-Mcs-AdmPwd", "msDS-ManagedPassword", "ntPwdHistory",
    "oathSecret", "pwdHistory", "sambaLMPassword", "sambaNTPassword",
    "sambaPasswordHistory", "supplementalCredentials", "unicodePwd",
    "userPassword"};

/* RFC 4512 section 1.4: descr.  A number in its place the server would answer
 * with the name, which is then not the one that was asked for. */
static bool
is_descr(const char *name)
{
	for (size_t i = 0; name[i] != '\0'; i++) {
		bool letter = (name[i] >= 'a' && name[i] <= 'z') ||
			      (name[i] >= 'A' && name[i] <= 'Z');
		bool inner =
		    (name[i] >= '0' && name[i] <= '9') || name[i] == '-';

		if (!letter && !(i > 0 && inner))
			return false;
	}
	return name[0] != '\0';
}

const char *
attributes_problem(const char *name, const char *value)
{
	if (!is_descr(name) || strlen(name) > POLICY_ATTRIBUTE_NAME_MAX)
		return "not the name of an attribute: a letter, then letters, "
		       "digits or \"-\", 64 at most";
	for (size_t i = 0; i < sizeof secrets / sizeof secrets[0]; i++) {
		if (strcasecmp(name, secrets[i]) == 0)
			return "this attribute holds a secret, and the log "
			       "shows the attributes that a policy names";
	}
	if (value[strspn(value, " ")] == '\0')
		return "the value of an attribute cannot be empty";
	if (strlen(value) > POLICY_ATTRIBUTE_VALUE_MAX)
		return "a value of more than 255 bytes, which no person can "
		       "have";
	return NULL;
}

int
attributes_add(struct policy *policy, const char *name)
{
	for (size_t i = 0; i < policy->attribute_count; i++) {
		if (strcmp(policy->attributes[i], name) == 0)
			return 0;
	}
	if (policy->attribute_count == POLICY_ATTRIBUTES_MAX)
		return -1;
	policy->attributes[policy->attribute_count++] = name;
	return 0;
}

const char *const *
policy_attribute_names(const struct policy *policy, size_t *count_r)
{
	*count_r = policy == NULL ? 0 : policy->attribute_count;
	return policy == NULL ? NULL : policy->attributes;
}
