/* SPDX-License-Identifier: Apache-2.0 */
#include "gatewayd/directory/setup.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "gatewayd/directory/escape.h"
#include "gatewayd/directory/ldap_options.h"
#include "gatewayd/directory/tls_reason.h"

static int
validate(const struct conf_directory *c, char *text, size_t size)
{
	char filter[CONF_TEXT * 2 + 64];
	const char *missing = NULL;

	if (c->uri_count == 0 || c->uri_count > CONF_URIS)
		missing = "uri";
	else if (c->base[0] == '\0')
		missing = "base";
	else if (c->id_attribute[0] == '\0')
		missing = "id-attribute";
	/* what an anonymous search sees of an account's state is up to
	 * chance; and a DN without a password binds as nobody */
	else if (c->bind_dn[0] == '\0' || c->bind_password[0] == '\0')
		missing = "bind-dn or bind-password-file";
	else if (c->connect_timeout == 0 || c->operation_timeout == 0)
		missing = "connect-timeout or operation-timeout";
	if (missing != NULL) {
		snprintf(text, size, "directory: %s is missing", missing);
		return -1;
	}
	if (c->policy_attribute_count > CONF_ATTRIBUTES) {
		snprintf(text, size,
		    "directory: the policy names more than %d "
		    "attributes",
		    CONF_ATTRIBUTES);
		return -1;
	}
	if (escape_match(c->object_class, c->username_attribute,
		(struct bytes){"x", 1}, filter, sizeof filter) < 0) {
		snprintf(text, size,
		    "directory: username-attribute and object-class take the "
		    "name of one attribute and one class");
		return -1;
	}
	return 0;
}

/* 0 also where there is none. */
static int
keep(struct setup_content *c, int fd)
{
	struct stat st;

	if (fd < 0)
		return 0;
	if (fstat(fd, &st) < 0 || st.st_size <= 0)
		return -1;
	c->size = (size_t)st.st_size;
	c->bytes = malloc(c->size);
	return c->bytes != NULL && pread(fd, c->bytes, c->size, 0) == st.st_size
		   ? 0
		   : -1;
}

static bool
is_same(const struct setup_content *a, const struct setup_content *b)
{
	return a->size == b->size &&
	       (a->size == 0 || memcmp(a->bytes, b->bytes, a->size) == 0);
}

bool
setup_same(const struct setup *a, const struct setup *b)
{
	/* padding that differs would cost no more than new connections */
	/* NOLINTNEXTLINE(bugprone-suspicious-memory-comparison) */
	return memcmp(&a->conf, &b->conf, sizeof a->conf) == 0 &&
	       is_same(&a->ca, &b->ca) && is_same(&a->crl, &b->crl) &&
	       a->named.size == b->named.size &&
	       (a->named.size == 0 ||
		   memcmp(a->named.text, b->named.text, a->named.size) == 0);
}

static int
make_tls(
    struct setup *s, const struct setup_files *files, char *text, size_t size)
{
	const struct conf_directory *c = &s->conf;

	/* a list that was asked for and is not there would revoke nobody */
	if (c->crl[0] != '\0' &&
	    (files->crl < 0 || keep(&s->crl, files->crl) < 0 ||
		tls_reason_lists_end(s->crl.bytes, s->crl.size, &s->lists_end) <
		    0)) {
		snprintf(
		    text, size, "directory: crl %s cannot be used", c->crl);
		return -1;
	}
	if (keep(&s->ca, files->ca) < 0 ||
	    (s->tls = ldap_options_tls(files->ca, c->ca, files->crl, c->crl)) ==
		NULL) {
		snprintf(text, size, "directory: ca %s%s%s cannot be used",
		    c->ca, c->crl[0] != '\0' ? " or crl " : "", c->crl);
		return -1;
	}
	return 0;
}

struct setup *
setup_new(const struct conf_directory *conf, const struct setup_files *files,
    char *text, size_t size)
{
	struct setup *s = calloc(1, sizeof *s);
	bool tls = false;

	snprintf(text, size, "directory: no memory");
	if (s == NULL)
		return NULL;
	s->conf = *conf;
	if (validate(conf, text, size) < 0)
		goto fail;
	if (named_groups_read(&s->named, files->groups) < 0) {
		snprintf(text, size,
		    "directory: the list of groups is of no "
		    "use");
		goto fail;
	}
	for (uint32_t i = 0; i < conf->uri_count; i++) {
		if (server_parse(&s->server[i], conf->uri[i], conf->start_tls,
			text, size) < 0)
			goto fail;
		/* one that has no address now may have one later */
		server_resolve(&s->server[i]);
		tls = tls || s->server[i].ldaps || s->server[i].start_tls;
	}
	if (tls && make_tls(s, files, text, size) < 0)
		goto fail;
	return s;
fail:
	setup_free(s);
	return NULL;
}

int
setup_start(struct setup *s, struct loop *loop)
{
	s->pool =
	    ldap_pool_new(loop, &s->conf, s->server, s->tls, s->lists_end);
	return s->pool != NULL ? 0 : -1;
}

void
setup_free(struct setup *s)
{
	if (s == NULL)
		return;
	ldap_pool_free(s->pool);
	if (s->tls != NULL)
		ldap_unbind_ext(s->tls, NULL, NULL);
	free(s->ca.bytes);
	free(s->crl.bytes);
	named_groups_free(&s->named);
	explicit_bzero(s, sizeof *s);
	free(s);
}
