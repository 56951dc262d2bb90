"""Looks at a mailbox over IMAP (TLS, certificate checked), beside the client that is tried.

peek.py count MAILBOX SUBJECT        how many messages have exactly this subject
peek.py flags MAILBOX SUBJECT        their flags, sorted, without \\Recent
peek.py body MAILBOX SUBJECT         the newest one, byte for byte
peek.py put MAILBOX FILE [FLAG...]   appends FILE (line ends made CRLF)
peek.py flag MAILBOX SUBJECT FLAG    adds a flag
peek.py create MAILBOX
peek.py names                        names of all mailboxes
peek.py state                        every mailbox with UIDs and flags of what is in it
peek.py modseq MAILBOX               HIGHESTMODSEQ

The account is in USER_ADDRESS and USER_PASSWORD, the server in PORT_IMAPS and CA.
"""

import base64
import email
import email.policy
import imaplib
import os
import re
import ssl
import sys


def connect():
    context = ssl.create_default_context(cafile=os.environ["CA"])
    client = imaplib.IMAP4_SSL(
        "localhost", int(os.environ["PORT_IMAPS"]), ssl_context=context, timeout=20
    )
    client.login(os.environ["USER_ADDRESS"], os.environ["USER_PASSWORD"])
    return client


def ok(answer):
    status, data = answer
    if status != "OK":
        sys.exit(f"peek: {status} {data}")
    return data


def quoted(name):
    """A mailbox's name as a quoted string in modified UTF-7 (RFC 3501 section 5.1.3)."""
    name = re.sub(
        "[^ -~]+|&",
        lambda m: "&-" if m[0] == "&" else "&" + modified_base64(m[0]) + "-",
        name,
    )
    return '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'


def modified_base64(text):
    code = base64.b64encode(text.encode("utf-16-be")).decode()
    return code.rstrip("=").replace("/", ",")


def messages(client, mailbox):
    """(UID, flags, subject) of every message."""
    return messages_in(client, quoted(mailbox))


def messages_in(client, mailbox):
    """The same for a name as LIST gave it."""
    ok(client.select(mailbox, readonly=True))
    found = []
    for part in ok(client.uid("FETCH", "1:*", "(FLAGS BODY.PEEK[HEADER])")):
        if not isinstance(part, tuple):
            continue
        uid = int(re.search(rb"UID (\d+)", part[0]).group(1))
        flags = re.search(rb"FLAGS \(([^)]*)\)", part[0]).group(1).decode().split()
        header = email.message_from_bytes(part[1], policy=email.policy.default)
        found.append((uid, sorted(set(flags) - {"\\Recent"}), str(header["Subject"])))
    return found


def names(client):
    found = []
    for line in ok(client.list()):
        if isinstance(line, bytes) and b"\\Noselect" not in line:
            found.append(re.search(rb'\) (?:"."|NIL) (.*)$', line).group(1).decode())
    return sorted(found)


def main(verb, *arguments):
    client = connect()
    if verb in ("count", "flags", "body", "flag"):
        mailbox, subject = arguments[:2]
        found = [m for m in messages(client, mailbox) if m[2] == subject]
        if verb == "count":
            print(len(found))
        elif verb == "flags":
            for _, flags, _ in found:
                print(" ".join(flags))
        elif verb == "flag":
            ok(client.select(quoted(mailbox)))
            for uid, _, _ in found:
                ok(client.uid("STORE", str(uid), "+FLAGS", f"({arguments[2]})"))
        else:
            data = ok(client.uid("FETCH", str(found[-1][0]), "BODY.PEEK[]"))
            sys.stdout.buffer.write(data[0][1])
    elif verb == "put":
        with open(arguments[1], "rb") as file:
            content = file.read().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
        flags = " ".join(arguments[2:])
        ok(client.append(quoted(arguments[0]), f"({flags})", None, content))
    elif verb == "create":
        ok(client.create(quoted(arguments[0])))
    elif verb == "names":
        print("\n".join(names(client)))
    elif verb == "state":
        for name in names(client):
            for uid, flags, subject in messages_in(client, name):
                print(name, uid, " ".join(flags), subject, sep="|")
    elif verb == "modseq":
        line = ok(client.status(quoted(arguments[0]), "(HIGHESTMODSEQ)"))[0]
        print(re.search(rb"HIGHESTMODSEQ (\d+)", line).group(1).decode())
    else:
        sys.exit(__doc__)
    client.logout()


if __name__ == "__main__":
    main(*sys.argv[1:])
