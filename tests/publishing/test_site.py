"""The site as files: links lead somewhere, nothing comes from elsewhere, wheels are official."""

import hashlib
import json
import re
import subprocess
import sys
import zipfile
from importlib.util import source_from_cache

import pytest

from mlp_lib import datasets, demos
from mlp_lib.publishing import __main__ as command
from mlp_lib.publishing import early, interpreter, pins, registries, wheel
from mlp_lib.questions import predicting
from tests import books
from tests.publishing import links

RUNS = re.compile(r'href="(?:\.\./)*lite/(lab|repl)/index\.html\?([^"]*)"')


def test_every_link_of_every_page_leads_somewhere(site):
    assert len(links.read_pages(site)) > 40
    assert links.broken(site) == []


def test_the_check_of_links_can_fail(tmp_path):
    page = tmp_path / "page.html"
    page.write_text('<p id="here"></p><a href="#here">a</a><a href="#there">b</a>'
                    '<img src="none.png"><a href="../out.html">c</a><script src="https://x/y.js">'
                    '</script>', encoding="utf-8")
    assert links.broken(tmp_path) == [f"page.html: {name}"
                                      for name in ("#there", "../out.html", "none.png")]
    assert links.brought(tmp_path) == ["https://x/y.js"]


def test_nothing_is_brought_from_elsewhere(site):
    assert links.brought(site) == []


def test_every_formula_is_typeset(site):
    """Also one of its own within a paragraph, in a table that a cell printed, in the register."""
    formulas = 0
    for path in links.read_pages(site):
        text = path.read_text(encoding="utf-8")
        assert links.bare_tex(text) == [], path.name
        has_some = bool(links.FORMULA.search(text))
        assert not has_some or "mathjax/tex-chtml.js" in text, path.name
        formulas += has_some
    assert formulas > 20


def test_the_check_of_formulas_can_fail():
    seen = '<p>So <span class="math notranslate">\\(\\frac12\\)</span> &lt; 1.</p>'
    assert links.bare_tex(seen) == []
    assert links.bare_tex(f"{seen}<pre>$x$</pre><td>Printed: $y&lt;1$.</td>") == [
        "So  < 1.Printed: $y<1$."]
    assert links.bare_tex(r"from \sum_k") == [r"from \sum_k"]


def test_every_chapter_exercise_and_demo_has_its_link_to_run(site):
    for path in sorted([*books.BOOK.glob("*.ipynb"), *(books.BOOK / "exercises").glob("*.ipynb")]):
        name = path.relative_to(books.BOOK)
        text = (site / name.with_suffix(".html")).read_text(encoding="utf-8")
        links_here = RUNS.findall(text).count(("lab", f"path=notebooks/{name.as_posix()}"))
        exercises = re.findall(r'<span id="exercise-\w+\.\d+"', text)
        assert links_here == 1 + len(exercises)
        assert bool(exercises) == (name.parts[0] == "exercises")
        assert (site / "lite" / "files" / "notebooks" / name).read_bytes() == path.read_bytes()
    for name in demos.__all__:
        text = (site / "demos" / f"{name}.html").read_text(encoding="utf-8")
        assert any(kind == "repl" and name in query for kind, query in RUNS.findall(text))


def test_every_formula_has_a_row_and_leads_to_where_it_is_taught(site):
    table = links.page(site / "formulas.html")
    for formula in datasets.load_formulas(book=True):
        assert formula.id in table.anchors
        (target,) = [link for _, link in table.links if link.endswith(f"#{formula.id}")
                     and link.startswith(formula.chapter)]
        assert links.leads(site / "formulas.html", target, site.resolve())


def test_pages_hold_no_text_of_widgets_and_every_picture_has_words(site):
    for path in links.read_pages(site):
        text = path.read_text(encoding="utf-8")
        assert "run this cell to use the demo" not in text
        assert predicting.RUN not in text
        assert not re.search(r"model_id|VBox\(|IntSlider\(", text)
        for picture in re.findall(r"<img\b[^>]*>", text):
            if "_static" not in picture:
                assert re.search(r'alt="[^"]{10}', picture), f"{path.name}: {picture[:200]}"
        assert re.search(r'<meta name="description" content="[^"]{20}', text)
        assert 'property="og:image"' in text
        assert re.search(r'<link rel="icon" href="[./]*_static/icon\.svg"', text)


def test_the_interpreter_has_the_hashes_that_its_lock_names(site):
    folder = site / "lite" / "static" / "pyodide"
    lock = json.loads((folder / "pyodide-lock.json").read_text(encoding="utf-8"))
    assert lock["info"]["version"] == pins.PYODIDE
    for entry in lock["packages"].values():
        content = (folder / entry["file_name"]).read_bytes()
        assert hashlib.sha256(content).hexdigest() == entry["sha256"]
        assert set(entry["depends"]) <= set(lock["packages"])
    assert {interpreter.plain(name) for name in pins.AT_ONCE} <= set(lock["packages"])


def test_wheels_hold_bytecode_and_only_ours_its_sources(site):
    for path in (site / "lite" / "static" / "pyodide").glob("*.whl"):
        names = zipfile.ZipFile(path).namelist()
        sources, bytecode = ({name for name in names if name.endswith(end)}
                             for end in (".py", ".pyc"))
        if path.name.startswith("mlp_lib-"):
            assert {source_from_cache(name) for name in bytecode} == sources
        else:
            assert bytecode
            assert not sources


def test_a_wheel_that_is_not_the_official_one_is_refused(monkeypatch, tmp_path):
    entry = {"file_name": "numpy.whl", "sha256": "0" * 64}
    monkeypatch.setattr(pins, "WHEELS", tmp_path)
    with pytest.raises(registries.Missing, match=r"numpy\.whl is missing"):
        interpreter.compiled(entry, tmp_path)
    (tmp_path / "numpy.whl").write_bytes(b"another")
    with pytest.raises(registries.Missing, match=r"its SHA-256 is .*, the lock says 000"):
        interpreter.compiled(entry, tmp_path)


def test_python_looks_beside_the_notebook_last(site, tmp_path):
    for name in interpreter.LOADERS:
        text = (site / "lite" / "static" / "pyodide" / name).read_text(encoding="utf-8")
        assert (text.count(interpreter.FIRST), text.count(interpreter.LAST)) == (0, 1)
        (tmp_path / name).write_text(text, encoding="utf-8")
    with pytest.raises(registries.Missing, match=r"pyodide\.js does not say sys\.path\.insert"):
        interpreter.look_beside_the_notebook_last(tmp_path)


def test_pages_start_the_worker_that_the_kernel_asks_for(site, tmp_path):
    for name in early.PAGES:
        page = site / "lite" / name
        text = page.read_text(encoding="utf-8")
        (place,) = re.findall(r'new URL\("(.+)\?v=\w+", location\)', text)
        worker = (page.parent / place).read_text(encoding="utf-8")
        assert worker.index("loading = load(") < worker.index("webpack")
    (tmp_path / "extensions" / pins.EXTENSION / "static").mkdir(parents=True)
    with pytest.raises(registries.Missing, match="should make two, and makes 0"):
        early.start(tmp_path, {})


def test_what_a_browser_cannot_do_says_so(tmp_path):
    path = wheel.write(datasets.DATA, tmp_path)
    asked = "import sys; sys.path.insert(0, sys.argv[1]); from mlp_lib import grading"
    said = subprocess.run([sys.executable, "-c", asked, path], capture_output=True, text=True,
                          cwd=tmp_path, env={})
    assert said.stderr.endswith("RuntimeError: Grading needs an installed book: a browser has no "
                                "second process, no sandbox and no threads.\n")


def test_the_wheel_for_the_browser_is_small_and_the_same_each_time(tmp_path):
    path = wheel.write(datasets.DATA, tmp_path)
    first = path.read_bytes()
    assert len(first) < 2e6
    assert wheel.write(datasets.DATA, tmp_path).read_bytes() == first


def test_a_folder_with_something_else_is_not_replaced(tmp_path):
    (tmp_path / "thesis.txt").write_text("years of work", encoding="utf-8")
    with pytest.raises(registries.Missing, match="holds something that is no site"):
        command.publish(books.ROOT, tmp_path)
    assert (tmp_path / "thesis.txt").exists()
