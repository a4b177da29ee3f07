"""Numbers for chapter 07."""

# Sides of an image, of a kernel, and their border, by (stride, dilation). Any of the first row
# goes with any of the second: a test goes through all pairs and requires that each mistake of
# the exercise gives a shape of its own. A kernel that is taken one pixel too short gives what a
# division that is rounded up gives: one sentence serves both. There are more kernels than rows
# or columns in any output, and never as many rows as columns, so that no tuple in the wrong
# order is right.
SIDES = {
    (3, 5): (((54, 7, 6), (60, 7, 6), (61, 3, 6), (64, 3, 6)),
             ((34, 6, 2), (35, 5, 2), (36, 5, 3), (39, 5, 3), (39, 6, 1), (42, 6, 1))),
    (2, 4): (((48, 4, 4), (52, 3, 4), (52, 3, 6), (60, 4, 4), (60, 5, 6), (62, 4, 4), (64, 4, 4)),
             ((29, 6, 3), (31, 6, 2), (33, 7, 3), (35, 6, 1), (39, 7, 1), (41, 7, 5), (45, 6, 2))),
    (2, 5): (((55, 3, 5), (57, 7, 4), (57, 7, 5), (59, 7, 4), (59, 7, 5), (65, 7, 4), (65, 7, 5)),
             ((28, 5, 2), (30, 5, 3), (32, 5, 1), (34, 5, 2), (38, 5, 2), (40, 5, 6), (44, 5, 3))),
}


def my_output_shape(rng):
    """An image (C, H, W), kernels (F, C, h, w), a border (p, q), a stride and a dilation."""
    stride, dilation = list(SIDES)[rng.integers(len(SIDES))]
    rows, columns = SIDES[stride, dilation]
    (H, h, p), (W, w, q) = rows[rng.integers(len(rows))], columns[rng.integers(len(columns))]
    C, F = int(rng.integers(2, 7)), int(rng.integers(32, 65))
    return {"image": (C, H, W), "kernels": (F, C, h, w), "padding": (p, q), "stride": stride,
            "dilation": dilation}


GIVENS = {"07.my_output_shape": my_output_shape}
