"""Networks: their functions, the networks, and how they are trained.

A learner's subjects, a module each, in the order in which the book meets them:

activations  sigmoid, relu, softmax and others, each with its derivative
losses       cross_entropy, of one output binary_cross_entropy, hinge, squared_error,
             absolute_error: value and gradient
mlp          MLP: layers ``X @ W + b``, forward, backward
depth        how large the error is, layer by layer
optimizers   SGD and Adam, and rates that change over a training
training     train a network; iterate yields its steps
convolution  correlate, its matrix, its gradients
pooling      max_pool and its gradient
convnet      ConvNet: convolutions, pooling and a softmax
layers       the layers of a stack: Linear, Activation, Gelu, Residual, Beside
normalisation BatchNorm, LayerNorm, RMSNorm
stack        Stack: a network that is a row of layers
deep         DeepNet: many layers, normalised, with connections round them
embedding    sequences: Embedding, Positions, Patches
attention    attend, its gradients, SelfAttention
transformer  Transformer: the next word; PatchTransformer: the class of a picture
adversarial  Duel: a generator and a discriminator, and the losses of both

What a network is made of and no chapter is about stands in ``parts``: files, buffers, the record
of a training. A new subject (attention, say) is a module here; what only makes it run, one there.
"""

from mlp_lib.doors import open_door

__all__, __getattr__, __dir__ = open_door(__name__, {
    "activations": [
        "identity", "sigmoid", "tanh", "relu", "leaky_relu", "elu", "maxout", "softmax",
        "ELEMENTWISE", "Elementwise", "Identity", "Sigmoid", "Tanh", "Relu", "LeakyRelu", "Elu",
        "Maxout", "Softmax"],
    "losses": [
        "cross_entropy", "binary_cross_entropy", "hinge", "squared_error", "absolute_error",
        "LOSSES", "Loss", "CrossEntropy", "BinaryCrossEntropy", "Hinge", "SquaredError",
        "AbsoluteError"],
    "mlp": ["MLP"],
    "parts.mlp_arguments": ["INITIALISATIONS"],
    "depth": ["sizes_by_layer", "sizes_by_block", "delta_factors"],
    "optimizers": ["SGD", "Adam", "cosine", "linear", "Optimizer"],
    "training": ["train", "iterate"],
    "parts.steps": ["NonFiniteLoss"],
    "parts.history": ["History"],
    "parts.blas": ["one_thread"],
    "convolution": ["correlate", "correlate_gradients", "convolution_matrix"],
    "parts.correlation": ["output_size", "pair"],
    "pooling": ["max_pool", "max_pool_gradient"],
    "convnet": ["ConvNet"],
    "parts.layer": ["Chain", "Layer"],
    "layers": ["Linear", "Activation", "Gelu", "Residual", "Beside"],
    "normalisation": ["normalise", "normalise_gradient", "BatchNorm", "LayerNorm", "RMSNorm"],
    "stack": ["Stack"],
    "deep": ["DeepNet"],
    "embedding": ["Embedding", "Positions", "Patches"],
    "attention": ["attend", "attend_gradients", "causal_mask", "SelfAttention"],
    "adversarial": ["Duel", "best_discriminator", "digit_duel", "discriminator_loss",
                    "generator_loss"],
    "transformer": ["Transformer", "PatchTransformer"],
})
