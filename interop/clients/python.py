"""Python's own imaplib and smtplib, over TLS and STARTTLS."""

import email.message
import email.policy
import imaplib
import os
import re
import smtplib
import socket
import ssl

USER = os.environ["USER_ADDRESS"]
PASSWORD = os.environ["USER_PASSWORD"]
TRUST = ssl.create_default_context(cafile=os.environ["CA"])
SECONDS = 20


def port(name):
    return int(os.environ["PORT_" + name])


def check(condition, what):
    if not condition:
        raise AssertionError(what)


def equal(actual, expected):
    check(actual == expected, f"expected {expected!r}, got {actual!r}")


def ok(answer):
    status, data = answer
    check(status == "OK", answer)
    return data


def letter(subject, body="één koffie\r\n.\r\n..x\r\n"):
    message = email.message.EmailMessage()
    message["From"] = USER
    message["To"] = USER
    message["Subject"] = subject
    message["Message-ID"] = f"<{subject.replace(' ', '.')}@elsewhere.test>"
    message.set_content(body)
    return message


def submission(tls):
    if tls:
        return smtplib.SMTP_SSL("localhost", port("SUBMISSIONS"), timeout=SECONDS, context=TRUST)
    client = smtplib.SMTP("localhost", port("SUBMISSION"), timeout=SECONDS)
    client.starttls(context=TRUST)
    return client


def imap(tls):
    if tls:
        return imaplib.IMAP4_SSL("localhost", port("IMAPS"), ssl_context=TRUST, timeout=SECONDS)
    client = imaplib.IMAP4("localhost", port("IMAP"), timeout=SECONDS)
    ok(client.starttls(TRUST))
    return client


def smtp_session(name, tls):
    with submission(tls) as client:
        client.login(USER, PASSWORD)
        equal(client.send_message(letter(f"smtp {name}")), {})
        # One of two recipients is nobody: the other still gets it.
        refused = client.send_message(
            letter(f"smtp {name} two"), to_addrs=[USER, "nobody-at-all@example.test"]
        )
        equal(refused["nobody-at-all@example.test"][0], 550)
        equal(client.rset()[0], 250)
        equal(client.noop()[0], 250)
        check("size" in client.esmtp_features, client.esmtp_features)
        limit = int(client.esmtp_features["size"])
        code, text = client.mail(USER, [f"SIZE={limit + 1}"])
        equal((code, text[:5]), (552, b"5.3.4"))
    with submission(tls) as client:
        try:
            client.login(USER, "wrong")
        except smtplib.SMTPAuthenticationError as refused:
            equal(refused.smtp_code, 535)
        else:
            raise AssertionError("a wrong password was taken")


def lmtp_session():
    with smtplib.LMTP("localhost", port("LMTP"), timeout=SECONDS) as client:
        refused = client.sendmail(
            "wim@elsewhere.test",
            [USER, "nobody-at-all@example.test"],
            letter("lmtp").as_bytes(policy=email.policy.SMTP),
        )
        equal(refused["nobody-at-all@example.test"][0], 550)


def imap_session(name, tls):
    client = imap(tls)
    try:
        client.login(USER, "wrong")
    except imaplib.IMAP4.error as refused:
        check("AUTHENTICATIONFAILED" in str(refused), refused)
    else:
        raise AssertionError("a wrong password was taken")
    client.logout()

    client = imap(tls)
    ok(client.authenticate("PLAIN", lambda _: f"\0{USER}\0{PASSWORD}".encode()))
    check("IMAP4REV1" in client.capabilities, client.capabilities)
    ok(client.namespace())
    check(not client.sock.session.has_ticket, "a session ticket: threaded OpenSSL clients stumble")
    ok(client.create(name))
    equal(client.create(name)[0], "NO")
    equal(client.append("nowhere", None, None, b"Subject: x\r\n\r\nx\r\n")[0], "NO")
    contents = [letter(f"{name} {n}").as_bytes(policy=email.policy.SMTP) for n in range(1, 6)]
    for n, content in enumerate(contents, 1):
        date = imaplib.Time2Internaldate(1614934800 + n)
        answer = ok(client.append(name, "(\\Seen $Werk)" if n == 1 else None, date, content))
        check(re.search(rb"APPENDUID \d+ %d\]" % n, answer[0]), answer)
    equal(ok(client.select(name)), [b"5"])
    fetch(client, contents)
    search(client, name)
    flags(client)
    move(client, name)
    idle(client, name, tls)
    expunge(client, name)
    ok(client.rename(name, name + "-old"))
    ok(client.delete(name + "-old"))
    client.logout()


def fetch(client, contents):
    for n, content in enumerate(contents, 1):
        data = ok(client.fetch(str(n), "(BODY.PEEK[] RFC822.SIZE INTERNALDATE)"))
        equal(data[0][1], content)
        check(b"RFC822.SIZE %d" % len(content) in data[0][0] + data[1], data)
    data = ok(client.fetch("2", "(BODY[]<10.20>)"))
    equal(data[0][1], contents[1][10:30])
    data = ok(client.fetch("2", "(FLAGS)"))
    check(b"\\Seen" in data[0], data)
    data = ok(client.fetch("3", "(BODY.PEEK[TEXT] BODY.PEEK[HEADER.FIELDS (SUBJECT X-NONE)])"))
    equal(data[0][1], contents[2].split(b"\r\n\r\n", 1)[1])
    data = ok(client.fetch("3:*", "(FLAGS ENVELOPE BODYSTRUCTURE)"))
    equal(len(data), 3)


def search(client, name):
    equal(ok(client.search(None, "ALL")), [b"1 2 3 4 5"])
    equal(ok(client.search(None, "SUBJECT", f'"{name} 3"')), [b"3"])
    equal(ok(client.search(None, "UNSEEN", "NOT", "SUBJECT", '"4"')), [b"3 5"])
    equal(ok(client.search(None, "KEYWORD", "$werk")), [b"1"])
    equal(ok(client.search(None, "OR", "1", "UID", "5")), [b"1 5"])
    client.literal = "ÉÉN".encode()
    equal(ok(client.search("UTF-8", "BODY")), [b"1 2 3 4 5"])
    equal(ok(client.search(None, "SENTBEFORE", "1-Jan-1990")), [b""])
    equal(client.search("X-NONE", "ALL")[0], "NO")


def flags(client):
    ok(client.store("3:4", "+FLAGS", "(\\Flagged $Later)"))
    equal(ok(client.search(None, "FLAGGED", "KEYWORD", "$Later")), [b"3 4"])
    ok(client.store("4", "-FLAGS.SILENT", "(\\Flagged)"))
    ok(client.store("5", "FLAGS", "(\\Answered)"))
    data = ok(client.fetch("4:5", "(FLAGS)"))
    check(b"$Later" in data[0] and b"\\Flagged" not in data[0], data)
    check(b"\\Answered" in data[1], data)


def move(client, name):
    ok(client.create(name + "/moved"))
    ok(client.copy("1", name + "/moved"))
    status, _ = client.uid("MOVE", "2:3", name + "/moved")
    equal(status, "OK")
    equal(ok(client.search(None, "ALL")), [b"1 2 3"])
    equal(ok(client.uid("SEARCH", None, "ALL")), [b"1 4 5"])
    line = ok(client.status(name + "/moved", "(MESSAGES UNSEEN UIDNEXT)"))[0]
    check(b"MESSAGES 3" in line and b"UIDNEXT 4" in line, line)


def idle(client, name, tls):
    """By hand: imaplib has had IDLE since Python 3.14 only."""
    tag = client._new_tag()
    client.send(tag + b" IDLE\r\n")
    line = client.readline()
    while not line.startswith(b"+"):
        check(line.startswith(b"*"), line)
        line = client.readline()
    other = imap(tls)
    ok(other.login(USER, PASSWORD))
    ok(other.append(name, None, None, letter("while idle").as_bytes()))
    client.sock.settimeout(SECONDS)
    seen = [client.readline()]
    while b"EXISTS" not in seen[-1]:
        check(seen[-1], "the connection ended while idle")
        seen.append(client.readline())
    check(b"* 4 EXISTS\r\n" in seen, seen)
    ok(other.select(name))
    ok(other.store("4", "+FLAGS", "(\\Flagged)"))
    line = client.readline()
    while b"FETCH" not in line:
        check(line, "the connection ended while idle")
        line = client.readline()
    check(line.startswith(b"* 4 FETCH") and b"\\Flagged" in line, line)
    client.send(b"DONE\r\n")
    while not line.startswith(tag):
        line = client.readline()
        check(line, "the connection ended after DONE")
    check(line.startswith(tag + b" OK"), line)
    other.logout()


def expunge(client, name):
    ok(client.store("1,3", "+FLAGS.SILENT", "(\\Deleted)"))
    client.response("EXPUNGE")  # what MOVE has left there
    ok(client.uid("EXPUNGE", "1"))
    equal(client.response("EXPUNGE"), ("EXPUNGE", [b"1"]))
    equal(ok(client.expunge())[-1], b"2")
    ok(client.close())
    equal(ok(client.select(name)), [b"2"])
    ok(client.unselect())


def plaintext_is_upgraded():
    """What was pipelined before STARTTLS is not carried out after it."""
    with socket.create_connection(("localhost", port("SUBMISSION")), SECONDS) as plain:
        lines = plain.makefile("rb")
        lines.readline()
        plain.sendall(b"EHLO x.test\r\n")
        while not lines.readline().startswith(b"250 "):
            pass
        plain.sendall(b"STARTTLS\r\nNOOP\r\n")
        answer = lines.readline()
        if answer.startswith(b"220"):
            with TRUST.wrap_socket(plain, server_hostname="localhost") as secure:
                secure.settimeout(SECONDS)
                secure.sendall(b"EHLO x.test\r\n")
                check(secure.recv(4096).startswith(b"250-"), "an answer to the injected NOOP")
        else:
            check(answer[:1] in b"45" or answer == b"", answer)


def tls_1_2():
    """OpenSSL that goes no further than TLS 1.2, and comes back with the session that it was given."""
    older = ssl.create_default_context(cafile=os.environ["CA"])
    older.maximum_version = ssl.TLSVersion.TLSv1_2
    client = smtplib.SMTP("localhost", port("SUBMISSION"), timeout=SECONDS)
    client.starttls(context=older)
    equal(client.sock.version(), "TLSv1.2")
    client.quit()
    session = None
    for resumed in (False, True):
        plain = socket.create_connection(("localhost", port("IMAPS")), SECONDS)
        with older.wrap_socket(plain, server_hostname="localhost", session=session) as client:
            check(client.recv(100).startswith(b"* OK"), "no greeting over TLS 1.2")
            equal(client.session_reused, resumed)
            session = client.session


def main():
    for name, tls in (("Tls", True), ("Starttls", False)):
        smtp_session(name, tls)
        imap_session(name, tls)
    lmtp_session()
    plaintext_is_upgraded()
    tls_1_2()
    client = imap(True)
    client.login(USER, PASSWORD)
    client.select("INBOX")
    for subject in ("smtp Tls", "smtp Tls two", "smtp Starttls", "smtp Starttls two", "lmtp"):
        found = ok(client.search(None, "HEADER", "MESSAGE-ID", f'"<{subject.replace(" ", ".")}@"'))
        equal((subject, len(found[0].split())), (subject, 1))
    client.logout()


if __name__ == "__main__":
    main()
