"""The demos served by ``python -m mlp_lib.stage``: who comes in, what is shown, what is not."""

import contextlib
import http.client
import os
import re
import secrets
import socket
import subprocess
import sys
import time

import psutil
import pytest
from playwright.sync_api import expect

from mlp_lib import demos
from tests.browser import lab
from tests.browser.test_stage import FITS, SIZES

CODE = re.compile(r"mlp_lib|ladder\(\)")
KERNEL = "JSON.parse(document.querySelector('#jupyter-config-data').textContent).kernelId"


class Served:
    """A running stage."""

    def __init__(self, process, port, token):
        self.process, self.port, self.token = process, port, token
        self.at = f"http://127.0.0.1:{port}/"

    def get(self, path, *, token=None):
        """Status and text of the answer for a path as it is, not made shorter."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=lab.PATIENCE)
        with contextlib.closing(connection):
            headers = {"Authorization": f"token {token}"} if token else {}
            connection.request("GET", path, headers=headers)
            answer = connection.getresponse()
            if answer.status == 302:
                return self.get(answer.getheader("Location"), token=token)
            return answer.status, answer.read().decode("utf-8", "replace")


@pytest.fixture(scope="module")
def stage(tmp_path_factory):
    root = tmp_path_factory.mktemp("stage")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    token = secrets.token_hex(8)
    environment = dict(os.environ, **{f"JUPYTER_{name}_DIR": str(root / name.lower())
                                      for name in ("CONFIG", "DATA", "RUNTIME")})
    with open(root / "log", "w+", encoding="utf-8") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "mlp_lib.stage", "--no-browser", "--port", str(port),
             "--token", token], env=environment, stdout=subprocess.PIPE, stderr=log, text=True)
        try:
            said = process.stdout.readline()
            assert said == f"The demos are at http://127.0.0.1:{port}/?token={token}\n", said
            yield Served(process, port, token)
        finally:
            lab._end(process)


@pytest.fixture
def page(chromium, stage):
    """A page that has been let in and shows the list; nothing may be asked for from elsewhere."""
    context, elsewhere = chromium.new_context(viewport={"width": 1366, "height": 768}), []
    page = context.new_page()
    page.set_default_timeout(1000 * lab.PATIENCE)
    page.on("request", lambda request: request.url.startswith((stage.at, "data:", "blob:", "ws:"))
            or elsewhere.append(request.url))
    page.goto(f"{stage.at}?token={stage.token}")
    yield page
    context.close()
    assert elsewhere == []


def moving(page, name):
    """The demo of a name, alive, from the list by one click."""
    page.locator(f'a[href*="/{name}.ipynb"]').click()
    demo = page.locator(".mlp-demo")
    demo.get_by_role("button", name="Present").wait_for()
    return demo


def test_nobody_else_is_listened_to_unless_it_was_asked_for(stage):
    connections = psutil.Process(stage.process.pid).net_connections("tcp")
    listening = [one.laddr for one in connections if one.status == psutil.CONN_LISTEN]
    assert stage.port in {place.port for place in listening}
    assert {place.ip for place in listening} == {"127.0.0.1"}


@pytest.mark.parametrize("path", ["/", "/voila/render/ladder.ipynb", "/?token=wrong", "/login",
                                  "/voila/render/ladder.ipynb?token=wrong"])
def test_without_the_token_nobody_comes_in(stage, path):
    status, text = stage.get(path)
    assert status == 403
    assert text.startswith("This address needs its token.")


def test_without_the_token_no_kernel_answers(stage):
    for path in ("/api/kernels/0-0-0-0-0", "/api/kernels/0-0-0-0-0/channels"):
        assert stage.get(path)[0] == 403
        assert stage.get(path, token="wrong")[0] == 403
        assert stage.get(path, token=stage.token)[0] in (400, 404)


@pytest.mark.parametrize("path", [
    "/voila/files/ladder.ipynb", "/voila/files/ladder.png", "/voila/tree", "/voila/tree/",
    "/voila/api/contents", "/voila/api/contents/ladder.ipynb", "/api/contents/ladder.ipynb",
    "/files/ladder.ipynb", "/notebooks/ladder.ipynb", "/ladder.ipynb", "/api/kernels",
    "/api/terminals", "/logout", "/voila/static/../../../mlp_lib/stage/serving.py",
    "/voila/render/../../../../../../etc/passwd", "/voila/render/%2e%2e/%2e%2e/etc/passwd",
    "/voila/static//etc/passwd", "/voila/templates/lab/static/../../../../../../etc/passwd",
    "/voila/labextensions/../../../etc/passwd"])
def test_with_the_token_no_file_and_no_notebook_can_be_had(stage, path):
    status, text = stage.get(path, token=stage.token)
    assert status in (403, 404, 405, 500)
    assert not CODE.search(text)
    assert "root:" not in text


def test_the_list_has_every_demo(stage, page):
    assert stage.get("/", token=stage.token)[0] == 200
    assert page.locator("li").count() == len(demos.__all__)
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        for theme in ("Dark", "Light"):
            page.get_by_role("button", name=theme).click()
            page.locator(f"[data-theme={theme.lower()}]").wait_for()
            lab.keep_screenshot(page, f"stage_list_{width}", theme)


def test_a_demo_moves_by_a_key_fits_and_hides_its_code(stage, page):
    page.get_by_role("button", name="Dark").click()
    demo = moving(page, "secant_to_tangent")
    assert page.locator("body").get_attribute("data-jp-theme-light") == "false"
    before = lab.says(demo, "Secant with h")
    demo.get_by_role("slider").first.focus()
    page.keyboard.press("ArrowRight")
    lab.says_else(demo, before)
    told = page.evaluate("async () => (await fetch(location.href)).text()")
    assert "nav" in told
    assert "mlp_lib" not in told
    assert told.index('<img src="data:image/png') < told.index("kernelId")  # seen before it moves
    assert not re.search(r"from mlp_lib|secant_to_tangent\(", told + page.content())
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        page.wait_for_function(FITS, arg=demo.element_handle())
        lab.keep_screenshot(page, f"stage_secant_{width}", "Dark")
    demo.get_by_role("button", name="Present").press("f")
    demo.get_by_role("button", name="Back").wait_for()
    page.keyboard.press("Escape")
    demo.get_by_role("button", name="Present").wait_for()
    page.get_by_role("link", name="The chain rule as a graph").click()
    page.locator(".mlp-demo").get_by_role("button", name="Present").wait_for()
    assert page.title() == "The chain rule as a graph"
    assert page.locator("body").get_attribute("data-jp-theme-light") == "false"
    page.get_by_role("link", name="All demos").click()
    expect(page.locator("li")).to_have_count(len(demos.__all__))


# Asks a kernel to run code, then for its name: answers come in this order, if both come.
ASK = """kernel => new Promise((done, fail) => {
    const socket = new WebSocket(`ws://${location.host}/api/kernels/${kernel}/channels`);
    const heard = [];
    const ask = (msg_type, content) => socket.send(JSON.stringify({
        channel: "shell", content, metadata: {}, parent_header: {}, buffers: [],
        header: { msg_type, msg_id: msg_type, session: "x", username: "", version: "5.3",
                  date: "2026-01-01T00:00:00Z" } }));
    socket.onerror = () => fail(new Error("no connection"));
    socket.onopen = () => {
        ask("execute_request", { code: "print(6 * 7)", silent: false, store_history: false,
                                 user_expressions: {}, allow_stdin: false });
        ask("kernel_info_request", {});
    };
    socket.onmessage = ({ data }) => {
        const { header, parent_header } = JSON.parse(data);
        if (parent_header.session === "x") heard.push(header.msg_type);
        if (header.msg_type === "kernel_info_reply" && parent_header.session === "x") done(heard);
    };
})"""


def test_a_visitor_runs_no_code_and_a_kernel_ends_with_its_page(stage, page):
    moving(page, "ladder")
    kernel = page.evaluate(KERNEL)
    heard = page.evaluate(ASK, kernel)
    assert "kernel_info_reply" in heard
    assert not [kind for kind in heard if kind.startswith(("execute", "stream"))]
    where = f"/api/kernels/{kernel}"
    assert stage.get(where, token=stage.token)[0] == 200
    page.goto(stage.at)
    until = time.monotonic() + lab.PATIENCE
    while stage.get(where, token=stage.token)[0] != 404:
        assert time.monotonic() < until, "the kernel runs on without a page"
        time.sleep(0.2)
