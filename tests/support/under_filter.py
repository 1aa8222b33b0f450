#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""under_filter.py FILE PROGRAM...: run PROGRAM with the system calls named in
FILE, a line each, and EPERM for all others: what a service manager does with
SystemCallFilter= and SystemCallErrorNumber=EPERM.

under_filter.py -NAME=ERROR PROGRAM...: run it where the system call NAME
fails, as ENOSYS where the kernel has none, as EPERM where a container forbids
it."""
import ctypes
import errno
import os
import sys

ALLOW = 0x7fff0000
ERRNO = 0x00050000


def main(file, *program):
    lib = ctypes.CDLL("libseccomp.so.2", use_errno=True)
    lib.seccomp_init.restype = ctypes.c_void_p
    lib.seccomp_init.argtypes = [ctypes.c_uint32]
    lib.seccomp_load.argtypes = [ctypes.c_void_p]
    lib.seccomp_rule_add_array.argtypes = [
        ctypes.c_void_p, ctypes.c_uint32, ctypes.c_int, ctypes.c_uint,
        ctypes.c_void_p]
    if file.startswith("-"):
        name, error = file[1:].split("=")
        names, action = [name], ERRNO | getattr(errno, error)
        rules = lib.seccomp_init(ALLOW)
    else:
        with open(file, encoding="ascii") as lines:
            names, action = lines.read().split(), ALLOW
        rules = lib.seccomp_init(ERRNO | errno.EPERM)
    for name in names:
        number = lib.seccomp_syscall_resolve_name(name.encode())
        if number >= 0:     # others are of other machines
            if lib.seccomp_rule_add_array(rules, action, number, 0, None):
                sys.exit(f"{name}: no rule")
    if lib.seccomp_load(rules):
        sys.exit("the filter could not be loaded")
    os.execv(program[0], program)


if __name__ == "__main__":
    main(*sys.argv[1:])
