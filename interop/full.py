"""A full disk: clients are told to try again, nothing answered for is lost, and it goes on.

The data directory is a small file system in memory. Mail flows over SMTP, LMTP and IMAP when a file
beside the store grows, step by step, until not one block is left; then the file is deleted. Needs
root to mount; ends with 77 (skipped) without.
"""

import imaplib
import os
import shutil
import smtplib
import subprocess
import sys
import time

import load
import process

MIB = 1024 * 1024
SIZE_MIB = 256
STEP_MIB = 4
FIRST_PROMISES = 300
AGAIN_PROMISES = 100
SECONDS = 60
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


def wait_for(what, seconds, condition):
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise RuntimeError(f"not within {seconds} s: {what}")
        time.sleep(0.05)


def fill(directory):
    """A file that takes all the room there is, in steps, and what others leave behind later."""
    path = os.path.join(directory, "filler")
    with open(path, "ab") as file:
        size = STEP_MIB * MIB
        while size >= 4096:
            try:
                os.posix_fallocate(file.fileno(), file.seek(0, os.SEEK_END), size)
            except OSError:
                size //= 2
    return path


def says_full(words):
    """Whether these refusals are both what SMTP and what IMAP say of a full disk."""
    mail = any("452" in said and "4.3.1" in said for said in words)
    imap = any("LIMIT" in said or "UNAVAILABLE" in said for said in words)
    return mail and imap


def refused_while_full(server, ledger, directory):
    """Fills the disk while mail flows and returns the file that does it."""
    running = load.Load(server, ledger, "full", largest=60_000)
    try:
        wait_for("mail flows", SECONDS, lambda: len(ledger.promised) >= FIRST_PROMISES)
        filler = fill(directory)
        begun = len(ledger.promised)

        def refused():
            fill(directory)
            return says_full(list(ledger.refusals))

        wait_for("mail is refused", SECONDS, refused)
        print(f"{begun} promised before the disk was full")
        return filler
    finally:
        running.stop()


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
    try:
        enough = before + AGAIN_PROMISES
        wait_for("mail flows again", SECONDS, lambda: len(ledger.promised) >= enough)
    finally:
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
        filler = refused_while_full(server, ledger, directory)
        refusals = dict(ledger.refusals)
        print(f"refusals: {refusals}")
        for words in refusals:
            if not any(code in words for code in TEMPORARY):
                faults.append(f"not a temporary error: {words}")
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
