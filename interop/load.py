"""Load on the server, and a record of what it has answered for; used by kill.py and full.py."""

import collections
import hashlib
import imaplib
import random
import re
import smtplib
import threading

DOMAIN = "load.test"
PEOPLE = ("alice@example.test", "bob@example.test", "carol@example.test")
SECONDS = 30
MAILBOXES = ("INBOX", "Load", "Kept")
NO_ANSWER = (OSError, EOFError, smtplib.SMTPServerDisconnected, imaplib.IMAP4.abort)


class Ledger:
    """What was answered, by (account, message): a promise is kept exactly once."""

    def __init__(self):
        self.lock = threading.Lock()
        self.promised = set()  # answered 250 or OK: there once
        self.open = set()  # the answer was lost: there once or not
        self.refused = set()  # answered 4xx, 5xx, NO: not there
        self.refusals = collections.Counter()
        self.flags = {}  # (account, message) -> flags that were answered OK
        self.flags_open = {}  # flags whose answer was lost
        self.place = {}  # (account, message) -> mailboxes where it may be
        self.uids = {}  # (account, message, mailbox) -> UID that was answered
        self.faults = []
        self.serial = 0

    def name(self, way):
        """A Message-ID that says how the message comes."""
        with self.lock:
            self.serial += 1
            return f"{way}.{self.serial}@{DOMAIN}"

    def settle(self, kind, account, message, mailbox="INBOX"):
        with self.lock:
            kind.add((account, message))
            self.place[account, message] = {mailbox}

    def refuse(self, account, message, answer):
        with self.lock:
            self.refused.add((account, message))
            self.refusals[re.sub(r"[^ -~]+", " ", str(answer))[:70]] += 1

    def fault(self, words):
        with self.lock:
            self.faults.append(words)


def content(name, bytes_, source):
    body = b"".join(
        bytes(source.choices(b"abcdefghijklmnop .,", k=70)) + b"\r\n"
        for _ in range(max(1, bytes_ // 72))
    )
    sum_ = hashlib.sha256(body).hexdigest()
    return (
        f"From: <load@{DOMAIN}>\r\nTo: <{PEOPLE[0]}>\r\nSubject: load\r\n"
        f"Message-ID: <{name}>\r\nX-Sum: {sum_}\r\n\r\n"
    ).encode() + body


class Load:
    """Threads that send until told to stop or until the server is gone."""

    def __init__(self, server, ledger, seed, largest=8_000, stop_on_refusal=False):
        self.server = server
        self.ledger = ledger
        self.seed = seed
        self.largest = largest
        self.stop_on_refusal = stop_on_refusal
        self.stopping = threading.Event()
        jobs = (self.smtp, self.lmtp, self.append, self.append_and_change)
        self.threads = [
            threading.Thread(target=self.run, args=(job, n)) for n, job in enumerate(jobs)
        ]
        for thread in self.threads:
            thread.start()

    def run(self, job, number):
        try:
            job(random.Random(f"{self.seed}/{number}"))
        except NO_ANSWER:
            pass  # the server is gone, as is meant; what was open is in the ledger
        except Exception as fault:  # noqa: BLE001: any other is the test's finding
            self.ledger.fault(f"{job.__name__}: {fault!r}")

    def stop(self):
        self.stopping.set()
        self.join()

    def join(self):
        for thread in self.threads:
            thread.join(SECONDS * 2)
            if thread.is_alive():
                self.ledger.fault("a client was never answered")

    def pick(self, source):
        return source.sample(PEOPLE, source.randint(1, len(PEOPLE)))

    def going(self, answer=None):
        if answer is not None and self.stop_on_refusal:
            self.stopping.set()
        return not self.stopping.is_set()

    def smtp(self, source):
        client = smtplib.SMTP("localhost", self.server.port("smtp"), timeout=SECONDS)
        client.ehlo("load.test")
        while self.going():
            self.transaction(client, source, lmtp=False)

    def lmtp(self, source):
        client = smtplib.LMTP("localhost", self.server.port("lmtp"), timeout=SECONDS)
        client.ehlo("load.test")
        while self.going():
            self.transaction(client, source, lmtp=True)

    def transaction(self, client, source, lmtp):
        people = self.pick(source)
        name = self.ledger.name("lmtp" if lmtp else "smtp")
        text = content(name, source.randint(100, self.largest), source)
        code, answer = client.mail(f"load@{DOMAIN}")
        if code != 250:
            self.refuse(people, name, (code, answer), client)
            return
        taken = []
        for person in people:
            code, answer = client.rcpt(person)
            if code == 250:
                taken.append(person)
            else:
                self.refuse([person], name, (code, answer))
        if not taken:
            client.rset()
            return
        code, answer = client.docmd("DATA")
        if code != 354:
            self.refuse(taken, name, (code, answer), client)
            return
        waiting = list(taken)
        try:
            client.send(re.sub(rb"(?m)^\.", b"..", text) + b".\r\n")
            while waiting:
                code, answer = client.getreply()
                answered = waiting[:1] if lmtp else list(waiting)
                del waiting[: len(answered)]
                if code == 250:
                    for person in answered:
                        self.ledger.settle(self.ledger.promised, person, name)
                else:
                    self.refuse(answered, name, (code, answer))
                    # One answer for several: when the disk is full for the second of them and for
                    # the queue, the first has it, and gets it again (RFC 5321 §6.1 wants no loss).
                    for person in answered if len(answered) > 1 else ():
                        self.ledger.settle(self.ledger.open, person, name)
        finally:
            for person in waiting:
                self.ledger.settle(self.ledger.open, person, name)

    def refuse(self, people, name, answer, client=None):
        for person in people:
            self.ledger.refuse(person, name, answer)
        self.going(answer)
        if client is not None:
            client.rset()

    def append(self, source):
        client = self.server.imap(PEOPLE[1])
        while self.going():
            self.append_one(client, source, PEOPLE[1])

    def append_one(self, client, source, person):
        """The UID, or None if it was refused."""
        name = self.ledger.name("append")
        flags = source.sample(["\\Seen", "\\Flagged", "\\Answered", "$Work"], source.randint(0, 4))
        text = content(name, source.randint(100, self.largest), source)
        try:
            status, data = client.append("Load", f"({' '.join(flags)})", None, text)
        except NO_ANSWER:
            self.ledger.settle(self.ledger.open, person, name, "Load")
            self.ledger.flags[person, name] = set(flags)
            raise
        if status != "OK":
            self.refuse([person], name, (status, data))
            return None
        self.ledger.settle(self.ledger.promised, person, name, "Load")
        self.ledger.flags[person, name] = set(flags)
        uid = int(re.search(rb"APPENDUID \d+ (\d+)\]", data[0]).group(1))
        self.ledger.uids[person, name, "Load"] = uid
        return name, uid

    def append_and_change(self, source):
        """Appends, then changes flags, then sometimes moves it."""
        person = PEOPLE[2]
        client = self.server.imap(person)
        client.select("Load")
        while self.going():
            added = self.append_one(client, source, person)
            if added is None:
                continue
            name, uid = added
            flag = source.choice(["\\Draft", "$Later"])
            self.ledger.flags_open[person, name] = {flag}
            status, data = client.uid("STORE", str(uid), "+FLAGS.SILENT", f"({flag})")
            del self.ledger.flags_open[person, name]
            if status != "OK":
                self.ledger.refusals[f"STORE {status} {data}"[:70]] += 1
                self.going(status)
                continue
            self.ledger.flags[person, name].add(flag)
            if source.random() < 0.3:
                self.ledger.place[person, name] = {"Load", "Kept"}
                status, data = client.uid("MOVE", str(uid), "Kept")
                self.ledger.place[person, name] = {"Kept" if status == "OK" else "Load"}


def prepare(server):
    """Makes the mailboxes that the load writes to."""
    for person in PEOPLE:
        client = server.imap(person)
        for mailbox in MAILBOXES[1:]:
            status, data = client.create(mailbox)
            if status != "OK":
                raise RuntimeError(f"CREATE: {data}")
        client.logout()


def compare(server, ledger):
    """Reads every mailbox and returns what is not as it was answered, and how many are there."""
    found = collections.defaultdict(list)
    faults = list(ledger.faults)
    for person in PEOPLE:
        client = server.imap(person)
        for mailbox in MAILBOXES:
            for uid, name, flags, whole in contents(client, mailbox):
                found[person, name].append((mailbox, uid, flags))
                if not whole:
                    faults.append(f"{name} of {person} is not the message that was sent")
        client.logout()
    for key in ledger.promised:
        if len(found[key]) != 1:
            faults.append(f"{key} was answered for and is there {len(found[key])} times")
    for key in ledger.open:
        if len(found[key]) > 1:
            faults.append(f"{key} is there {len(found[key])} times")
    for key in ledger.refused - ledger.promised - ledger.open:
        if found[key]:
            faults.append(f"{key} was refused and is there")
    known = ledger.promised | ledger.open | ledger.refused
    for key, copies in found.items():
        if copies and key not in known:
            faults.append(f"{key} was never sent")
        elif copies:
            faults.extend(wrong(ledger, key, *copies[0]))
    return faults, sum(len(copies) for copies in found.values())


def wrong(ledger, key, mailbox, uid, flags):
    place = ledger.place.get(key, {mailbox})  # none is known of what was refused
    if mailbox not in place:
        yield f"{key} is in {mailbox}, not in {place}"
    expected = ledger.flags.get(key, set())
    if flags not in (expected, expected | ledger.flags_open.get(key, set())):
        yield f"{key} has flags {flags}, not {expected}"
    answered = ledger.uids.get((*key, mailbox), uid)
    if answered != uid:
        yield f"{key} has UID {uid}, not {answered} as answered"


def contents(client, mailbox):
    """(UID, Message-ID, flags, whether the body is whole) of the load's messages."""
    status, data = client.select(mailbox, readonly=True)
    if status != "OK":
        raise RuntimeError(f"SELECT {mailbox}: {data}")
    count = int(data[0])
    for first in range(1, count + 1, 500):
        part = f"{first}:{min(count, first + 499)}"
        status, data = client.fetch(part, "(UID FLAGS BODY.PEEK[])")
        if status != "OK":
            raise RuntimeError(f"FETCH {mailbox}: {data}")
        for item in data:
            if not isinstance(item, tuple):
                continue
            header, _, body = item[1].partition(b"\r\n\r\n")
            name = re.search(rb"^Message-ID: <([a-z]+\.\d+@load\.test)>", header, re.MULTILINE)
            if name is None:
                continue  # the demo's own mail
            sum_ = re.search(rb"^X-Sum: (\w+)", header, re.MULTILINE).group(1).decode()
            uid = int(re.search(rb"UID (\d+)", item[0]).group(1))
            flags = re.search(rb"FLAGS \(([^)]*)\)", item[0]).group(1).decode().split()
            whole = hashlib.sha256(body).hexdigest() == sum_
            yield uid, name.group(1).decode(), set(flags) - {"\\Recent"}, whole
