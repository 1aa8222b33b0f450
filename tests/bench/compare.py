#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""make bench BENCH_BASE=DIR: this tree beside the built tree in DIR.

Both have a lab of their own, up at the same time. Each round measures both, and
which one comes first changes with the round, so that a machine that is slow for
a while is slow for both. A ratio is the median of the ratios of each round,
with the least and the most beside it; above 1 this tree is the better one. What
is slower by more than 3 % in seven rounds is marked: the note of the change has
to explain it. Prints a table and writes build/bench/compare.json."""
import json
import os
import shutil
import statistics
import sys
import tempfile

from bench import (BUILD, CLIENTS, QUICK, ROUNDS, TICKS, USERS, Figures,
                   Syncs, cpu_seconds, floor, logins, memory, shown, ssh)
from growth import grow, templates_of
from world import Codes, World

SLOWER = 0.97           # of the base: what has to be explained
ENOUGH = 7              # rounds
SSH_LOGINS = 3          # of each round


def one_round(lab, codes, figures):
    for clients in CLIENTS:
        if clients == 8:
            round_of_eight(lab, figures)
            continue
        got = logins(lab, clients)
        figures.add(f"logins_per_second_{clients}",
                    got["done"] / got["seconds"])
        if clients == 1:
            figures.add("login_ms_p50_1", got["ms_p50"])
    dealt = [codes.next() for _ in range(2 * SSH_LOGINS)]
    added = [ssh(lab.bastion, person.name, code)
             - ssh(lab.open, person.name, code)
             for person, code in dealt[:SSH_LOGINS]]
    figures.add("ssh_added_ms", statistics.median(added))
    figures.add("ssh_ms", statistics.median(
        ssh(lab.bastion, person.name, code)
        for person, code in dealt[SSH_LOGINS:]))


def round_of_eight(lab, figures):
    pids = lab.role_pids()
    syncs = Syncs([pids["audit"], pids["store"]])
    before = {role: cpu_seconds(pid) for role, pid in pids.items()}
    got = logins(lab, 8)
    # A tick is the least that can be told, and nothing is no ratio.
    spent = {role: max(cpu_seconds(pid) - before[role], 1 / TICKS)
             / got["done"] * 1e6 for role, pid in pids.items()}
    count = syncs.count()
    figures.add("logins_per_second_8", got["done"] / got["seconds"])
    figures.add("login_ms_p50_8", got["ms_p50"])
    figures.add("login_ms_p99_8", got["ms_p99"])
    figures.add("cpu_us_per_login_roles", sum(spent.values()))
    for role, microseconds in spent.items():
        figures.add(f"cpu_us_per_login_{role}", microseconds)
    if count is not None:
        figures.add("syncs_per_login_8", count / got["done"])
    got = logins(lab, 8, wire=True)
    figures.add("wire_logins_per_second_8", got["done"] / got["seconds"])
    figures.add("floor_per_second_8", floor(lab, "login", 8))
    for kind in "", "wire_":
        figures.add(f"{kind}login_vs_floor_8", figures.values[
            f"{kind}logins_per_second_8"][-1]
            / figures.values["floor_per_second_8"][-1])


def better(name, base, now):
    """How many times as good NOW is: more a second, or less of what costs."""
    more = "per_second" in name or "_vs_" in name
    return now / base if more else base / now


def verdict(ratio, count):
    if count == 1:
        return ""       # it is as it is, or has rounds of its own
    if count < ENOUGH:
        return f"{count} rounds tell nothing"
    if ratio < SLOWER:
        return f"SLOWER by {(1 - ratio) * 100:.1f} %: explain it in the note"
    return ""


def rows(base, now):
    """[(name, base, now, ratio, least, most, verdict)], of lists by name."""
    found = []
    for name, values in now.items():
        ratios = [better(name, b, n) for b, n in zip(base[name], values)]
        middle = statistics.median(ratios)
        found.append((name, statistics.median(base[name]),
                      statistics.median(values), middle, min(ratios),
                      max(ratios), verdict(middle, len(ratios))))
    return found


def table(found):
    width = max(len(row[0]) for row in found)
    yield (f"{'':{width}}  {'base':>9}  {'this':>9}  {'ratio':>6}  "
           f"{'least':>6}  {'most':>6}")
    for name, base, now, ratio, least, most, text in found:
        yield (f"{name:{width}}  {shown(base):>9}  {shown(now):>9}  "
               f"{ratio:6.3f}  {least:6.3f}  {most:6.3f}  {text}").rstrip()


def measure(labs):
    figures = [Figures() for _ in labs]
    codes = []
    for lab in labs:
        lab.enrol_all()
        idle = Figures()
        memory(lab, idle)
        figures[len(codes)].add("rss_idle_mb", idle.values["rss_idle_mb"][0])
        codes.append(Codes(lab.people.values()))
        logins(lab, 8)          # warm: pages, caches, the segment's space
    for number in range(ROUNDS):
        order = range(len(labs)) if number % 2 else reversed(range(len(labs)))
        for at in order:
            one_round(labs[at], codes[at], figures[at])
    return figures


def main():
    if os.geteuid() != 0 or len(sys.argv) != 2:
        raise SystemExit("usage, as root: make bench BENCH_BASE=DIR")
    tree = os.path.realpath(sys.argv[1])
    builds = os.path.join(tree, "build"), BUILD
    places = [tempfile.mkdtemp(prefix="sallyport-bench-", dir="/var/tmp")
              for _ in builds]
    labs = [World(place, build, USERS) for place, build in zip(places, builds)]
    labs[0].gateway.templates = templates_of(builds[0])
    up = []
    try:
        for lab in labs:
            lab.up()
            up.append(lab)
        figures = measure(labs)
    finally:
        for lab in up:
            lab.down()
        for place in places:
            shutil.rmtree(place, ignore_errors=True)
    for build, of_build in zip(builds, figures):
        if not QUICK:
            grow(build, of_build)
    found = rows(*(f.values for f in figures))
    print("\n".join(table(found)))
    if QUICK:
        print("bench: BENCH_QUICK shows that it runs, and no more")
    with open(os.path.join(BUILD, "bench/compare.json"), "w",
              encoding="ascii") as out:
        json.dump({row[0]: dict(zip(("base", "this", "ratio", "least", "most"),
                                    row[1:])) for row in found}, out, indent=1)
        out.write("\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
