"""The grammar of the teacher's command line: which commands there are, and what they take."""

import argparse
from datetime import date
from pathlib import Path

NUMBERS = ("own", "book")
PLATFORMS = ("canvas", "moodle", "blackboard", "brightspace")


def parser(of):
    """The parser of the command line.

    Parameters
    ----------
    of : module
        Its functions are what the commands do; the first line of each says so.
    """
    main = argparse.ArgumentParser(prog="python -m mlp_lib.grading", description=of.__doc__)
    commands = main.add_subparsers(required=True, metavar="COMMAND")

    def command(name, function, assignment=True, course=True):
        own = commands.add_parser(name, help=function.__doc__, description=function.__doc__)
        own.set_defaults(function=function)
        if course:
            own.add_argument("--course", default=".",
                             help="its folder; the current one if not given")
        if assignment:
            own.add_argument("assignment", metavar="ASSIGNMENT", help="such as 03_softmax")
        return own

    command("notebooks", of.make_notebooks, assignment=False, course=False)
    own = command("init", of.init, assignment=False, course=False)
    own.add_argument("folder", metavar="DIR", type=Path)
    own.add_argument("--students", metavar="ROSTER.CSV", type=Path,
                     help="columns id, first_name, last_name, email")
    own.add_argument("--numbers", choices=NUMBERS,
                     help="own: numbers that no other course has, and none of the open book's")
    late = {"metavar": "RULE", "help": "what a late submission loses: none, zero (all of it), or "
                                       "a share for each day that has begun, as in 10%%"}
    own.add_argument("--late", **late)
    exchange = {"action": "store_true", "help": "through nbgrader's exchange folder as well"}
    own = command("release", of.release)
    own.add_argument("--exchange", **exchange)
    own.add_argument("--due", metavar="TIME", help='as in "2026-12-01 23:59", or none')
    own.add_argument("--late", **late)
    own = command("collect", of.collect)
    own.add_argument(
        "place", nargs="?", metavar="FOLDER_OR_ZIP", help="the exchange if not given")
    own.add_argument("--pattern", help='of the names of files or folders, if no platform\'s: '
                     '"{id}", "{name}" or "{first}" and "{last}", with * for what else there is')
    own = command("autograde", of.autograde)
    own.add_argument("--student", action="append", help="only this one; may be repeated")
    own.add_argument("--force", action="store_true", help="judge again what was judged")
    own.add_argument("--scheduler", metavar="ADDRESS", help="of a dask scheduler")
    own.add_argument("--trusted-network", action="store_true",
                     help="a scheduler without TLS may be used: nobody else reaches it")
    own.add_argument("--workers", type=int, help="local processes; one a processor if not given")
    own.add_argument("--no-sandbox", action="store_true",
                     help="run students' code with all your rights")
    command("people", of.list_people, assignment=False)
    own = command("report", of.report)
    own.add_argument("--names", action="store_true", help="with the students' names")
    own.add_argument("--since", metavar="YYYY-MM-DD", type=date.fromisoformat,
                     help="compare with the last grading of that day, not with the last but one")
    own = command("feedback", of.feedback)
    own.add_argument("--exchange", **exchange)
    own.add_argument("--student", help="only this one")
    own = command("export", of.export, assignment=False)
    own.add_argument("--for", dest="platform", choices=PLATFORMS,
                     help="in the form that its gradebook takes in")
    own.add_argument("--to", metavar="FILE.CSV")
    return main
