"""Hand out assignments, hand back feedback: nbgrader's own commands, and words."""

from nbgrader.apps.api import NbGraderAPI
from nbgrader.coursedir import CourseDirectory

from mlp_lib.grading.assignments import package
from mlp_lib.grading.course import exchange, gradebook, lateness
from mlp_lib.grading.course.folder import CourseError
from mlp_lib.grading.course.pages import FeedbackPage, OpenGrades

PACKAGES = "packages"  # folder of what students unpack
SECRET_FILE = "submission_secret.txt"  # of the exchange: names the page that is handed back


def api(course):
    """nbgrader's programming interface for a course."""
    gradebook.programs_on_path()
    configuration = course.configuration()
    configuration.GenerateFeedback.preprocessors = [OpenGrades]  # also in a course of before
    configuration.GenerateFeedback.exporter_class = FeedbackPage
    return NbGraderAPI(CourseDirectory(config=configuration), config=configuration)


def done(answer, what):
    """Raise `CourseError` with nbgrader's own words unless it succeeded."""
    if not answer["success"]:
        words = (answer.get("log") or answer.get("error", "")).strip()
        last = [line for line in words.splitlines() if not line.startswith("[")][-1:]
        raise CourseError(f"nbgrader could not {what}: {''.join(last)}\n{words[-2000:]}")


def release(course, assignment, share=False):
    """Make the students' version of an assignment; return its path.

    Parameters
    ----------
    share : bool
        Also put it where nbgrader's assignment list finds it.
    """
    course.check_known(assignment)
    own = api(course)
    done(own.generate_assignment(assignment), "make the students' version")
    if share:
        done(own.release_assignment(assignment), "put it into the exchange")
    return course.released(assignment)


def pack(course, assignment):
    """Make the students' package of a released assignment; return the zip's path."""
    path = course.released(assignment)
    return package(path, f"{course.name}: {assignment}", course.root / PACKAGES / assignment)


def collect(course, assignment):
    """Collect submissions from nbgrader's exchange.

    Returns
    -------
    (list of str, list of str)
        What was refused, and what else there is to know, in words.
    """
    with course.locked():
        answer = api(course).collect(assignment, update=True)
    done(answer, "collect from the exchange")
    lines = answer.get("log", "").splitlines()
    return tuple([line.partition(mark)[2] for line in lines if mark in line]
                 for mark in (exchange.REFUSED, exchange.NOTE))


def feedback(course, assignment, student=None, share=False):
    """Write the feedback as web pages, each student's for itself.

    Parameters
    ----------
    share : bool
        Also put it where nbgrader's assignment list finds it.

    Returns
    -------
    (list of Path, list of str)
        The pages, and what could not be written or delivered, in words.
    """
    lateness.renew(course, assignment)
    own, pages, problems = api(course), [], []
    graded = sorted(path.parent.name for path in
                    course.root.glob(f"autograded/{student or '*'}/{assignment}"))
    if not graded:
        raise CourseError(f"nothing of {assignment} is graded yet"
                          + (f" of {student}" if student else ""))
    for name in graded:
        try:
            done(own.generate_feedback(assignment, name, force=True), "write the feedback")
            pages += sorted(course.root.glob(f"feedback/{name}/{assignment}/*.html"))
            if share:
                deliver(course, own, assignment, name)
        except CourseError as error:
            problems.append(f"{name}: {error}")
    return pages, problems


def deliver(course, own, assignment, student):
    """Put a student's feedback into the exchange."""
    if not (course.root / "feedback" / student / assignment / SECRET_FILE).exists():
        raise CourseError("was not handed in through the exchange, so it cannot be handed back "
                          "there; the page is written")
    done(own.release_feedback(assignment, student), "put the feedback into the exchange")
