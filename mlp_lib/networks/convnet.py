"""A small convolutional network: stages of convolution, pooling, bias and ReLU, then scores.

It has what `training.iterate` asks of a model, so `training.train` serves it and
`network.MLP` alike.
"""

import math
from itertools import chain, pairwise

import numpy as np

from mlp_lib.arrays import generator
from mlp_lib.networks.parts.arguments import whole, wholes
from mlp_lib.networks.parts.blas import matmul, one_for_small
from mlp_lib.networks.parts.conv_stages import Buffers
from mlp_lib.networks.parts.correlation import output_size
from mlp_lib.networks.parts.mlp_arguments import checked_dtype, default_loss
from mlp_lib.networks.parts.parameters import Parameter
from mlp_lib.networks.parts.predictor import Predictor, first_non_finite

_IMAGES_AT_ONCE = 512  # images a prediction works on, so that its memory is bounded


class ConvNet(Predictor):
    """Stages ``A = relu(max_pool(K * A) + c)``, where ``*`` slides; then ``flat(A) @ W + b``.

    A constant added to all four numbers of a block does not change which is the largest,
    and ReLU keeps their order. So bias and ReLU come after the pooling here: the same
    result for a quarter of the work.

    Parameters
    ----------
    image_shape : (C, H, W)
        Channels and size of an image. As inputs, images are rows of ``C H W`` numbers.
    filters : sequence of int
        Output channels of each stage; one stage or more.
    kernel : int
        Rows and columns of every kernel.
    n_classes : int
        Number of scores. With one the network says yes (1) or no (0), and its loss is the
        binary cross-entropy.
    rng : int or numpy.random.Generator
        Seed of the weights. They are normal, with a variance of 2 / n_in in the stages
        and 1 / n_in in the last layer; biases are 0.
    dtype : {numpy.float32, numpy.float64}
        Precision of the weights, and so of all that is computed.

    Attributes
    ----------
    K, c : lists of ndarrays (F, C, h, w) and (F, 1, 1)
        Kernels and biases of the stages: views of ``theta``. What is assigned (``K[0] = ...``,
        ``W = ...``) is copied into them.
    W, b : ndarrays (n_in, n_classes) and (n_classes,)
        The layer that gives the scores: views of ``theta``, too.
    theta : (P,) ndarray
        All parameters in one row: ``K[0], c[0], K[1], ..., W, b``; assigned likewise.
    images : list of tuples
        Shape (C, H, W) of the input and of what each stage puts out.

    Raises
    ------
    ValueError
        If the image becomes too small for a kernel or a block of the pooling, or the
        precision is another one.
    TypeError
        If a size is no whole number.
    """

    kind, view_names = "ConvNet", ("K", "c", "W", "b")
    K, c, W, b = Parameter(), Parameter(), Parameter(), Parameter()

    def __init__(self, image_shape=(1, 28, 28), filters=(8, 16), kernel=3, n_classes=10, *,
                 rng=0, dtype=np.float32):
        self.dtype, self.n_outputs = checked_dtype(dtype), whole(n_classes, "n_classes")
        self.loss_function = default_loss(self.n_outputs)
        self.images = _images(image_shape, filters, kernel)
        self._shapes = _parameter_shapes(self.images, kernel, self.n_outputs)
        self.kernels = self._shapes[:-2:2]
        self.lay_out(np.zeros(sum(map(math.prod, self._shapes)), self.dtype))
        rng = generator(rng)
        for K in self.K:
            K[:] = rng.standard_normal(K.shape) * np.sqrt(2 / K[0].size)
        self.W[:] = rng.standard_normal(self.W.shape) * np.sqrt(1 / len(self.W))

    @staticmethod
    def n_parameters(image_shape, filters, kernel, n_classes):
        """How many numbers ``theta`` holds for such a network: P."""
        images = _images(image_shape, filters, kernel)
        return sum(map(math.prod, _parameter_shapes(images, kernel, n_classes)))

    @property
    def sizes(self):
        """How many numbers an image is at the input, after each stage, and as scores."""
        return (*(math.prod(image) for image in self.images), self.n_outputs)

    def views(self, flat):
        """Kernels, biases, and the two of the last layer, as views of a row of P numbers."""
        parts, start = [], 0
        for shape in self._shapes:
            parts.append(flat[start : start + math.prod(shape)].reshape(shape))
            start += parts[-1].size
        return parts[:-2:2], parts[1:-2:2], *parts[-2:]

    def predict_scores(self, X):
        """Scores of the images in the rows of ``X`` (N, C H W): (N, n_classes)."""
        X = self.check_inputs(X)
        blocks = [X[i : i + _IMAGES_AT_ONCE] for i in range(0, len(X), _IMAGES_AT_ONCE)]
        work = {n: self.buffers(n) for n in {len(block) for block in blocks}}
        with one_for_small:
            return np.concatenate([self.forward(x, work[len(x)]).copy() for x in blocks])

    def gradient(self, X, Y):
        """Loss over the rows of ``X``, and its gradient in ``theta``: a float and (P,)."""
        X = self.check_inputs(X)
        Y = self.loss_function.check((len(X), self.n_outputs), Y, self.dtype)
        work = self.buffers(len(X))
        with one_for_small:
            return self.forward_backward(X, Y, work), work.grad

    def forward(self, X, work):
        """Scores, ``work.outputs``, of the rows of ``X``, which is not checked."""
        A = X.reshape(len(X), *self.images[0])
        for stage, K, c in zip(work.stages, self.K, self.c):
            A = stage.forward(A, K, c)
        matmul(A.reshape(len(A), -1), self.W, out=work.outputs)
        work.outputs += self.b
        return work.outputs

    def forward_backward(self, X, Y, work, scale=1.0):
        """Loss; ``scale`` times its gradient is in ``work.grad``."""
        loss, d = self.loss_function.value_and_gradient(self.forward(X, work), Y, work.d, scale)
        A = work.stages[-1].A
        matmul(A.reshape(len(A), -1).T, d, out=work.dW)
        np.add.reduce(d, out=work.db)
        dA = matmul(self.W, d.T).T.reshape(A.shape)
        for number in reversed(range(len(self.K))):
            stage = work.stages[number]
            stage.backward(dA, work.dK[number], work.dc[number])
            if number:
                dA = stage.place.gradient_X(self.K[number], stage.dH)
        return loss

    def first_non_finite(self, X):
        """Words for the first stage whose weights or values are not finite."""
        work = self.buffers(len(X))
        self.forward(X, work)
        values = [*(stage.A for stage in work.stages), work.outputs]
        return first_non_finite(zip([*self.K, self.W], [*self.c, self.b], values))

    def buffers(self, n_rows):
        """Arrays for the passes over batches of ``n_rows`` images."""
        return Buffers(self, n_rows)

    def __repr__(self):
        sizes = "-".join("x".join(map(str, image)) for image in self.images)
        return f"<ConvNet {sizes}-{self.n_outputs}, {self.theta.size} parameters, {self.dtype}>"


def _images(image_shape, filters, kernel):
    """Shape (C, H, W) of the input and after each stage."""
    images = [wholes(image_shape, "image_shape", (1, 28, 28))]
    if len(images[0]) != 3:
        raise ValueError(f"image_shape needs three numbers (C, H, W); got {images[0]}")
    kernel = whole(kernel, "kernel, its rows and columns alike,")
    for f in wholes(filters, "filters", (8, 16)):
        rows, columns = output_size(images[-1][1:], (kernel, kernel))
        images.append((f, rows // 2, columns // 2))
    if len(images) < 2 or min(map(min, images)) < 1:
        raise ValueError(
            f"need one stage or more, and an image that lasts through them; got filters "
            f"{tuple(filters)}, kernel {kernel}, images {images}"
        )
    return images


def _parameter_shapes(images, kernel, n_classes):
    """Shapes of ``K[0], c[0], K[1], ..., W, b``."""
    stages = [((f, c, kernel, kernel), (f, 1, 1)) for (c, _, _), (f, _, _) in pairwise(images)]
    return [*chain.from_iterable(stages), (math.prod(images[-1]), n_classes), (n_classes,)]
