"""A network and a view of the files of the program's own, which end with it."""

import os
import shutil
import subprocess
import sys

import hosts
import process

DIRECTORY = "WACHTPOST_NAMESPACE_DIRECTORY"
UNSHARE = ["unshare", "--net", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc"]


def inside(program):
    """Runs the calling script again inside a namespace, and there the program with a directory
    that is removed at the end. Returns the exit status; 77 where no namespace can be made."""
    if DIRECTORY in os.environ:
        return program(os.environ[DIRECTORY])
    if os.geteuid() != 0 or subprocess.run([*UNSHARE, "true"], check=False).returncode != 0:
        print("no network namespace of its own can be made")
        return 77
    directory = process.temporary_directory("hosts")
    try:
        command = [*UNSHARE, sys.executable, *sys.orig_argv[1:]]
        environment = {**os.environ, DIRECTORY: directory}
        return subprocess.run(command, env=environment, check=False).returncode
    finally:
        shutil.rmtree(directory)


def bring_up(directory, *addresses):
    """Loopback, addresses that programs look for among those of the interfaces, and the test's
    own way to ask the DNS."""
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    for address in addresses:
        subprocess.run(["ip", "address", "add", f"{address}/8", "dev", "lo"], check=True)
    path = os.path.join(directory, "resolv.conf")
    with open(path, "w", encoding="utf-8") as file:
        file.write(f"nameserver {hosts.RESOLVER}\noptions trust-ad edns0 timeout:2 attempts:2\n")
    subprocess.run(["mount", "--bind", path, "/etc/resolv.conf"], check=True)
