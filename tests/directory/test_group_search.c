/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "gatewayd/directory/group_search.h"
#include "lib/base/dn.h"
#include "lib/conf/conf_profiles.h"
#include "tests/support/unit.h"

#define P "cn\\3dp"

struct fixture {
	struct conf_directory conf;
	struct named_groups named;
	struct group_search g;
	char filter[GROUP_SEARCH_FILTER_MAX];
};

static struct fixture *
make(const char *nested, const char *names, size_t size)
{
	struct fixture *f = calloc(1, sizeof *f);
	int fd = memfd_create("groups", MFD_CLOEXEC);

	assert_int_equal(write(fd, names, size), (int)size);
	assert_int_equal(named_groups_read(&f->named, fd), 0);
	close(fd);
	snprintf(
	    f->conf.nested_groups, sizeof f->conf.nested_groups, "%s", nested);
	group_search_init(&f->g, &f->conf, &f->named);
	return f;
}

static void
end(struct fixture *f)
{
	group_search_free(&f->g);
	named_groups_free(&f->named);
	free(f);
}

static int
next(struct fixture *f)
{
	return group_search_next(&f->g, "cn=p", "", f->filter);
}

/* 1: named and new, 0: not, -1: refused */
static int
take(struct fixture *f, const char *dn)
{
	bool named;

	return group_search_take(&f->g, dn, &named) < 0 ? -1 : named;
}

static void
a_group_is_known_in_any_spelling_and_counts_once(void **state)
{
	struct fixture *f =
	    make(CONF_NESTED_NO, "cn=a,dc=x,\0cn=b,dc=x,\0", 22);

	assert_int_equal(take(f, "CN=B, dc=X"), 1);
	assert_int_equal(take(f, "cn=b,dc=x"), 0);
	assert_int_equal(take(f, "cn=c,dc=x"), 0);
	assert_int_equal(take(f, "no dn"), -1);
	assert_int_equal(take(f, ""), -1);
	assert_int_equal(next(f), 1);
	assert_string_equal(f->filter, "(member=" P ")");
	assert_int_equal(next(f), 0);
	end(f);
}

static void
the_walk_asks_once_for_each_group_and_ends_in_a_circle(void **state)
{
	struct fixture *f = make(CONF_NESTED_WALK, "cn=c,\0", 6);

	assert_int_equal(next(f), 1);
	assert_string_equal(f->filter, "(member=" P ")");
	assert_int_equal(take(f, "cn=a"), 0);
	assert_int_equal(take(f, "cn=b"), 0);
	assert_int_equal(next(f), 1);
	assert_string_equal(f->filter, "(|(member=cn\\3da)(member=cn\\3db))");
	assert_int_equal(take(f, "cn=c"), 1);
	assert_int_equal(next(f), 1);
	assert_string_equal(f->filter, "(|(member=cn\\3dc))");
	assert_int_equal(take(f, "cn=a"), 0);
	assert_int_equal(take(f, "cn=c"), 0);
	assert_int_equal(next(f), 0);
	end(f);
}

/* The other server, or the same one later, may know fewer. */
static void
a_search_that_is_sent_again_forgets_what_it_found(void **state)
{
	struct fixture *f = make(CONF_NESTED_WALK, "cn=c,\0", 6);

	assert_int_equal(next(f), 1);
	assert_int_equal(take(f, "cn=a"), 0);
	assert_int_equal(next(f), 1);
	assert_int_equal(take(f, "cn=c"), 1);
	group_search_again(&f->g);
	assert_int_equal(take(f, "cn=a"), 0);
	assert_int_equal(next(f), 0);
	end(f);
}

static void
the_server_walks_for_the_named_groups_alone(void **state)
{
	struct fixture *f = make(CONF_NESTED_CHAIN, "cn=b,\0cn=a(*);,\0", 16);

	assert_int_equal(
	    group_search_next(&f->g, "cn=p", "cn=users", f->filter), 1);
	assert_string_equal(f->filter,
	    "(&(|(member:1.2.840.113556.1.4.1941:=" P ")"
	    "(member:1.2.840.113556.1.4.1941:=cn\\3dusers))"
	    "(|(distinguishedName=cn\\3da\\28\\2a\\29\\5c\\3b)"
	    "(distinguishedName=cn\\3db)))");
	assert_int_equal(take(f, "cn=b"), 1);
	/* a server that answers more than it was asked */
	assert_int_equal(take(f, "cn=z"), 0);
	assert_int_equal(next(f), 0);
	end(f);
}

static void
many_named_groups_take_several_searches(void **state)
{
	char names[70 * 9];
	size_t size = 0, found = 0, searches = 0;
	struct fixture *f;

	for (int i = 0; i < 70; i++)
		size += (size_t)snprintf(
			    names + size, sizeof names - size, "cn=g%d,", i) +
			1;
	f = make(CONF_NESTED_CHAIN, names, size);
	for (; next(f) == 1; searches++)
		for (const char *at = strstr(f->filter, "(distinguishedName=");
		     at != NULL; at = strstr(at + 1, "(distinguishedName="))
			found++;
	assert_int_equal(searches, 3);
	assert_int_equal(found, 70);
	end(f);
}

static void
more_groups_than_the_bound_are_a_refusal(void **state)
{
	struct fixture *f = make(CONF_NESTED_WALK, "cn=c,\0", 6);
	char dn[32];

	for (int i = 0; i < GROUP_SEARCH_MAX; i++) {
		snprintf(dn, sizeof dn, "cn=g%d", i);
		assert_int_equal(take(f, dn), 0);
	}
	assert_int_equal(take(f, "cn=g7"), 0);
	assert_int_equal(take(f, "cn=c"), -1);
	end(f);
}

static void
the_longest_names_fit(void **state)
{
	char dn[DN_MAX + 1], person[1025];
	struct fixture *f;

	memset(dn, ';', sizeof dn);
	memcpy(dn, "cn=", 3);
	dn[DN_MAX - 1] = ',';
	dn[DN_MAX] = '\0';
	memset(person, ',', sizeof person);
	person[sizeof person - 1] = '\0';
	f = make(CONF_NESTED_CHAIN, dn, sizeof dn);
	assert_int_equal(
	    group_search_next(&f->g, person, person, f->filter), 1);
	assert_int_equal(next(f), 0);
	end(f);
}

static void
a_list_that_is_cut_is_of_no_use(void **state)
{
	struct named_groups named;
	int fd = memfd_create("groups", MFD_CLOEXEC);

	assert_int_equal(named_groups_read(&named, -1), -1);
	named_groups_free(&named);
	assert_int_equal(named_groups_read(&named, fd), 0);
	assert_int_equal(named.count, 0);
	named_groups_free(&named);
	assert_int_equal(write(fd, "cn=a", 4), 4);
	assert_int_equal(named_groups_read(&named, fd), -1);
	named_groups_free(&named);
	close(fd);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_group_is_known_in_any_spelling_and_counts_once),
	    cmocka_unit_test(
		the_walk_asks_once_for_each_group_and_ends_in_a_circle),
	    cmocka_unit_test(a_search_that_is_sent_again_forgets_what_it_found),
	    cmocka_unit_test(the_server_walks_for_the_named_groups_alone),
	    cmocka_unit_test(many_named_groups_take_several_searches),
	    cmocka_unit_test(more_groups_than_the_bound_are_a_refusal),
	    cmocka_unit_test(the_longest_names_fit),
	    cmocka_unit_test(a_list_that_is_cut_is_of_no_use),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
