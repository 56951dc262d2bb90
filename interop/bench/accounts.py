#!/usr/bin/env python3
"""accounts.py DIR DOMAIN COUNT PASSWORD
Adds DOMAIN and user1..userCOUNT to the running server whose data directory is DIR, over its admin
socket (one frame of JSON and one of attachment a request), without a JVM start for each account."""
import json
import os
import socket
import struct
import sys


def frame(data):
    return struct.pack(">i", len(data)) + data


def take(stream, count):
    data = stream.read(count)
    if len(data) < count:
        sys.exit("the server ended the conversation")
    return data


def call(stream, operation, **arguments):
    stream.write(frame(json.dumps({"op": operation, **arguments}).encode()) + frame(b""))
    stream.flush()
    while True:
        answer = json.loads(take(stream, struct.unpack(">i", take(stream, 4))[0]))
        if "item" not in answer:
            return answer


def main():
    if len(sys.argv) != 5:
        sys.exit(__doc__)
    directory, domain, count, password = sys.argv[1:]
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(os.path.join(directory, "admin.sock"))
        with connection.makefile("rwb") as stream:
            answer = call(stream, "domain-add", name=domain)
            if not answer.get("ok"):
                print(answer.get("error"), file=sys.stderr)  # a demo has its domain already
            for number in range(1, int(count) + 1):
                answer = call(
                    stream, "account-add", address=f"user{number}@{domain}", password=password)
                if not answer.get("ok"):
                    sys.exit(answer.get("error"))


main()
