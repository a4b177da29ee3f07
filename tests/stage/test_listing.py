"""The list of all demos: in the order of the chapters, each cell by itself, nothing twice."""

import json
import os
import re
import socket

import nbformat
import pytest

from mlp_lib import demos
from mlp_lib.demos.parts.demo import Demo
from mlp_lib.stage import __main__ as command
from mlp_lib.stage import listing, read_demos
from tests import books

ENTRIES = read_demos(books.ROOT)


def calls(path):
    """Names of the demos that a notebook calls, in its order."""
    source = "\n".join(cell.source for cell in books.code_cells(path))
    return [name for name in re.findall(r"(\w+)\(", source) if name in demos.__all__]


def test_every_demo_is_listed_once_in_the_order_of_the_chapters():
    chapters = [books.BOOK / "00_start_here.ipynb", *books.CHAPTERS]
    first = {name: path.stem for path in reversed(chapters) for name in reversed(calls(path))}
    assert {entry.name: entry.page for entry in ENTRIES} == first
    assert [entry.page for entry in ENTRIES] == sorted(first.values())
    assert sorted(first) == sorted(demos.__all__)


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.name)
def test_a_cell_runs_by_itself_and_shows_the_demo_of_its_title(entry):
    *imports, call = entry.code.strip().splitlines()
    space = {}
    exec("\n".join(imports), space)
    demo = eval(call, space)
    assert isinstance(demo, Demo)
    assert demo.caption.name.casefold() == entry.title.casefold()
    assert entry.words.casefold().startswith(f"{entry.title.casefold()}. ")
    assert 2 <= len(demo.caption.tasks) <= 4


def test_a_sentence_is_short_and_says_more_than_the_title():
    for entry in ENTRIES:
        assert 30 < len(entry.sentence) < 100
        assert entry.sentence.endswith(".")
        assert not set("$<&*_`") & set(entry.sentence)


def test_a_cell_without_its_line_is_refused(tmp_path):
    cells = [nbformat.v4.new_markdown_cell("## Ladder\n\nA grid."),
             nbformat.v4.new_code_cell("ladder()")]
    (tmp_path / "notebooks").mkdir()
    nbformat.write(nbformat.v4.new_notebook(cells=cells), tmp_path / "notebooks" / "demos.ipynb")
    with pytest.raises(ValueError, match="a demo needs '## Title', a sentence"):
        read_demos(tmp_path)


def test_the_ways_from_a_demo_lead_to_its_neighbours_and_to_the_list():
    first, second, *_, last = ENTRIES
    assert first.title not in listing.beside(ENTRIES, 0)
    assert f'href="{second.name}.ipynb"' in listing.beside(ENTRIES, 0)
    assert listing.beside(ENTRIES, 1).count("<a ") == 3
    assert last.title not in listing.beside(ENTRIES, len(ENTRIES) - 1)
    assert all('<a href="../../">All demos</a>' in listing.beside(ENTRIES, k) for k in (0, 1, -1))


@pytest.mark.parametrize(("ip", "own"), [
    ("127.0.0.1", True), ("127.8.0.1", True), ("::1", True), ("localhost", True),
    ("0.0.0.0", False), ("192.168.1.7", False), ("::", False), ("", False), ("school.org", False)])
def test_what_is_this_computer_s_own_address(ip, own):
    assert command.loopback(ip) == own


def test_the_address_that_is_printed_can_be_opened():
    serving = pytest.importorskip("mlp_lib.stage.serving")
    assert serving.host("127.0.0.1") == "127.0.0.1"
    assert serving.host("::1") == "[::1]"
    assert serving.host("0.0.0.0") == serving.host("::") == socket.gethostname()


@pytest.mark.parametrize(("asked", "said"), [
    (["--token", ""], "an empty token would let everybody in"),
    (["--book", os.devnull], "--book names the repository"),
    (["--port", "80000"], "'80000' is no port; 1 to 65535 was wanted"),
    (["--port", "0"], "'0' is no port"),
    (["--ip", "203.0.113.7"], "cannot listen at 203.0.113.7"),
    (["--ip", "no such place"], "cannot listen at no such place")])
def test_what_cannot_be_served_is_refused_in_words(capsys, asked, said):
    with pytest.raises(SystemExit):
        command.main(asked)
    assert said in capsys.readouterr().err


@pytest.mark.parametrize("ip", ["127.0.0.1", "localhost", "0.0.0.0", ""])
def test_this_computer_can_listen_at_its_own_addresses(ip):
    assert command.unusable(ip) == ""


def test_a_kernel_without_a_page_ends_and_nothing_but_the_demos_is_served(tmp_path):
    serving = pytest.importorskip("mlp_lib.stage.serving")
    serving.write_notebooks(ENTRIES, tmp_path)
    assert len(list(tmp_path.iterdir())) == len(ENTRIES)
    told = json.loads((tmp_path / "ladder.ipynb").read_text(encoding="utf-8"))
    assert told["metadata"]["title"] == "Ladder of transformations"
    config = serving.settings(tmp_path, ip="127.0.0.1", port=0, token="t")
    culling = config.MappingKernelManager
    assert 0 < culling.cull_interval < culling.cull_idle_timeout <= 120
    assert not culling.cull_connected
    assert config.VoilaConfiguration.strip_sources
    assert config.Voila.token == "t"
