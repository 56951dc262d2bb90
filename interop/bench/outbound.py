"""outbound.py [MESSAGES]: the queue beside Postfix, into smtp-sink, in one run.

MESSAGES messages of 20 KiB to 20 destinations come in over SMTP to aliases and go out again. Both
servers have their defaults, write to the same disk, and answer when a message is on it. Timed from
the first connection in until the last message is out. Prints a table.
"""

import os
import pathlib
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(HERE), "e2e"))
import hosts  # noqa: E402
import nameserver  # noqa: E402
import namespace  # noqa: E402
from waiting import until  # noqa: E402

DESTINATIONS = 20
OCTETS = 20 * 1024
ROUNDS = 3
SECONDS = 300
GOAL = 1.5


def sink_address(number):
    return f"127.0.1.{number + 1}"


class Sinks:
    """An smtp-sink for each destination, which ends when it has its share."""

    def __init__(self, share):
        self.processes = [
            subprocess.Popen(
                ["smtp-sink", "-u", "postfix", "-M", str(share), f"{sink_address(number)}:25", "1000"],
                stderr=subprocess.DEVNULL,
            )
            for number in range(DESTINATIONS)
        ]
        for number in range(DESTINATIONS):
            until(lambda n=number: hosts.accepts(sink_address(n), 25), 10, "smtp-sink")

    def have_all(self):
        return all(process.poll() is not None for process in self.processes)

    def end(self):
        for process in self.processes:
            process.kill()
            process.wait()


def processor_seconds(ancestor):
    """Of the process and all under it, and of those of them that have ended."""
    times, parents = {}, {}
    for entry in filter(str.isdigit, os.listdir("/proc")):
        try:
            text = pathlib.Path("/proc", entry, "stat").read_text(encoding="utf-8")
        except (FileNotFoundError, ProcessLookupError):
            continue  # it ends just now: its parent has its time then
        fields = text.rpartition(")")[2].split()
        parents[int(entry)] = int(fields[1])
        times[int(entry)] = sum(int(field) for field in fields[11:15])

    def is_under(process):
        return process == ancestor or (process in parents and is_under(parents[process]))

    return sum(times[each] for each in times if is_under(each)) / os.sysconf("SC_CLK_TCK")


def timed(host, share):
    """Messages per second, in and out."""
    sinks = Sinks(share)
    begun = time.monotonic()
    sources = [
        subprocess.Popen(
            [
                *("smtp-source", "-d", "-s", "2", "-m", str(share), "-l", str(OCTETS)),
                *("-f", "sender@elsewhere.test", "-t", f"to{number}@{host.domain}"),
                f"{host.address}:25",
            ]
        )
        for number in range(DESTINATIONS)
    ]
    try:
        for source in sources:
            if source.wait(SECONDS) != 0:
                raise RuntimeError("smtp-source failed")
        accepted = time.monotonic() - begun
        until(sinks.have_all, SECONDS, lambda: f"everything to leave {host.domain}")
        return accepted, time.monotonic() - begun
    finally:
        sinks.end()


class Sender(hosts.Wachtpost):
    """Aliases that lead to the destinations, and routes to the sinks."""

    def settings(self, **queue):
        super().settings(**queue)
        path = os.path.join(self.directory, "wachtpost.toml")
        text = pathlib.Path(path).read_text(encoding="utf-8")
        text = text.replace("judge_loopback = true", "judge_loopback = false")
        for number in range(DESTINATIONS):
            text += f"""[[queue.route]]
domain = "d{number}.test"
host = "{sink_address(number)}"
port = 25
tls = "none"
allow_private = true
"""
        pathlib.Path(path).write_text(text, encoding="utf-8")

    def main_process(self):
        return self.process.pid

    def add_aliases(self):
        for number in range(DESTINATIONS):
            alias = f"to{number}@{self.domain}"
            self.ask("alias-add", address=alias, targets=[f"x@d{number}.test"])


class Peer(hosts.Postfix):
    """The same for Postfix, without opendkim."""

    def main_process(self):
        path = pathlib.Path(self.directory, "queue/pid/master.pid")
        return int(path.read_text(encoding="utf-8").strip())

    def start_milter(self):
        aliases = " ".join(
            f"{{ to{n}@{self.domain} = x@d{n}.test }}" for n in range(DESTINATIONS)
        )
        transports = " ".join(
            f"{{ d{n}.test = smtp:[{sink_address(n)}]:25 }}" for n in range(DESTINATIONS)
        )
        settings = [
            "smtpd_milters =",
            "smtp_tls_security_level = none",
            "smtp_dns_support_level = enabled",
            f"virtual_alias_maps = inline:{{ {aliases} }}",
            f"transport_maps = inline:{{ {transports} }}",
        ]
        folder = os.path.join(self.directory, "conf")
        subprocess.run(["postconf", "-c", folder, "-e", *settings], check=True)


def compare(directory, messages):
    namespace.bring_up(directory, "127.0.0.4")
    zone = nameserver.Zone("test.")
    nameserver.serve(zone, hosts.RESOLVER, 53)
    authority = hosts.Authority(directory + "/ca", "Test authority")
    ours = Sender(directory + "/ours", "ours", "anna", "127.0.0.2", zone, authority)
    peer = Peer(directory + "/peer", "peer", "piet", "127.0.0.4", zone, authority, "ours.test")
    share = messages // DESTINATIONS
    best = {}
    try:
        ours.prepare()
        ours.environment["WACHTPOST_JAVA_OPTIONS"] = os.environ.get("BENCH_JAVA_OPTIONS", "")
        ours.start()
        ours.add_aliases()
        peer.prepare()
        peer.start()
        print("| | messages | accepted, s | out, s | messages/s | processor, ms each |")
        print("|---|---|---|---|---|---|")
        for number in range(ROUNDS):
            for name, host in (("Wachtpost", ours), ("Postfix", peer)):
                before = processor_seconds(host.main_process())
                accepted, out = timed(host, share)
                used = processor_seconds(host.main_process()) - before
                rate = share * DESTINATIONS / out
                best[name] = max(best.get(name, 0), rate)
                print(
                    f"| {name} {number + 1} | {share * DESTINATIONS} | {accepted:.1f} |"
                    f" {out:.1f} | {rate:.0f} | {1000 * used / (share * DESTINATIONS):.2f} |",
                    flush=True,
                )
        ours.stop()
    finally:
        ours.kill()
        peer.stop()
    ratio = best["Wachtpost"] / best["Postfix"]
    print(f"best of {ROUNDS}: {ratio:.2f} times Postfix (goal {GOAL})")
    return 0


if __name__ == "__main__":
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 4_000
    sys.exit(namespace.inside(lambda directory: compare(directory, count)))
