/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "pam_module/client.h"
#include "tests/support/pam_app.h"
#include "tests/support/patience.h"
#include "tests/support/unit.h"

/* libpam gives data to modules only, and here no module calls. */
static struct {
	void *data;
	void (*cleanup)(pam_handle_t *, void *, int);
} kept;

int __wrap_pam_set_data(pam_handle_t *pamh, const char *name, void *data,
    void (*cleanup)(pam_handle_t *, void *, int));
int __wrap_pam_get_data(
    const pam_handle_t *pamh, const char *name, const void **data_r);

int
__wrap_pam_set_data(pam_handle_t *pamh, const char *name, void *data,
    void (*cleanup)(pam_handle_t *, void *, int))
{
	assert_string_equal(name, "sallyport_way");
	if (kept.cleanup != NULL)
		kept.cleanup(pamh, kept.data, PAM_DATA_REPLACE);
	kept.data = data;
	kept.cleanup = cleanup;
	return PAM_SUCCESS;
}

int
__wrap_pam_get_data(
    const pam_handle_t *pamh, const char *name, const void **data_r)
{
	*data_r = kept.data;
	return kept.data == NULL ? PAM_NO_MODULE_DATA : PAM_SUCCESS;
}

struct place {
	struct pam_app app;
	char dir[64], inner[80], path[96], link[80], by_link[96];
	int listening;
};

static int
set_up(void **state)
{
	struct sockaddr_un sun = {.sun_family = AF_UNIX};
	struct place *p = calloc(1, sizeof *p);

	pam_app_service(&p->app, "");
	pam_app_start(&p->app);
	snprintf(p->dir, sizeof p->dir, "/tmp/sallyport-client-XXXXXX");
	if (mkdtemp(p->dir) == NULL)
		return -1;
	snprintf(p->inner, sizeof p->inner, "%s/run", p->dir);
	snprintf(p->path, sizeof p->path, "%s/sock", p->inner);
	snprintf(p->link, sizeof p->link, "%s/link", p->dir);
	snprintf(p->by_link, sizeof p->by_link, "%s/sock", p->link);
	snprintf(sun.sun_path, sizeof sun.sun_path, "%s", p->path);
	p->listening = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (mkdir(p->inner, 0755) < 0 || symlink("run", p->link) < 0 ||
	    bind(p->listening, (const void *)&sun, sizeof sun) < 0 ||
	    listen(p->listening, 0) < 0)
		return -1;
	*state = p;
	return 0;
}

static int
tear_down(void **state)
{
	struct place *p = *state;

	__wrap_pam_set_data(p->app.pamh, "sallyport_way", NULL, NULL);
	close(p->listening);
	unlink(p->path);
	unlink(p->link);
	rmdir(p->inner);
	rmdir(p->dir);
	pam_app_end(&p->app);
	pam_app_remove(&p->app);
	free(p);
	return 0;
}

/* with what the handle keeps */
static int
try_again(struct place *p, const char *path, int timeout_ms)
{
	struct client c;
	int result =
	    client_open(&c, p->app.pamh, path, pamwire_io_now() + timeout_ms);

	assert_int_equal(result, c.fd < 0 ? -1 : 0);
	if (result == 0) {
		assert_int_equal(fcntl(c.fd, F_GETFD), FD_CLOEXEC);
		assert_int_equal(client_close(&c), 0);
		assert_int_equal(close(accept(p->listening, NULL, NULL)), 0);
	}
	return result;
}

static int
try(struct place *p, const char *path, int timeout_ms)
{
	__wrap_pam_set_data(p->app.pamh, "sallyport_way", NULL, NULL);
	return try_again(p, path, timeout_ms);
}

static void
directories_on_the_way_must_be_out_of_reach(void **state)
{
	static const struct {
		mode_t outer, inner;
		int result;
	} row[] = {{0700, 0755, 0}, {0755, 0711, 0}, {0775, 0755, -1},
	    {0757, 0755, -1}, {0755, 0775, -1}, {0755, 0757, -1},
	    {0755, 01777, -1}};
	struct place *p = *state;

	for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
		assert_int_equal(chmod(p->dir, row[i].outer), 0);
		assert_int_equal(chmod(p->inner, row[i].inner), 0);
		assert_int_equal(try(p, p->path, PATIENCE_MS), row[i].result);
	}
	chmod(p->dir, 0700);
	chmod(p->inner, 0700);
	if (getuid() == 0) {
		/* on the way, root's sticky directory will do */
		assert_int_equal(chmod(p->dir, 01777), 0);
		assert_int_equal(try(p, p->path, PATIENCE_MS), 0);
		/* somebody else's will not, in either place */
		assert_int_equal(chown(p->dir, 65534, 65534), 0);
		assert_int_equal(try(p, p->path, PATIENCE_MS), -1);
		assert_int_equal(chmod(p->dir, 0755), 0);
		assert_int_equal(try(p, p->path, PATIENCE_MS), -1);
		assert_int_equal(chown(p->dir, 0, 0), 0);
		assert_int_equal(chown(p->inner, 65534, 65534), 0);
		assert_int_equal(try(p, p->path, PATIENCE_MS), -1);
		assert_int_equal(chown(p->inner, 0, 0), 0);
		assert_int_equal(try(p, p->path, PATIENCE_MS), 0);
	}
}

static void
a_way_that_is_not_straight_is_not_gone(void **state)
{
	struct place *p = *state;
	char path[300], name[200];

	assert_int_equal(try(p, p->by_link, PATIENCE_MS), -1);
	snprintf(path, sizeof path, "%s/../run/sock", p->inner);
	assert_int_equal(try(p, path, PATIENCE_MS), -1);
	snprintf(path, sizeof path, "/%s", p->path);
	assert_int_equal(try(p, path, PATIENCE_MS), -1);
	snprintf(path, sizeof path, "%s/", p->path);
	assert_int_equal(try(p, path, PATIENCE_MS), -1);
	snprintf(path, sizeof path, "%s/none", p->inner);
	assert_int_equal(try(p, path, PATIENCE_MS), -1);
	memset(name, 'n', sizeof name - 1);
	name[sizeof name - 1] = '\0';
	snprintf(path, sizeof path, "%s/%s", p->inner, name);
	assert_int_equal(try(p, path, PATIENCE_MS), -1);
	assert_int_equal(try(p, "/", PATIENCE_MS), -1);
	assert_int_equal(try(p, p->path, PATIENCE_MS), 0);
}

/* A descriptor of ours that is that directory. */
static int
fd_of(const char *path)
{
	struct stat is, st;
	int fd = 0;

	assert_int_equal(stat(path, &is), 0);
	while (fd < 1000 && (fstat(fd, &st) < 0 || st.st_ino != is.st_ino ||
				st.st_dev != is.st_dev))
		fd++;
	assert_in_range(fd, 0, 999);
	return fd;
}

/* The application does what it likes with descriptors, and gatewayd starts anew
 * meanwhile. */
static void
the_way_is_walked_once_and_looked_at_each_time(void **state)
{
	struct sockaddr_un sun = {.sun_family = AF_UNIX};
	struct place *p = *state;
	char aside[96];
	int fd, other;

	assert_int_equal(try_again(p, p->path, PATIENCE_MS), 0);
	fd = fd_of(p->inner);
	assert_int_not_equal(fcntl(fd, F_GETFL) & O_PATH, 0);
	assert_int_equal(fcntl(fd, F_GETFD), FD_CLOEXEC);
	/* what is above it is not walked again, but it is looked at */
	assert_int_equal(chmod(p->inner, 0777), 0);
	assert_int_equal(try_again(p, p->path, PATIENCE_MS), -1);
	assert_int_equal(chmod(p->inner, 0755), 0);
	assert_int_equal(try_again(p, p->path, PATIENCE_MS), 0);
	/* the application closed it, and has another file there */
	assert_int_equal(close(fd), 0);
	assert_int_equal(try_again(p, p->path, PATIENCE_MS), 0);
	fd = fd_of(p->inner);
	other = open("/tmp", O_PATH | O_DIRECTORY | O_CLOEXEC);
	assert_int_equal(dup2(other, fd), fd);
	assert_int_equal(close(other), 0);
	assert_int_equal(chmod(p->dir, 0777), 0);
	assert_int_equal(try_again(p, p->path, PATIENCE_MS), -1);
	assert_int_equal(chmod(p->dir, 0755), 0);
	assert_int_equal(try_again(p, p->path, PATIENCE_MS), 0);
	assert_int_equal(fcntl(fd, F_GETFD), 0); /* it was not closed */
	assert_int_equal(close(fd), 0);
	/* another directory is there */
	snprintf(aside, sizeof aside, "%s/aside", p->dir);
	assert_int_equal(rename(p->inner, aside), 0);
	assert_int_equal(mkdir(p->inner, 0755), 0);
	close(p->listening);
	p->listening = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	snprintf(sun.sun_path, sizeof sun.sun_path, "%s", p->path);
	assert_int_equal(bind(p->listening, (const void *)&sun, sizeof sun), 0);
	assert_int_equal(listen(p->listening, 0), 0);
	assert_int_equal(try_again(p, p->path, PATIENCE_MS), 0);
	snprintf(aside, sizeof aside, "%s/aside/sock", p->dir);
	unlink(aside);
	snprintf(aside, sizeof aside, "%s/aside", p->dir);
	assert_int_equal(rmdir(aside), 0);
}

/* -1 when the backlog is full */
static int
connect_now(const struct place *p)
{
	struct sockaddr_un sun = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	snprintf(sun.sun_path, sizeof sun.sun_path, "%s", p->path);
	if (connect(fd, (const void *)&sun, sizeof sun) == 0)
		return fd;
	assert_int_equal(errno, EAGAIN);
	close(fd);
	return -1;
}

static void
a_full_backlog_is_waited_for_until_the_deadline(void **state)
{
	struct place *p = *state;
	int waiting[8], count = 0;
	int64_t begin;

	do
		waiting[count] = connect_now(p);
	while (waiting[count] >= 0 && ++count < 8);
	assert_in_range(count, 1, 7);
	begin = pamwire_io_now();
	assert_int_equal(try(p, p->path, 300), -1);
	assert_in_range(pamwire_io_now() - begin, 200, PATIENCE_MS);
	while (count > 0)
		close(waiting[--count]);
}

/* The application closes our fd behind our back, and opens another. */
static void
an_fd_that_was_replaced_is_left_alone(void **state)
{
	struct pamwire_frame f;
	struct place *p = *state;
	struct client c;
	int fd, theirs;

	assert_int_equal(client_open(&c, p->app.pamh, p->path,
			     pamwire_io_now() + PATIENCE_MS),
	    0);
	fd = c.fd;
	close(fd);
	theirs = open("/dev/null", O_RDWR | O_CLOEXEC);
	if (theirs != fd) {
		assert_int_equal(dup2(theirs, fd), fd);
		close(theirs);
	}
	pamwire_init(&f, PAMWIRE_TYPE_SESSION_ANS);
	f.u.session_ans.result = PAMWIRE_GRANTED;
	assert_int_equal(client_send(&c, &f), -1);
	assert_int_equal(client_receive(&c, &f, c.deadline), -1);
	assert_int_equal(client_close(&c), -1);
	assert_int_equal(write(fd, "x", 1), 1); /* still theirs */
	close(fd);
}

int
main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
	    T(directories_on_the_way_must_be_out_of_reach),
	    T(the_way_is_walked_once_and_looked_at_each_time),
	    T(a_way_that_is_not_straight_is_not_gone),
	    T(a_full_backlog_is_waited_for_until_the_deadline),
	    T(an_fd_that_was_replaced_is_left_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
