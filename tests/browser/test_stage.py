"""Every demo on the stage: in three sizes of the window, alone, in a dark theme, without a kernel.

All demos stand in one notebook, which is run once.
"""

import contextlib

import pytest
from playwright.sync_api import TimeoutError

from mlp_lib import demos
from tests.browser import lab

SIZES = [(1366, 768), (853, 480), (390, 844)]
CELLS = ["from mlp_lib import demos", *(f"demos.{name}()" for name in demos.__all__)]
RESTARTED = "The kernel was restarted: run this cell again."

# How far the demo reaches beyond its column and its screen, in pixels, its smallest letters, and
# whether its picture is shown as it was drawn.
MEASURE = """demo => {
    const own = demo.getBoundingClientRect();
    const seen = [...demo.querySelectorAll("*")].filter(part => {
        const box = part.getBoundingClientRect();
        return box.width && box.height && getComputedStyle(part).visibility !== "hidden";
    });
    const boxes = seen.map(part => part.getBoundingClientRect());
    const panel = demo.matches(".mlp-alone") ? null : demo.closest(".jp-WindowedPanel-outer");
    const screen = panel ?? document.documentElement;
    const words = seen.filter(part => [...part.childNodes].some(
        node => node.nodeType === Node.TEXT_NODE && node.textContent.trim()));
    const image = demo.querySelector("img"), shown = image.getBoundingClientRect();
    return {
        over: Math.max(...boxes.map(box => box.right)) - own.right,
        below: Math.max(...boxes.map(box => box.bottom)) - Math.min(...boxes.map(box => box.top))
               - screen.clientHeight,
        letters: Math.min(...words.map(part => parseFloat(getComputedStyle(part).fontSize))),
        stretched: Math.max(Math.abs(shown.width - image.naturalWidth),
                            Math.abs(shown.height - image.naturalHeight)),
        sees: shown.width > 200 && shown.height > 90,
    };
}"""
FITS = f"""demo => {{
    const found = ({MEASURE})(demo);
    return found.over <= 1 && found.below <= 0 && found.letters >= 14 && found.stretched <= 2
           && found.sees;
}}"""


@pytest.fixture(scope="module")
def notebook(chromium, server):
    """All demos in one notebook; no error may come up in any of the tests."""
    with lab.opened(chromium, server.address(server.write("stage.ipynb", CELLS))) as notebook:
        notebook.run_all(patience=240)
        assert notebook.failures() == []
        yield notebook
        assert notebook.errors == []


def shown(notebook, name):
    """The demo ``name``, at the top of the window."""
    demo = notebook.page.locator(".mlp-demo").nth(demos.__all__.index(name))
    demo.evaluate("demo => demo.scrollIntoView({ block: 'start' })")
    return demo


def resize(notebook, width, height):
    """Another size of the window; on a broad one the list of files stands beside the notebook."""
    notebook.page.set_viewport_size({"width": width, "height": height})
    if notebook.page.locator("#filebrowser").is_visible() != (width > 1000):
        notebook.page.evaluate("jupyterapp.commands.execute('application:toggle-left-area')")


@contextlib.contextmanager
def ended(notebook, demo):
    """The demo alone, until the end of this, when Escape brings it back to the page."""
    demo.get_by_role("button", name="Back").wait_for()
    try:
        yield
    finally:
        notebook.page.keyboard.press("Escape")
        demo.get_by_role("button", name="Present").wait_for()


def assert_fits(notebook, demo):
    try:
        notebook.page.wait_for_function(FITS, arg=demo.element_handle(), timeout=60_000)
    except TimeoutError:
        pytest.fail(f"does not fit: {demo.evaluate(MEASURE)}")


@pytest.mark.parametrize("name", demos.__all__)
@pytest.mark.parametrize("size", SIZES, ids=lambda size: "{}x{}".format(*size))
def test_a_demo_fits_the_window_with_letters_of_14_pixels(notebook, size, name):
    resize(notebook, *size)
    assert_fits(notebook, shown(notebook, name))


def test_the_measure_sees_what_does_not_fit(notebook):
    resize(notebook, 853, 480)
    demo = shown(notebook, "ladder")
    assert_fits(notebook, demo)
    line = demo.locator(".mlp-caption")
    line.evaluate("line => { line.style.fontSize = '12px'; }")
    assert not demo.evaluate(FITS)
    line.evaluate("line => { line.style.fontSize = ''; line.style.paddingTop = '300px'; }")
    assert not demo.evaluate(FITS)
    line.evaluate("line => { line.style.paddingTop = ''; }")


@pytest.mark.parametrize("size", SIZES, ids=lambda size: "{}x{}".format(*size))
def test_alone_it_fills_the_window_until_escape(notebook, size):
    resize(notebook, *size)
    for name, way in (("ladder", "F"), ("draw_a_digit", "click"), ("watch_it_learn", "F"),
                      ("kernel_editor", "click"), ("four_corners", "click")):
        demo = shown(notebook, name)
        button = demo.get_by_role("button", name="Present")
        button.click() if way == "click" else button.press(way)
        with ended(notebook, demo):
            assert_fits(notebook, demo)
            box = demo.bounding_box()
            assert (box["width"], box["height"]) == pytest.approx(size, abs=2)
        assert_fits(notebook, demo)


def test_alone_on_a_large_screen_its_letters_are_large_and_its_picture_sharp(notebook):
    resize(notebook, 1706, 960)
    demo = shown(notebook, "ladder")
    demo.get_by_role("button", name="Present").press("f")
    with ended(notebook, demo):
        notebook.page.wait_for_function(
            "demo => { const image = demo.querySelector('img');"
            " return image.naturalWidth > 650"
            " && Math.abs(image.getBoundingClientRect().width / image.naturalWidth - 1) < 0.01; }",
            arg=demo.element_handle())
        zoom = float(demo.evaluate("demo => getComputedStyle(demo).zoom"))
        assert zoom == pytest.approx(2, abs=0.01)


def test_a_browser_without_full_screen_covers_the_window(notebook):
    resize(notebook, 1366, 768)
    demo = shown(notebook, "ladder")
    demo.evaluate("demo => { demo.requestFullscreen = () => Promise.reject(new Error('no')); }")
    demo.get_by_role("button", name="Present").click()
    with ended(notebook, demo):
        box = demo.bounding_box()
        assert (box["x"], box["y"], box["width"], box["height"]) == pytest.approx(
            (0, 0, 1366, 768), abs=2)
        assert demo.evaluate("demo => demo.contains(document.elementFromPoint(9, 9))")
    demo.evaluate("demo => { delete demo.requestFullscreen; }")


GROUND = """async demo => {
    const image = demo.querySelector("img");
    await image.decode().catch(() => {});
    const canvas = new OffscreenCanvas(1, 1), context = canvas.getContext("2d");
    context.drawImage(image, 0, 0, 1, 1, 0, 0, 1, 1);
    return context.getImageData(0, 0, 1, 1).data[0];
}"""


def test_the_picture_follows_the_theme(notebook):
    resize(notebook, 1366, 768)
    demo = shown(notebook, "ladder")
    light, dark = lab.THEMES
    for theme, ground in ((dark, 17), (light, 255)):
        notebook.theme(theme)
        notebook.page.wait_for_function(f"async ([demo, want]) => await ({GROUND})(demo) === want",
                                        arg=[demo.element_handle(), ground])


def test_tasks_come_one_after_another_where_there_is_little_room(notebook):
    resize(notebook, 853, 480)
    demo = shown(notebook, "ladder")
    assert_fits(notebook, demo)
    items = demo.locator(".mlp-tasks li")
    for now in (0, 1, 2, 0):
        assert [items.nth(k).is_visible() for k in range(3)] == [k == now for k in range(3)]
        demo.get_by_role("button", name="Next task").click()
    resize(notebook, 1366, 768)
    items.nth(2).wait_for()
    assert items.nth(0).is_visible()


def test_a_demo_whose_kernel_was_restarted_says_so_and_can_be_run_again(run):
    notebook = run(lab.SLOPE_OF_TANH)
    demo = notebook.page.locator(".mlp-demo")
    lab.says(demo, "the slope is")
    notebook.page.evaluate(
        "() => jupyterapp.shell.currentWidget.sessionContext.session.kernel.restart()")
    demo.get_by_role("alert").filter(has_text=RESTARTED).wait_for()
    handle = demo.locator(".noUi-handle")
    assert handle.evaluate("handle => handle.closest('[inert]') !== null")
    notebook._wait_for_kernel()
    notebook.run_all()
    lab.says(demo, "the slope is")
    demo.get_by_role("slider", name="z", exact=True).press("ArrowRight")
    lab.says(demo, "At -2.94")
