#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""make bench: what a login costs beside what it is made of.

Rounds of every measurement are interleaved, so that a machine that is slow
for a while is slow for all of them; figures are medians, with the least and
the most beside them. A ratio is the median of the ratios of each round.
Prints a table and writes build/bench/results.json, a flat object. BENCH_QUICK=1
takes fewer users and shorter rounds. With BENCH_BASE=DIR the same is measured
of the built tree DIR, round by round (compare.py)."""
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

from world import PASSWORD, ROOT, Codes, World

from labkit.directory import BASE, SERVICE_DN  # noqa: E402  (path: world)
from labkit.process import stat_fields  # noqa: E402

QUICK = os.environ.get("BENCH_QUICK", "") not in ("", "0")
USERS = 2000 if QUICK else 10000
ROUNDS = 3 if QUICK else 7
MILLISECONDS = 500 if QUICK else 1000
SSH_LOGINS = 10 if QUICK else 40
CLIENTS = 1, 8, 32
BUILD = os.path.join(ROOT, "build")
PROGRAMS = os.path.join(BUILD, "bench")
TICKS = os.sysconf("SC_CLK_TCK")


class Figures:
    """Values by name, in the order of the table."""

    def __init__(self):
        self.values = {}

    def add(self, name, value):
        self.values.setdefault(name, []).append(value)

    def add_ratio(self, name, above, below):
        self.add(name, self.values[above][-1] / self.values[below][-1])

    def table(self):
        width = max(map(len, self.values))
        yield f"{'':{width}}  {'median':>10}  {'least':>10}  {'most':>10}   n"
        for name, values in self.values.items():
            middle = statistics.median(values)
            row = f"{name:{width}}  {shown(middle):>10}"
            if len(values) > 1:
                row += (f"  {shown(min(values)):>10}  {shown(max(values)):>10}"
                        f"  {len(values):>2}")
            yield row

    def medians(self):
        return {name: float(f"{statistics.median(values):.5g}")
                for name, values in self.values.items()}


def shown(value):
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:,.3g}"


def program(lab, name, *arguments):
    """What a program of that lab's tree has to say, as JSON."""
    run = subprocess.run([os.path.join(lab.programs, name),
                          *map(str, arguments)],
                         capture_output=True, text=True, timeout=120,
                         check=False)
    if run.returncode != 0:
        raise SystemExit(f"bench: {name}: exit {run.returncode}: {run.stderr}")
    return json.loads(run.stdout)


def cpu_seconds(pid):
    """Of a process and of its children that have ended."""
    fields = stat_fields(pid)
    return sum(map(int, fields[11:15])) / TICKS


def logins(lab, clients, wire=False):
    """Logins through libpam and the module, or the bare frames."""
    place = ((lab.gateway.runtime, "-", "-") if wire else
             (lab.confdir, "sshd", lab.gateway.token_socket))
    got = program(lab, "bench_login", *place, lab.users_file, lab.deal_file,
                  PASSWORD, clients, MILLISECONDS)
    if got["refused"] or not got["done"]:
        raise SystemExit(f"bench: {got['refused']} of right logins refused "
                         f"({got['reason']}), {got['done']} done\n"
                         f"{lab.gateway.daemon.tail()}")
    if got["exhausted"]:
        raise SystemExit("bench: every code of every user is spent")
    return got


def libpam(lab, figures):
    """What libpam takes for the same four calls, with pam_permit behind it;
    its reports to the kernel's audit are most of it."""
    with tempfile.NamedTemporaryFile(dir=lab.dir) as deal:
        got = program(lab, "bench_login", lab.open.confdir, "sshd", "-",
                      lab.users_file, deal.name, PASSWORD, 8,
                      MILLISECONDS // 4)
    figures.add("cpu_us_per_login_libpam", got["cpu"] / got["done"] * 1e6)


def floor(lab, what, clients):
    """Search and bind alone, or the bare steps of a login, per second."""
    got = program(lab, "bench_floor", what, lab.directory.ldaps_uri, lab.tls.ca,
                  "ou=people," + BASE, SERVICE_DN,
                  lab.directory.service_password(), PASSWORD, USERS, clients,
                  MILLISECONDS, os.path.join(lab.dir, "floor.log"))
    if got["failed"] or not got["done"]:
        raise SystemExit(f"bench: {what}: {got['failed']} failed")
    return got["done"] / got["seconds"]


class Syncs:
    """fsync and fdatasync calls of processes, None where none can be counted."""

    def __init__(self, pids):
        self.child = subprocess.Popen(
            [os.path.join(PROGRAMS, "bench_syncs"), *map(str, pids)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL, text=True)
        self.works = self.child.stdout.readline() == "ready\n"

    def count(self):
        output, _ = self.child.communicate("")
        return int(output) if self.works else None


def round_of_logins(lab, figures):
    for clients in CLIENTS:
        if clients != 8:
            got = logins(lab, clients)
            figures.add(f"logins_per_second_{clients}",
                        got["done"] / got["seconds"])
            if clients == 1:
                figures.add("login_ms_p50_1", got["ms_p50"])
            continue
        figures.add("search_bind_per_second_8", floor(lab, "ldap", 8))
        round_of_eight(lab, figures)
        got = logins(lab, 8, wire=True)
        figures.add("wire_logins_per_second_8", got["done"] / got["seconds"])
        figures.add("floor_per_second_8", floor(lab, "login", 8))
        figures.add_ratio("login_vs_search_bind_8", "logins_per_second_8",
                          "search_bind_per_second_8")
        figures.add_ratio("login_vs_floor_8", "logins_per_second_8",
                          "floor_per_second_8")
        figures.add_ratio("wire_login_vs_floor_8", "wire_logins_per_second_8",
                          "floor_per_second_8")


def round_of_eight(lab, figures):
    """The one where costs are looked at: time of each process, and syncs."""
    pids = lab.role_pids()
    watched = pids | {"slapd": lab.directory.daemon.pid()}
    syncs = Syncs([pids["audit"], pids["store"]])
    before = {role: cpu_seconds(pid) for role, pid in watched.items()}
    got = logins(lab, 8)
    figures.add("logins_per_second_8", got["done"] / got["seconds"])
    figures.add("login_ms_p50_8", got["ms_p50"])
    figures.add("login_ms_p99_8", got["ms_p99"])
    spent = {role: (cpu_seconds(pid) - before[role]) / got["done"] * 1e6
             for role, pid in watched.items()}
    for role, cost in spent.items():
        figures.add(f"cpu_us_per_login_{role}", cost)
    figures.add("cpu_us_per_login_roles",
                sum(spent.values()) - spent["slapd"])
    figures.add("cpu_us_per_login_client", got["cpu"] / got["done"] * 1e6)
    libpam(lab, figures)
    count = syncs.count()
    if count is not None:
        figures.add("syncs_per_login_8", count / got["done"])


def pss_mb(pid):
    with open(f"/proc/{pid}/smaps_rollup", encoding="ascii") as file:
        return sum(int(line.split()[1]) for line in file
                   if line.startswith("Pss:")) / 1024


def memory(lab, figures):
    for role, pid in lab.role_pids().items():
        figures.add(f"rss_idle_mb_{role}", pss_mb(pid))
    figures.add("rss_idle_mb", sum(
        values[-1] for name, values in figures.values.items()
        if name.startswith("rss_idle_mb_")))


def ssh(bastion, name, code):
    """Milliseconds of a whole ssh login that runs true."""
    port = bastion.lab.port("ssh")
    env = {"PATH": os.environ["PATH"], "SSH_ASKPASS_REQUIRE": "force",
           "SSH_ASKPASS": os.path.join(PROGRAMS, "bench_askpass"),
           "BENCH_PASSWORD": PASSWORD, "BENCH_CODE": code}
    began = time.monotonic()
    run = subprocess.run(
        ["ssh", "-F", "none", "-p", str(port), "-o",
         f"UserKnownHostsFile={bastion.known_hosts}", "-o",
         "GlobalKnownHostsFile=none", "-o", "StrictHostKeyChecking=yes", "-o",
         "IdentityAgent=none", "-o", "PubkeyAuthentication=no", "-o",
         "NumberOfPasswordPrompts=1", f"{name}@127.0.0.1", "true"],
        env=env, stdin=subprocess.DEVNULL, capture_output=True, text=True,
        start_new_session=True, timeout=60, check=False)
    if run.returncode != 0:
        raise SystemExit(f"bench: ssh to port {port}: {run.stderr.strip()}")
    return (time.monotonic() - began) * 1e3


def ssh_logins(lab, figures):
    codes = Codes(lab.people.values())
    for number in range(SSH_LOGINS):
        person, code = codes.next()
        pair = [("ssh_permit_ms", lab.open), ("ssh_ms", lab.bastion)]
        for name, bastion in pair if number % 2 else reversed(pair):
            figures.add(name, ssh(bastion, person.name, code))
    added = (statistics.median(figures.values["ssh_ms"])
             - statistics.median(figures.values["ssh_permit_ms"]))
    figures.add("ssh_added_ms", added)


def other_figures(figures, name, *arguments):
    """Of a program that prints a name and a figure a line."""
    run = subprocess.run([os.path.join(PROGRAMS, name), *arguments],
                         check=True, stdout=subprocess.PIPE, text=True,
                         timeout=120)
    for line in run.stdout.splitlines():
        figure, value = line.split()[:2]
        figures.add(figure, float(value))


def measure(lab, figures):
    began = time.monotonic()
    lab.enrol_all()
    figures.add("enrolled_users", USERS)
    figures.add("enrolments_per_second", USERS / (time.monotonic() - began))
    memory(lab, figures)
    logins(lab, 8)              # warm: pages, caches, the segment's space
    for _ in range(ROUNDS):
        round_of_logins(lab, figures)
    ssh_logins(lab, figures)


def main():
    if os.geteuid() != 0:
        raise SystemExit("bench: needs root, like the lab (sshd logs in other "
                         "users): use sudo")
    figures = Figures()
    place = tempfile.mkdtemp(prefix="sallyport-bench-", dir="/var/tmp")
    lab = World(place, BUILD, USERS)
    try:
        lab.up()
        try:
            measure(lab, figures)
        finally:
            lab.down()
    finally:
        shutil.rmtree(place, ignore_errors=True)
    if not QUICK:
        from growth import grow     # which needs what is here
        grow(BUILD, figures)
        other_figures(figures, "policy")
        other_figures(figures, "proof", "-f")
        other_figures(figures, "directory", "3", "1")
    print("\n".join(figures.table()))
    if "syncs_per_login_8" not in figures.values:
        print("bench: syncs not counted, this kernel shows no trace points")
    with open(os.path.join(PROGRAMS, "results.json"), "w",
              encoding="ascii") as out:
        json.dump(figures.medians(), out, indent=1)
        out.write("\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
