"""Figures of the workbook: one function a figure, which takes and returns ``ax``.

Nothing here shows or saves. ``described`` turns a finished figure into a picture
with alt text, as the last line of a cell. Colours are told apart by the colour-blind
and in grey print: `CYCLE` is the palette of Okabe and Ito, maps are cividis, and
red-blue diverging only where a sign has to be seen.

base      palette, axes, alt text
curves    curves and secants
pictures  images, photographs, matches between two
plane     points, lines, regions and maps of the plane
tables    matrices, tensors, a confusion table
tangents  a map or a height beside what its derivatives at a point make of it
networks  layers as circles and lines, graphs
"""

from mlp_lib.plotting.base import CYCLE, DPI, SIGNED, axes_or_new, described
from mlp_lib.plotting.curves import show_curves, show_densities, show_secants
from mlp_lib.plotting.networks import show_flow, show_graph, show_layers
from mlp_lib.plotting.pictures import (
    show_image,
    show_images,
    show_matches,
    show_photograph,
    side_by_side,
    tile,
)
from mlp_lib.plotting.plane import (
    show_arrows,
    show_circle_map,
    show_gaussian,
    show_landscape,
    show_lines,
    show_paths,
    show_plane_map,
    show_points,
    show_regions,
    show_unit_lines,
    unit_lines,
)
from mlp_lib.plotting.tables import (
    show_blocks,
    show_confusion,
    show_labels,
    show_matrices,
    show_tensor,
)
from mlp_lib.plotting.tangents import show_bowl, show_normalised_column, show_tangent_grid

__all__ = [
    "CYCLE",
    "DPI",
    "SIGNED",
    "axes_or_new",
    "described",
    "show_arrows",
    "show_blocks",
    "show_bowl",
    "show_circle_map",
    "show_confusion",
    "show_curves",
    "show_densities",
    "show_flow",
    "show_gaussian",
    "show_graph",
    "show_image",
    "show_images",
    "show_labels",
    "show_landscape",
    "show_layers",
    "show_lines",
    "show_matches",
    "show_matrices",
    "show_normalised_column",
    "show_paths",
    "show_photograph",
    "show_plane_map",
    "show_points",
    "show_regions",
    "show_secants",
    "show_tangent_grid",
    "show_tensor",
    "show_unit_lines",
    "side_by_side",
    "tile",
    "unit_lines",
]
