"""Drawings of networks: circles and lines, computation graphs."""

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.colors import to_rgba

from mlp_lib.plotting import CYCLE, show_flow, show_graph, show_layers, show_unit_lines


@pytest.fixture(autouse=True)
def _no_figure_stays():
    yield
    plt.close("all")


def test_a_circle_a_unit_and_a_line_a_weight():
    ax = show_layers((5, 4, 3), ("in", "hidden", "out"))
    assert [len(circles.get_offsets()) for circles in ax.collections] == [5, 4, 3]
    assert len(ax.lines) == 5 * 4 + 4 * 3
    assert [text.get_text() for text in ax.texts] == ["in", "hidden", "out"]


def test_a_graph_says_what_goes_forward_what_comes_back_and_what_enters():
    ax = show_graph(["x", "s", "L"], ["Wx", "f"], ["W^T", "f'"], {1: ("W", "gx^T")})
    said = [text.get_text() for text in ax.texts if text.get_text()]
    assert said == ["$x$", "$s$", "$L$", "$Wx$", "$W^T$", "$f$", "$f'$", "$W$", "$gx^T$"]
    places = {text.get_text(): text.get_position() for text in ax.texts}
    assert places["$Wx$"][1] > places["$x$"][1] > places["$W^T$"][1]
    assert places["$W$"][0] == places["$s$"][0]
    ax.figure.canvas.draw()  # every name is TeX that can be set


def test_into_what_enters_a_node_an_arrow_goes_back():
    ax = show_graph(["x", "s", "L"], ["Wx", "f"], ["W^T", "f'"], {1: ("W", "gx^T")})
    plain = show_graph(["x", "s", "L"], ["Wx", "f"], ["W^T", "f'"])
    arrows = [text for text in ax.texts if text.get_text() == ""]
    assert len(arrows) == sum(text.get_text() == "" for text in plain.texts) + 2
    into, back = arrows[-2:]
    assert into.xy[1] < into.get_position()[1]
    assert back.xy[1] > back.get_position()[1]
    colours = {text.get_text(): text.get_color() for text in ax.texts if text.get_text()}
    for arrow, label in ((into, "$W$"), (back, "$gx^T$")):
        assert to_rgba(colours[label]) == arrow.arrow_patch.get_edgecolor()


def test_lines_of_units_leave_the_limits_as_they_are():
    ax = plt.subplots()[1]
    ax.set(xlim=(-1, 2), ylim=(0, 3))
    show_unit_lines(np.eye(2), np.array([-1.0, 40.0]), ax=ax)
    ax.figure.canvas.draw()
    assert (ax.get_xlim(), ax.get_ylim()) == ((-1, 2), (0, 3))
    first, second = ax.collections[0].get_segments()
    assert (set(first[:, 0]), set(second[:, 1])) == ({1.0}, {-40.0})


def flow(**options):
    nodes = {"X": ((0, 0), "T × n", "G+H"), "Y": ((1, 0), "T × d", "GW^T"), "Z": ((2, 1), "T", "G")}
    return show_flow(nodes, [("X", "Y", "W"), ("Y", "Z", "f")], **options)


def test_a_flow_has_for_each_node_its_shape_and_its_slope_below_it():
    ax = flow(around=[("X", "Z", 0.2)])
    places = {text.get_text(): text.get_position() for text in ax.texts if text.get_text()}
    for name, shape, slope in (("$X$", "T × n", "$G+H$"), ("$Y$", "T × d", "$GW^T$")):
        assert places[name][1] > places[shape][1] > places[slope][1]
        assert places[name][0] == places[shape][0] == places[slope][0]
    ax.figure.canvas.draw()  # every name is TeX that can be set


def test_every_way_of_a_flow_leads_there_and_back():
    arrows = [text for text in flow(around=[("X", "Z", 0.2)]).texts if hasattr(text, "arrow_patch")]
    assert len(arrows) == 2 * 3
    for there, back in zip(arrows[::2], arrows[1::2]):
        assert there.xy[0] > there.get_position()[0]
        assert back.xy[0] < back.get_position()[0]
        assert there.arrow_patch.get_edgecolor() == to_rgba(CYCLE[0])
        assert back.arrow_patch.get_edgecolor() == to_rgba(CYCLE[1])


def test_a_flow_to_a_node_that_is_not_there_is_refused():
    with pytest.raises(ValueError, match=r"arrows lead to \['H'\]; nodes are \['X', 'Y', 'Z'\]"):
        flow(around=[("X", "H", 0.2)])
