"""Three hosts that send each other mail, and each part of it broken in turn.

usage: run.py [NAME...]     (checks whose names hold one of these words; default: all)
Two real Wachtposts and a Postfix with opendkim on loopback addresses, with a name server of the
test's own, in a network and mount namespace that ends with this process (so every port is the real
one and nothing outside is touched). Ends with 77 (skipped) where no namespace can be made.
"""

import sys
import time
import traceback

import faults
import flows
import kills
import namespace
import world as worlds


def run(directory, wanted):
    namespace.bring_up(directory, worlds.PAPA)
    world = worlds.World(directory)
    checks = [
        check
        for check in (*flows.ALL, *faults.ALL, *kills.ALL)
        if not wanted or any(word in check.__name__ for word in wanted)
    ]
    failed = 0
    try:
        world.start()
        for check in checks:
            failed += 0 if passed(check, world) else 1
        world.stop()
    except Exception:
        failed += 1
        traceback.print_exc()
    finally:
        world.end()
        if failed:
            print_logs(world)
    print(f"{len(checks) - failed} passed, {failed} failed", flush=True)
    return 1 if failed or not checks else 0


def passed(check, world):
    begun = time.monotonic()
    name = check.__name__.replace("_", " ")
    before = {host: host.log_size() for host in (world.alpha, world.bravo, world.papa)}
    try:
        words = check(world) or check.__doc__
    except Exception:
        print(f"FAIL {name}", flush=True)
        traceback.print_exc()
        for host, size in before.items():
            print(f"what {host.name} complained of meanwhile:\n{host.complaints(size)}", flush=True)
        return False
    print(f"ok   {name}: {words} ({time.monotonic() - begun:.1f} s)", flush=True)
    return True


def print_logs(world):
    for host in (world.alpha, world.bravo):
        print(f"the end of what {host.name} said:\n{host.tail(40)}")
    print(f"the end of what {world.papa.name} said:\n{world.papa.tail()}", flush=True)


if __name__ == "__main__":
    sys.exit(namespace.inside(lambda directory: run(directory, sys.argv[1:])))
