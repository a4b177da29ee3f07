"""Command line of the teacher: ``python -m mlp_lib.grading COMMAND``; run it in the course."""

import argparse
import importlib.util
import sys
from datetime import date
from functools import partial
from pathlib import Path

sys.modules.setdefault("rfc3987_syntax", None)  # its import takes a second; no schema here needs it
PLATFORMS = ("canvas", "moodle", "blackboard", "brightspace")
NEEDED = ("nbgrader", "jupyter_client", "nbclient", "nbformat", "zmq", "psutil", "latex2mathml")


def course_of(options):
    """The course that a command is about."""
    from mlp_lib.grading.course import Course

    course = Course(Path(options.course).resolve())
    course.configuration()
    return course


def make_notebooks(options):
    """Write the instructor's notebooks and the learner's copies of the workbook."""
    from mlp_lib.exercises import catalogue
    from mlp_lib.grading.assignments import write_all

    print(*write_all(), sep="\n")
    print(f"{len(catalogue.every_exercise())} exercises")


def init(options):
    """Set up a course, or add students and assignments to one."""
    from mlp_lib.grading.course import init, lateness

    course = init(options.folder, options.students)
    if options.late:
        lateness.set_rule(course, options.late)
    known = course.assignments()
    print(f"The course is in {course.root}. Its assignments: {', '.join(known)}.")
    print(f"Go there, and hand one out: python -m mlp_lib.grading release {known[0]}")


def release(options):
    """Make the students' version of an assignment."""
    from mlp_lib.grading.course import handing, lateness

    course, name = course_of(options), options.assignment
    path = handing.release(course, name, options.exchange)
    if options.due:
        print(f"Due: {lateness.set_due(course, name, options.due) or 'at any time'}.")
    if options.late:
        lateness.set_rule(course, options.late, name)
    print(f"Hand out {handing.pack(course, name)}: the notebook and all that it needs.")
    print(f"Who has the workbook needs only {path}"
          + (", and can fetch it." if options.exchange else "."))


def collect(options):
    """Collect submissions from a folder, a zip, or the exchange."""
    from mlp_lib.exercises import wire
    from mlp_lib.grading.course import collecting, handing

    course = course_of(options)
    if options.place is None:
        unplaced, notes = handing.collect(course, options.assignment)
    else:
        done = collecting.collect(course, options.assignment, options.place, options.pattern)
        unplaced, notes = done.unplaced, done.notes
        print(f"Collected from {len(done.counts)} students.")
    for note in notes:
        print(wire.line(note))
    print(*map(wire.line, unplaced), sep="\n", end="\n" * bool(unplaced), file=sys.stderr)
    return 1 if unplaced else 0


def autograde(options):
    """Judge the submissions that are new or changed."""
    from tqdm import tqdm

    from mlp_lib.grading import autograde
    from mlp_lib.grading.confinement import sandbox
    from mlp_lib.grading.course import people

    course = course_of(options)
    if options.no_sandbox:
        print(sandbox.NO_SANDBOX, file=sys.stderr)
    tally = autograde.grade(
        course, options.assignment, options.student, scheduler=options.scheduler,
        workers=options.workers, trusted=options.trusted_network, force=options.force,
        sandboxed=not options.no_sandbox,
        progress=partial(tqdm, desc=options.assignment, unit="submission"))
    print(f"{tally.judged} judged, {tally.unchanged} as they were, "
          f"{len(tally.people)} of those judged need a person.")
    people.write_list(course)
    return None


def list_people(options):
    """List the submissions that need a person, with the reason."""
    from mlp_lib.grading.course import OWN, people

    course = course_of(options)
    rows = people.write_list(course)
    for assignment, student, reason in rows:
        print(f"{assignment}  {student}  {reason}")
    print(f"{len(rows)} entries, also in {course.root / OWN / people.FILE}")
    for assignment, answers, students in people.unread(course):
        print(f"{assignment}: {answers} written answers of {students} students are to be marked.")


def feedback(options):
    """Write the feedback as web pages."""
    from mlp_lib.exercises import wire
    from mlp_lib.grading.course import handing

    course = course_of(options)
    pages, problems = handing.feedback(course, options.assignment, options.student,
                                       options.exchange)
    print(f"{len(pages)} pages in {course.root / 'feedback'}")
    print(*map(wire.line, problems), sep="\n", end="\n" * bool(problems), file=sys.stderr)
    return 1 if problems else 0


def report(options):
    """Write what the class got wrong, what moved, and which answers are alike."""
    from mlp_lib.grading.course import history
    from mlp_lib.grading.reporting import class_of, found, write

    course = course_of(options)
    klass = class_of(course, options.assignment)
    earlier = history.before(course, options.assignment, options.since)
    path = write(course, found(klass, earlier), options.names)
    print(f"The report is in {path}, and as a table in {path.with_suffix('.csv')}.")


def export(options):
    """Write all marks to a CSV file."""
    from mlp_lib.grading.course import marks, platforms

    course = course_of(options)
    if options.platform:
        text, left_out = platforms.export(course, options.platform)
        if left_out:
            print(f"{left_out} submissions have no mark in it: they wait for a person. See: "
                  "python -m mlp_lib.grading people", file=sys.stderr)
    else:
        text = marks.export(course)
    name = f"marks_{options.platform}.csv" if options.platform else "marks.csv"
    path = Path(options.to) if options.to else course.root / name
    marks.write(path.resolve(), text)
    print(f"Marks are in {path}")


def parser():
    """The command line's grammar."""
    main = argparse.ArgumentParser(prog="python -m mlp_lib.grading", description=__doc__)
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

    command("notebooks", make_notebooks, assignment=False, course=False)
    own = command("init", init, assignment=False, course=False)
    own.add_argument("folder", metavar="DIR", type=Path)
    own.add_argument("--students", metavar="ROSTER.CSV", type=Path,
                     help="columns id, first_name, last_name, email")
    late = {"metavar": "RULE", "help": "what a late submission loses: none, zero (all of it), or "
                                       "a share for each day that has begun, as in 10%%"}
    own.add_argument("--late", **late)
    exchange = {"action": "store_true", "help": "through nbgrader's exchange folder as well"}
    own = command("release", release)
    own.add_argument("--exchange", **exchange)
    own.add_argument("--due", metavar="TIME", help='as in "2026-12-01 23:59", or none')
    own.add_argument("--late", **late)
    own = command("collect", collect)
    own.add_argument(
        "place", nargs="?", metavar="FOLDER_OR_ZIP", help="the exchange if not given")
    own.add_argument("--pattern", help='of the names of files or folders, if no platform\'s: '
                     '"{id}", "{name}" or "{first}" and "{last}", with * for what else there is')
    own = command("autograde", autograde)
    own.add_argument("--student", action="append", help="only this one; may be repeated")
    own.add_argument("--force", action="store_true", help="judge again what was judged")
    own.add_argument("--scheduler", metavar="ADDRESS", help="of a dask scheduler")
    own.add_argument("--trusted-network", action="store_true",
                     help="a scheduler without TLS may be used: nobody else reaches it")
    own.add_argument("--workers", type=int, help="local processes; one a processor if not given")
    own.add_argument("--no-sandbox", action="store_true",
                     help="run students' code with all your rights")
    command("people", list_people, assignment=False)
    own = command("report", report)
    own.add_argument("--names", action="store_true", help="with the students' names")
    own.add_argument("--since", metavar="YYYY-MM-DD", type=date.fromisoformat,
                     help="compare with the last grading of that day, not with the last but one")
    own = command("feedback", feedback)
    own.add_argument("--exchange", **exchange)
    own.add_argument("--student", help="only this one")
    own = command("export", export, assignment=False)
    own.add_argument("--for", dest="platform", choices=PLATFORMS,
                     help="in the form that its gradebook takes in")
    own.add_argument("--to", metavar="FILE.CSV")
    return main


def main(arguments=None):
    """Run a command; the exit code says whether it went well."""
    options = parser().parse_args(arguments)
    if missing := [name for name in NEEDED if importlib.util.find_spec(name) is None]:
        print(f"Grading needs more than what a learner installs: {', '.join(missing)}. "
              'python -m pip install "mlp_lib[grading]" brings it.', file=sys.stderr)
        return 2
    from mlp_lib.grading.cluster import ClusterError
    from mlp_lib.grading.confinement import sandbox
    from mlp_lib.grading.course import CourseError, gradebook

    try:
        return options.function(options) or 0
    except (CourseError, ClusterError, sandbox.SandboxError, gradebook.Unknown,
            gradebook.Unusable) as error:
        print(error, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("\nStopped. What was judged is kept; the same command goes on.", file=sys.stderr)
        return 130


if __name__ == "__main__":
    sys.exit(main())
