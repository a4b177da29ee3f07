"""A class in JupyterLab: formgrader, the assignment list and Validate, as teacher and student."""

import re

import nbformat
import pytest

from tests.browser import lab

pytest.importorskip("nbgrader", reason="nbgrader is not installed")

from mlp_lib.grading import autograde
from mlp_lib.grading.confinement import sandbox
from mlp_lib.grading.course import Course, records
from tests.grading import classroom
from tests.grading.classroom import CHAPTER, CODE
from tests.grading.formgrader import NO_MATHJAX, submission, teachers_lab

SCRIPT = "<img src=x onerror=\"document.title='caught'\"><script>document.title='caught'</script>"


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A course with two submissions; one tries to act in the teacher's browser."""
    made = classroom.new_course(tmp_path_factory.mktemp("class"))
    hostile = classroom.solved(made, "emmy")
    classroom.answer(hostile, "softmax_in_words").source = f"My derivation. {SCRIPT}"
    classroom.answer(hostile, "shift_of_scores").source = f"shift_of_scores = {SCRIPT!r}"
    hostile.cells.append(nbformat.v4.new_code_cell(
        f"from IPython.display import HTML, Javascript, display\ndisplay(HTML({SCRIPT!r}))\n"
        "display(Javascript('document.title = \"caught\"'))"))
    classroom.hand_in(made, "ada", classroom.solved(made, "ada"))
    classroom.hand_in(made, "emmy", hostile)
    return made


@pytest.fixture(scope="module")
def class_server(chromium_path, course, tmp_path_factory):
    """A teacher's JupyterLab in the folder of the course; progress is kept elsewhere."""
    with teachers_lab(tmp_path_factory.mktemp("class_server"), course) as running:
        yield running


@pytest.fixture
def page(chromium, class_server):
    """JupyterLab without a notebook; no error may come up in its console."""
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    page, errors = context.new_page(), []
    page.set_default_timeout(lab.PATIENCE * 1000)
    page.route("**/*mathjax*/**", lambda route: route.fulfill(body=NO_MATHJAX))
    page.on("console", lambda message: errors.append(message.text) if message.type == "error"
            and not any(known.search(message.text) for known in lab.BENIGN) else None)
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(f"http://127.0.0.1:{class_server.port}/lab?token={class_server.token}&reset")
    page.wait_for_function("() => window.jupyterapp?.restored")
    page.evaluate("() => jupyterapp.restored")
    yield page
    context.close()
    assert errors == []


def opened(page, entry):
    """Open an entry of the menu Nbgrader."""
    page.get_by_role("menuitem", name="Nbgrader").click()
    page.get_by_role("menuitem", name=entry, exact=True).click()


def formgrader(page, address=""):
    """formgrader's frame in JupyterLab, at an address of its own."""
    opened(page, "Formgrader")
    frame = page.frame_locator("iframe")
    frame.get_by_role("link", name=CHAPTER).first.wait_for()
    if address:
        frame.locator("body").evaluate(f"() => {{ location.pathname = '/formgrader/{address}' }}")
    return frame


def test_formgraders_button_grades_in_the_sandbox(page, course):
    if sandbox.problem():
        pytest.skip(sandbox.problem())
    frame = formgrader(page, f"manage_submissions/{CHAPTER}")
    for student in ("ada", "emmy"):
        row = frame.locator("tr").filter(has=page.locator(
            ".student-id", has_text=re.compile(f"^{student}$")))
        row.locator(".autograde a").click()
        frame.get_by_text("Successfully autograded", exact=False).first.wait_for()
        frame.get_by_role("button", name="OK").or_(
            frame.get_by_role("button", name="Close")).first.click()
        row.get_by_text("needs manual grading").first.wait_for()
    ada, emmy = (records.record(course, CHAPTER, student) for student in ("ada", "emmy"))
    assert (ada.score, ada.sandboxed) == (CODE, True)
    assert emmy.score == CODE - 1
    frame.locator(".modal-backdrop").wait_for(state="detached")
    lab.SCREENSHOTS.mkdir(exist_ok=True)
    page.screenshot(path=lab.SCREENSHOTS / "formgrader_submissions.png")


def graded(course):
    """Grade what is not graded yet; without a sandbox by the tests' stand-in."""
    real = {} if not sandbox.problem() else {"work": classroom.work, "ready": classroom.nothing}
    autograde.grade(course, CHAPTER, workers=1, **real)


def test_formgrader_shows_score_and_diagnosis_and_takes_a_mark_by_hand(page, course):
    graded(course)
    frame = formgrader(page, f"submissions/{submission(course, 'ada')}/")
    points = frame.locator("input#check_03_shift_of_scores")
    points.wait_for()
    page.wait_for_function(
        "() => document.querySelector('iframe').contentDocument"
        ".querySelector('#check_03_shift_of_scores')?.placeholder === '1'")
    verdict = frame.get_by_text("Exercise 03.3 passed").first
    verdict.wait_for()
    verdict.scroll_into_view_if_needed()
    page.screenshot(path=lab.SCREENSHOTS / "formgrader_ada.png")
    written = frame.locator("input#written_03_softmax_in_words")
    written.fill("3")
    written.press("Tab")
    frame.locator("#written_03_softmax_in_words-comment").fill("Both cases, please.")
    frame.locator("#written_03_softmax_in_words-comment").press("Tab")
    frame.locator(".comment-saved:visible").first.wait_for()
    autograde.grade(course, CHAPTER, ["ada"], workers=1, force=True, work=classroom.work,
                    ready=classroom.nothing)
    with course.gradebook() as book:
        grade = book.find_grade("written_03_softmax_in_words", CHAPTER, CHAPTER, "ada")
        assert (grade.score, grade.needs_manual_grade) == (3.0, False)
        assert book.find_submission(CHAPTER, "ada").score == CODE + 3


def test_points_of_the_rubric_are_clicked_beside_the_answer(page, course):
    graded(course)
    frame = formgrader(page, f"submissions/{submission(course, 'emmy')}/")
    panel = frame.locator(".mlp-marked").filter(has_text="My derivation.")
    boxes = panel.get_by_role("checkbox")
    boxes.first.wait_for()
    page.wait_for_function(  # formgrader has its marks and comments
        "() => document.querySelector('iframe').contentDocument"
        ".querySelector('#check_03_shift_of_scores')?.placeholder")
    assert boxes.count() == 4
    assert panel.locator("details math").count() > 3
    rubric, words = (panel.locator(one).bounding_box()
                     for one in (".mlp-rubric", ".panel-body > :first-child"))
    assert rubric["x"] >= words["x"] + words["width"]
    comment = frame.locator("#written_03_softmax_in_words-comment")
    comment.fill("Well argued.")
    comment.press("Tab")
    for box in (0, 2, 3):
        with page.expect_response(lambda answer: "/api/grade/" in answer.url):
            boxes.nth(box).click()
    with page.expect_response(lambda answer: "/api/grade/" in answer.url):
        boxes.nth(3).click()
    panel.scroll_into_view_if_needed()
    page.screenshot(path=lab.SCREENSHOTS / "formgrader_rubric.png")
    said = comment.input_value().split("\n")
    assert [line[:7] for line in said] == ["- ✓ (1)", "- ✗ (1)", "- ✓ (1)", "- ✗ (1)", "Well ar"]
    with course.gradebook() as book:
        grade = book.find_grade("written_03_softmax_in_words", CHAPTER, CHAPTER, "emmy")
        kept = book.find_comment("written_03_softmax_in_words", CHAPTER, CHAPTER, "emmy")
        assert (grade.score, grade.needs_manual_grade) == (2.0, False)
        assert kept.manual_comment.split("\n") == said
    frame.locator("body").evaluate("() => location.reload()")
    frame.locator(".mlp-marked input:checked").nth(1).wait_for()
    assert [boxes.nth(box).is_checked() for box in range(4)] == [True, False, True, False]


def test_a_submission_cannot_act_in_the_teachers_browser(page, course):
    graded(course)
    frame = formgrader(page, f"submissions/{submission(course, 'emmy')}/")
    frame.get_by_text("My derivation.").wait_for()
    frame.get_by_text("One of the letters").first.wait_for()
    title = frame.locator("body").evaluate("() => document.title")
    assert title != "caught"
    assert frame.locator("img[src=x]").count() == 0


def test_a_student_fetches_validates_and_submits(page, course, class_server):
    from mlp_lib.grading.course import handing

    handing.release(Course(course.root), CHAPTER, share=True)
    opened(page, "Assignment List")
    row = page.locator("#released_assignments_list .list_item").filter(has_text=CHAPTER)
    row.get_by_role("button", name="Fetch").click()
    fetched = page.locator("#fetched_assignments_list .list_item").filter(has_text=CHAPTER)
    fetched.get_by_role("button", name="Submit").wait_for()
    assert (course.root / CHAPTER / f"{CHAPTER}.ipynb").exists()
    page.screenshot(path=lab.SCREENSHOTS / "assignment_list.png")
    validated(page, "failed")
    nbformat.write(classroom.solved(course, "ada"), course.root / CHAPTER / f"{CHAPTER}.ipynb")
    opened(page, "Assignment List")
    fetched.get_by_role("button", name="Submit").click()
    page.locator("#submitted_assignments_list .list_item").filter(has_text=CHAPTER).wait_for()
    assert list(course.root.glob(f"exchange/*/inbound/*+{CHAPTER}+*/{CHAPTER}.ipynb"))


def validated(page, words):
    """Open the fetched notebook, press Validate, and wait for words in the answer."""
    page.evaluate(f"() => jupyterapp.commands.execute('docmanager:open', "
                  f"{{ path: '{CHAPTER}/{CHAPTER}.ipynb' }})")
    page.wait_for_function("() => window.jupyterapp?.shell?.currentWidget?.sessionContext"
                           "?.session?.kernel?.status === 'idle'")
    page.get_by_role("button", name="Validate").click()
    dialog = page.locator(".jp-Dialog").filter(has_text=words)
    dialog.wait_for()
    page.screenshot(path=lab.SCREENSHOTS / "validate.png")
    dialog.get_by_role("button", name="OK").click()
