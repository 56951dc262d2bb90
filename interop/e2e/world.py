"""The three hosts, their zone and their authority; what was sent and what has arrived."""

import collections
import concurrent.futures
import email.message
import itertools
import os
import subprocess

import hosts
import nameserver
import policies
import scripted
from waiting import until

ALPHA, BRAVO, PAPA, SINK, WEB, STRANGER = (f"127.0.0.{n}" for n in (2, 3, 4, 6, 7, 9))

DISK_MIB = 200


class World:
    """Everything that a check needs. `start` and `stop` it once."""

    def __init__(self, directory):
        self.directory = directory
        self.numbers = itertools.count()
        self.zone = nameserver.Zone("test.")
        nameserver.serve(self.zone, hosts.RESOLVER, 53)
        self.authority = hosts.Authority(os.path.join(directory, "ca"), "Test authority")
        self.stranger = hosts.Authority(os.path.join(directory, "other-ca"), "Another authority")
        both = (self.zone, self.authority)
        for name in ("alpha", "bravo"):
            small_disk(os.path.join(directory, name))
        self.alpha = hosts.Wachtpost(directory + "/alpha", "alpha", "anna", ALPHA, *both)
        self.bravo = hosts.Wachtpost(directory + "/bravo", "bravo", "bert", BRAVO, *both)
        self.papa = hosts.Postfix(
            directory + "/papa", "papa", "piet", PAPA, *both, secure=self.alpha.domain
        )
        self.sink = self.make_sink()
        web = f"mta-sts.{self.alpha.domain}"
        self.web = policies.PolicyServer(WEB, *self.authority.issue(web, WEB))
        self.zone.set(web, "A", WEB)

    def make_sink(self):
        name = "mx.sink.test"
        certificate, key = self.authority.issue(name, SINK)
        context = hosts.ssl.SSLContext(hosts.ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        self.zone.set("sink.test", "MX", f"10 {name}.")
        self.zone.set(name, "A", SINK)
        self.sink_tlsa = hosts.tlsa(certificate)
        self.zone.set(f"_25._tcp.{name}", "TLSA", self.sink_tlsa)
        return scripted.Host(SINK, name, context)

    def start(self):
        with concurrent.futures.ThreadPoolExecutor() as pool:
            for prepared in [
                pool.submit(host.prepare) for host in (self.alpha, self.bravo, self.papa)
            ]:
                prepared.result()
        # DANE for mail to bravo and papa; alpha has no TLSA record but an MTA-STS policy.
        for host in (self.bravo, self.papa):
            self.zone.set(host.tlsa["name"], "TLSA", host.tlsa["data"])
        self.policy("first", self.alpha.name)
        self.alpha.start()
        self.bravo.start()
        self.papa.start()

    def policy(self, identifier, host):
        """Alpha's MTA-STS policy: mail only over verified TLS, only to this host."""
        domain = self.alpha.domain
        self.web.policies[f"mta-sts.{domain}"] = (
            f"version: STSv1\r\nmode: enforce\r\nmx: {host}\r\nmax_age: 86400\r\n"
        )
        self.zone.text(f"_mta-sts.{domain}", f"v=STSv1; id={identifier}")

    def stop(self):
        self.papa.stop()
        for host in (self.alpha, self.bravo):
            host.stop()
            host.command("check")

    def end(self):
        """Whatever still runs is killed."""
        for host in (self.alpha, self.bravo):
            host.kill()
        self.papa.stop()

    def letter(self, sender, subject, size=2_000):
        """A message with a Message-ID of its own."""
        message = email.message.EmailMessage()
        message["From"] = sender
        message["To"] = "somebody@everywhere.test"
        message["Subject"] = subject
        message["Date"] = "Mon, 01 Jun 2026 10:00:00 +0000"
        message["Message-ID"] = f"<{next(self.numbers)}.{os.getpid()}@e2e.test>"
        message.set_content(("The quick brown fox. " * (size // 21 + 1))[:size])
        return message

    def send(self, host, subject, *recipients, count=1, size=2_000):
        """Hands in letters; returns their Message-IDs, which the host has answered for."""
        ids = []
        for _ in range(count):
            message = self.letter(host.person, subject, size)
            host.submit(message, *recipients)
            ids.append(message["Message-ID"])
        return ids

    def arrived(self, host, ids, seconds=60, twice_at_most=0):
        """Waits until all are in the host's mailbox; each once, but for so many that may be
        there twice. Returns the messages by Message-ID."""
        found = until(
            lambda: self.all_of(host, ids),
            seconds,
            lambda: f"{len(ids)} at {host.domain}; missing {self.missing(host, ids)}",
        )
        counts = collections.Counter(message["Message-ID"] for message in found)
        double = [(each, counts[each]) for each in ids if counts[each] > 1]
        extra = sum(count - 1 for _, count in double)
        if extra > twice_at_most:
            raise AssertionError(f"more than {twice_at_most} doubles at {host.domain}: {double}")
        self.doubles = extra
        return {message["Message-ID"]: message for message in found}

    def all_of(self, host, ids):
        messages = host.inbox()
        there = {message["Message-ID"] for message in messages}
        return messages if there.issuperset(ids) else None

    def missing(self, host, ids):
        there = {message["Message-ID"] for message in host.inbox()}
        lost = [each for each in ids if each not in there]
        queued = [] if host is self.alpha else self.alpha.last_words()
        return f"{len(lost)}: {lost[:5]}; alpha's queue says {queued[:3]}"


def results(message, name):
    """The Authentication-Results field of this host, in one line."""
    for field in message.get_all("Authentication-Results", []):
        words = " ".join(field.split())
        if words.startswith(name):
            return words
    return ""


def expect(truth, what):
    if not truth:
        raise AssertionError(what)


def small_disk(directory):
    """A file system in memory, so small that a test can fill it."""
    os.makedirs(directory)
    options = f"size={DISK_MIB}m,mode=755"
    subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", directory], check=True)
