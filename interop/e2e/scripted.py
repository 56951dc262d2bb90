"""A mail host that behaves as badly as the test asks, and remembers what it took."""

import email
import re
import socket
import socketserver
import threading

from waiting import until


class Host(socketserver.ThreadingTCPServer):
    """Takes mail on port 25 of the address. `behave` may be exchanged at any moment.

    behave(verb, session) -> a reply in place of the usual one, "drop" to break off, "hang" to say
    nothing more until the host is told to go on, or None for the usual.
    """

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, address, name, context=None):
        self.name = name
        self.context = context
        self.behave = lambda verb, session: None
        self.lock = threading.Lock()
        self.taken = []
        self.seen = []
        self.verbs = []
        self.most_sessions = 0
        self.sessions = 0
        self.go_on = threading.Event()
        self.address_family = socket.AF_INET6 if ":" in address else socket.AF_INET
        super().__init__((address, 25), Session)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def reset(self, behave):
        with self.lock:
            self.behave = behave
            self.taken.clear()
            self.seen.clear()
            self.verbs.clear()
            self.most_sessions = self.sessions
        self.go_on.clear()

    def wait_for(self, verb, count, seconds):
        until(
            lambda: self.verbs.count(verb) >= count,
            seconds,
            lambda: f"{count} {verb} at {self.name}, got {self.verbs.count(verb)}",
        )

    def ids(self):
        """The Message-IDs of what was answered with 250."""
        with self.lock:
            return [message["Message-ID"] for message in self.taken]


class Session(socketserver.StreamRequestHandler):
    timeout = 60

    def handle(self):
        host = self.server
        with host.lock:
            host.sessions += 1
            host.most_sessions = max(host.most_sessions, host.sessions)
        try:
            self.talk()
        except (OSError, EOFError):
            pass  # the client's end of it is what the test looks at
        finally:
            with host.lock:
                host.sessions -= 1

    def talk(self):
        self.secure = False
        if not self.say("CONNECT", f"220 {self.server.name} ESMTP"):
            return
        while line := self.rfile.readline(2048):
            verb = re.split(rb"[ :\r\n]", line, 1)[0].decode("ascii").upper()
            if verb == "DATA":
                if not self.data():
                    return
            elif verb == "STARTTLS" and self.server.context:
                if not self.say(verb, "220 go"):
                    return
                self.request = self.server.context.wrap_socket(self.request, server_side=True)
                self.rfile = self.request.makefile("rb")
                self.wfile = self.request.makefile("wb", buffering=0)
                self.secure = True
            elif not self.say(verb, self.usual(verb)) or verb == "QUIT":
                return

    def usual(self, verb):
        if verb != "EHLO":
            return "221 bye" if verb == "QUIT" else "250 2.0.0 ok"
        offers = [self.server.name, "PIPELINING", "8BITMIME", "ENHANCEDSTATUSCODES"]
        if self.server.context and not self.secure:
            offers.append("STARTTLS")
        return "\r\n".join(f"250-{each}" for each in offers[:-1]) + f"\r\n250 {offers[-1]}"

    def data(self):
        if not self.say("DATA", "354 go"):
            return False
        lines = []
        while (line := self.rfile.readline()) != b".\r\n":
            if not line:
                raise EOFError
            lines.append(line[1:] if line.startswith(b".") else line)
        message = email.message_from_bytes(b"".join(lines))
        message.secure = self.secure
        with self.server.lock:
            self.server.seen.append(message)
        if not self.say(".", "250 2.0.0 taken"):
            return False
        if self.said.startswith("2"):
            with self.server.lock:
                self.server.taken.append(message)
        return True

    def say(self, verb, usual):
        """Answers; false if the connection is at its end."""
        with self.server.lock:
            self.server.verbs.append(verb)
        reply = self.server.behave(verb, self) or usual
        if reply == "drop":
            self.request.shutdown(socket.SHUT_RDWR)
            return False
        if reply == "hang":
            self.server.go_on.wait(60)
            return False
        self.said = reply
        self.wfile.write(reply.encode("ascii") + b"\r\n")
        return not (reply.startswith("421"))
