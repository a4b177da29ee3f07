"""The pictures of the page that follows a class: ``python -m tests.grading.pictures``.

The class is that of ``sixty``: invented people, known mistakes. Its code runs without a sandbox.
"""

import sys
import tempfile
from pathlib import Path

from mlp_lib.grading.course import handing, history
from mlp_lib.grading.reporting import class_of, found, write
from tests.browser import lab
from tests.grading import classroom, sixty
from tests.grading.classroom import CHAPTER, answer, hand_in
from tests.grading.formgrader import NO_MATHJAX, submission, teachers_lab
from tests.grading.reporting.test_report import grade, submitted

PICTURES = Path(__file__).resolve().parents[2] / "notebooks" / "pictures"
LEARNED = 5  # of those who forgot 1/N, between the two gradings
WORDS = r"With $u = z/T$: $\partial p_j/\partial z_k = \frac1T p_j([j=k] - p_k)$."


def course_of_sixty(folder):
    """A course that was graded twice; between the gradings some have learned."""
    course = classroom.new_course(folder, sixty.ROSTER)
    for student in sixty.IDS:
        hand_in(course, student, submitted(course, student))
    grade(course)
    (first,) = history.folder(course, CHAPTER).glob("*.json")
    first.rename(first.with_name("2026-11-23 18.30.00.json"))
    (_, those), *_ = sixty.KNOWN.values()
    for student in those[:LEARNED]:
        better = submitted(course, student)
        answer(better, "label_smoothing_gradient").source = sixty.own_code()[student]
        hand_in(course, student, better)
    written = submitted(course, "s07")
    answer(written, "softmax_in_words").source = WORDS
    hand_in(course, "s07", written)
    grade(course)
    return course


def shot(page, name, height=None, parts=("body",)):
    """Write a picture of parts of a page that lie below each other."""
    boxes = [page.locator(part).first.bounding_box() for part in parts]
    top, bottom = boxes[0]["y"], boxes[-1]["y"] + boxes[-1]["height"]
    page.screenshot(path=PICTURES / name, full_page=True, clip={
        "x": 0, "y": max(top - 8, 0), "width": 900,
        "height": min(bottom - top + 16, height or 10_000)})


def rubric(course, chromium, folder):
    """A picture of formgrader's page, with some points clicked."""
    with teachers_lab(folder, course) as server:
        page = chromium.new_page(viewport={"width": 1240, "height": 900})
        page.route("**/*mathjax*/**", lambda route: route.fulfill(body=NO_MATHJAX))
        address = f"http://127.0.0.1:{server.port}"
        page.goto(f"{address}/lab?token={server.token}")  # which keeps the token
        page.goto(f"{address}/formgrader/submissions/{submission(course, 's07')}/")
        panel = page.locator(".mlp-marked")
        page.wait_for_function("() => document.querySelector('.comment').placeholder")
        for box in (0, 1):
            with page.expect_response(lambda answer: "/api/grade/" in answer.url):
                panel.get_by_role("checkbox").nth(box).click()
        panel.screenshot(path=PICTURES / "rubric.png")


def main():
    """Write the pictures."""
    with tempfile.TemporaryDirectory() as folder, lab.browser() as chromium:
        course = course_of_sixty(Path(folder))
        report = write(course, found(class_of(course, CHAPTER), history.before(course, CHAPTER)))
        ((feedback,), _) = handing.feedback(course, CHAPTER, "s07")
        page = chromium.new_page(viewport={"width": 900, "height": 700})
        page.goto(report.as_uri())
        shot(page, "report_mistakes.png", parts=("#exercises", "#mistakes"))
        shot(page, "report_unnamed.png", height=420, parts=("#unnamed",))
        shot(page, "report_alike.png", parts=("#alike",))
        page.goto(feedback.as_uri())
        shot(page, "feedback.png", parts=("h1", "table"))
        shot(page, "feedback_mistake.png", height=620, parts=("#e2", "#e3"))
        rubric(course, chromium, Path(folder) / "teacher")
    return 0


if __name__ == "__main__":
    sys.exit(main())
