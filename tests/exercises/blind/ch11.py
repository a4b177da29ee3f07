"""Chapter 11, solved from its prompts alone, and what goes wrong in such a solution."""

import numpy as np

from mlp_lib.networks import softmax


def tied(E, A, words, targets):
    X = E[words]
    Z = X @ A
    S = Z @ E.T
    P = np.exp(S - S.max(axis=2, keepdims=True))
    P = P / P.sum(axis=2, keepdims=True)
    Y = np.eye(len(E))[targets]
    mask = targets != 0
    G = (P - Y) * mask[:, :, None]
    G = G / mask.sum()
    dE = np.einsum("ntw,ntd->wd", G, Z)
    dX = G @ E @ A.T
    np.add.at(dE, words, dX)
    return dE


def tied_one_hot(E, A, words, targets):
    one_hot, Y = (np.eye(len(E))[a.ravel()] for a in (words, targets))
    c = (targets.ravel() != 0) / np.sum(targets != 0)
    G = c[:, None] * (softmax(one_hot @ E @ A @ E.T) - Y)
    return G.T @ (one_hot @ E @ A) + one_hot.T @ (G @ E @ A.T)


def tied_loops(E, A, words, targets):
    dE, count = np.zeros(E.shape), 0
    for w, y in zip(words.ravel(), targets.ravel(), strict=True):
        if y:
            count += 1
            z = E[w] @ A
            g = softmax(E @ z)
            g[y] -= 1
            dE += np.outer(g, z)
            dE[w] += A @ (E.T @ g)
    return dE / count


def capped(Q, K, V, G, c):
    d = Q.shape[1]
    A = Q @ K.T / np.sqrt(d)
    B = c * np.tanh(A / c)
    seen = np.tril(np.ones(B.shape)) > 0
    B = np.where(seen, B, -np.inf)
    P = np.exp(B - B.max(axis=1, keepdims=True))
    P = P / P.sum(axis=1, keepdims=True)
    dP = G @ V.T
    r = (P * dP).sum(axis=1, keepdims=True)
    dB = P * (dP - r)
    dA = dB * (1 - np.tanh(A / c) ** 2)
    dQ = dA @ K / np.sqrt(d)
    dK = dA.T @ Q / np.sqrt(d)
    return dQ, dK


def capped_jacobians(Q, K, V, G, c):
    T, d = Q.shape
    dA = np.zeros((T, T))
    for i in range(T):
        a = K[:i + 1] @ Q[i] / d**0.5
        p = softmax(c * np.tanh(a / c))
        J = np.diag(p) - np.outer(p, p)
        dA[i, :i + 1] = (J @ (V[:i + 1] @ G[i])) / np.cosh(np.minimum(np.abs(a / c), 300)) ** 2
    return dA @ K / d**0.5, dA.T @ Q / d**0.5


def capped_added(Q, K, V, G, c):
    T, d = Q.shape
    t = np.tanh(np.einsum("id,jd->ij", Q, K) / (c * np.sqrt(d)))
    P = softmax(c * t + np.triu(np.full((T, T), -np.inf), 1))
    H = P @ V
    dB = P * (G @ V.T - (G * H).sum(axis=1)[:, None])
    dA = dB * (1 - t) * (1 + t) / np.sqrt(d)
    return [np.einsum("ij,jd->id", dA, K), np.einsum("ij,id->jd", dA, Q)]


def branches(X, P, A, B, C, G, eps):
    mu = X.mean(axis=1, keepdims=True)
    r = np.sqrt(((X - mu) ** 2).mean(axis=1, keepdims=True) + eps)
    Z = (X - mu) / r
    U = Z @ B
    R = np.maximum(U, 0)
    dU = (G @ C.T) * 2 * R
    dZ = P.T @ G @ A.T
    dZ = dZ + dU @ B.T
    m1 = dZ.mean(axis=1, keepdims=True)
    m2 = (dZ * Z).mean(axis=1, keepdims=True)
    dX = (dZ - m1 - Z * m2) / r
    return G + dX


def branches_jacobians(X, P, A, B, C, G, eps):
    n = X.shape[1]
    centre = np.eye(n) - 1 / n
    Z, Js = [], []
    for x in X:
        u = centre @ x
        r = np.sqrt(u @ u / n + eps)
        Z.append(u / r)
        Js.append(centre @ (np.eye(n) / r - np.outer(u, u) / (n * r**3)))
    U = np.array(Z) @ B
    dZ = P.T @ (G @ A.T) + np.where(U > 0, 2 * U, 0) * (G @ C.T) @ B.T
    return np.array([g + J @ dz for g, J, dz in zip(G, Js, dZ, strict=True)])


def branches_steps(X, P, A, B, C, G, eps):
    n = X.shape[1]
    centred = X - X.sum(axis=1)[:, None] / n
    variance = (centred**2).sum(axis=1)[:, None] / n + eps
    inverse = variance**-0.5
    dZ = np.einsum("ij,ik,lk->jl", P, G, A)
    dZ += ((G @ C.T) * (2 * np.clip(centred * inverse @ B, 0, None))) @ B.T
    dvariance = (dZ * centred).sum(axis=1)[:, None] * -0.5 * variance**-1.5
    dcentred = dZ * inverse + 2 * centred * dvariance / n
    return G + dcentred - dcentred.sum(axis=1)[:, None] / n


def shared(X, WQ, WK, WV, G, heads):
    T = X.shape[1]
    d, m = WK.shape[1], WV.shape[1]
    dWQ, dWK, dWV = np.zeros(WQ.shape), np.zeros(WK.shape), np.zeros(WV.shape)
    mask = np.triu(np.full((T, T), -np.inf), 1)
    for x, g in zip(X, G, strict=True):
        Q, K, V = x @ WQ, x @ WK, x @ WV
        for a in range(heads):
            q, ga = Q[:, a * d:(a + 1) * d], g[:, a * m:(a + 1) * m]
            P = softmax(q @ K.T / np.sqrt(d) + mask)
            dP = ga @ V.T
            dS = P * (dP - (P * dP).sum(axis=1, keepdims=True))
            dQ = dS @ K / np.sqrt(d)
            dK = dS.T @ q / np.sqrt(d)
            dV = P.T @ ga
            dWQ[:, a * d:(a + 1) * d] += x.T @ dQ
            dWK += x.T @ dK
            dWV += x.T @ dV
    return dWQ, dWK, dWV


def shared_at_once(X, WQ, WK, WV, G, heads):
    N, T, n = X.shape
    Q = (X @ WQ).reshape(N, T, heads, -1)
    g = G.reshape(N, T, heads, -1)
    K, V = X @ WK, X @ WV
    A = np.einsum("niad,njd->naij", Q, K) / np.sqrt(K.shape[2])
    P = softmax(np.where(np.tri(T) > 0, A, -1e300))
    dP = np.einsum("niam,njm->naij", g, V)
    dA = P * (dP - np.einsum("naij,naij->nai", P, dP)[..., None]) / np.sqrt(K.shape[2])
    dQ = np.einsum("naij,njd->niad", dA, K)
    dK = np.einsum("naij,niad->njd", dA, Q)
    dV = np.einsum("naij,niam->njm", P, g)
    rows = X.reshape(N * T, n)
    return [rows.T @ part.reshape(N * T, -1) for part in (dQ, dK, dV)]


def shared_repeated(X, WQ, WK, WV, G, heads):
    """Every head gets a copy of K and V; the copies' gradients are added."""
    T, d = X.shape[1], WK.shape[1]
    q, g = (np.stack(np.split(A, heads, axis=2), 1) for A in (X @ WQ, G))
    k, v = (np.repeat((X @ W)[:, None], heads, axis=1) for W in (WK, WV))
    S = q @ k.transpose(0, 1, 3, 2) / d**0.5
    S[..., ~np.tri(T, dtype=bool)] = -np.inf
    P = softmax(S)
    dP = g @ v.transpose(0, 1, 3, 2)
    dS = P * dP - P * (P * dP).sum(axis=-1, keepdims=True)
    dq = np.concatenate(list((dS @ k / d**0.5).swapaxes(0, 1)), axis=2)
    dk = (dS.transpose(0, 1, 3, 2) @ q / d**0.5).sum(axis=1)
    dv = (P.transpose(0, 1, 3, 2) @ g).sum(axis=1)
    return tuple((X.transpose(0, 2, 1) @ part).sum(axis=0) for part in (dq, dk, dv))


ANSWERS = {
    "11.1": ((tied, tied_one_hot, tied_loops), (
        ("assigned by index", "np.add.at(dE, words, dX)", "dE[words] += dX"),
        ("overwritten", "np.add.at(dE, words, dX)", "dE[words] = dX"),
        ("read alone", 'np.einsum("ntw,ntd->wd", G, Z)', "np.zeros(E.shape)"),
        ("scored alone", "    np.add.at(dE, words, dX)\n", ""),
        ("padding counted", "mask = targets != 0", "mask = np.ones(targets.shape)"),
        ("padding in the number", "mask.sum()", "mask.size"),
        ("over the sequences", "mask.sum()", "len(words)"),
        ("over the places of one", "mask.sum()", "words.shape[1]"),
        ("not divided", "G / mask.sum()", "G"),
        ("mean of means", "G / mask.sum()",
         "G / np.maximum(mask.sum(axis=1), 1)[:, None, None] / mask.any(axis=1).sum()"),
        ("mask by the words", "mask = targets != 0", "mask = words != 0"),
        ("mask forgotten in the sum", " * mask[:, :, None]", ""),
        ("A forgotten back", "E @ A.T", "E"),
        ("A not transposed", "E @ A.T", "E @ A"),
        ("X for Z", 'G, Z)', "G, X)"),
        ("softmax over places", "P.sum(axis=2, keepdims=True)", "P.sum(axis=1, keepdims=True)",
         "S.max(axis=2, keepdims=True)", "S.max(axis=1, keepdims=True)"),
        ("softmax over everything", "P.sum(axis=2, keepdims=True)", "P.sum()"),
        ("no maximum", "S - S.max(axis=2, keepdims=True)", "S"),
        ("one maximum", "S.max(axis=2, keepdims=True)", "S.max()"),
        ("sign", "(P - Y)", "(Y - P)"),
        ("row of padding zero", "    return dE", "    dE[0] = 0\n    return dE"),
        ("to the targets", "at(dE, words, dX)", "at(dE, targets, dX)"),
        ("mean of a word", "    np.add.at(dE, words, dX)\n",
         "    O = np.eye(len(E))[words.ravel()]\n"
         "    dE += O.T @ dX.reshape(len(O), -1) / np.maximum(O.sum(axis=0), 1)[:, None]\n"),
        ("softmax's slope too", "(P - Y)", "(P - Y) * P * (1 - P)"),
        ("twice the reading", "    return dE", "    np.add.at(dE, words, dX)\n    return dE"),
        ("slope masked in the reading alone", "G = (P - Y) * mask[:, :, None]", "G = P - Y",
         "dX = G @", "dX = (G * mask[:, :, None]) @"),
    )),
    "11.2": ((capped, capped_jacobians, capped_added), (
        ("entry by entry", "P * (dP - r)", "P * dP"),
        ("diagonal alone", "P * (dP - r)", "P * (1 - P) * dP"),
        ("softmax skipped", "P * (dP - r)", "dP"),
        ("sums of columns", "(P * dP).sum(axis=1, keepdims=True)", "(P * dP).sum(axis=0)"),
        ("sum of everything", "(P * dP).sum(axis=1, keepdims=True)", "(P * dP).sum()"),
        ("mask afterwards", "    B = np.where(seen, B, -np.inf)\n", "",
         "P = P / P.sum(axis=1, keepdims=True)", "P = seen * P / P.sum(axis=1, keepdims=True)"),
        ("no mask", "    B = np.where(seen, B, -np.inf)\n", ""),
        ("mask turned", "np.tril(", "np.triu("),
        ("mask of zeros", "B, -np.inf", "B, 0"),
        ("strictly before", "np.tril(np.ones(B.shape))", "np.tril(np.ones(B.shape), -1)"),
        ("mask before the cap", "B = c * np.tanh(A / c)",
         "B = c * np.tanh(np.where(np.tri(len(Q)), A, -np.inf) / c)",
         "    B = np.where(seen, B, -np.inf)\n", "",
         "(1 - np.tanh(A / c) ** 2)", "(1 - np.tanh(A / c) ** 2) * seen"),
        ("slope of the cap forgotten", " * (1 - np.tanh(A / c) ** 2)", ""),
        ("square of B", "np.tanh(A / c) ** 2", "np.where(seen, B, 0) ** 2"),
        ("tanh at A", "np.tanh(A / c) ** 2", "np.tanh(A) ** 2"),
        ("over c", "(1 - np.tanh(A / c) ** 2)", "(1 - np.tanh(A / c) ** 2) / c"),
        ("times c", "(1 - np.tanh(A / c) ** 2)", "(1 - np.tanh(A / c) ** 2) * c"),
        ("cap without c", "B = c * np.tanh", "B = np.tanh"),
        ("no scale back", "dA @ K / np.sqrt(d)", "dA @ K", "dA.T @ Q / np.sqrt(d)", "dA.T @ Q"),
        ("over d", "A = Q @ K.T / np.sqrt(d)", "A = Q @ K.T / d", "dA @ K / np.sqrt(d)",
         "dA @ K / d", "dA.T @ Q / np.sqrt(d)", "dA.T @ Q / d"),
        ("no scale forward", "A = Q @ K.T / np.sqrt(d)", "A = Q @ K.T"),
        ("roles", "dA @ K / np", "dA.T @ K / np", "dA.T @ Q", "dA @ Q"),
        ("dK not transposed", "dA.T @ Q", "dA @ Q"),
        ("scores turned", "A = Q @ K.T", "A = K @ Q.T"),
        ("own factor", "dA @ K", "dA @ Q", "dA.T @ Q", "dA.T @ K"),
        ("order", "return dQ, dK", "return dK, dQ"),
        ("no maximum", "B - B.max(axis=1, keepdims=True)", "B"),
        ("softmax down", "B.max(axis=1, keepdims=True)", "B.max(axis=0)",
         "P.sum(axis=1, keepdims=True)", "P.sum(axis=0)"),
        ("minus", "return dQ, dK", "return -dQ, -dK"),
        ("one scale forgotten", "dA @ K / np.sqrt(d)", "dA @ K"),
        ("over T", "dP = G @ V.T", "dP = G @ V.T / len(Q)"),
    )),
    "11.3": ((branches, branches_jacobians, branches_steps), (
        ("way past forgotten", "return G + dX", "return dX"),
        ("G twice", "return G + dX", "return 2 * G + dX"),
        ("only divided", "(dZ - m1 - Z * m2) / r", "dZ / r"),
        ("mean stays", "dZ - m1 - Z * m2", "dZ - Z * m2"),
        ("length stays", "dZ - m1 - Z * m2", "dZ - m1"),
        ("no r", "(dZ - m1 - Z * m2) / r", "dZ - m1 - Z * m2"),
        ("normalisation forgotten", "return G + dX", "return G + dZ"),
        ("X for Z", "Z * m2", "X * m2"),
        ("sums for means", "m1 = dZ.mean(axis=1, keepdims=True)",
         "m1 = dZ.sum(axis=1, keepdims=True)", "m2 = (dZ * Z).mean(axis=1, keepdims=True)",
         "m2 = (dZ * Z).sum(axis=1, keepdims=True)"),
        ("P not transposed", "P.T @ G", "P @ G"),
        ("A not transposed", "A.T", "A"),
        ("P forgotten", "P.T @ G", "G"),
        ("attention alone", "    dZ = dZ + dU @ B.T\n", ""),
        ("network alone", "dZ = dZ + dU", "dZ = dU"),
        ("plain ReLU", "2 * R", "(U > 0)"),
        ("2 forgotten", "2 * R", "R"),
        ("value for slope", "2 * R", "R ** 2"),
        ("no ReLU", "2 * R", "2 * U"),
        ("eps outside", "((X - mu) ** 2).mean(axis=1, keepdims=True) + eps)",
         "((X - mu) ** 2).mean(axis=1, keepdims=True)) + eps"),
        ("no eps", " + eps)", ")"),
        ("over n - 1", "((X - mu) ** 2).mean(axis=1, keepdims=True)",
         "X.var(axis=1, ddof=1, keepdims=True)"),
        ("columns", "mu = X.mean(axis=1, keepdims=True)", "mu = X.mean(axis=0)",
         "((X - mu) ** 2).mean(axis=1, keepdims=True)", "((X - mu) ** 2).mean(axis=0)",
         "m1 = dZ.mean(axis=1, keepdims=True)", "m1 = dZ.mean(axis=0)",
         "(dZ * Z).mean(axis=1, keepdims=True)", "(dZ * Z).mean(axis=0)"),
        ("all through the norm", "m1 = ", "dZ = dZ + G\n    m1 = ", "return G + dX", "return dX"),
        ("plus", "m1 - Z", "m1 + Z"),
        ("half", "Z * m2", "Z * m2 / 2"),
        ("variance for root", "r = np.sqrt(", "r = (1.0) * ("),
        ("one branch after the other", "dZ = P.T @ G @ A.T\n    dZ = dZ + dU @ B.T",
         "dZ = dU @ B.T\n    dZ = dZ + P.T @ (G + dZ) @ A.T"),
        ("over T", "return G + dX", "return (G + dX) / len(X)"),
    )),
    "11.4": ((shared, shared_at_once, shared_repeated), (
        ("heads overwrite in both", "dWK += x.T @ dK", "dWK += x.T @ dK * (a == heads - 1)",
         "dWV += x.T @ dV", "dWV += x.T @ dV * (a == heads - 1)"),
        ("mean of the heads", "dWK += x.T @ dK", "dWK += x.T @ dK / heads",
         "dWV += x.T @ dV", "dWV += x.T @ dV / heads"),
        ("mean of the sequences", "return dWQ, dWK, dWV",
         "return dWQ / len(X), dWK / len(X), dWV / len(X)"),
        ("last sequence", "zip(X, G, strict=True)", "zip(X[-1:], G[-1:], strict=True)"),
        ("first sequence", "zip(X, G, strict=True)", "zip(X[:1], G[:1], strict=True)"),
        ("every other column", "Q[:, a * d:(a + 1) * d], g[:, a * m:(a + 1) * m]",
         "Q[:, a::heads], g[:, a::heads]", "dWQ[:, a * d:(a + 1) * d]", "dWQ[:, a::heads]"),
        ("entry by entry", "P * (dP - (P * dP).sum(axis=1, keepdims=True))", "P * dP"),
        ("softmax skipped", "P * (dP - (P * dP).sum(axis=1, keepdims=True))", "dP"),
        ("sum of columns", "(P * dP).sum(axis=1, keepdims=True)", "(P * dP).sum(axis=0)"),
        ("no mask", " + mask)", ")"),
        ("mask afterwards", "softmax(q @ K.T / np.sqrt(d) + mask)",
         "np.tril(softmax(q @ K.T / np.sqrt(d)))"),
        ("mask turned", "np.triu(np.full((T, T), -np.inf), 1)",
         "np.tril(np.full((T, T), -np.inf), -1)"),
        ("own place forbidden", "np.triu(np.full((T, T), -np.inf), 1)",
         "np.triu(np.full((T, T), -1e9))"),
        ("no scale back", "dS @ K / np.sqrt(d)", "dS @ K", "dS.T @ q / np.sqrt(d)", "dS.T @ q"),
        ("no scale forward", "q @ K.T / np.sqrt(d)", "q @ K.T"),
        ("over d", "q @ K.T / np.sqrt(d)", "q @ K.T / d", "dS @ K / np.sqrt(d)", "dS @ K / d",
         "dS.T @ q / np.sqrt(d)", "dS.T @ q / d"),
        ("root of all columns", "    dWQ, dWK, dWV = np",
         "    dd = d * heads\n    dWQ, dWK, dWV = np",
         "q @ K.T / np.sqrt(d)", "q @ K.T / np.sqrt(dd)", "dS @ K / np.sqrt(d)",
         "dS @ K / np.sqrt(dd)", "dS.T @ q / np.sqrt(d)", "dS.T @ q / np.sqrt(dd)"),
        ("P not transposed", "P.T @ ga", "P @ ga"),
        ("dK not transposed", "dS.T @ q", "dS @ q"),
        ("roles", "dS @ K", "dS.T @ K", "dS.T @ q", "dS @ q"),
        ("order", "return dWQ, dWK, dWV", "return dWK, dWQ, dWV"),
        ("sign", "return dWQ, dWK, dWV", "return -dWQ, -dWK, -dWV"),
        ("questions' heads overwrite", "dWQ[:, a * d:(a + 1) * d] +=",
         "dWQ[:, a * d:(a + 1) * d] ="),
        ("keys of one head", "dWK += x.T @ dK", "dWK += x.T @ dK * (a == 0)"),
    )),
}
