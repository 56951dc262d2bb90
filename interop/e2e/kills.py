"""SIGKILL of either side while mail flows: nothing lost, doubles only of what was in flight."""

import faults

LETTERS = 30


def kill_of_the_sender(world):
    """every message that was accepted arrives"""
    ids, doubles = [], 0
    for number in range(3):
        fresh = world.send(world.alpha, f"kill {number}", world.bravo.person, count=LETTERS // 3)
        world.alpha.kill()
        ids += fresh
        world.alpha.start()
    # One for each connection that was waiting for an answer when the process died.
    world.arrived(world.bravo, ids, 60, twice_at_most=3 * 10)
    doubles = world.doubles
    faults.empty(world.alpha)
    return f"{len(ids)} messages, 3 kills, {doubles} twice"


def kill_of_the_receiver(world):
    """every message arrives"""
    ids = []
    for number in range(3):
        ids += world.send(world.alpha, f"slain {number}", world.bravo.person, count=LETTERS // 3)
        world.bravo.kill()
        ids += world.send(world.alpha, f"dead {number}", world.bravo.person, count=2)
        world.bravo.start()
    world.arrived(world.bravo, ids, 90, twice_at_most=3 * 10)
    doubles = world.doubles
    faults.empty(world.alpha)
    return f"{len(ids)} messages, 3 kills, {doubles} twice"


def kill_of_postfix(world):
    """in both directions"""
    to = world.send(world.alpha, "to a killed Postfix", world.papa.person, count=LETTERS // 2)
    back = world.send(world.papa, "from a killed Postfix", world.bravo.person, count=LETTERS // 2)
    world.papa.kill()
    to += world.send(world.alpha, "to a dead Postfix", world.papa.person, count=2)
    world.papa.start()
    world.arrived(world.papa, to, 60, twice_at_most=10)
    doubles = world.doubles
    world.arrived(world.bravo, back, 60, twice_at_most=LETTERS // 2)
    faults.empty(world.alpha)
    return f"{len(to)} to it, {len(back)} from it, {doubles + world.doubles} twice"


ALL = (kill_of_the_sender, kill_of_the_receiver, kill_of_postfix)
