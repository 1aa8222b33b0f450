#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""make bench-start: how long gatewayd takes to be ready when its log knows of
20,000 people whom state.db has not covered.

Each person is enrolled, state.db is put away, each logs in once, and before
every start what was put away is put back: the whole of the log after it is read
again. With BENCH_BASE=DIR the same is measured of the built tree DIR, round by
round. BENCH_QUICK=1 takes 500 people and 3 rounds. Prints medians with the
least and the most, and writes build/bench/start.json."""
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time

from bench import BUILD, QUICK, Figures, logins, shown
from world import World

from labkit.process import wait_until  # noqa: E402  (path: world)

PEOPLE = 500 if QUICK else 20000
ROUNDS = 3 if QUICK else 7
PATIENCE = 120


def stopped(lab):
    lab.gateway.daemon.stop(PATIENCE)


def seconds_to_ready(lab):
    began = time.monotonic()
    lab.gateway.start()
    if not wait_until(lab.gateway.ready, PATIENCE, pause=0.02):
        raise SystemExit(f"bench: not ready in {PATIENCE} s\n"
                         f"{lab.gateway.daemon.tail()}")
    return time.monotonic() - began


def store_of(lab):
    return os.path.join(lab.gateway.state, "store")


def prepare(lab):
    """Everybody has logged in once since the store was put away."""
    lab.enrol_all()
    stopped(lab)
    subprocess.run(["cp", "-a", store_of(lab), lab.dir + "/before"],
                   check=True)
    seconds_to_ready(lab)
    done = 0
    while done < PEOPLE:
        done += logins(lab, 8, wire=True)["done"]
    stopped(lab)


def one_round(lab, figures):
    shutil.rmtree(store_of(lab))
    subprocess.run(["cp", "-a", lab.dir + "/before", store_of(lab)],
                   check=True)
    figures.add("seconds_to_ready", seconds_to_ready(lab))
    stopped(lab)


def main():
    if os.geteuid() != 0:
        raise SystemExit("bench: needs root, like the lab: use sudo")
    trees = {"this": os.path.dirname(BUILD)}
    if len(sys.argv) == 2:
        trees["base"] = os.path.realpath(sys.argv[1])
    place = tempfile.mkdtemp(prefix="sallyport-bench-", dir="/var/tmp")
    os.chmod(place, 0o711)
    labs, figures = {}, {name: Figures() for name in trees}
    try:
        for name, tree in trees.items():
            lab = World(os.path.join(place, name),
                        os.path.join(tree, "build"), PEOPLE)
            lab.gateway.templates = os.path.join(tree, "contrib/lab")
            lab.up()
            labs[name] = lab
            prepare(lab)
        for number in range(ROUNDS):
            for name in sorted(labs, reverse=number % 2):
                one_round(labs[name], figures[name])
    finally:
        for lab in labs.values():
            lab.down()
        shutil.rmtree(place, ignore_errors=True)
    for name, found in figures.items():
        print(f"{name}: {PEOPLE:,} people newer than state.db")
        print("\n".join(found.table()))
    medians = {name: found.medians() for name, found in figures.items()}
    if "base" in medians:
        ratio = (medians["base"]["seconds_to_ready"]
                 / medians["this"]["seconds_to_ready"])
        print(f"base / this: {shown(ratio)}")
    with open(os.path.join(BUILD, "bench/start.json"), "w",
              encoding="ascii") as out:
        json.dump(medians, out, indent=1)
        out.write("\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
