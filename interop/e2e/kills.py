"""SIGKILL of either side while mail flows: nothing lost, doubles only of what was in flight."""

import collections
import random
import smtplib
import threading
import time

import faults
from waiting import until
from world import expect

LETTERS = 30
SUBMITTERS = 4
KILLS = 4


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


class Submitters:
    """Hand letters in over and over, until they are told to end or their server is gone."""

    def __init__(self, world, to, pause=0.0):
        self.world = world
        self.to = to
        self.pause = pause
        self.promised = []
        self.unanswered = []
        self.over = threading.Event()
        self.threads = [threading.Thread(target=self.run) for _ in range(SUBMITTERS)]
        for thread in self.threads:
            thread.start()

    def run(self):
        while not self.over.wait(self.pause):
            letter = self.world.letter(self.world.alpha.person, "under the knife", 10_000)
            try:
                self.world.alpha.submit(letter, self.to)
                self.promised.append(letter["Message-ID"])
            except (smtplib.SMTPException, OSError):
                self.unanswered.append(letter["Message-ID"])
                return

    def end(self):
        self.over.set()
        for thread in self.threads:
            thread.join()


def kill_of_the_sender_during_submission(world):
    """every message that was answered for arrives, and whatever else does was handed in"""
    promised, unanswered, source = [], [], random.Random(7)
    for _ in range(KILLS):
        submitters = Submitters(world, world.bravo.person)
        until(lambda each=submitters: len(each.promised) >= 3, 60, "three messages to be accepted")
        time.sleep(source.uniform(0, 0.3))
        world.alpha.kill()
        submitters.end()
        promised += submitters.promised
        unanswered += submitters.unanswered
        world.alpha.start()
    world.arrived(world.bravo, promised, 60, twice_at_most=KILLS * 10)
    doubles = world.doubles
    faults.empty(world.alpha)
    counts = collections.Counter(message["Message-ID"] for message in world.bravo.inbox())
    # On a slow machine a message may be on its way again when the next kill comes.
    most = max(counts[each] for each in promised)
    expect(most <= 1 + KILLS, f"a message came {most} times")
    kept = [each for each in unanswered if counts[each]]
    expect(unanswered, "no kill was during a submission")
    return (
        f"{len(promised)} accepted and there, {doubles} twice; of {len(unanswered)} that were"
        f" never answered for {len(kept)} came"
    )


def kill_of_the_receiver_during_submission(world):
    """the sender goes on taking mail, and all of it arrives"""
    # Slowly: the sender holds the mail of an account that sends a thousand within an hour.
    submitters = Submitters(world, world.bravo.person, pause=0.5)
    for number in range(3):
        goal = (number + 1) * 5
        until(lambda goal=goal: len(submitters.promised) >= goal, 60, f"{goal} to be accepted")
        world.bravo.kill()
        world.bravo.start()
    submitters.end()
    expect(not submitters.unanswered, "the sender failed when the receiver died")
    world.arrived(world.bravo, submitters.promised, 90, twice_at_most=3 * 10)
    faults.empty(world.alpha)
    return f"{len(submitters.promised)} messages, 3 kills, {world.doubles} twice"


ALL = (
    kill_of_the_sender,
    kill_of_the_sender_during_submission,
    kill_of_the_receiver,
    kill_of_the_receiver_during_submission,
    kill_of_postfix,
)
