"""Numbers for chapter 07."""

# Sides of an image, of a kernel, and their border, by (stride, dilation). Any of the first row
# goes with any of the second: a test goes through all pairs and requires that each mistake of
# the exercise gives a shape of its own. There are more kernels than rows or columns in any
# output, and never as many rows as columns, so that no tuple in the wrong order is right.
SIDES = {
    (3, 2): (((30, 7, 5), (40, 6, 5), (51, 6, 4), (51, 7, 5), (62, 7, 4), (64, 6, 5)),
             ((37, 3, 1), (43, 4, 1), (46, 3, 3), (55, 3, 1), (58, 4, 1), (59, 4, 2))),
    (2, 4): (((28, 4, 4), (34, 4, 5), (36, 3, 5), (38, 3, 5), (50, 4, 5), (54, 4, 5), (56, 4, 4)),
             ((29, 7, 3), (31, 7, 3), (41, 6, 2), (45, 6, 2), (47, 6, 3), (51, 7, 3), (53, 7, 3))),
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
