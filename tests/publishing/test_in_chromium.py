"""The site in a real Chromium that reaches nothing but the site: pages to read, and what runs."""

import re

import pytest
from playwright.sync_api import expect

from mlp_lib.exercises import export_progress, import_progress, records
from tests.browser import lab
from tests.publishing import tab

PAGES = ("index", "03_softmax", "exercises/03_softmax", "demos/activation_gallery", "formulas",
         "browser")
LOOKS = {"light": (1366, 768, "light"), "dark": (1366, 768, "dark"), "phone": (390, 844, "light")}
RUN = """async ([find, text]) => {
  const nb = jupyterapp.shell.currentWidget.content, cells = [...nb.model.cells];
  const i = cells.findIndex(c => c.type === 'code' && c.sharedModel.source.includes(find));
  nb.activeCellIndex = i;
  nb.deselectAll();
  if (text) cells[i].sharedModel.setSource(text);
  await jupyterapp.commands.execute('notebook:run-cell');
  return cells[i].outputs.toJSON().map(o => o.output_type === 'error' ? o.ename + ': ' + o.evalue
    : [o.data?.['text/html'], o.data?.['text/plain'], o.text].flat().join('')).join('\\n');
}"""
STATE = """() => [...jupyterapp.shell.currentWidget.content.model.cells]
  .filter(c => c.type === 'code').flatMap(c => c.outputs.toJSON())
  .filter(o => o.output_type === 'error').map(o => o.evalue)"""
GET = "path => jupyterapp.serviceManager.contents.get(path, { content: true })"
PUT = """([path, content]) => jupyterapp.serviceManager.contents.save(
  path, { type: 'file', format: 'text', content })"""
LEFT = ("[...jupyterapp.shell.currentWidget.content.model.cells]"
        ".filter(c => c.type === 'code' && !c.executionCount).length")
CUT = """[...document.querySelectorAll("span.math")].filter(part => getComputedStyle(part).overflowX
  === "hidden" && part.scrollWidth > part.clientWidth + 1).length"""
WORKERS = """window.made = [];
window.Worker = class extends Worker {
  constructor(...asked) { made.push(Boolean(window.jupyterapp)); super(...asked); }
}"""
LOST = "[...document.images].filter(i => i.complete && !i.naturalWidth).length"
ANSWER = '''def label_smoothing_gradient(Z, labels, epsilon):
    P = softmax(Z)
    N, C = P.shape
    T = np.full((N, C), epsilon / C)
    T[np.arange(N), labels] += 1 - epsilon
    return (P - T)'''


@pytest.fixture
def opened(chromium, address):
    """Function that opens an address of the site in a page of its own; nothing may leave it."""
    contexts, outside, errors = [], [], []

    def note(request):
        if not request.url.startswith((address, "data:", "blob:")):
            outside.append(request.url)

    def open_it(where, width=1280, height=900, scheme="light"):
        contexts.append(chromium.new_context(viewport={"width": width, "height": height},
                                             color_scheme=scheme))
        contexts[-1].on("request", note)
        page = contexts[-1].new_page()
        page.set_default_timeout(tab.FIRST * 1000)
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(f"{address}/{where}")
        return page

    yield open_it
    for context in contexts:
        context.close()
    assert outside == []
    assert errors == []


@pytest.mark.parametrize("look", LOOKS)
def test_pages_are_whole_in_every_look(opened, look):
    width, height, scheme = LOOKS[look]
    for name in PAGES:
        page = opened(f"{name}.html", width, height, scheme)
        assert "Gradient workbook" in page.title()
        assert page.evaluate("document.documentElement.scrollWidth") <= width, name
        assert page.evaluate(LOST) == 0, name
        if name in ("03_softmax", "formulas"):
            expect(page.locator("mjx-container").last).to_be_attached()
            assert page.evaluate(CUT) == 0
        lab.SCREENSHOTS.mkdir(exist_ok=True)
        page.screenshot(path=lab.SCREENSHOTS / f"site_{name.replace('/', '_')}_{look}.png")
        page.context.close()


def test_what_is_folded_opens_where_a_link_leads(opened):
    page = opened("05_deep_backprop.html")
    folded = page.locator("details.deeper")
    inside = folded.locator('[id^="S1-"]').first
    expect(inside).to_be_attached()
    assert folded.count() > 5
    assert page.locator("details.deeper[open]").count() == 0
    page.goto(f"{page.url}#{inside.get_attribute('id')}")
    expect(page.locator("details.deeper[open]")).to_have_count(1)
    expect(inside).to_be_in_viewport()


def test_a_demo_moves_where_its_picture_was(opened):
    page = opened("demos/activation_gallery.html")
    page.get_by_role("link", name="Move it here").click()
    inside = page.frame_locator("iframe.alive")
    picture = inside.locator(".mlp-demo img.widget-image")
    picture.wait_for()
    expect(page.locator("iframe.alive.ready")).to_be_visible()
    expect(inside.locator(".jp-CodeConsole-input")).to_be_hidden()
    assert inside.locator(".jp-InputArea:visible").count() == 0
    assert inside.locator(".jp-OutputArea-promptOverlay:visible").count() == 0  # it takes clicks
    assert inside.locator('[data-mime-type="application/vnd.jupyter.stderr"]').count() == 0
    before = lab.settled(picture)
    inside.get_by_role("slider").first.press("ArrowRight")
    assert lab.changed(picture, before)


def test_a_chapter_runs_to_its_end(opened):
    page = opened("lite/lab/index.html?path=notebooks/01_prerequisites.ipynb")
    tab.ready(page)
    page.evaluate("() => { window.ran = false; jupyterapp.commands.execute("
                  "'notebook:run-all-cells').then(() => { window.ran = true; }); }")
    page.wait_for_function("() => window.ran", timeout=2 * tab.FIRST * 1000)
    page.wait_for_function(f"() => {LEFT} === 0 || ({STATE})().length", timeout=tab.FIRST * 1000)
    assert page.evaluate(STATE) == []


def test_the_worker_made_early_is_the_kernels_and_a_restart_makes_another(opened):
    page = opened("index.html")
    page.add_init_script(WORKERS)
    where = page.url.replace("index.html", "lite/lab/index.html?path=notebooks/exercises/"
                             "01_prerequisites.ipynb")
    for jupyterlab_was_there in (True, False):  # at the first time it comes first
        page.goto("about:blank")
        page.goto(where)
        tab.ready(page)
        assert page.evaluate("made") == [jupyterlab_was_there]
    own = "import beside\nimport sys\nprint(beside.at, sys.path[-1] == '')"
    page.evaluate(PUT, ["notebooks/exercises/beside.py", "at = 'found'"])
    assert "found True" in page.evaluate(RUN, ["import numpy", own])
    page.evaluate("() => jupyterapp.shell.currentWidget.sessionContext.session.kernel.restart()")
    tab.ready(page)
    assert page.evaluate("made") == [False, True]
    assert "found True" in page.evaluate(RUN, ["import beside", own])


def test_an_exercise_names_a_mistake_and_what_was_passed_goes_along(opened, address, tmp_path,
                                                                   monkeypatch):
    where = "lite/lab/index.html?path=notebooks/exercises/03_softmax.ipynb"
    page = opened(where)
    tab.ready(page)
    assert page.evaluate(RUN, ["import numpy", None]) == ""
    page.evaluate(RUN, ["def label_smoothing_gradient", ANSWER])
    assert "factor 1/N is missing" in page.evaluate(RUN, ['check("03.label', None])
    page.evaluate(RUN, ["def label_smoothing_gradient", f"{ANSWER} / N"])
    assert "passed" in page.evaluate(RUN, ['check("03.label', None])
    page.evaluate("jupyterapp.commands.execute('docmanager:save')")
    page.wait_for_timeout(2000)  # a reader does not leave at once
    page.goto("about:blank")
    page.goto(f"{address}/{where}")
    tab.ready(page)
    sources = page.evaluate("[...jupyterapp.shell.currentWidget.content.model.cells]"
                            ".map(c => c.sharedModel.source)")
    assert any("return (P - T) / N" in source for source in sources)
    page.evaluate(RUN, ["import numpy", None])
    said = page.evaluate(RUN, ["NAME =", "from mlp_lib import datasets\n"
                               "print(progress(), datasets.load_mnist().X_test.shape)"])
    assert re.search(r"Softmax and losses .*1 of \d passed, 1 tried", said)
    assert "(10000, 784)" in said  # the digits came when they were asked for
    goes_along_and_back(page, tmp_path, monkeypatch)


def goes_along_and_back(page, folder, monkeypatch):
    """What was answered and passed in the page goes on in an installed book, and back again."""
    monkeypatch.setenv("MLP_LIB_PROGRESS", str(folder / "installed.jsonl"))
    records.record("passed", "03.focal_gradient")
    kept = page.evaluate(GET, "progress.txt")
    (folder / "theirs.txt").write_text(kept["content"], encoding="utf-8")
    (row,) = [row for row in import_progress(folder / "theirs.txt").rows if row[0] == "03"]
    assert row[2:4] == (2, 2)
    ours = export_progress(folder / "ours.txt").read_text(encoding="utf-8")
    page.evaluate(PUT, ["notebooks/exercises/ours.txt", ours])
    said = page.evaluate(RUN, ["print(progress()", "from mlp_lib.exercises import import_progress\n"
                               "print(import_progress('ours.txt'))"])
    assert re.search(r"Softmax and losses .*2 of \d passed, 2 tried", said)
    answered = page.evaluate(GET, "notebooks/exercises/03_softmax.ipynb")["content"]
    sources = ["".join(cell["source"]) for cell in answered["cells"]]
    learner = {}
    for find in ("import numpy", "def label_smoothing_gradient"):
        exec(next(source for source in sources if find in source), learner)
    exec("verdict = check('03.label_smoothing_gradient', label_smoothing_gradient)", learner)
    assert "passed" in repr(learner["verdict"])
