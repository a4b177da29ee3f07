"""What the tests have done by other processes; they load nothing else for it."""

import os
import time


def square(number):
    return number * number


def dies_once(folder, number):
    """Ends its process the first time that it is called with 3."""
    mark = folder / str(number)
    if number == 3 and not mark.exists():
        mark.touch()
        os._exit(1)
    return number * number


def dies(number):
    if number == 3:
        os._exit(1)
    return number * number


def raises(number):
    if number == 3:
        raise ValueError("not this one")
    return number * number


def gives_what_cannot_travel(number):
    return (lambda: 0) if number == 3 else number * number


def cannot():
    raise RuntimeError("install bubblewrap")


def ends_after_the_others(student, others, task):
    """Judge, but the one ``student`` only when the records of the ``others`` are there."""
    from tests.grading import classroom

    until = time.monotonic() + 600
    while task.submission.student == student and not all(path.exists() for path in others):
        if time.monotonic() > until:
            raise TimeoutError("the others wait")
        time.sleep(0.05)
    return classroom.work(task)


def slow(seconds, number):
    time.sleep(seconds)
    return number
