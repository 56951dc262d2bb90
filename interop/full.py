"""A full disk: clients are told to try again, nothing answered for is lost, and it goes on.

The data directory is a small file system in memory, filled up under load by a file beside the
store; then the file is deleted. Needs root to mount; ends with 77 (skipped) without.
"""

import imaplib
import os
import shutil
import smtplib
import subprocess
import sys

import load
import process

MIB = 1024 * 1024
SIZE_MIB = 160
LEFT_MIB = 3
TEMPORARY = ("452", "4.3.1", "451", "LIMIT", "UNAVAILABLE", "OVERQUOTA")


def mount(directory):
    result = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={SIZE_MIB}m,mode=755", "tmpfs", directory],
        capture_output=True,
        text=True,
        check=False,
    )
    if result.returncode != 0:
        print(f"no file system of its own can be mounted: {result.stderr.strip()}")
        sys.exit(77)


def fill(directory):
    """A file that leaves only a little room."""
    path = os.path.join(directory, "filler")
    free = os.statvfs(directory)
    size = free.f_bavail * free.f_frsize - LEFT_MIB * MIB
    with open(path, "wb") as file:
        os.posix_fallocate(file.fileno(), 0, max(size, 1))
    return path


def refused_while_full(server, ledger):
    """Sends until each way in has been refused once, and returns what was said."""
    for number in range(40):
        running = load.Load(server, ledger, f"full/{number}", largest=60_000, stop_on_refusal=True)
        running.join()
        words = " ".join(ledger.refusals)
        if "NO" in words and any(code in words for code in ("452", "451")):
            break
    return dict(ledger.refusals)


def reads_while_full(server):
    client = server.imap(load.PEOPLE[0])
    client.select("INBOX", readonly=True)
    status, data = client.fetch("1", "(BODY.PEEK[])")
    client.logout()
    return status == "OK" and isinstance(data[0], tuple)


def goes_on(server, ledger):
    """Everything is taken again once there is room."""
    before = len(ledger.promised)
    ledger.refusals.clear()
    running = load.Load(server, ledger, "again")
    running.stopping.wait(1.5)
    running.stop()
    return len(ledger.promised) - before


def main():
    if os.geteuid() != 0:
        print("only root can mount a file system")
        sys.exit(77)
    directory = process.temporary_directory("full")
    mount(directory)
    server = process.Server(directory + "/data")
    server.log = directory.rstrip("/") + ".log"
    faults = []
    try:
        server.start()
        load.prepare(server)
        ledger = load.Ledger()
        filler = fill(directory)
        refusals = refused_while_full(server, ledger)
        print(f"refusals: {refusals}")
        for words in refusals:
            if not any(code in words for code in TEMPORARY):
                faults.append(f"not a temporary error: {words}")
        if not any("452" in words and "4.3.1" in words for words in refusals):
            faults.append("no 452 4.3.1 over SMTP or LMTP")
        if not any("NO" in words for words in refusals):
            faults.append("no NO over IMAP")
        try:
            if not reads_while_full(server):
                faults.append("mail cannot be read while the disk is full")
        except (OSError, imaplib.IMAP4.error, smtplib.SMTPException) as refused:
            faults.append(f"no log-in while the disk is full: {refused}")
        os.unlink(filler)
        after = goes_on(server, ledger)
        if after == 0 or ledger.refusals:
            faults.append(f"{after} taken with room again, refused: {dict(ledger.refusals)}")
        server.stop()
        server.start()
        wrong, there = load.compare(server, ledger)
        faults.extend(wrong)
        server.stop()
        checked = server.command("check", check=False)
        if checked.returncode != 0:
            faults.append("check: " + (checked.stdout + checked.stderr).strip())
    finally:
        server.kill()
        subprocess.run(["umount", directory], check=False)
        shutil.rmtree(directory)
        if faults:
            print(server.tail(15))
        os.unlink(server.log)
    for fault in faults[:30]:
        print(fault)
    print(f"{len(ledger.promised)} promised, {after} with room again, {len(faults)} wrong")
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
