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

from bench import (BUILD, CLIENTS, QUICK, ROUNDS, USERS, Figures, cpu_seconds,
                   logins, shown, ssh)
from world import Codes, World

SLOWER = 0.97           # of the base: what has to be explained
ENOUGH = 7              # rounds
SSH_LOGINS = 3          # of each round


def one_round(lab, codes, figures):
    for clients in CLIENTS:
        pids = lab.role_pids().values()
        before = sum(map(cpu_seconds, pids))
        got = logins(lab, clients)
        figures.add(f"logins_per_second_{clients}",
                    got["done"] / got["seconds"])
        if clients == 8:
            figures.add("login_ms_p50_8", got["ms_p50"])
            figures.add("login_ms_p99_8", got["ms_p99"])
            figures.add("cpu_us_per_login_roles", (
                sum(map(cpu_seconds, pids)) - before) / got["done"] * 1e6)
    got = logins(lab, 8, wire=True)
    figures.add("wire_logins_per_second_8", got["done"] / got["seconds"])
    dealt = [codes.next() for _ in range(SSH_LOGINS)]
    figures.add("ssh_ms", statistics.median(
        ssh(lab.bastion, person.name, code) for person, code in dealt))


def better(name, base, now):
    """How many times as good NOW is: more a second, or less time."""
    return now / base if "per_second" in name else base / now


def verdict(ratio, count):
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
        codes.append(Codes(lab.people.values()))
        logins(lab, 8)          # warm: pages, caches, the segment's space
    for number in range(ROUNDS):
        order = range(len(labs)) if number % 2 else reversed(range(len(labs)))
        for at in order:
            one_round(labs[at], codes[at], figures[at])
    return [f.values for f in figures]


def main():
    if os.geteuid() != 0 or len(sys.argv) != 2:
        raise SystemExit("usage, as root: make bench BENCH_BASE=DIR")
    tree = os.path.realpath(sys.argv[1])
    builds = os.path.join(tree, "build"), BUILD
    places = [tempfile.mkdtemp(prefix="sallyport-bench-", dir="/var/tmp")
              for _ in builds]
    labs = [World(place, build, USERS) for place, build in zip(places, builds)]
    labs[0].gateway.templates = os.path.join(tree, "contrib/lab")
    up = []
    try:
        for lab in labs:
            lab.up()
            up.append(lab)
        found = rows(*measure(labs))
    finally:
        for lab in up:
            lab.down()
        for place in places:
            shutil.rmtree(place, ignore_errors=True)
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
