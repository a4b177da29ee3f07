"""Numbers for chapter 07."""

# Sides of an image, of a kernel, and their border, by (stride, dilation). Any of the first row
# goes with any of the second: a test goes through all pairs and requires that each mistake of
# the exercise gives a shape of its own. A kernel that is taken one pixel too short gives what a
# division that is rounded up gives: one sentence serves both. There are more kernels than rows
# or columns in any output, and never as many rows as columns, so that no tuple in the wrong
# order is right.
SIDES = {
    (3, 5): (((35, 4, 4), (42, 3, 4), (45, 3, 4), (52, 5, 4), (54, 4, 5), (55, 3, 5), (65, 5, 5)),
             ((37, 7, 1), (38, 7, 2), (40, 7, 1), (44, 7, 2), (53, 7, 2), (59, 7, 2), (61, 7, 1))),
    (2, 4): (((37, 7, 2), (39, 7, 1), (45, 6, 3), (47, 6, 2), (51, 6, 2), (53, 7, 3), (55, 7, 1)),
             ((28, 3, 4), (44, 3, 5), (52, 3, 5), (54, 4, 5), (56, 4, 4), (58, 4, 5), (62, 4, 5))),
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
