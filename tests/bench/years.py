#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""What a long log costs: make bench-years (ten million records), and a million
at the end of make bench.

Writes a log with the code of the product, then starts audit with it, verifies
it, and hashes the same files with openssl for comparison. Prints the figures
and writes build/bench/years.json. Asks for the room on the disk first: 1.5 KB a
record, of which nothing stays."""
import glob
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))
BUILD = os.path.join(ROOT, "build")
YEARS = os.path.join(BUILD, "tests", "bench", "bench_years")
SALLYPORT = os.path.join(BUILD, "sallyport")
KEY = ("bastion1.example.com/sallyport+b86030b0+"
       "AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4\n")
RECORD_BYTES = 1500
SPARE_BYTES = 2 << 30
ROUNDS = 3


def years(*arguments):
    run = subprocess.run([YEARS, *map(str, arguments)], capture_output=True,
                         text=True, check=False)
    if run.returncode != 0:
        raise SystemExit(f"years: {run.stderr}{run.stdout}")
    return json.loads(run.stdout)["seconds"]


def seconds_of(*command):
    began = time.monotonic()
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
    return time.monotonic() - began


def measure(folder, count):
    name = f"{count // 1000000}m" if count >= 1000000 else str(count)
    log, key = os.path.join(folder, "log"), os.path.join(folder, "key.pub")
    os.mkdir(log, 0o750)
    with open(key, "w", encoding="ascii") as file:
        file.write(KEY)
    yield f"audit_write_seconds_{name}", years("write", log, count)
    files = sorted(glob.glob(os.path.join(log, "*.log")))
    size = sum(map(os.path.getsize, files))
    yield "audit_bytes_a_record", size / count
    yield f"audit_start_seconds_{name}", statistics.median(
        years("start", log) for _ in range(ROUNDS))
    seconds_of("openssl", "dgst", "-sha256", *files)  # both warm, if it fits
    openssl, verify = [], []
    for _ in range(ROUNDS):
        openssl.append(seconds_of("openssl", "dgst", "-sha256", *files))
        verify.append(seconds_of(SALLYPORT, "audit", "verify", "--dir", log,
                                 "--key", key))
    yield f"audit_verify_seconds_{name}", statistics.median(verify)
    yield "verify_vs_openssl_sha256", statistics.median(
        a / b for a, b in zip(openssl, verify))


def main():
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 10000000
    need = count * RECORD_BYTES + SPARE_BYTES
    free = shutil.disk_usage(BUILD).free
    if free < need:
        raise SystemExit(f"years: {count:,} records need {need >> 20:,} MB on "
                         f"the disk of {BUILD}, and {free >> 20:,} are free")
    figures = {}
    with tempfile.TemporaryDirectory(dir=BUILD) as folder:
        for name, value in measure(folder, count):
            figures[name] = float(f"{value:.5g}")
            print(f"{name:28} {figures[name]:>12,.5g}", flush=True)
    results = os.path.join(BUILD, "bench", "years.json")
    os.makedirs(os.path.dirname(results), exist_ok=True)
    with open(results, "w", encoding="ascii") as file:
        json.dump(figures, file, indent=1)


if __name__ == "__main__":
    main()
