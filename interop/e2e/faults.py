"""Each part broken in turn: the right answer, nothing lost, nothing twice that need not be."""

import email.policy
import os
import smtplib
import time

import hosts
from waiting import until
from world import STRANGER, expect, results

STORM = 40


def bad_signature(world):
    """refused by DMARC where nothing else speaks for it, marked where SPF does"""
    ids = world.send(world.alpha, "to be changed", world.papa.person)
    signed = world.arrived(world.papa, ids)[ids[0]]
    del signed["Authentication-Results"]
    signed.set_payload(signed.get_payload() + "and a line more\r\n")
    code, words = hand_over(world.bravo.address, STRANGER, world, signed, world.alpha.person)
    expect(code == 550 and "5.7.1" in words, f"from a stranger: {code} {words}")
    code, words = hand_over(world.bravo.address, world.alpha.address, world, signed, None)
    expect(code == 250, f"from alpha's own address: {code} {words}")
    there = world.arrived(world.bravo, ids)[ids[0]]
    words = results(there, world.bravo.name)
    for each in ("dkim=fail", "spf=pass", "dmarc=pass"):
        expect(each in words, f"bravo says {words}")


def hand_over(address, source, world, message, sender):
    """What the host says to a message from that address."""
    with smtplib.SMTP(address, 25, source_address=(source, 0), timeout=60) as client:
        client.ehlo(world.alpha.name)
        client.mail(sender or world.alpha.person)
        client.rcpt(world.bravo.person)
        code, words = client.data(message.as_bytes(policy=email.policy.SMTP))
        return code, words.decode()


def wrong_certificate_of_an_mx_with_dane(world):
    """deferred, never in the clear; leaves when the record is right again"""
    name, right = world.bravo.tlsa["name"], world.bravo.tlsa["data"]
    world.zone.set(name, "TLSA", "3 1 1 " + "ab" * 32)
    expire()
    ids = world.send(world.alpha, "wrong key", world.bravo.person, count=3)
    papas = world.send(world.papa, "wrong key", world.bravo.person)
    waits_for(world, "no TLSA record fits")
    until(lambda: "certificate not" in world.papa.log(), 60, "Postfix to defer")
    expect(not set(ids + papas) & ids_of(world.bravo), "delivered past a wrong certificate")
    world.zone.set(name, "TLSA", right)
    world.arrived(world.bravo, ids + papas)


def wrong_certificate_of_an_mx_with_mta_sts(world):
    """deferred, never sent; leaves when the certificate is right again"""
    right = world.alpha.pair
    world.alpha.stop()
    world.alpha.pair = world.stranger.issue(world.alpha.name, world.alpha.address)
    world.alpha.settings()
    world.alpha.start()
    ids = world.send(world.bravo, "unknown authority", world.alpha.person, count=2)
    try:
        waits_for(world, "TLS failed", host=world.bravo)
        expect(len(world.bravo.queue()) == len(ids), "sent past a wrong certificate")
    finally:
        world.alpha.stop()
        world.alpha.pair = right
        world.alpha.settings()
        world.alpha.start()
    world.arrived(world.alpha, ids)


def mx_that_the_policy_does_not_name(world):
    """deferred, never sent; leaves when the policy names it"""
    world.policy("second", "mx.elsewhere.test")
    expire()
    ids = world.send(world.bravo, "not named", world.alpha.person)
    try:
        waits_for(world, "policy", host=world.bravo)
        expect(not set(ids) & ids_of(world.alpha), "sent to a host that the policy does not name")
    finally:
        world.policy("third", world.alpha.name)
    world.arrived(world.alpha, ids)


def no_starttls_although_dane_says_so(world):
    """deferred, never in the clear"""
    world.sink.reset(lambda verb, session: None)
    context, world.sink.context = world.sink.context, None
    try:
        ids = world.send(world.alpha, "stripped", "one@sink.test", count=2)
        waits_for(world, "STARTTLS")
        expect(not world.sink.seen, "a message in the clear")
        expect("MAIL" not in world.sink.verbs, "MAIL in the clear")
    finally:
        world.sink.context = context
    until(lambda: set(world.sink.ids()) >= set(ids), 60, "both after the repair")
    expect(len(world.sink.seen) == len(ids), f"{len(world.sink.seen)} transfers")
    expect(all(each.secure for each in world.sink.seen), "a message in the clear")


def storm_of_4xx(world):
    """everything comes, each once, over fewer connections"""
    answers = {"left": 3 * STORM}

    def behave(verb, session):
        with session.server.lock:
            if verb in ("RCPT", ".") and answers["left"] > 0:
                answers["left"] -= 1
                return "451 4.7.1 not now"
        return None

    world.sink.reset(behave)
    ids = world.send(world.alpha, "storm", "one@sink.test", count=STORM)
    until(lambda: len(set(world.sink.ids())) == STORM, 60, lambda: f"{STORM} messages")
    expect(sorted(world.sink.ids()) == sorted(ids), "a message came twice")
    empty(world.alpha)
    return f"{STORM} messages, 120 refusals, none lost, none twice"


def dead_host(world):
    """waits until the host is there again"""
    world.bravo.stop()
    ids = world.send(world.alpha, "dead", world.bravo.person, count=5)
    papas = world.send(world.papa, "dead", world.bravo.person, count=2)
    waits_for(world, "4.4.1")
    world.bravo.start()
    world.arrived(world.bravo, ids + papas, seconds=40)


def host_that_hangs_after_data(world):
    """others do not wait for it; tried again; twice only what it had taken"""
    world.sink.reset(lambda verb, session: "hang" if verb == "." else None)
    ids = world.send(world.alpha, "hang", "one@sink.test", count=2)
    world.sink.wait_for(".", 1, 60)
    begun = time.monotonic()
    others = world.send(world.alpha, "meanwhile", world.bravo.person)
    world.arrived(world.bravo, others, seconds=4)
    took = time.monotonic() - begun
    waits_for(world, "broken off within the message")
    expect(not world.sink.taken, "taken by a host that never answered")
    world.sink.behave = lambda verb, session: None
    world.sink.go_on.set()
    until(lambda: set(world.sink.ids()) == set(ids), 60, "both after the repair")
    expect(len(world.sink.taken) == len(ids), "answered for twice")
    empty(world.alpha)
    return f"another destination took {took:.1f} s meanwhile"


def host_that_breaks_off(world):
    """at every step of the dialogue: nothing lost, once where no answer was lost"""
    for step in ("CONNECT", "EHLO", "MAIL", "RCPT", "DATA", "."):
        broken = []

        def behave(verb, session, step=step, broken=broken):
            if verb == step and len(broken) < 2:
                broken.append(verb)
                return "drop"
            return None

        world.sink.reset(behave)
        ids = world.send(world.alpha, f"drop {step}", "one@sink.test")
        until(lambda ids=ids: world.sink.ids() == ids, 60, f"one after a break at {step}")
        empty(world.alpha)


def dns_failure(world):
    """SERVFAIL, silence and false signatures are all waited out"""
    for kind in ("servfail", "bogus", "silent"):
        expire()
        world.zone.fault(world.bravo.domain, kind)
        ids = world.send(world.alpha, kind, world.bravo.person)
        try:
            waits_for(world, "4.4.3")
            expect(not set(ids) & ids_of(world.bravo), f"delivered in spite of {kind}")
        finally:
            world.zone.fault(world.bravo.domain, None)
        world.arrived(world.bravo, ids)


def false_tlsa_signature(world):
    """no way round DANE by breaking its signature"""
    expire()
    world.zone.fault(world.bravo.tlsa["name"], "bogus")
    ids = world.send(world.alpha, "bogus", world.bravo.person)
    try:
        waits_for(world, "TLSA")
        expect(not set(ids) & ids_of(world.bravo), "delivered in spite of a false signature")
    finally:
        world.zone.fault(world.bravo.tlsa["name"], None)
    world.arrived(world.bravo, ids)


def disk_full_at_the_receiver(world):
    """452, and delivered when there is room"""
    filler = fill(world.bravo)
    ids = []
    try:
        for _ in range(20):
            ids += world.send(world.alpha, "full", world.bravo.person, size=400_000)
            if any("4.3.1" in words for words in world.alpha.last_words()):
                break
        waits_for(world, "4.3.1")
    finally:
        os.unlink(filler)
    world.arrived(world.bravo, ids)
    empty(world.alpha)
    return f"{len(ids)} of 400 kB"


def disk_full_at_the_sender(world):
    """what is not accepted is refused for now; what is accepted arrives once"""
    world.sink.reset(lambda verb, session: "451 4.3.2 later" if verb == "RCPT" else None)
    ids, refused = world.send(world.alpha, "kept", "one@sink.test", count=3), []
    filler = fill(world.alpha)
    try:
        for _ in range(30):
            message = world.letter(world.alpha.person, "full", 400_000)
            try:
                world.alpha.submit(message, "one@sink.test")
                ids.append(message["Message-ID"])
            except smtplib.SMTPResponseException as refusal:
                refused.append(refusal.smtp_code)
                break
            except (smtplib.SMTPServerDisconnected, OSError):
                refused.append("disconnected")
                break
        world.sink.behave = lambda verb, session: None
        # With no room to write down what has left, doubles cannot be told from news: wait for room.
        expect(refused and refused[0] in (451, 452), f"a full disk says {refused}")
    finally:
        os.unlink(filler)
    until(lambda: set(world.sink.ids()) >= set(ids), 60, lambda: f"{len(ids)} messages")
    empty(world.alpha)
    world.send(world.alpha, "again", "one@sink.test")
    doubles = len(world.sink.ids()) - len(set(world.sink.ids()))
    return f"refused with {refused[0]}, {len(ids)} accepted and there, {doubles} twice"


def fill(host):
    path = os.path.join(host.directory, "filler")
    free = os.statvfs(host.directory)
    with open(path, "wb") as file:
        os.posix_fallocate(file.fileno(), 0, free.f_bavail * free.f_frsize - 3 * 1024 * 1024)
    return path


def waits_for(world, words, seconds=60, host=None):
    """Until the queue (alpha's, unless another is asked for) says so of a message that waits."""
    waiting = host or world.alpha
    until(
        lambda: any(words in each for each in waiting.last_words()),
        seconds,
        lambda: f"the queue of {waiting.name} to say '{words}': {waiting.last_words(5)}",
    )


def empty(host):
    until(lambda: not host.queue(), 60, lambda: f"an empty queue: {host.last_words(5)}")


def ids_of(host):
    return {message["Message-ID"] for message in host.inbox()}


def expire():
    """Until what was asked before is not remembered any more."""
    end = time.monotonic() + 1.1
    until(lambda: time.monotonic() > end, 2, "the clock")


ALL = (
    bad_signature,
    wrong_certificate_of_an_mx_with_dane,
    wrong_certificate_of_an_mx_with_mta_sts,
    mx_that_the_policy_does_not_name,
    no_starttls_although_dane_says_so,
    storm_of_4xx,
    dead_host,
    host_that_hangs_after_data,
    host_that_breaks_off,
    dns_failure,
    false_tlsa_signature,
    disk_full_at_the_receiver,
    disk_full_at_the_sender,
)
