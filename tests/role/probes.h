/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_ROLE_PROBES_H
#define TESTS_ROLE_PROBES_H

#include <stdbool.h>
#include <stdint.h>

#define KILLED (-1) /* expected: SIGSYS */
#define SUCCESS 0

/* Made before the sandbox, used by the probes inside it. */
struct probe_world {
	int pair[2]; /* a socket pair */
	int file;    /* open for reading and writing */
	int pipe[2];
	int listening;	    /* a TCP socket of ours */
	int listening_unix; /* a stream */
	uint16_t port;	    /* its own */
	char abstract[32];  /* a listening abstract socket of ours */
};
extern struct probe_world probe_world;

/* For cmocka: a private directory, which the tests stand in until the end. */
int probes_set_up(void **state);
int probes_tear_down(void **state);

/* What comes of a call in a child with these classes, as nobody or not, behind
 * the second filter or not: the errno, SUCCESS or KILLED. */
int probe_outcome(int (*call)(void), uint32_t allow, bool nobody, bool narrow);
void probe_become_nobody(void);

/* Probes return 0, or -1 with errno. */

/* probe_process.c */
int probe_base_calls(void);
int probe_newer_calls_fall_back(void);
int probe_signal_self(void);
int probe_signal_own_thread(void);
int probe_one_more_filter(void);
int probe_converse(void);
int probe_stdio_works(void);
int probe_no_core(void);
int probe_fork_and_wait(void);
int probe_kill_own_child(void);
int probe_new_thread(void);
int probe_new_user_namespace_by_clone(void);
int probe_new_user_namespace(void);
int probe_kill_parent(void);
int probe_stop_parent(void);
int probe_open_pidfd(void);
int probe_execute(void);
int probe_execute_memory(void);
int probe_make_memory_file(void);
int probe_make_code_page(void);
int probe_make_data_executable(void);
int probe_trace_parent(void);
int probe_read_parent(void);
int probe_become_root(void);
int probe_leave_groups(void);
int probe_be_dumpable(void);
int probe_rename_process(void);
int probe_allow_cores(void);
int probe_type_into_terminal(void);
int probe_change_root(void);
int probe_mount_something(void);
int probe_raw_add_key(void);
int probe_raw_bpf(void);
int probe_raw_init_module(void);
int probe_raw_io_uring_setup(void);
int probe_raw_kexec_load(void);
int probe_raw_keyctl(void);
int probe_raw_open_by_handle_at(void);
int probe_raw_perf_event_open(void);
int probe_raw_personality(void);
int probe_raw_process_vm_writev(void);
int probe_raw_reboot(void);
int probe_raw_seccomp(void);
int probe_raw_settimeofday(void);
int probe_raw_setns(void);
int probe_raw_userfaultfd(void);
int probe_raw_vhangup(void);

/* probe_sockets.c */
int probe_accept_connection(void);
int probe_socket_unix(void);
int probe_connect_unix(void);
int probe_connect_abstract(void);
int probe_reconnect_channel(void);
int probe_reconnect_unconnected_channel(void);
int probe_reconnect_listening(void);
int probe_socket_inet(void);
int probe_socket_inet6(void);
int probe_socket_packet(void);
int probe_socket_netfilter(void);
int probe_socket_netlink_route(void);
int probe_connect_tcp(void);
int probe_bind_tcp(void);
int probe_listen_somewhere(void);
int probe_resolve_names(void);

/* probe_files.c */
int probe_open_for_reading(void);
int probe_open_by_old_call(void);
int probe_open_readable_for_writing(void);
int probe_truncate_readable_at_open(void);
int probe_open_outside(void);
int probe_list_outside(void);
int probe_create_outside(void);
int probe_unlink_outside(void);
int probe_stat_file(void);
int probe_access_file(void);
int probe_write_file(void);
int probe_preallocate(void);
int probe_setuid_mode(void);
int probe_change_owner(void);
int probe_make_directory(void);
int probe_make_symlink(void);
int probe_make_link(void);
int probe_make_device(void);
int probe_truncate_by_path(void);

#endif
