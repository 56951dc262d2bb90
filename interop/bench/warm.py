#!/usr/bin/env python3
"""warm.py PEERS TARGETS COUNT
Sends COUNT messages of 4 KiB and of 20 KiB to every target of TARGETS (a file for bench.py), by
each protocol that it takes, with the deliver.py in PEERS; all the same, nothing is counted."""
import json
import os
import subprocess
import sys


def main():
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    peers, targets, count = sys.argv[1:]
    with open(targets, encoding="utf-8") as file:
        for name, target in json.load(file).items():
            for protocol in ("lmtp", "smtp"):
                if protocol in target:
                    warm(peers, name, target, protocol, count)


def warm(peers, name, target, protocol, count):
    for size in ("4096", "20480"):
        command = [sys.executable, os.path.join(peers, "deliver.py"), target[protocol]]
        command += ["--poll", target["poll"], "--size", size, "--count", count]
        command += ["--lmtp"] if protocol == "lmtp" else []
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode:
            sys.exit(f"{name} {protocol}: {done.stderr.strip()[-300:]}")


main()
