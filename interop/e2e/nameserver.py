"""A name server of the test's own: one signed zone, changed while it serves, broken on demand.

It is what a validating resolver on this machine would be: it answers with signatures to who asks
for them (RFC 4035 §3.1) and sets AD for what it has signed itself. Records live a second.
"""

import socketserver
import struct
import threading

import dns.dnssec
import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdata
import dns.rdataclass
import dns.rdatatype
import dns.rrset
from cryptography.hazmat.primitives.asymmetric import ec

TTL = 1
UDP_OCTETS = 1232
LIFETIME_SECONDS = 86_400
ALGORITHM = dns.dnssec.Algorithm.ECDSAP256SHA256


class Zone:
    """Records by name and type, signed when they are asked for. Thread-safe."""

    def __init__(self, origin):
        self.origin = dns.name.from_text(origin)
        self.lock = threading.RLock()
        self.records = {}
        self.faults = {}
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.dnskey = dns.dnssec.make_dnskey(self.key.public_key(), ALGORITHM, flags=257)
        self.set(origin, "SOA", f"ns.{origin} hostmaster.{origin} 1 3600 600 86400 {TTL}")
        self.set(origin, "NS", f"ns.{origin}")
        self.set(origin, "DNSKEY", self.dnskey.to_text())

    def trust_anchor(self):
        anchor = dns.dnssec.make_ds(self.origin, self.dnskey, "SHA256")
        return f"{self.origin} IN DS {anchor.to_text()}"

    def set(self, name, kind, *texts):
        """The records of this name and type; none removes them."""
        owner = dns.name.from_text(name)
        rdatatype = dns.rdatatype.from_text(kind)
        with self.lock:
            if texts:
                self.records[owner, rdatatype] = dns.rrset.from_text_list(
                    owner, TTL, dns.rdataclass.IN, rdatatype, texts
                )
            else:
                self.records.pop((owner, rdatatype), None)

    def get(self, name, kind):
        """The records' texts."""
        with self.lock:
            found = self.records.get((dns.name.from_text(name), dns.rdatatype.from_text(kind)), ())
            return [each.to_text() for each in found]

    def text(self, name, *texts):
        """TXT records, each cut into the strings of 255 octets that a zone holds."""
        quoted = [
            " ".join(f'"{text[at:at + 255]}"' for at in range(0, len(text), 255)) for text in texts
        ]
        self.set(name, "TXT", *quoted)

    def fault(self, name, kind):
        """Everything at and under the name fails: servfail, silent or bogus; None mends it."""
        with self.lock:
            if kind is None:
                self.faults.pop(dns.name.from_text(name), None)
            else:
                self.faults[dns.name.from_text(name)] = kind

    def fault_of(self, name):
        with self.lock:
            return next((k for n, k in self.faults.items() if name.is_subdomain(n)), None)

    def answer(self, query):
        """The response, or None for none."""
        question = query.question[0]
        fault = self.fault_of(question.name)
        if fault == "silent":
            return None
        response = dns.message.make_response(query)
        response.flags |= dns.flags.RA | dns.flags.AA
        if fault == "servfail" or not question.name.is_subdomain(self.origin):
            response.set_rcode(
                dns.rcode.SERVFAIL if fault == "servfail" else dns.rcode.NXDOMAIN
            )
            return response
        with self.lock:
            self.fill(response, question)
        if query.ednsflags & dns.flags.DO or query.flags & dns.flags.AD:
            response.flags |= dns.flags.AD
        if query.ednsflags & dns.flags.DO:
            self.sign(response.answer, fault == "bogus")
            self.sign(response.authority, fault == "bogus")
        return response

    def fill(self, response, question):
        name = question.name
        for _ in range(8):
            found = self.records.get((name, question.rdtype))
            if found is not None:
                response.answer.append(found)
                return
            alias = self.records.get((name, dns.rdatatype.CNAME))
            if alias is None:
                break
            response.answer.append(alias)
            name = alias[0].target
        self.deny(response, name)

    def deny(self, response, name):
        """RFC 4035 §3.1.3: the absence and its proof."""
        names = sorted({owner for owner, _ in self.records})
        response.authority.append(self.records[self.origin, dns.rdatatype.SOA])
        proofs = [name]
        if not any(owner.is_subdomain(name) for owner in names):
            response.set_rcode(dns.rcode.NXDOMAIN)
            encloser = name.parent()
            while not any(owner.is_subdomain(encloser) for owner in names):
                encloser = encloser.parent()
            proofs.append(dns.name.Name((b"*",)).concatenate(encloser))
        owners = {max(owner for owner in names if owner <= proof) for proof in proofs}
        response.authority.extend(self.nsec(owner, names) for owner in owners)

    def nsec(self, owner, names):
        following = names[(names.index(owner) + 1) % len(names)]
        kinds = [dns.rdatatype.to_text(kind) for name, kind in self.records if name == owner]
        text = " ".join([following.to_text(), *kinds, "RRSIG", "NSEC"])
        return dns.rrset.from_text(owner, TTL, "IN", "NSEC", text)

    def sign(self, section, broken):
        for rrset in list(section):
            signature = dns.dnssec.sign(
                rrset, self.key, self.origin, self.dnskey, lifetime=LIFETIME_SECONDS
            )
            if broken:
                octets = bytes([signature.signature[0] ^ 1]) + signature.signature[1:]
                signature = signature.replace(signature=octets)
            section.append(dns.rrset.from_rdata(rrset.name, TTL, signature))


class Datagrams(socketserver.BaseRequestHandler):
    def handle(self):
        wire, sender = self.request
        query = dns.message.from_wire(wire)
        response = self.server.zone.answer(query)
        if response is None:
            return
        try:
            most = min(query.payload, UDP_OCTETS) if query.edns >= 0 else 512
            octets = response.to_wire(max_size=most)
        except dns.exception.TooBig:
            short = dns.message.make_response(query)
            short.flags |= dns.flags.TC
            octets = short.to_wire()
        sender.sendto(octets, self.client_address)


class Streams(socketserver.StreamRequestHandler):
    timeout = 5

    def handle(self):
        while head := self.rfile.read(2):
            query = dns.message.from_wire(self.rfile.read(struct.unpack("!H", head)[0]))
            response = self.server.zone.answer(query)
            if response is None:
                return
            octets = response.to_wire()
            self.wfile.write(struct.pack("!H", len(octets)) + octets)


class UdpServer(socketserver.ThreadingUDPServer):
    daemon_threads = True


class TcpServer(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True


def serve(zone, address, port):
    """Serves in threads of their own until the process ends."""
    for server in (
        UdpServer((address, port), Datagrams),
        TcpServer((address, port), Streams),
    ):
        server.zone = zone
        threading.Thread(target=server.serve_forever, daemon=True).start()
