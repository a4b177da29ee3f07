"""The demos of chapters 01 to 03, and dragged points, in JupyterLab as a reader meets them."""

import re

import pytest

from tests.browser import lab

# Demo -> its name, and a slider that a key moves to another picture.
DEMOS = {
    "secant_to_tangent": ("From secant to tangent", "log₁₀ h"),
    "matrix_product": ("Matrix product", "column j"),
    "chain_graph": ("The chain rule as a graph", "y2"),
    "descend_camel": ("Descent on the six-hump camel", "learning rate"),
    "tensor_entries": ("The derivative of Z by X", "j"),
    "first_order": ("First order", "log₁₀ t"),
    "fit_gaussian": ("Fit a normal density", None),
    "scores_to_gradient": ("From scores to the gradient", "z1"),
    "activation_gallery": ("Gallery of activations", "z"),
    "softmax_regions": ("Regions of softmax regression", None),
}

# The kernel keeps the second point opposite the first, wherever that is dragged.
OPPOSITE = """
from mlp_lib.demos.parts.drag_points import DragDemo, DragPoints
from mlp_lib.demos.parts.live_figure import new_figure
ax = new_figure(500, 400).subplots()
ax.set(xlim=(-1, 1), ylim=(-1, 1))
pad = DragPoints(ax, [[0.5, 0.5], [-0.5, -0.5]], names=["first", "second"], lines=[(0, 1)])
def mirror(change):
    if pad.moved == 0 and (pad.points[1] != -pad.points[0]).any():
        pad.points = [pad.points[0], -pad.points[0]]
pad.observe(mirror, "points")
DragDemo(pad, [], lambda: f"{pad.points[0][0]:.3f} {pad.points[0][1]:.3f}, opposite "
         f"{pad.points[1][0]:.3f} {pad.points[1][1]:.3f}", name="Opposite points")
"""


@pytest.fixture(scope="module")
def notebook(chromium, server):
    """All demos in one notebook, run once; no error may come up in any of the tests."""
    cells = [f"from mlp_lib.demos import {name}\n{name}()" for name in DEMOS]
    context = chromium.new_context(viewport={"width": 1280, "height": 900}, has_touch=True)
    notebook = lab.Notebook(context.new_page(),
                            server.address(server.write("chapters.ipynb", [*cells, OPPOSITE])))
    notebook.run_all()
    assert notebook.failures() == []
    yield notebook
    assert notebook.errors == []
    context.close()


def find(notebook, name):
    """The demo in the cell of ``name``, scrolled to, once its picture is there."""
    cell = notebook.page.locator(".jp-CodeCell").filter(has_text=f"import {name}")
    demo = cell.locator(".mlp-demo")
    picture(demo).wait_for()
    demo.scroll_into_view_if_needed()
    return demo


def picture(demo):
    return demo.locator("img").first


def middle(handle):
    box = handle.bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def drag(notebook, handle, across, down, steps=12):
    """Drag a handle by so many pixels, in ``steps`` moves of the mouse."""
    x, y = middle(handle)
    mouse = notebook.page.mouse
    mouse.move(x, y)
    mouse.down()
    mouse.move(x + across, y + down, steps=steps)
    mouse.up()


def start(text):
    """Coordinates of the start that the caption of the camel tells."""
    found = re.match(r"From \((.*?), (.*?)\)", text)
    return [float(number.replace("−", "-")) for number in found.groups()]


@pytest.mark.parametrize("name", DEMOS)
def test_a_demo_shows_itself_in_both_themes(notebook, name):
    demo, (title, _) = find(notebook, name), DEMOS[name]
    text = lab.says(demo, r"\d")
    assert picture(demo).get_attribute("alt") == f"{title}. {text}"
    assert lab.width_of_whole(picture(demo)) > 400
    lab.keep_screenshots(notebook, demo, name)


@pytest.mark.parametrize("name", [name for name, (_, slider) in DEMOS.items() if slider])
def test_a_slider_moved_by_keyboard_changes_picture_and_caption(notebook, name):
    demo = find(notebook, name)
    before, words = lab.settled(picture(demo)), lab.caption(demo)
    slider = demo.get_by_role("slider", name=DEMOS[name][1], exact=True)
    slider.press("ArrowLeft" if slider.get_attribute("aria-valuenow") == (
        slider.get_attribute("aria-valuemax")) else "ArrowRight")
    lab.changed(picture(demo), before)
    lab.says_else(demo, words)


@pytest.mark.parametrize("name", DEMOS)
def test_every_control_has_a_name(notebook, name):
    assert lab.unnamed(lab.controls(find(notebook, name))) == []


def test_an_edge_of_the_graph_is_pressed_by_mouse_and_an_input_by_key(notebook):
    demo = find(notebook, "chain_graph")
    words = lab.caption(demo)
    demo.get_by_role("button", name="from y3 to f2").click()
    demo.locator(".mlp-caption").filter(has_text="The way from y3 through f2").wait_for()
    demo.get_by_role("button", name="all ways from y2").press("Enter")
    demo.locator(".mlp-caption").filter(has_text="Two ways lead from y2").wait_for()
    assert lab.caption(demo) != words


def test_a_handle_follows_the_mouse_at_once_and_the_kernel_after_it(notebook):
    demo = find(notebook, "descend_camel")
    handle = demo.get_by_role("slider", name="start of the descent")
    before, from_ = lab.settled(picture(demo)), start(lab.says(demo, "From"))
    at = middle(handle)
    drag(notebook, handle, 150, 80)
    assert middle(handle) == pytest.approx((at[0] + 150, at[1] + 80), abs=0.6)
    lab.changed(picture(demo), before)
    to = start(lab.says(demo, "From"))
    box = picture(demo).bounding_box()
    axes = notebook.page.evaluate(  # pixels per unit, from what the screen reader is told
        "h => [Number(h.ariaValueMin), Number(h.ariaValueMax)]", handle.element_handle())
    assert axes == [-2.1, 2.1]
    assert 0.3 * box["width"] < 150 * 4.2 / (to[0] - from_[0]) < 0.7 * box["width"]
    assert to[1] < from_[1]


def test_a_handle_is_moved_by_arrow_keys_and_stays_in_the_axes(notebook):
    demo = find(notebook, "descend_camel")
    handle = demo.get_by_role("slider", name="start of the descent")
    told = handle.get_attribute("aria-valuetext")
    here = [float(number) for number in re.fullmatch(r"x (.*), y (.*)", told).groups()]
    until_at(demo, here)
    for key, where in (("ArrowRight", (0.04, 0)), ("Shift+ArrowLeft", (-0.42, 0)),
                       ("ArrowUp", (0, 0.02)), ("Shift+ArrowDown", (0, -0.24))):
        handle.press(key)
        aim = [here[0] + where[0], here[1] + where[1]]
        until_at(demo, aim)
        here = aim
    for _ in range(12):
        handle.press("Shift+ArrowLeft")
    until_at(demo, [-2.1, here[1]])
    assert handle.get_attribute("aria-valuetext").startswith("x -2.10, y")


def until_at(demo, aim):
    lines = "|".join(
        re.escape(f"From ({x:.2f}, {y:.2f})".replace("-", "−"))
        for x in {round(aim[0] + d, 2) for d in (-0.01, 0, 0.01)}
        for y in {round(aim[1] + d, 2) for d in (-0.01, 0, 0.01)}
    )
    lab.says(demo, lines)


def test_keys_faster_than_the_kernel_lose_no_step_and_its_answers_hold(notebook):
    demo = find(notebook, "DragDemo")
    first, second = (demo.get_by_role("slider", name=name) for name in ("first", "second"))
    lab.says(demo, "0.500 0.500, opposite -0.500 -0.500")

    def between():
        return [sum(pair) / 2 for pair in zip(middle(first), middle(second))]

    centre = between()
    first.evaluate(
        "h => { for (let i = 0; i < 20; i++) h.dispatchEvent(new KeyboardEvent('keydown', "
        "{ key: 'ArrowLeft', bubbles: true })); }"
    )
    for _ in range(5):
        first.press("ArrowDown")
    lab.says(demo, "0.100 0.400, opposite -0.100 -0.400")
    assert between() == pytest.approx(centre, abs=0.6)
    drag(notebook, first, 60, -30, steps=30)
    text = lab.says(demo, r"0\.[23]\d\d 0\.[5-9]\d\d, opposite -0\.[23]\d\d -0\.[5-9]\d\d")
    here, there = ([float(x) for x in half.split()[-2:]] for half in text.split(", opposite"))
    assert there == pytest.approx([-x for x in here], abs=1e-9)


def test_the_mean_carries_the_axes_of_the_ellipse_along(notebook):
    demo = find(notebook, "fit_gaussian")
    names = ("mean", "first axis of the ellipse", "second axis of the ellipse")
    handles = [demo.get_by_role("slider", name=name, exact=True) for name in names]
    before = [middle(handle) for handle in handles]
    words = lab.caption(demo)
    drag(notebook, handles[0], 70, -35)
    after = [middle(handle) for handle in handles]
    for old, new in zip(before, after):
        assert new == pytest.approx((old[0] + 70, old[1] - 35), abs=0.6)
    drag(notebook, handles[1], 20, -20)
    assert middle(handles[2]) == pytest.approx(after[2], abs=0.6)
    demo.locator(".mlp-caption").filter(has_not_text=words.splitlines()[0]).wait_for()


def test_buttons_move_the_handles_to_the_best_fit(notebook):
    demo = find(notebook, "fit_gaussian")
    mean = demo.get_by_role("slider", name="mean", exact=True)
    demo.get_by_role("button", name="Reset").click()
    lab.says(demo, r"Mean \(−1\.00, −0\.50\)")
    before = middle(mean)
    demo.get_by_role("button", name="Gradient step").press("Enter")
    lab.says(demo, r"Mean \((?!−1\.00)")
    demo.get_by_role("button", name="Maximum likelihood").press("Enter")
    text = lab.says(demo, r"log likelihood (−[\d.]+); the most possible is \1")
    at = mean.get_attribute("aria-valuetext")
    told = re.search(r"Mean \((.*?), (.*?)\)", text).groups()
    assert at == f"x {told[0]}, y {told[1]}".replace("−", "-")
    assert middle(mean) != before


def test_a_finger_drags_a_handle(notebook):
    demo = find(notebook, "descend_camel")
    handle = demo.get_by_role("slider", name="start of the descent")
    x, y = middle(handle)
    words = lab.caption(demo)
    touch = notebook.page.context.new_cdp_session(notebook.page)

    def send(kind, *points):
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [
            {"x": x, "y": y} for x, y in points]})

    send("touchStart", (x, y))
    for step in range(1, 7):
        send("touchMove", (x + 10 * step, y - 5 * step))
    send("touchEnd")
    assert middle(handle) == pytest.approx((x + 60, y - 30), abs=1)
    demo.locator(".mlp-caption").filter(has_not_text=words).wait_for()


def test_the_shortcuts_of_the_notebook_stay_away_from_a_handle(notebook):
    demo = find(notebook, "descend_camel")
    cells = notebook.page.locator(".jp-CodeCell").count()
    handle = demo.get_by_role("slider", name="start of the descent")
    for key in ("b", "d", "d", "ArrowDown"):
        handle.press(key)
    assert notebook.page.locator(".jp-CodeCell").count() == cells
    assert handle.evaluate("e => e === document.activeElement")


def test_a_list_takes_arrow_keys_and_keeps_the_shortcuts_of_the_notebook_away(notebook):
    demo = find(notebook, "activation_gallery")
    cells = notebook.page.locator(".jp-CodeCell").count()
    chooser = demo.get_by_role("combobox").first
    before = chooser.input_value()
    chooser.press("ArrowDown")
    assert chooser.input_value() != before
    for key in ("b", "d", "d"):
        chooser.press(key)
    assert notebook.page.locator(".jp-CodeCell").count() == cells


def test_softmax_trains_until_it_is_paused(notebook):
    demo = find(notebook, "softmax_regions")
    before = lab.settled(picture(demo))
    demo.get_by_role("button", name="Start").click()
    lab.says(demo, r"Step ([3-9]|[1-9]\d+):")
    demo.get_by_role("button", name="Pause").press("Enter")
    lab.says(demo, "Paused")
    lab.changed(picture(demo), before)
    done = int(re.search(r"Step (\d+)", lab.caption(demo))[1])
    demo.get_by_role("button", name="Step").click()
    lab.says(demo, f"Step {done + 1}:")
    demo.get_by_role("button", name="Reset").click()
    lab.says(demo, "Step 0: ")
