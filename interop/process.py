"""The real server as a process, for tests that start, kill and look at it from outside."""

import imaplib
import json
import os
import random
import re
import shutil
import signal
import socket
import ssl
import struct
import subprocess
import sys
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
LAUNCHER = os.path.join(ROOT, "wachtpost")
OFFSETS = {
    "lmtp": 24,
    "smtp": 25,
    "imap": 143,
    "submissions": 465,
    "submission": 587,
    "imaps": 993,
}
START_SECONDS = 60
STOP_SECONDS = 20
LOG_LINE = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+Z (\w+) ")


def free_port_base():
    """A base below the system's own range with every port above it free."""
    chosen = random.SystemRandom()
    for _ in range(200):
        base = chosen.randrange(10_000, 30_000)
        if all(is_free(base + offset) for offset in (*OFFSETS.values(), 80, 443)):
            return base
    raise RuntimeError("no range of ports is free")


def is_free(port):
    with socket.socket() as probe:
        # As the server does: a port that only closed connections linger on is free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


class Server:
    """`wachtpost demo` on a directory; start and stop it as often as you like."""

    def __init__(self, directory, base=None, environment=None):
        self.directory = directory
        self.base = base or free_port_base()
        self.environment = dict(os.environ, **(environment or {}))
        self.log = directory.rstrip("/") + ".log"
        self.process = None
        self.accounts = {}

    def port(self, name):
        return self.base + OFFSETS[name]

    @property
    def certificate(self):
        return os.path.join(self.directory, "tls", "self-signed.crt")

    def start(self):
        """Returns the seconds until `ready`."""
        begun = time.monotonic()
        offset = self.launch()
        while not self.is_ready(offset):
            if self.process.poll() is not None:
                raise RuntimeError(f"the server ended at start:\n{self.tail()}")
            if time.monotonic() - begun > START_SECONDS:
                self.kill()
                raise RuntimeError(f"not ready after {START_SECONDS} s:\n{self.tail()}")
            time.sleep(0.02)
        self.read_accounts()
        return time.monotonic() - begun

    def read_accounts(self):
        with open(os.path.join(self.directory, "demo-accounts.json"), encoding="utf-8") as file:
            self.accounts = json.load(file)

    def arguments(self):
        return ["demo", "--dir", self.directory, "--port-base", str(self.base)]

    def launch(self):
        """Starts the process and does not wait; returns where its part of the log begins."""
        with open(self.log, "ab") as log:
            offset = log.tell()
            self.process = subprocess.Popen(
                [LAUNCHER, *self.arguments()],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=self.environment,
                start_new_session=True,
            )
        return offset

    def is_ready(self, offset):
        with open(self.log, "rb") as log:
            log.seek(offset)
            return re.search(rb"^ready ", log.read(), re.MULTILINE) is not None

    def kill(self):
        """SIGKILL, and waits until the process is gone."""
        if self.process is not None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()
            self.process = None

    def stop(self):
        """SIGTERM; returns the seconds until the process had ended."""
        if self.process is None:
            return 0.0
        begun = time.monotonic()
        self.process.terminate()
        try:
            status = self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill()
            raise RuntimeError(f"did not end in {STOP_SECONDS} s after SIGTERM") from None
        finally:
            self.process = None
        if status not in (0, 128 + signal.SIGTERM, -signal.SIGTERM):
            raise RuntimeError(f"ended with {status}:\n{self.tail()}")
        return time.monotonic() - begun

    def tail(self, lines=30):
        with open(self.log, encoding="utf-8", errors="replace") as log:
            return "".join(log.readlines()[-lines:])

    def log_size(self):
        """Bytes that the server has said so far."""
        return os.path.getsize(self.log) if os.path.exists(self.log) else 0

    def complaints(self, since=0, lines=60):
        """Warnings and errors said after the first `since` bytes, with what belongs to them."""
        with open(self.log, "rb") as log:
            log.seek(since)
            said = log.read().decode("utf-8", errors="replace").splitlines(keepends=True)
        found, wanted = [], False
        for line in said:
            if LOG_LINE.match(line):
                wanted = LOG_LINE.match(line)[1] in ("WARN", "ERROR")
            if wanted:
                found.append(line)
        return "".join(found[:lines])

    def command(self, *arguments, text=None, check=True):
        """Runs `wachtpost ARGUMENTS --dir DIRECTORY`."""
        result = subprocess.run(
            [LAUNCHER, *arguments, "--dir", self.directory],
            input=text,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        if check and result.returncode != 0:
            raise RuntimeError(f"wachtpost {arguments}: {result.stdout}{result.stderr}")
        return result

    def ask(self, operation, **arguments):
        """One operation over the admin socket, without the start of a program: its result."""
        return self._ask(operation, arguments)[0]

    def items(self, operation, **arguments):
        """The same for an operation with a long answer: its items."""
        return self._ask(operation, arguments)[1]

    def _ask(self, operation, arguments):
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(60)
            connection.connect(os.path.join(self.directory, "admin.sock"))
            request = json.dumps({"op": operation, **arguments}).encode()
            with connection.makefile("rwb") as stream:
                # A frame of JSON, and an empty one for what would go with it.
                stream.write(struct.pack(">i", len(request)) + request + struct.pack(">i", 0))
                stream.flush()
                items = []
                answer = json.loads(stream.read(struct.unpack(">i", stream.read(4))[0]))
                while "item" in answer:
                    items.append(answer["item"])
                    answer = json.loads(stream.read(struct.unpack(">i", stream.read(4))[0]))
        if not answer.get("ok"):
            raise RuntimeError(f"{operation} {arguments}: {answer}")
        return answer["result"], items

    def trust(self):
        return ssl.create_default_context(cafile=self.certificate)

    def imap(self, address, timeout=30):
        """A logged-in IMAP connection over TLS, the certificate checked."""
        client = imaplib.IMAP4_SSL(
            "localhost", self.port("imaps"), ssl_context=self.trust(), timeout=timeout
        )
        client.login(address, self.accounts[address])
        return client


def temporary_directory(name):
    """A directory that other users (the mail system's) may pass through."""
    import tempfile

    path = tempfile.mkdtemp(prefix=f"wachtpost-{name}-")
    os.chmod(path, 0o755)
    return path


def main():
    """`process.py start DIRECTORY`: prints port base and process id of a started server."""
    if sys.argv[1:2] != ["start"] or len(sys.argv) != 3:
        sys.exit("usage: process.py start DIRECTORY")
    if shutil.which(LAUNCHER) is None:
        sys.exit(f"{LAUNCHER} is missing")
    server = Server(sys.argv[2])
    seconds = server.start()
    print(server.base, server.process.pid, f"{seconds:.1f}")


if __name__ == "__main__":
    main()
