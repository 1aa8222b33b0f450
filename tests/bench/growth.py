#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""What 100,000 enrolled people cost each of them: logins of everybody in turn,
beside the same with 100 people, round by round.

Of a hundred people the codes are soon spent, so that a run is short: it is as
short with many."""
import os
import shutil
import sys
import tempfile
import time

from bench import BUILD, Figures, program
from world import PASSWORD, SSH_PEOPLE, World

MANY, FEW = 100000, 100
ROUNDS = 9
MILLISECONDS = 100
FRESH_SECONDS = 24      # until so many codes as a run spends are new


def templates_of(build):
    return os.path.join(os.path.dirname(build), "contrib/lab")


def rate(lab):
    got = program(lab, "bench_login", lab.confdir, "sshd",
                  lab.gateway.token_socket, lab.users_file, lab.deal_file,
                  PASSWORD, 8, MILLISECONDS)
    if got["refused"] or got["exhausted"] or not got["done"]:
        raise SystemExit(f"growth: {got}")
    return got["done"] / got["seconds"]


def one_round(labs, figures, number):
    found = {}
    for users in sorted(labs, reverse=number % 2 == 0):
        found[users] = rate(labs[users])
    figures.add("login_100k_vs_100", found[MANY] / found[FEW])


def grow(build, figures):
    """login_100k_vs_100 of the tree that was built there; the median."""
    labs, up = {}, []
    all_rounds = Figures()
    for users in MANY, FEW:
        place = tempfile.mkdtemp(prefix="sallyport-grow-", dir="/var/tmp")
        labs[users] = World(place, build, users + SSH_PEOPLE)
        labs[users].gateway.templates = templates_of(build)
    try:
        for lab in labs.values():
            lab.up()
            up.append(lab)
            lab.enrol_all()
        time.sleep(1)           # what enrolment left for store
        for number in range(ROUNDS):
            one_round(labs, all_rounds, number)
            time.sleep(FRESH_SECONDS)
    finally:
        for lab in up:
            lab.down()
        for lab in labs.values():
            shutil.rmtree(lab.dir, ignore_errors=True)
    for value in all_rounds.values["login_100k_vs_100"]:
        figures.add("login_100k_vs_100", value)


def main():
    figures = Figures()
    grow(os.path.realpath(sys.argv[1]) if len(sys.argv) > 1 else BUILD, figures)
    print("\n".join(figures.table()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
