"""Says how Python's email package takes messages apart, one line a part, for CorpusTest.

usage: oracle.py FILE...   each with CRLF line ends
file, path, type/subtype, header fields (SHA-256), body (SHA-256), tab separated
"""
import email
import hashlib
import sys


def sha(data):
    return hashlib.sha256(data).hexdigest()[:16]


def raw(text):
    return text.encode("ascii", "surrogateescape")


def walk(name, path, part):
    fields = b"".join(
        raw(key).lower() + b":" + raw(value).strip(b" \t\r\n") + b"\n" for key, value in part._headers
    )
    payload = part._payload
    children = payload if isinstance(payload, list) else []
    body = b"" if children else raw(payload or "")
    kind = part.get_content_type()
    print(name, path, kind, sha(fields), sha(body), sep="\t")
    for number, child in enumerate(children, 1):
        walk(name, f"{path}.{number}" if path else str(number), child)


for name in sys.stdin.read().split("\n"):
    if name:
        with open(name, "rb") as file:
            walk(name.rsplit("/", 1)[1], "", email.message_from_bytes(file.read()))
