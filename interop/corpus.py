#!/usr/bin/env python3
"""Imports real mails into a demo server and compares what comes back over IMAP, byte for byte.

The mails are not in this repository: they are looked for in $WACHTPOST_SHARED (or `shared` beside
the repository), corpus/mails.tar.xz. Without them nothing is tested: that is said, and the program
ends with 77 (skipped).

For each mail: BODY[] is the file with its line ends made CRLF (a `From ` line that an mbox left in
front is not part of the mail); the header and every part, by section specifiers, are what Python's
email package finds.
"""
import email
import os
import pathlib
import re
import sys
import tarfile
import tempfile

import process

ADDRESS = "bob@example.test"
STEP = 50

# Debian 12 has a Python whose tarfile knows no filters yet.
SAFELY = {"filter": "data"} if hasattr(tarfile, "data_filter") else {}

# Mails that the oracle takes apart in another way, and both are right.
DIFFERENT = {
    "01436-22568258.eml": "a delivery status: the oracle takes its blocks of fields for parts",
}


def wanted(path):
    data = re.sub(rb"(?<!\r)\n", b"\r\n", path.read_bytes())
    if data.startswith(b"From "):
        data = data.partition(b"\r\n")[2]
    return data


def raw(text):
    return text.encode("ascii", "surrogateescape")


def fields(header):
    """Header fields as the oracle keeps them: names in lower case, no space around the bodies."""
    found = []
    for line in re.split(rb"\r\n(?![ \t])", header):
        name, colon, body = line.partition(b":")
        if colon:
            found.append((name.rstrip(b" \t").lower(), body.strip(b" \t\r\n")))
    return found


def oracle_fields(part):
    return [
        (raw(name).rstrip().lower(), raw(body).strip(b" \t\r\n")) for name, body in part._headers
    ]


def sections(message):
    """Section specifier to what must come: a list of fields, or a body."""
    want = {"HEADER": oracle_fields(message)}

    def walk(part, path, is_message):
        payload = part._payload
        if isinstance(payload, list):
            inner = payload[0] if part.get_content_maintype() == "message" else None
            if inner is not None:
                want[f"{path}.HEADER" if path else "1.HEADER"] = oracle_fields(inner)
                walk(inner, path or "1", True)
                return
            for number, child in enumerate(payload, 1):
                below = f"{path}.{number}" if path else str(number)
                want[f"{below}.MIME"] = oracle_fields(child)
                walk(child, below, False)
        else:
            # RFC 9051 §6.4.5.1: a message that is no multipart has one part
            section = path if not is_message else f"{path}.1" if path else "1"
            want[section] = raw(payload or "")

    walk(message, "", True)
    return want


def without_end(data):
    return data[:-2] if data.endswith(b"\r\n") else data


def same(specifier, got, want):
    if isinstance(want, list):
        return fields(got) == want
    # The oracle takes a part's last line end for the delimiter's, also where that is missing.
    return want in (got, without_end(got))


def literals(response):
    """BODY items of one FETCH response by section."""
    found = {}
    for item in response:
        if isinstance(item, tuple):
            name = re.search(rb"BODY\[([^\]]*)\]", item[0])
            found[name.group(1).decode()] = item[1]
        rest = item if isinstance(item, bytes) else b""
        for name, text in re.findall(rb'BODY\[([^\]]*)\] "([^"]*)"', rest):
            found[name.decode()] = text
    return found


def compare(server, paths):
    wrong, explained, parts = [], [], 0
    for start in range(1, len(paths) + 1, STEP):
        stop = min(start + STEP - 1, len(paths))
        _, answer = server.uid("FETCH", f"{start}:{stop}", "(BODY.PEEK[])")
        bodies = [item[1] for item in answer if isinstance(item, tuple)]
        if len(bodies) != stop - start + 1:
            sys.exit(f"{len(bodies)} mails came for {start}:{stop}")
        for uid, got in enumerate(bodies, start):
            path = paths[uid - 1]
            want = wanted(path)
            if got != want:
                wrong.append(f"{path.name}: {len(got)} bytes differ from {len(want)}")
                continue
            expected = sections(email.message_from_bytes(want))
            items = " ".join(f"BODY.PEEK[{name}]" for name in expected)
            _, response = server.uid("FETCH", str(uid), f"({items})")
            got_parts = literals(response)
            parts += len(expected)
            bad = [n for n, w in expected.items() if not same(n, got_parts.get(n, b""), w)]
            if bad and path.name in DIFFERENT:
                explained.append(path.name)
            elif bad:
                wrong.append(f"{path.name}: sections {' '.join(bad)}")
    return wrong, explained, parts


def compare_imported(mails, server):
    client = server.imap(ADDRESS)
    client.select("Corpus", readonly=True)
    paths = sorted(path for path in mails.rglob("*") if path.is_file())
    wrong, explained, parts = compare(client, paths)
    client.logout()
    for name in explained:
        print(f"{name}: {DIFFERENT[name]}")
    for line in wrong:
        print(f"DIFFERS {line}")
    return f"{len(paths)} mails, {parts} sections compared, {len(wrong)} mails differ", wrong


def run(mails, directory):
    server = process.Server(directory)
    try:
        server.start()
        server.command("import", ADDRESS, str(mails), "--mailbox", "Corpus")
        said, wrong = compare_imported(mails, server)
        server.stop()
        checked = server.command("check", check=False)
    finally:
        server.kill()
        os.unlink(server.log)
    if checked.returncode != 0:
        print("check: " + (checked.stdout + checked.stderr).strip())
    print(said)
    return 1 if wrong or checked.returncode != 0 else 0


def main():
    shared = pathlib.Path(os.environ.get("WACHTPOST_SHARED", process.ROOT + "/../shared"))
    archive = shared / "corpus" / "mails.tar.xz"
    if not archive.exists():
        print(f"no mails to compare: {archive.resolve()} does not exist (WACHTPOST_SHARED)")
        return 77
    with tempfile.TemporaryDirectory() as work:
        mails = pathlib.Path(work, "mails")
        with tarfile.open(archive) as packed:
            packed.extractall(mails, **SAFELY)
        return run(mails, os.path.join(work, "demo"))


if __name__ == "__main__":
    sys.exit(main())
