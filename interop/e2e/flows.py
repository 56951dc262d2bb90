"""Mail between the three hosts when all is well."""

from waiting import until
from world import expect, results

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

    until(both, 20, "reports on two recipients")
    expect(len(told) <= 2, f"{len(told)} reports")
    expect(not world.alpha.queue(), "the queue is not empty")


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
)
