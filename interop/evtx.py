#!/usr/bin/env python3
"""Reads event logs with `wachtpost inspect --dump-events` and with Debian's evtxexport, and compares
every record: names, attributes, values, their order, and how many records each program found.

usage: evtx.py [FILE|FOLDER...]   (without any: logs that `bin/dev evidence` makes up)

What docs/inspect.md says the two write differently is put into one form first: digits of times,
leading zeros of numbers in hexadecimal, braces of GUIDs, empty elements and attributes.
"""
import collections
import pathlib
import re
import struct
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree

ROOT = pathlib.Path(__file__).resolve().parent.parent
SHOWN = 5
EVENT = re.compile(r"<Event[ >].*?</Event>", re.DOTALL)
TIME = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d+))?Z?")
HEXADECIMAL = re.compile(r"0x0*([0-9A-Fa-f]+)")
RECORD = re.compile(r"<!-- record (\d+) offset (\d+) ")
HEADER, CHUNK = 4096, 65536
GUID = re.compile(r"\{?([0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12})\}?")
FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def value(text):
    text = (text or "").strip().replace("\r\n", "\n")
    time = TIME.fullmatch(text)
    if time:
        return f"{time[1]}.{(time[2] or '').ljust(7, '0')[:7]}Z"
    text = GUID.sub(lambda found: found[1].upper(), text)
    return HEXADECIMAL.sub(lambda found: "0x" + found[1].lower(), text)


def lines(element, path=""):
    """Every attribute and text of an event, in order; empty ones left out."""
    name = path + "/" + element.tag.rpartition("}")[2]
    for key, text in sorted(element.attrib.items()):
        if value(text):
            yield f"{name}@{key}={value(text)}"
    if value(element.text):
        yield f"{name}={value(element.text)}"
    for child in element:
        yield from lines(child, name)


def events(output):
    """Record number to the events of that number, each as its lines."""
    found = collections.defaultdict(collections.Counter)
    text = FORBIDDEN.sub("\ufffd", output.decode("utf-8", "replace"))
    for event in EVENT.findall(text):
        try:
            said = list(lines(ElementTree.fromstring(event)))
        except ElementTree.ParseError as error:
            said = [f"not XML: {error}: {event[:200]}"]
        number = next((s for s in said if s.startswith("/Event/System/EventRecordID=")), "none")
        found[number.rpartition("=")[2]]["\n".join(said)] += 1
    return found


def output(*command):
    return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                          check=False).stdout


def ending_with_their_chunk(path, dump):
    """Numbers of the records behind which their chunk has no room: evtxexport 20181227 drops them."""
    found = set()
    with open(path, "rb") as log:
        for number, offset in RECORD.findall(dump.decode("utf-8", "replace")):
            log.seek(int(offset) + 4)
            size, = struct.unpack("<I", log.read(4))
            if (int(offset) - HEADER + size) % CHUNK == 0:
                found.add(number)
    return found


def compare(path):
    """How many records both have, and what differs."""
    dump = output(str(ROOT / "wachtpost"), "inspect", "--dump-events", str(path))
    ours = events(dump)
    dropped = ending_with_their_chunk(path, dump)
    theirs = events(output("evtxexport", "-m", "all", "-f", "xml", str(path)))
    same, differences = 0, []
    for number in sorted(ours.keys() | theirs.keys(), key=lambda n: (len(n), n)):
        same += (ours[number] & theirs[number]).total()
        if number in dropped and not theirs[number]:
            continue
        for event in (ours[number] - theirs[number]).elements():
            differences.append((number, "ours", event))
        for event in (theirs[number] - ours[number]).elements():
            differences.append((number, "evtxexport", event))
    return same, differences


def show(differences):
    for number, who, event in differences[:2 * SHOWN]:
        others = [e for n, w, e in differences if n == number and w != who]
        said = set(event.split("\n")) - set("\n".join(others).split("\n"))
        print(f"  record {number}, {who} alone: " + " | ".join(sorted(said))[:600])


def logs(arguments, folder):
    if not arguments:
        subprocess.run([str(ROOT / "bin/dev"), "evidence", folder, "--scenario", "proxylogon-shell-theft"],
                       check=True, stdout=subprocess.DEVNULL)
        arguments = [folder]
    for argument in map(pathlib.Path, arguments):
        if argument.is_file():
            yield argument
        else:
            yield from sorted(p for p in argument.rglob("*") if p.suffix.lower() == ".evtx")


def main(arguments):
    passed = failed = 0
    with tempfile.TemporaryDirectory() as folder:
        for path in logs(arguments, folder):
            same, differences = compare(path)
            good = same > 0 and not differences
            passed, failed = passed + good, failed + (not good)
            print(f"{'ok' if good else 'DIFFERS'}  {path.name}: {same} records alike, "
                  f"{len(differences)} not")
            show(differences)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
