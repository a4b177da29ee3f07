"""Numbers for chapter 07."""

# Sides of an image, of a kernel, and their border, by (stride, dilation). Any of the first row
# goes with any of the second: a test goes through all pairs and requires that each mistake of
# the exercise gives a shape of its own. There are more kernels than rows or columns in any
# output, and never as many rows as columns, so that no tuple in the wrong order is right.
SIDES = {
    (3, 2): (((31, 3, 1), (35, 4, 2), (44, 5, 4), (52, 3, 3), (56, 4, 2), (61, 3, 4), (67, 5, 3)),
             ((37, 5, 4), (40, 5, 4), (53, 4, 4), (55, 5, 4), (59, 4, 4))),
    (2, 4): (((30, 4, 1), (46, 4, 1), (60, 4, 1), (66, 5, 1)),
             ((29, 3, 2), (31, 4, 1), (33, 5, 2), (39, 5, 3), (41, 5, 1), (43, 3, 4), (59, 4, 3))),
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
