"""Kills the real server at random moments under load; nothing that it answered for may be lost.

usage: kill.py [--rounds N] [--seed N]
Loads it over SMTP, LMTP and IMAP APPEND, STORE and MOVE, ends it with SIGKILL (sometimes while
it is still recovering from the last time), and at the end compares every mailbox with what was
answered: each message answered 250 or OK is there exactly once for each recipient, whole, with
its flags and its UID; each whose answer was lost at most once. `wachtpost check` must agree.
"""

import argparse
import random
import shutil
import sys
import time

import load
import process


def kill_while_starting(server, source):
    server.launch()
    time.sleep(source.uniform(0.2, 3.0))
    server.kill()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    arguments = parser.parse_args()
    source = random.Random(arguments.seed)
    print(f"seed {arguments.seed}", flush=True)
    directory = process.temporary_directory("kill")
    server = process.Server(directory + "/data")
    kills = 0
    try:
        server.start()
        load.prepare(server)
        ledger = load.Ledger()
        starts = []
        for number in range(arguments.rounds):
            running = load.Load(server, ledger, f"{arguments.seed}/{number}")
            time.sleep(source.uniform(0.05, 1.2))
            server.kill()
            kills += 1
            running.join()
            if source.random() < 0.2:
                kill_while_starting(server, source)
                kills += 1
            starts.append(server.start())
            print(f"round {number}: {len(ledger.promised)} promised, {starts[-1]:.1f} s", flush=True)
        faults, there = load.compare(server, ledger)
        server.stop()
        checked = server.command("check", check=False)
        if checked.returncode != 0:
            faults.append("check: " + (checked.stdout + checked.stderr).strip())
    finally:
        server.kill()
        shutil.rmtree(directory)
    if not ledger.promised or not ledger.open:
        faults.append("the load was too light to prove anything")
    if ledger.refusals:
        faults.append(f"refused: {dict(ledger.refusals)}")
    for fault in faults[:30]:
        print(fault)
    print(
        f"seed {arguments.seed}: {kills} kills, {len(ledger.promised)} promised,"
        f" {len(ledger.open)} answers lost, {there} there, {len(faults)} wrong,"
        f" slowest start {max(starts):.1f} s"
    )
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
