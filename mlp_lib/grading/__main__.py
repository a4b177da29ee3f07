"""Command line of the teacher: ``python -m mlp_lib.grading COMMAND``; run it in the course."""

import importlib.util
import sys
from functools import partial
from pathlib import Path

from mlp_lib.grading import grammar

sys.modules.setdefault("rfc3987_syntax", None)  # its import takes a second; no schema here needs it
NEEDED = ("nbgrader", "jupyter_client", "nbclient", "nbformat", "zmq", "psutil", "latex2mathml")


def course_of(options):
    """The course that a command is about; the command's assignment is one of it."""
    from mlp_lib.grading.course import Course

    course = Course(Path(options.course).resolve())
    course.configuration()
    if hasattr(options, "assignment"):
        course.check_known(options.assignment)
    return course


def make_notebooks(options):
    """Write the workbook's instructor's notebooks and learner's copies, those that changed."""
    from mlp_lib.exercises import catalogue
    from mlp_lib.grading.assignments import write_all

    print(*(written := write_all()), sep="\n", end="\n" * bool(written))
    print(f"{len(written)} notebooks written; {len(catalogue.every_exercise())} exercises in all")


def init(options):
    """Set up a course, or add students and assignments to one."""
    from mlp_lib.grading.course import init, lateness

    lateness.check(options.late)
    course = init(options.folder, options.students, numbers=options.numbers)
    if options.late:
        lateness.set_rule(course, options.late)
    known = course.assignments()
    print(f"The course is in {course.root}. Its assignments: {', '.join(known)}.")
    print(f"Go there, and hand one out: python -m mlp_lib.grading release {known[0]}")


def release(options):
    """Make the students' version of an assignment."""
    from mlp_lib.grading.course import handing, lateness

    course, name = course_of(options), options.assignment
    lateness.check(options.late, options.due)
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


def main(arguments=None):
    """Run a command; the exit code says whether it went well."""
    options = grammar.parser(sys.modules[__name__]).parse_args(arguments)
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
