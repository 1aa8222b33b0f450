/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "gatewayd/directory/pending.h"
#include "lib/base/clock.h"
#include "tests/support/unit.h"

struct fixture {
	struct loop *loop;
	struct pending_table table;
	unsigned ended;
};

static const uint8_t ticket[TICKET] = "sixteen bytes--";

static void
count_end(struct pending *p)
{
	struct fixture *f = p->owner;

	f->ended++;
}

static int
set_up(void **state)
{
	static struct fixture f;

	memset(&f, 0, sizeof f);
	f.loop = loop_new();
	*state = &f;
	return f.loop == NULL ||
		       pending_init(&f.table, f.loop, count_end, &f) < 0
		   ? -1
		   : 0;
}

static int
tear_down(void **state)
{
	struct fixture *f = *state;

	pending_remove_all(&f->table);
	table_free(&f->table.table);
	loop_free(f->loop);
	return 0;
}

static const uint8_t *
attempt(uint32_t n)
{
	static uint8_t id[ATTEMPT_ID];

	memcpy(id, &n, sizeof n);
	return id;
}

static void
a_ticket_is_good_once(void **state)
{
	struct fixture *f = *state;
	struct pending *p = pending_add(&f->table, attempt(1), ticket, false);

	assert_non_null(p);
	assert_ptr_equal(pending_take(&f->table, attempt(1), ticket), p);
	assert_null(pending_take(&f->table, attempt(1), ticket));
}

static void
a_wrong_ticket_takes_nothing_and_spoils_nothing(void **state)
{
	struct fixture *f = *state;
	struct pending *p = pending_add(&f->table, attempt(1), ticket, false);

	assert_non_null(p);
	for (size_t bit = 0; bit < TICKET * 8; bit++) {
		uint8_t wrong[TICKET];

		memcpy(wrong, ticket, TICKET);
		wrong[bit / 8] ^= (uint8_t)(1 << bit % 8);
		assert_null(pending_take(&f->table, attempt(1), wrong));
	}
	assert_null(pending_take(&f->table, attempt(2), ticket));
	assert_ptr_equal(pending_take(&f->table, attempt(1), ticket), p);
}

static void
a_ticket_of_zeros_is_never_right(void **state)
{
	static const uint8_t zeros[TICKET];
	struct fixture *f = *state;

	assert_non_null(pending_add(&f->table, attempt(1), zeros, false));
	assert_null(pending_take(&f->table, attempt(1), zeros));
	assert_null(pending_take(&f->table, attempt(2), zeros));
}

static void
what_was_forgotten_is_unknown(void **state)
{
	struct fixture *f = *state;
	struct pending *p = pending_add(&f->table, attempt(1), ticket, false);

	assert_int_equal(pending_set_password(p, "hunter2", 7), 0);
	pending_remove(p);
	assert_int_equal(f->ended, 1);
	assert_null(pending_find(&f->table, attempt(1)));
	assert_null(pending_take(&f->table, attempt(1), ticket));
}

static void
one_attempt_is_held_once(void **state)
{
	struct fixture *f = *state;

	assert_non_null(pending_add(&f->table, attempt(1), ticket, false));
	assert_null(pending_add(&f->table, attempt(1), ticket, true));
}

static void
no_more_than_the_maximum_are_held(void **state)
{
	struct fixture *f = *state;

	for (uint32_t i = 0; i < PENDING_MAX; i++)
		assert_non_null(
		    pending_add(&f->table, attempt(i), ticket, false));
	assert_null(
	    pending_add(&f->table, attempt(PENDING_MAX), ticket, false));
	pending_remove(pending_find(&f->table, attempt(7)));
	assert_non_null(
	    pending_add(&f->table, attempt(PENDING_MAX), ticket, false));
	pending_remove_all(&f->table);
	assert_int_equal(f->ended, PENDING_MAX + 1);
	assert_null(pending_find(&f->table, attempt(0)));
}

static uint64_t ahead; /* of the clock */
uint64_t __real_clock_mono_ms(void);
uint64_t __wrap_clock_mono_ms(void);

uint64_t
__wrap_clock_mono_ms(void)
{
	return __real_clock_mono_ms() + ahead;
}

static void
stop(void *arg)
{
	loop_stop(arg);
}

static void
go_on(struct fixture *f, uint64_t ms)
{
	struct loop_timer end = {0};

	ahead += ms;
	loop_timer_at(f->loop, &end, clock_mono_ms() + 1, stop, f->loop);
	assert_int_equal(loop_run(f->loop), 0);
}

/* Authority never says that it may be used, nor that it is over. */
static void
a_password_that_nobody_asks_for_is_gone_after_its_life(void **state)
{
	struct fixture *f = *state;
	struct pending *p = pending_add(&f->table, attempt(1), ticket, false);

	assert_ptr_equal(pending_take(&f->table, attempt(1), ticket), p);
	assert_int_equal(pending_set_password(p, "hunter2", 7), 0);
	go_on(f, PENDING_LIFE_MS - 10000);
	assert_ptr_equal(pending_find(&f->table, attempt(1)), p);
	go_on(f, 10000);
	assert_null(pending_find(&f->table, attempt(1)));
	assert_int_equal(f->ended, 1);
}

static void
a_password_is_bounded_and_cleared(void **state)
{
	static const uint8_t bytes[SECRET_MAX + 1] = {1};
	struct fixture *f = *state;
	struct pending *p = pending_add(&f->table, attempt(1), ticket, false);

	assert_int_equal(pending_set_password(p, bytes, SECRET_MAX), 0);
	assert_int_equal(p->password->size, SECRET_MAX);
	assert_int_equal(pending_set_password(p, bytes, SECRET_MAX + 1), -1);
	assert_null(p->password);
	pending_clear_password(p);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(a_ticket_is_good_once),
	    TEST(a_wrong_ticket_takes_nothing_and_spoils_nothing),
	    TEST(a_ticket_of_zeros_is_never_right),
	    TEST(what_was_forgotten_is_unknown),
	    TEST(one_attempt_is_held_once),
	    TEST(no_more_than_the_maximum_are_held),
	    TEST(a_password_that_nobody_asks_for_is_gone_after_its_life),
	    TEST(a_password_is_bounded_and_cleared),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
