"""Chapter 07, solved from its prompts alone, and what goes wrong in such a solution."""

import numpy as np


def bias(H, c, G):
    on = H + c[:, None, None] > 0
    return (G * on).sum(axis=(0, 2, 3))


def bias_where(H, c, G):
    A = np.maximum(H + c.reshape(1, -1, 1, 1), 0)
    return np.einsum("nfij->f", np.where(A > 0, G, 0))


def bias_loops(H, c, G):
    return np.array([G[:, f][H[:, f] > -c[f]].sum() for f in range(len(c))])


def dilated(X, G, dilation):
    rows, columns = G.shape
    h = (X.shape[0] - rows) // dilation + 1
    w = (X.shape[1] - columns) // dilation + 1
    dK = np.zeros((h, w))
    for a in range(h):
        for b in range(w):
            i, j = a * dilation, b * dilation
            dK[a, b] = np.sum(G * X[i:i + rows, j:j + columns])
    return dK


def dilated_windows(X, G, dilation):
    windows = np.lib.stride_tricks.sliding_window_view(X, G.shape)
    return np.einsum("abij,ij->ab", windows[::dilation, ::dilation], G)


def dilated_pixels(X, G, dilation):
    h, w = ((a - b) // dilation + 1 for a, b in zip(X.shape, G.shape, strict=True))
    dK = np.zeros((h, w))
    for i, j in np.ndindex(G.shape):
        dK += G[i, j] * X[i:i + dilation * h:dilation, j:j + dilation * w:dilation][:h, :w]
    return dK


def averages(G, image_shape, window, stride):
    (h, w), (s, t) = window, stride
    dX = np.zeros(image_shape)
    for i in range(G.shape[0]):
        for j in range(G.shape[1]):
            dX[i * s:i * s + h, j * t:j * t + w] += G[i, j] / (h * w)
    return dX


def averages_offsets(G, image_shape, window, stride):
    dX = np.zeros(image_shape)
    rows, columns = G.shape
    for a in range(window[0]):
        for b in range(window[1]):
            dX[a:a + stride[0] * rows:stride[0], b:b + stride[1] * columns:stride[1]] += G
    return dX / np.prod(window)


def averages_matrices(G, image_shape, window, stride):
    down, right = (
        np.array([[1 / k if i * s <= p < i * s + k else 0 for p in range(size)]
                  for i in range(count)])
        for size, k, s, count in zip(image_shape, window, stride, G.shape, strict=True))
    return down.T @ G @ right


def depthwise(X, K, G, stride):
    dK = np.zeros(K.shape)
    for i in range(G.shape[2]):
        for j in range(G.shape[3]):
            y, x = i * stride, j * stride
            part = X[:, :, y:y + K.shape[1], x:x + K.shape[2]]
            dK += (part * G[:, :, i, j][:, :, None, None]).sum(axis=0)
    return dK


def depthwise_offsets(X, K, G, stride):
    _, h, w = K.shape
    rows, columns = G.shape[2:]
    return np.array([[[np.sum(
        G[:, c] * X[:, c, a:a + stride * rows:stride, b:b + stride * columns:stride])
        for b in range(w)] for a in range(h)] for c in range(len(K))])


def depthwise_windows(X, K, G, stride):
    windows = np.lib.stride_tricks.sliding_window_view(X, K.shape[1:], axis=(2, 3))
    return np.einsum("ncijab,ncij->cab", windows[:, :, ::stride, ::stride], G)


DEPTH_STEP = "y, x = i * stride, j * stride"

ANSWERS = {
    "07.2": ((bias, bias_where, bias_loops), (
        ("mask without the bias", "H + c[:, None, None] > 0", "H > 0"),
        ("mask from G", "H + c[:, None, None] > 0", "G > 0"),
        ("mask the other way", "> 0", "<= 0"),
        ("mask forgotten", "(G * on)", "G"),
        ("mean over everything", ".sum(axis=(0, 2, 3))", ".mean(axis=(0, 2, 3))"),
        ("mean over the batch", ".sum(axis=(0, 2, 3))", ".sum(axis=(0, 2, 3)) / len(G)"),
        ("mean over the pixels", ".sum(axis=(0, 2, 3))", ".sum(axis=0).mean(axis=(1, 2))"),
        ("pixels not summed", "axis=(0, 2, 3)", "axis=0"),
        ("images not summed", "axis=(0, 2, 3)", "axis=(2, 3)"),
        ("channels summed", "axis=(0, 2, 3)", "axis=(0, 1)"),
        ("everything summed", ".sum(axis=(0, 2, 3))", ".sum()"),
        ("value for the mask", "G * on", "G * np.maximum(H + c[:, None, None], 0)"),
        ("G forgotten", "G * on", "1.0 * on"),
        ("times c", ".sum(axis=(0, 2, 3))", ".sum(axis=(0, 2, 3)) * c"),
        ("bias subtracted", "H + c", "H - c"),
        ("mask of the bias alone", "H + c[:, None, None] > 0",
         "np.zeros(H.shape) + c[:, None, None] > 0"),
        ("first image alone", "(G * on).sum(axis=(0, 2, 3))", "(G * on)[0].sum(axis=(1, 2))"),
        ("sign of H", "> 0", "> c[:, None, None]"),
        ("strictly both", "(G * on)", "(np.abs(G) * on)"),
        ("root", ".sum(axis=(0, 2, 3))", ".sum(axis=(0, 2, 3)) / np.sqrt(len(G))"),
        ("sigmoid", "(G * on)", "(G / (1 + np.exp(-(H + c[:, None, None]))))"),
        ("minus", "return (G", "return -(G"),
        ("last image", "(G * on).sum(axis=(0, 2, 3))", "(G * on)[-1].sum(axis=(1, 2))"),
    )),
    "07.4": ((dilated, dilated_windows, dilated_pixels), (
        ("not dilated", "i, j = a * dilation, b * dilation", "i, j = a, b"),
        ("dilated down alone", "b * dilation\n", "b\n"),
        ("dilated right alone", "i, j = a * dilation", "i, j = a"),
        ("size not dilated", "(X.shape[0] - rows) // dilation + 1", "X.shape[0] - rows + 1",
         "(X.shape[1] - columns) // dilation + 1", "X.shape[1] - columns + 1",
         "i, j = a * dilation, b * dilation", "i, j = a, b"),
        ("one too few", "// dilation + 1\n    w", "// dilation\n    w",
         "(X.shape[1] - columns) // dilation + 1", "(X.shape[1] - columns) // dilation"),
        ("turned round", "return dK", "return dK[::-1, ::-1]"),
        ("G turned round", "np.sum(G *", "np.sum(G[::-1, ::-1] *"),
        ("mean", "np.sum(G", "np.mean(G"),
        ("every d-th pixel", "np.sum(G * X[i:i + rows, j:j + columns])",
         "np.sum(G * np.tile(X, (dilation, dilation))[a:a + rows * dilation:dilation,"
         " b:b + columns * dilation:dilation])"),
        ("transposed", "return dK", "return dK.T"),
        ("d - 1 between", "i, j = a * dilation, b * dilation",
         "i, j = a * max(dilation - 1, 1), b * max(dilation - 1, 1)"),
        ("sum of X alone", "np.sum(G * X", "np.sum(X"),
        ("sign", "np.sum(G", "-np.sum(G"),
        ("divided by d squared", "return dK", "return dK / dilation**2"),
        ("from the end", "i, j = a * dilation, b * dilation",
         "i, j = (h - 1 - a) * dilation, (w - 1 - b) * dilation"),
        ("last entry only", "np.sum(G * X[i:i + rows, j:j + columns])",
         "G[-1, -1] * X[i + rows - 1, j + columns - 1]"),
        ("first entry only", "np.sum(G * X[i:i + rows, j:j + columns])", "G[0, 0] * X[i, j]"),
        ("transposed G", "np.sum(G *", "np.sum(G[:, ::-1] *"),
        ("squares", "np.sum(G *", "np.sum(G**2 *"),
    )),
    "07.5": ((averages, averages_offsets, averages_matrices), (
        ("not divided", "G[i, j] / (h * w)", "G[i, j]"),
        ("set, not added", "+= G", "= G"),
        ("strides swapped", "i * s:i * s + h, j * t:j * t + w", "i * t:i * t + h, j * s:j * s + w"),
        ("window swapped", "i * s:i * s + h, j * t:j * t + w", "i * s:i * s + w, j * t:j * t + h"),
        ("divided by the stride's area", "(h * w)", "(s * t)"),
        ("divided by h alone", "(h * w)", "h"),
        ("first pixel alone", "i * s:i * s + h, j * t:j * t + w", "i * s, j * t"),
        ("stride forgotten", "i * s:i * s + h, j * t:j * t + w", "i:i + h, j:j + w"),
        ("window for the stride", "i * s:i * s + h, j * t:j * t + w",
         "i * h:i * h + h, j * w:j * w + w"),
        ("stride for the window", "i * s:i * s + h, j * t:j * t + w",
         "i * s:i * s + s, j * t:j * t + t"),
        ("one stride for both", "j * t:j * t + w", "j * s:j * s + w"),
        ("averaged where they overlap", "    return dX", "    n = np.zeros(image_shape)\n"
         "    for i in range(G.shape[0]):\n        for j in range(G.shape[1]):\n"
         "            n[i * s:i * s + h, j * t:j * t + w] += 1\n    return dX / np.maximum(n, 1)"),
        ("divided by the number of averages", "(h * w)", "G.size"),
        ("divided by the pixels", "(h * w)", "dX.size"),
        ("times the area", "/ (h * w)", "* (h * w)"),
        ("all by the first average", "G[i, j]", "G[0, 0]"),
        ("h+w", "(h * w)", "(h + w)"),
        ("one pixel late", "i * s:i * s + h, j * t:j * t + w",
         "i * s + 1:i * s + 1 + h, j * t + 1:j * t + 1 + w"),
        ("one short", "i * s:i * s + h, j * t:j * t + w",
         "i * s:i * s + h - 1, j * t:j * t + w - 1"),
        ("last row window", "G[i, j]", "G[-1 - i, -1 - j]"),
        ("sign", "+= G", "-= G"),
        ("w alone", "(h * w)", "w"),
        ("square root", "(h * w)", "np.sqrt(h * w)"),
    )),
    "07.6": ((depthwise, depthwise_offsets, depthwise_windows), (
        ("stride forgotten", DEPTH_STEP, "y, x = i, j"),
        ("stride down alone", DEPTH_STEP, "y, x = i * stride, j"),
        ("stride right alone", DEPTH_STEP, "y, x = i, j * stride"),
        ("mean over the images", ".sum(axis=0)", ".mean(axis=0)"),
        ("first image alone", ".sum(axis=0)", "[0]"),
        ("channels meet", "(part * G[:, :, i, j][:, :, None, None])",
         "(part * G[:, :, i, j].sum(axis=1)[:, None, None, None])"),
        ("channels of X meet", "(part * G", "(part.sum(axis=1, keepdims=True) * G"),
        ("set, not added", "dK += ", "dK = "),
        ("turned round", "return dK", "return dK[:, ::-1, ::-1]"),
        ("times K", "return dK", "return dK * K"),
        ("G forgotten", "(part * G[:, :, i, j][:, :, None, None])", "part"),
        ("mean over the pixels", "return dK", "return dK / (G.shape[2] * G.shape[3])"),
        ("last channel for all", "G[:, :, i, j]", "G[:, -1:, i, j]"),
        ("kernel transposed", "X[:, :, y:y + K.shape[1], x:x + K.shape[2]]",
         "X.transpose(0, 1, 3, 2)[:, :, x:x + K.shape[1], y:y + K.shape[2]]"),
        ("counted from the end", DEPTH_STEP,
         "y, x = (X.shape[2] - K.shape[1] - (G.shape[2] - 1 - i) * stride,\n"
         "                    X.shape[3] - K.shape[2] - (G.shape[3] - 1 - j) * stride)"),
        ("axes of 1 dropped", "return dK", "return dK.squeeze()"),
        ("N and pixels", "return dK", "return dK / G[:, 0].size"),
        ("G turned", "G[:, :, i, j]", "G[:, :, -1 - i, -1 - j]"),
        ("sign", "dK += ", "dK -= "),
        ("first channel of X", "(part * G", "(part[:, :1] * G"),
    )),
}
