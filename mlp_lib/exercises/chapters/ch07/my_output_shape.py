"""The output shape of a layer with border, stride and dilation, with the learner's own sizes."""

from mlp_lib.exercises.kinds import Misconception, Number


def output_shape(image, kernels, padding, stride, dilation):
    """Shape (F, H', W'); image is (C, H, W), kernels (F, C, h, w), padding (p, q)."""
    (_, H, W), (F, _, h, w), (p, q) = image, kernels, padding
    rows = (H + 2 * p - dilation * (h - 1) - 1) // stride + 1
    columns = (W + 2 * q - dilation * (w - 1) - 1) // stride + 1
    return (F, rows, columns)


def no_dilation(image, kernels, padding, stride, dilation):
    return output_shape(image, kernels, padding, stride, 1)


def dilation_times_size(image, kernels, padding, stride, dilation):
    F, C, h, w = kernels
    return output_shape(image, (F, C, dilation * h, dilation * w), padding, stride, 1)


def holes_too_wide(image, kernels, padding, stride, dilation):
    return output_shape(image, kernels, padding, stride, dilation + 1)


def no_border(image, kernels, padding, stride, dilation):
    return output_shape(image, kernels, (0, 0), stride, dilation)


def border_swapped(image, kernels, padding, stride, dilation):
    return output_shape(image, kernels, padding[::-1], stride, dilation)


def one_border(image, kernels, padding, stride, dilation):
    (C, H, W), (p, q) = image, padding
    return output_shape((C, H - p, W - q), kernels, padding, stride, dilation)


def no_stride(image, kernels, padding, stride, dilation):
    return output_shape(image, kernels, padding, 1, dilation)


def steps_counted(image, kernels, padding, stride, dilation):
    F, rows, columns = output_shape(image, kernels, padding, stride, dilation)
    return (F, rows - 1, columns - 1)


def places_divided(image, kernels, padding, stride, dilation):
    F, rows, columns = output_shape(image, kernels, padding, 1, dilation)
    return (F, rows // stride, columns // stride)


def rounded_up(image, kernels, padding, stride, dilation):
    C, H, W = image
    larger = (C, H + stride - 1, W + stride - 1)
    return output_shape(larger, kernels, padding, stride, dilation)


def not_rounded(image, kernels, padding, stride, dilation):
    F, rows, columns = output_shape(image, kernels, padding, 1, dilation)
    return (F, (rows - 1) / stride + 1, (columns - 1) / stride + 1)


def kernel_swapped(image, kernels, padding, stride, dilation):
    F, C, h, w = kernels
    return output_shape(image, (F, C, w, h), padding, stride, dilation)


def image_swapped(image, kernels, padding, stride, dilation):
    C, H, W = image
    return output_shape((C, W, H), kernels, padding, stride, dilation)


def no_channels(image, kernels, padding, stride, dilation):
    return output_shape(image, kernels, padding, stride, dilation)[1:]


def a_picture_a_pair(image, kernels, padding, stride, dilation):
    F, *rest = output_shape(image, kernels, padding, stride, dilation)
    return (image[0] * F, *rest)


def channels_last(image, kernels, padding, stride, dilation):
    F, rows, columns = output_shape(image, kernels, padding, stride, dilation)
    return (rows, columns, F)


def columns_first(image, kernels, padding, stride, dilation):
    F, rows, columns = output_shape(image, kernels, padding, stride, dilation)
    return (F, columns, rows)


def input_channels(image, kernels, padding, stride, dilation):
    return (image[0], *output_shape(image, kernels, padding, stride, dilation)[1:])


EXERCISE = Number(
    id="07.my_output_shape",
    title="The shape behind a layer",
    section="07 §5",
    points=1,
    prompt=r"""
Count before you compute: most errors with convolutions are errors of shape.

An image of shape `image` $= (C, H, W)$ meets kernels of shape `kernels` $= (F, C, h, w)$. It first gets a border of
zeros: `padding` $= (p, q)$ is $p$ rows above and below, $q$ columns left and right. The kernels have holes. Their
numbers lie `dilation` $= d$ pixels apart, in both directions: $d = 1$ is an ordinary kernel, $d = 2$ leaves one pixel
out between two numbers. From place to place a kernel moves on by `stride` pixels, in both directions.

Which shape has the output? Answer with a tuple of three whole numbers: channels, rows, columns.
""",
    reference=output_shape,
    misconceptions=(
        Misconception(
            "The kernel is taken as if it had no holes. How many pixels are there from its first row to its last?",
            no_dilation),
        Misconception(
            "The kernel is taken as d times its size. After its last number no hole follows: draw three numbers two "
            "pixels apart, and count the pixels they span.", dilation_times_size),
        Misconception(
            "The holes are one pixel too wide. Numbers that lie d apart leave d - 1 pixels out.", holes_too_wide),
        Misconception(
            "The border is forgotten. It makes the image larger before the kernel moves.", no_border),
        Misconception(
            "The border is counted once. It lies on both sides: above and below, left and right.", one_border),
        Misconception(
            "The two numbers of the border have changed places: p belongs to the rows, q to the columns.",
            border_swapped),
        Misconception(
            "The stride is forgotten: the kernel does not stop at every pixel.", no_stride),
        Misconception(
            "These are the steps that the kernel makes. Places are one more: before the first step it stands at one "
            "already.", steps_counted),
        Misconception(
            "The places of stride 1 are divided by the stride and rounded down. But the first of them always counts: "
            "of 7 places, at which does a kernel stop that moves on by 3?", places_divided),
        Misconception(
            "A last step that leaves the image is counted. The kernel must fit: is the division rounded down? And how "
            "many pixels does the kernel cover, if its first and its last are both counted?", rounded_up),
        Misconception(
            "These are no whole numbers: the division by the stride has to be rounded, down. A last step that does not "
            "fit is not made.", not_rounded),
        Misconception(
            "The two sides of the kernel have changed places: h goes with H and p, w with W and q.", kernel_swapped),
        Misconception(
            "The two sides of the image have changed places: H goes with h and p, W with w and q.", image_swapped),
        Misconception(
            "Rows and columns are right. Three numbers were wanted: the channels of the output are missing.",
            no_channels),
        Misconception(
            "Rows and columns are right. Each kernel has a part for every channel of the image, and their results are "
            "added: how many channels are left?", a_picture_a_pair),
        Misconception(
            "Rows and columns are right. The channels of the output are one for each kernel; those of the image are "
            "summed over.", input_channels),
        Misconception(
            "The three numbers are right, but in another order. Channels come first, then rows, then columns.",
            channels_last),
        Misconception(
            "Rows and columns have changed places. In a shape rows come first: H and h give the rows, W and w the "
            "columns.", columns_first),
    ),
    hints=(
        "Do it for the rows alone, then for the columns in the same way. Section 5 has the case without holes.",
        "Find the span of the kernel first: the number of rows from its first number to its last, holes included.",
        "A kernel of $h$ rows has $h-1$ gaps between them, so it spans $d\\,(h-1)+1$ rows. That takes the place of "
        "$h$ in section 5.",
    ),
)
