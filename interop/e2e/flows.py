"""Mail between the three hosts when all is well."""

import scripted
from waiting import until
from world import SINK, expect, results

LOGGED = "Verified TLS connection established to {}["


def from_alpha_to_bravo_by_dane(world):
    """signed, aligned, TLS by DANE"""
    ids = world.send(world.alpha, "hello", world.bravo.person, count=3)
    for message in world.arrived(world.bravo, ids).values():
        if message["Message-ID"] in ids:
            passes(message, world.bravo.name, "alpha.test")
    over = "verified by DANE for mx.bravo.test"
    expect(over in log_of(world.alpha), f"alpha does not say '{over}'")


def from_alpha_to_papa(world):
    """opendkim finds the signature good; TLS by DANE"""
    ids = world.send(world.alpha, "hello", world.papa.person, count=3)
    for identifier, message in world.arrived(world.papa, ids).items():
        if identifier in ids:
            words = results(message, world.papa.name)
            expect(words.count("dkim=pass") >= 1, f"opendkim says {words}")
            expect("dkim=fail" not in words, f"opendkim says {words}")
            expect("header.d=alpha.test" in words, f"opendkim says {words}")
    over = "verified by DANE for mx.papa.test"
    expect(over in log_of(world.alpha), f"alpha does not say '{over}'")


def from_papa_to_bravo(world):
    """opendkim's signature is good here; Postfix's TLS by DANE"""
    ids = world.send(world.papa, "hello", world.bravo.person, count=3)
    for identifier, message in world.arrived(world.bravo, ids).items():
        if identifier in ids:
            passes(message, world.bravo.name, "papa.test")
    expect(LOGGED.format(world.bravo.name) in world.papa.log(), "Postfix did not verify bravo")


def from_papa_to_alpha(world):
    """opendkim's signature is good here; Postfix checks the authority"""
    ids = world.send(world.papa, "hello", world.alpha.person, count=3)
    for identifier, message in world.arrived(world.alpha, ids).items():
        if identifier in ids:
            passes(message, world.alpha.name, "papa.test")
    expect(LOGGED.format(world.alpha.name) in world.papa.log(), "Postfix did not verify alpha")


def from_bravo_to_alpha_by_mta_sts(world):
    """signed, aligned, TLS by the policy that the web server has"""
    ids = world.send(world.bravo, "policy", world.alpha.person, count=3)
    for identifier, message in world.arrived(world.alpha, ids).items():
        if identifier in ids:
            passes(message, world.alpha.name, "bravo.test")
    expect(world.web.served >= 1, "nobody asked for the policy")
    over = "verified for mx.alpha.test"
    expect(over in log_of(world.bravo), f"bravo does not say '{over}'")
    expect("not verified" not in log_of(world.bravo), "bravo sent without verifying")


def from_bravo_to_both(world):
    """one message, two destinations"""
    ids = world.send(world.bravo, "both", world.alpha.person, world.papa.person, count=3)
    for identifier, message in world.arrived(world.alpha, ids).items():
        if identifier in ids:
            passes(message, world.alpha.name, "bravo.test")
    world.arrived(world.papa, ids)


def unknown_recipients_bounce(world):
    """the sender is told, once"""
    ids = world.send(world.alpha, "nobody", "nobody@bravo.test", "nobody@nowhere.test")
    told = []

    def both():
        told[:] = [
            message
            for message in world.alpha.inbox()
            if message.get_content_type() == "multipart/report" and ids[0] in message.as_string()
        ]
        words = "".join(message.as_string() for message in told)
        return "nobody@bravo.test" in words and "nobody@nowhere.test" in words

    until(both, 60, "reports on two recipients")
    expect(len(told) <= 2, f"{len(told)} reports")
    expect(not world.alpha.queue(), "the queue is not empty")


def to_a_host_with_an_ipv6_address(world):
    """over IPv6 where that is the only way, and past an IPv6 address where nobody listens"""
    sixth = scripted.Host("::1", "mx6.six.test")
    try:
        world.zone.set("six.test", "MX", "10 mx6.six.test.")
        world.zone.set("mx6.six.test", "AAAA", "::1")
        ids = world.send(world.alpha, "six", "one@six.test", count=2)
        until(lambda: sorted(sixth.ids()) == sorted(ids), 60, "both over IPv6")
        expect("[0:0:0:0:0:0:0:1]:25" in log_of(world.alpha), "alpha does not say [::1]")
    finally:
        sixth.shutdown()
        sixth.server_close()
    world.sink.reset(lambda verb, session: None)
    world.zone.set("both.test", "MX", "10 mx.both.test.")
    world.zone.set("mx.both.test", "AAAA", "::1")
    world.zone.set("mx.both.test", "A", SINK)
    ids = world.send(world.alpha, "four", "one@both.test", count=4)
    until(lambda: sorted(world.sink.ids()) == sorted(ids), 60, "all over IPv4")


def passes(message, name, domain):
    words = results(message, name)
    expect("spf=pass" in words, f"{name} says {words}")
    expect("dkim=pass" in words and "dkim=fail" not in words, f"{name} says {words}")
    expect("dmarc=pass" in words, f"{name} says {words}")
    expect(f"header.from={domain}" in words, f"{name} says {words}")


def log_of(host):
    with open(host.log, encoding="utf-8", errors="replace") as log:
        return log.read()


ALL = (
    from_alpha_to_bravo_by_dane,
    from_alpha_to_papa,
    from_papa_to_bravo,
    from_papa_to_alpha,
    from_bravo_to_alpha_by_mta_sts,
    from_bravo_to_both,
    unknown_recipients_bounce,
    to_a_host_with_an_ipv6_address,
)
