#!/usr/bin/python3
"""Signs here and verifies there, and the other way round.

usage: exchange.py WORK TOOL...   (TOOL: the command that runs MailauthTool)
Peers: dkimpy, opendkim (opendkim -t, opendkim-testmsg), npm mailauth.
Prints one line for each check that fails, and at the end 'N passed, N failed'.
"""

import os
import re
import subprocess
import sys

import dkim

WORK = sys.argv[1]
TOOL = sys.argv[2:]
HERE = os.path.dirname(os.path.abspath(__file__))
DOMAIN = b"example.org"
counts = {True: 0, False: 0}


def check(ok, what):
    counts[bool(ok)] += 1
    if not ok:
        print("FAILED:", what)


def run(*command, **options):
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=120,
                          check=False, **options)
    if done.returncode != 0 and not options.get("input"):
        print(" ".join(command[:4]), "ended with", done.returncode, done.stderr.decode()[-400:])
    return done.stdout


def ours(verb, *files):
    return run(*TOOL, verb, WORK, *files).decode("latin-1")


def write(name, octets):
    path = os.path.join(WORK, name)
    with open(path, "wb") as out:
        out.write(octets)
    return path


def read(path):
    with open(path, "rb") as file:
        return file.read()


HEADER = (b"From: Joe <joe@example.org>\r\nTo: Ann <ann@example.net>\r\nSubject: lunch\r\n"
          b"Date: Fri, 2 Jan 2026 03:04:05 +0000\r\nMessage-ID: <1@example.org>\r\n")
MESSAGES = {
    "plain": HEADER + b"\r\nHello.\r\n",
    "empty": HEADER + b"\r\n",
    "blanks": HEADER + b"\r\nHello. \t \r\n  two  spaces\r\n\r\n \r\n\r\n\r\n",
    "folded": HEADER.replace(b"lunch", b"a very\r\n\tfolded  \r\n  subject ") + b"\r\nHi\r\n",
    "octets": HEADER.replace(b"lunch", b"gr\xc3\xbc\xc3\x9fe") + b"\r\n\xe9\xff\x80 raw\r\n",
    "mime": HEADER + (b"MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n"
                      b"--x\r\n\r\n.one\r\n--x\r\n\r\ntwo\r\n--x--\r\n"),
    "long": HEADER + b"\r\n" + b"0123456789" * 90 + b"\r\n" + b"line\r\n" * 20000,
    "twice": b"Received: one\r\nReceived: two\r\n" + HEADER + b"Cc: a@example.net\r\n\r\nx\r\n",
}


def zone():
    records = {}
    with open(os.path.join(WORK, "zone.txt"), encoding="ascii") as file:
        for line in file:
            name, text = line.rstrip("\n").split("\t", 1)
            records[name.encode() + b"."] = text.encode()
    return records


def dkimpy_verifies(message, records):
    verifier = dkim.DKIM(message)
    count = len(re.findall(rb"(?im)^DKIM-Signature:", message))
    try:
        return [verifier.verify(idx=i, dnsfunc=lambda name, timeout=5: records.get(name))
                for i in range(count)]
    except dkim.DKIMException as refused:
        return [str(refused)]


def dkimpy_signs(path, message):
    """Every pair of canonicalizations, both algorithms."""
    signed = []
    for header in (b"simple", b"relaxed"):
        for body in (b"simple", b"relaxed"):
            for name, algorithm, key in (
                    ("rsa", b"rsa-sha256", read(os.path.join(WORK, "rsa.pem"))),
                    ("ed", b"ed25519-sha256", read(os.path.join(WORK, "ed.seed")))):
                field = dkim.sign(message, name.encode(), DOMAIN, key,
                                  canonicalize=(header, body), signature_algorithm=algorithm)
                out = f"{path}.dkimpy-{name}-{header.decode()}-{body.decode()}"
                with open(out, "wb") as file:
                    file.write(field + message)
                signed.append(out)
    return signed


def opendkim_verifies(path):
    """opendkim -t wants the message as it is, and the keys from a file."""
    with open(os.path.join(WORK, "opendkim.conf"), "w", encoding="ascii") as conf:
        conf.write(f"Mode v\nTestDNSData file:{WORK}/opendkim.keys\nSyslog no\n")
    with open(os.path.join(WORK, "opendkim.keys"), "w", encoding="ascii") as keys:
        for name, text in zone().items():
            keys.write(name.decode().rstrip(".") + " " + text.decode() + "\n")
    done = subprocess.run(["opendkim", "-x", os.path.join(WORK, "opendkim.conf"), "-t", path, "-vv"],
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=60, check=False)
    return done.stdout.decode("latin-1")


def opendkim_signs(path, message):
    """opendkim -t prints the field that it would insert."""
    signed = []
    for canonicalization in ("relaxed/relaxed", "simple/simple"):
        conf = write("sign.conf", (
            f"Mode s\nDomain example.org\nSelector rsa\nKeyFile {WORK}/rsa.pem\nSyslog no\n"
            f"InternalHosts 0.0.0.0/0\nSignatureAlgorithm rsa-sha256\nRequireSafeKeys false\n"
            f"Canonicalization {canonicalization}\n").encode())
        said = subprocess.run(["opendkim", "-x", conf, "-t", path, "-vv"], stderr=subprocess.STDOUT,
                              stdout=subprocess.PIPE, timeout=60, check=False).stdout
        field = re.search(rb"hname='DKIM-Signature' hvalue='([^']*)'", said)
        check(field, f"opendkim did not sign {path}: {said.decode('latin-1')}")
        if field:
            value = field.group(1).replace(b"\n", b"\r\n")
            out = f"{path}.opendkim-{canonicalization.replace('/', '-')}"
            with open(out, "wb") as file:
                file.write(b"DKIM-Signature: " + value + b"\r\n" + message)
            signed.append(out)
    return signed


def testmsg_signs(path, message):
    """opendkim-testmsg can only sign with SHA-1, which RFC 8301 forbids to accept."""
    out = subprocess.run(["opendkim-testmsg", "-C", "-d", "example.org", "-s", "rsa", "-k",
                          os.path.join(WORK, "rsa.pem")],
                         input=message, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=60,
                         check=False)
    check(b"a=rsa-sha1" in out.stdout, "opendkim-testmsg did not sign " + path)
    return write(os.path.basename(path) + ".testmsg", out.stdout)


def node(verb, *files):
    return run("node", os.path.join(HERE, "peer.mjs"), WORK, verb, *files).decode("latin-1")


def out_of_ours(paths, records):
    """What we sign, they verify; what is changed after that, they do not."""
    ours("sign", *paths)
    signed = [path + ".ours" for path in paths]
    changed = []
    for path in signed:
        message = read(path)
        check(dkimpy_verifies(message, records) == [True, True], "dkimpy of " + path)
        broken = message.replace(b"joe@", b"eve@")
        changed.append(write(os.path.basename(path) + ".changed", broken))
        check(True not in dkimpy_verifies(broken, records), "dkimpy passed a changed " + path)
        said = opendkim_verifies(path)
        check(said.count("dkim=pass") == 2, f"opendkim of {path}: {said}")
        said = opendkim_verifies(changed[-1])
        check("dkim=fail" in said and "dkim=pass" not in said, f"opendkim passed a changed {path}: {said}")
    for line in node("verify", *signed).splitlines():
        path, signatures, _, dmarc = line.split("\t")
        check(signatures == "pass,pass" and dmarc == "pass", "npm mailauth of " + line)
    for line in node("verify", *changed).splitlines():
        check("pass" not in line.split("\t")[1], "npm mailauth passed " + line)


def into_ours(paths):
    """What they sign, we verify; what is changed after that, we do not."""
    signed = []
    for path in paths:
        signed += dkimpy_signs(path, read(path))
        signed += opendkim_signs(path, read(path))
    node("sign", *paths)
    signed += [os.path.join(WORK, name) for name in sorted(os.listdir(WORK)) if ".npm-" in name]
    check(len(signed) == len(paths) * 13, f"{len(signed)} messages were signed by the peers")
    changed = [write(os.path.basename(path) + ".changed", read(path).replace(b"joe@", b"eve@"))
               for path in signed]
    lines = ours("verify", *signed).splitlines()
    check(len(lines) == len(signed), "our verifier did not answer for every message")
    for line in lines:
        check(re.search(r"dkim=pass ", line), "ours of " + line)
    outdated = [testmsg_signs(path, read(path)) for path in paths]
    for line in ours("verify", *outdated).splitlines():
        check('dkim=permerror reason="algorithm is not accepted"' in line, "ours of SHA-1 " + line)
    for line in ours("verify", *changed).splitlines():
        check(re.search(r"dkim=fail ", line), "ours passed a changed " + line)


def chains(paths, records):
    """ARC in both directions."""
    ours("seal", *[path + ".ours" for path in paths])
    sealed = [path + ".ours.sealed" for path in paths]
    for path in sealed:
        cv, _, reason = dkim.arc_verify(
            read(path), dnsfunc=lambda name, timeout=5: records.get(name))
        check(cv == b"pass", f"dkimpy's arc of {path}: {cv} {reason}")
    for line in node("verify", *sealed).splitlines():
        check(line.split("\t")[2] == "pass", "npm mailauth's arc of " + line)
    theirs = []
    for path in paths:
        results = b"Authentication-Results: mx.example.net; spf=pass smtp.mailfrom=joe@example.org\r\n"
        message = results + read(path)
        fields = dkim.arc_sign(message, b"rsa", DOMAIN, read(os.path.join(WORK, "rsa.pem")),
                               b"mx.example.net")
        theirs.append(write(os.path.basename(path) + ".dkimpy-arc", b"".join(fields) + message))
    for line in ours("verify", *theirs).splitlines():
        check("arc=pass" in line, "ours of dkimpy's arc: " + line)


def main():
    ours("keys")
    records = zone()
    paths = [write(name + ".eml", message) for name, message in MESSAGES.items()]
    out_of_ours(paths, records)
    into_ours(paths)
    chains(paths, records)
    print(f"{counts[True]} passed, {counts[False]} failed")
    return 1 if counts[False] or not counts[True] else 0


if __name__ == "__main__":
    sys.exit(main())
