"""The hosts: two real Wachtposts and a Postfix with opendkim, each on a loopback address."""

import email
import imaplib
import json
import os
import pathlib
import secrets
import smtplib
import socket
import ssl
import subprocess
import sys
import threading
import time

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
import process  # noqa: E402
from waiting import until  # noqa: E402

RESOLVER = "127.0.0.53"
OWN = "127.0.0.1"
START_SECONDS = 30


class Authority:
    """A certificate authority, by openssl."""

    def __init__(self, directory, name):
        self.directory = directory
        os.makedirs(directory)
        self.certificate = os.path.join(directory, "ca.pem")
        self.key = os.path.join(directory, "ca.key")
        self.make(self.certificate, self.key, name, "CA:TRUE", [])

    def issue(self, name, address):
        """A certificate for the name and the address: paths of certificate and key."""
        base = os.path.join(self.directory, name)
        signed = ["-CA", self.certificate, "-CAkey", self.key]
        names = f"subjectAltName=DNS:{name},IP:{address}"
        self.make(base + ".pem", base + ".key", name, "CA:FALSE", [*signed, "-addext", names])
        return base + ".pem", base + ".key"

    @staticmethod
    def make(certificate, key, name, constraint, more):
        command = [
            *("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"),
            *("-nodes", "-days", "2", "-subj", f"/CN={name}", "-keyout", key, "-out", certificate),
            *("-addext", f"basicConstraints=critical,{constraint}", *more),
        ]
        subprocess.run(command, check=True, capture_output=True)
        os.chmod(key, 0o600)

    def trust(self):
        return ssl.create_default_context(cafile=self.certificate)


def tlsa(certificate):
    """`3 1 1` of the certificate's key (RFC 7671 §5.1)."""
    key = subprocess.run(
        f"openssl x509 -in {certificate} -noout -pubkey | openssl pkey -pubin -outform DER"
        " | openssl dgst -sha256 -r",
        shell=True,
        check=True,
        capture_output=True,
        text=True,
    )
    return "3 1 1 " + key.stdout.split()[0]


class Wachtpost(process.Server):
    """A server for one domain with one account, in a directory of its own."""

    def __init__(self, directory, name, person, address, zone, authority):
        super().__init__(directory, base=1)
        self.domain = f"{name}.test"
        self.name = f"mx.{self.domain}"
        self.person = f"{person}@{self.domain}"
        self.address = address
        self.zone = zone
        self.authority = authority
        self.pair = authority.issue(self.name, address)
        os.makedirs(directory, exist_ok=True)
        self.settings()

    def settings(self, **queue):
        """Writes the settings; the server reads them when it starts."""
        certificate, key = self.pair
        waits = {
            "first_retry_seconds": 1,
            "longest_retry_seconds": 3,
            "connect_seconds": 3,
            "reply_seconds": 4,
            "end_of_data_seconds": 4,
            **queue,
        }
        lines = "\n".join(f"{each} = {value}" for each, value in waits.items())
        with open(os.path.join(self.directory, "wachtpost.toml"), "w", encoding="utf-8") as file:
            file.write(f"""hostname = "{self.name}"
[listen]
addresses = ["{self.address}"]
[tls]
certificate = "{certificate}"
key = "{key}"
[dns]
servers = ["{RESOLVER}"]
dnssec = "validate"
trust_anchors = ["{self.zone.trust_anchor()}"]
[authentication]
judge_loopback = true
[queue]
source_addresses = ["{self.address}"]
private_networks = ["127.0.0.0/8", "::1/128"]
authorities = "{self.authority.certificate}"
{lines}
""")

    def arguments(self):
        return ["serve", "--dir", self.directory]

    def port(self, name):
        return process.OFFSETS[name]

    def read_accounts(self):
        """The accounts are the ones that `prepare` has made."""

    def prepare(self):
        """Makes the domain and its account, and publishes what `domain dns` says."""
        self.accounts[self.person] = secrets.token_urlsafe(12)
        self.command("domain", "add", self.domain)
        password = self.accounts[self.person] + "\n"
        self.command("account", "add", self.person, "--password-stdin", text=password)
        told = json.loads(self.command("domain", "dns", self.domain, "--json").stdout)
        records = {}
        for record in told["records"]:
            records.setdefault((record["name"], record["type"]), []).append(record)
        for (name, kind), found in records.items():
            if kind == "TXT":
                self.zone.text(name, *(record["text"] for record in found))
            else:
                self.zone.set(name, kind, *(record["data"] for record in found))
        self.zone.set(self.name, "A", self.address)
        self.zone.text(f"_dmarc.{self.domain}", "v=DMARC1; p=reject; adkim=s; aspf=s")
        self.tlsa = told["tlsa"]

    def submit(self, message, *recipients):
        """Hands a message in over TLS with a password; returns when it is accepted."""
        with smtplib.SMTP_SSL(
            self.address, 465, context=self.authority.trust(), timeout=30
        ) as client:
            client.login(self.person, self.accounts[self.person])
            client.send_message(message, self.person, recipients)

    def inbox(self, mailbox="INBOX"):
        """Every message of the account."""
        client = imaplib.IMAP4_SSL(
            self.address, 993, ssl_context=self.authority.trust(), timeout=30
        )
        try:
            client.login(self.person, self.accounts[self.person])
            _, count = client.select(mailbox, readonly=True)
            if count[0] == b"0":
                return []
            _, data = client.fetch("1:*", "(BODY.PEEK[])")
            return [email.message_from_bytes(part[1]) for part in data if isinstance(part, tuple)]
        finally:
            client.logout()

    def queue(self):
        return self.items("queue-list")

    def last_words(self, message_count=50):
        """What was last said of each recipient that waits."""
        return [
            str(recipient.get("status"))
            for message in self.queue()[:message_count]
            for recipient in message["recipients"]
        ]

    def is_up(self):
        return self.process is not None and self.process.poll() is None


MASTER = """{address}:25 inet n - n - - smtpd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 1 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
virtual unix - n n - - virtual
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
tlsmgr unix - - n 1000? 1 tlsmgr
postlog unix-dgram n - n - 1 postlogd
"""

MAIN = """compatibility_level = 3.6
queue_directory = {directory}/queue
data_directory = {directory}/data
maillog_file = {directory}/log
maillog_file_prefixes = {directory}
multi_instance_enable = yes
multi_instance_name = postfix-e2e
myhostname = {name}
mydestination =
mynetworks = 127.0.0.1/32
inet_interfaces = {address}
inet_protocols = ipv4
smtp_bind_address = {address}
smtp_address_preference = ipv4
alias_maps =
virtual_mailbox_domains = {domain}
virtual_mailbox_base = {directory}/mail
virtual_mailbox_maps = inline:{{ {{ {person} = inbox/ }} }}
virtual_uid_maps = static:{uid}
virtual_gid_maps = static:{gid}
virtual_minimum_uid = 1
smtpd_relay_restrictions = permit_mynetworks reject_unauth_destination
smtpd_tls_security_level = may
smtpd_tls_cert_file = {certificate}
smtpd_tls_key_file = {key}
smtp_dns_support_level = dnssec
smtp_tls_security_level = dane
smtp_tls_CAfile = {authority}
smtp_tls_policy_maps = inline:{{ {{ {secure} = secure match=.{secure} }} }}
smtp_tls_loglevel = 1
smtpd_tls_loglevel = 1
smtpd_milters = inet:{address}:8891
milter_default_action = tempfail
minimal_backoff_time = 1s
maximal_backoff_time = 2s
queue_run_delay = 1s
smtp_connect_timeout = 3s
"""

OPENDKIM = """Mode sv
Domain {domain}
Selector e2e
KeyFile {directory}/dkim.key
RequireSafeKeys no
Canonicalization relaxed/relaxed
OversignHeaders From
InternalHosts 127.0.0.1
AuthservID {name}
AlwaysAddARHeader yes
ResolverConfiguration {directory}/unbound.conf
Socket inet:8891@{address}
PidFile {directory}/opendkim.pid
"""

# Nothing is remembered of how fast the name server was: one that was silent for a while, as on a
# busy machine, would not be asked again for up to two minutes.
UNBOUND = """server:
  do-not-query-localhost: no
  infra-host-ttl: 0
  local-zone: "test." nodefault
forward-zone:
  name: "."
  forward-addr: {resolver}
"""


class Postfix:
    """Postfix and opendkim for one domain with one account."""

    def __init__(self, directory, name, person, address, zone, authority, secure):
        self.directory = directory
        self.domain = f"{name}.test"
        self.name = f"mx.{self.domain}"
        self.person = f"{person}@{self.domain}"
        self.address = address
        self.zone = zone
        self.certificate, self.key = authority.issue(self.name, address)
        self.tlsa = {"name": f"_25._tcp.{self.name}", "data": tlsa(self.certificate)}
        self.milter = None
        self.milter_over = threading.Event()
        self.milter_keeper = None
        self.running = False
        self.configure(authority, secure)

    def configure(self, authority, secure):
        for folder in ("conf", "queue", "data", "mail"):
            os.makedirs(os.path.join(self.directory, folder))
        owner = subprocess.run(["id", "-u", "postfix"], capture_output=True, text=True, check=True)
        group = subprocess.run(["id", "-g", "postfix"], capture_output=True, text=True, check=True)
        uid, gid = int(owner.stdout), int(group.stdout)
        os.chown(os.path.join(self.directory, "data"), uid, gid)
        os.chown(os.path.join(self.directory, "mail"), uid, gid)
        values = {
            **vars(self),
            "authority": authority.certificate,
            "secure": secure,
            "resolver": RESOLVER,
            # The delivery agent refuses the mail system's own user.
            "uid": uid + 10_000,
            "gid": gid + 10_000,
        }
        os.chown(os.path.join(self.directory, "mail"), uid + 10_000, gid + 10_000)
        for file, text in (
            ("conf/master.cf", MASTER),
            ("conf/main.cf", MAIN),
            ("opendkim.conf", OPENDKIM),
            ("unbound.conf", UNBOUND),
        ):
            pathlib.Path(self.directory, file).write_text(text.format(**values), encoding="utf-8")

    def prepare(self):
        """Makes a DKIM key and publishes the domain's records."""
        key = os.path.join(self.directory, "dkim.key")
        subprocess.run(["openssl", "genrsa", "-out", key, "2048"], check=True, capture_output=True)
        public = subprocess.run(
            ["openssl", "rsa", "-in", key, "-pubout"], check=True, capture_output=True, text=True
        )
        encoded = "".join(public.stdout.strip().splitlines()[1:-1])
        self.zone.text(f"e2e._domainkey.{self.domain}", f"v=DKIM1; k=rsa; p={encoded}")
        self.zone.set(self.domain, "MX", f"10 {self.name}.")
        self.zone.set(self.name, "A", self.address)
        self.zone.text(self.domain, f"v=spf1 ip4:{self.address} -all")
        self.zone.text(self.name, "v=spf1 a -all")
        self.zone.text(f"_dmarc.{self.domain}", "v=DMARC1; p=reject; adkim=s; aspf=s")

    def start_milter(self):
        if self.milter is None:
            self.milter_over.clear()
            self.run_milter()
            until(lambda: accepts(self.address, 8891), START_SECONDS, "opendkim to listen")
            self.milter_keeper = threading.Thread(target=self.keep_milter)
            self.milter_keeper.start()

    def run_milter(self):
        with open(os.path.join(self.directory, "opendkim.log"), "ab") as log:
            self.milter = subprocess.Popen(
                ["opendkim", "-f", "-x", os.path.join(self.directory, "opendkim.conf")],
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    def keep_milter(self):
        """Starts opendkim again when it crashes, which it does under mail on several connections,
        as an init system would; until then Postfix answers 4xx."""
        while not self.milter_over.wait(0.2):
            if self.milter.poll() is not None:
                print(f"opendkim ended with {self.milter.returncode}; started again", flush=True)
                self.run_milter()

    def start(self):
        self.start_milter()
        result = subprocess.run(
            ["postfix", "-c", os.path.join(self.directory, "conf"), "start"],
            capture_output=True,
            text=True,
            check=False,
        )
        if result.returncode != 0:
            raise RuntimeError(f"postfix: {result.stdout}{result.stderr}\n{self.tail()}")
        self.running = True
        until(lambda: accepts(self.address, 25), START_SECONDS, "Postfix to listen")

    def kill(self):
        """SIGKILL for the master and all that it has started."""
        if not self.running:
            return
        pid = int(pathlib.Path(self.directory, "queue/pid/master.pid").read_text().strip())
        # The master leads a process group of its own; its children are in it.
        os.killpg(os.getpgid(pid), 9)
        self.running = False
        until(lambda: not accepts(self.address, 25), START_SECONDS, "Postfix to be gone")

    def stop(self):
        if self.running:
            subprocess.run(
                ["postfix", "-c", os.path.join(self.directory, "conf"), "stop"],
                capture_output=True,
                check=False,
            )
            self.running = False
        if self.milter is not None:
            self.milter_over.set()
            self.milter_keeper.join()
            self.milter.terminate()
            self.milter.wait()
            self.milter = None

    def submit(self, message, *recipients):
        """Hands a message in from this machine itself, as a local program would: a temporary
        refusal is tried again, since Postfix gives one while its milter is away."""
        end = time.monotonic() + START_SECONDS
        while True:
            try:
                with smtplib.SMTP(self.address, 25, timeout=30, source_address=(OWN, 0)) as client:
                    client.send_message(message, self.person, recipients)
                return
            except smtplib.SMTPResponseException as refusal:
                if refusal.smtp_code // 100 != 4 or time.monotonic() > end:
                    raise
                time.sleep(0.3)

    def inbox(self):
        messages = []
        for folder in ("new", "cur"):
            for path in pathlib.Path(self.directory, "mail/inbox", folder).glob("*"):
                messages.append(email.message_from_bytes(path.read_bytes()))
        return messages

    def log(self):
        return pathlib.Path(self.directory, "log").read_text(encoding="utf-8", errors="replace")

    def log_size(self):
        """Bytes that Postfix has said so far."""
        path = pathlib.Path(self.directory, "log")
        return path.stat().st_size if path.exists() else 0

    def complaints(self, since=0, lines=60):
        """What Postfix said of refusals and of its milter after the first `since` bytes."""
        path = pathlib.Path(self.directory, "log")
        said = path.read_bytes()[since:].decode(errors="replace") if path.exists() else ""
        marks = ("warning", "milter", "reject", "fatal")
        found = [line for line in said.splitlines() if any(mark in line for mark in marks)]
        return "\n".join(found[-lines:])

    def tail(self, lines=30):
        path = pathlib.Path(self.directory, "log")
        return "\n".join(self.log().splitlines()[-lines:]) if path.exists() else "(no log)"


def accepts(address, port):
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((address, port)) == 0
