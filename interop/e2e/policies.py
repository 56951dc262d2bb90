"""A web server for MTA-STS policies (RFC 8461 §3.3), one text for each host name."""

import http.server
import ssl
import threading


class Handler(http.server.BaseHTTPRequestHandler):
    timeout = 10

    def do_GET(self):
        text = self.server.policies.get(self.headers["Host"])
        if self.path != "/.well-known/mta-sts.txt" or text is None:
            self.send_error(404)
            return
        octets = text.encode("ascii")
        self.send_response(200)
        self.send_header("Content-Type", "text/plain")
        self.send_header("Content-Length", str(len(octets)))
        self.end_headers()
        self.wfile.write(octets)
        self.server.served += 1

    def log_message(self, *arguments):
        """What is asked for is counted, not printed."""


class PolicyServer(http.server.ThreadingHTTPServer):
    """Serves HTTPS in threads of its own until the process ends."""

    daemon_threads = True

    def __init__(self, address, certificate, key):
        super().__init__((address, 443), Handler)
        self.policies = {}
        self.served = 0
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        self.socket = context.wrap_socket(self.socket, server_side=True)
        threading.Thread(target=self.serve_forever, daemon=True).start()
