"""Waiting for what must come, with a deadline, and saying what did not."""

import time


class TooLate(AssertionError):
    """What was waited for did not come."""


def until(condition, seconds, what):
    """Returns the first true value of the condition."""
    end = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            words = what() if callable(what) else what
            raise TooLate(f"waited {seconds} s for {words}")
        time.sleep(0.05)
