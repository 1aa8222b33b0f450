# SPDX-License-Identifier: Apache-2.0
"""Daemons by pid file: a pid together with its start time, so that a number
that the kernel has given to somebody else meanwhile is never signalled."""
import os
import signal
import subprocess
import time

# Seconds for what must come: a machine may leave a process alone for a while.
PATIENCE = 60.0


class Daemon:
    """One foreground program of the lab, its log and its pid file."""

    def __init__(self, name, run_dir, log_dir):
        self.name = name
        self.pidfile = os.path.join(run_dir, name + ".pid")
        self.log = os.path.join(log_dir, name + ".log")

    def start(self, argv, env=None, cwd="/"):
        """Start ARGV, which must stay in the foreground, in a session of its own."""
        with open(self.log, "ab") as log:
            child = subprocess.Popen(
                argv, env=env, cwd=cwd, stdin=subprocess.DEVNULL, stdout=log,
                stderr=log, start_new_session=True)
        with open(self.pidfile, "w", encoding="ascii") as out:
            out.write(f"{child.pid} {start_time(child.pid)}\n")

    def pid(self):
        """The pid while that very process lives, else None."""
        try:
            with open(self.pidfile, encoding="ascii") as file:
                pid, started = file.read().split()
        except (OSError, ValueError):
            return None
        return int(pid) if start_time(int(pid)) == started else None

    def alive(self):
        return self.pid() is not None

    def signal(self, number):
        pid = self.pid()
        if pid is not None:
            os.kill(pid, number)

    def stop(self, patience=20.0):
        """End the process and everything it started: TERM, later KILL."""
        pid = self.pid()
        if pid is not None:
            family = descendants(pid)
            self.signal(signal.SIGCONT)
            self.signal(signal.SIGTERM)
            if not wait_until(lambda: self.pid() is None, patience):
                self.signal(signal.SIGKILL)
            end_leftovers(family)
            wait_until(lambda: self.pid() is None)
        if os.path.exists(self.pidfile):
            os.unlink(self.pidfile)

    def tail(self, lines=25):
        try:
            with open(self.log, encoding="utf-8", errors="replace") as file:
                return "".join(file.readlines()[-lines:])
        except OSError:
            return ""


def stat_fields(pid):
    """/proc/PID/stat after the command name: state first; None when gone."""
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as file:
            return file.read().rpartition(")")[2].split()
    except OSError:
        return None


def start_time(pid):
    """Clock ticks after boot, as a string; None for a process that has ended
    (a zombie has: some containers' pid 1 never reaps)."""
    fields = stat_fields(pid)
    return None if fields is None or fields[0] in "ZX" else fields[19]


def descendants(pid):
    """{pid: start time} of all processes below PID."""
    parents = {}
    for entry in os.listdir("/proc"):
        fields = stat_fields(entry) if entry.isdigit() else None
        if fields is not None:
            parents.setdefault(int(fields[1]), []).append(int(entry))
    found, queue = {}, [pid]
    while queue:
        for child in parents.get(queue.pop(), []):
            found[child] = start_time(child)
            queue.append(child)
    return found


def end_leftovers(family, patience=3.0):
    """End those of FAMILY that outlive their parent."""
    def left():
        return [pid for pid, started in family.items()
                if started is not None and start_time(pid) == started]
    for number in signal.SIGTERM, signal.SIGKILL:
        if wait_until(lambda: not left(), patience):
            return
        for pid in left():
            os.kill(pid, number)


def wait_until(condition, patience=PATIENCE, pause=0.03):
    """Poll CONDITION for PATIENCE seconds; its last value."""
    deadline = time.monotonic() + patience
    while not (value := condition()):
        if time.monotonic() > deadline:
            return value
        time.sleep(pause)
    return value
