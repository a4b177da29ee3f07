"""A class of 60 whose mistakes and copies are known: what a report must find, and nothing else."""

import re
from itertools import product
from random import Random

from mlp_lib.exercises import catalogue

GRADIENT = "label_smoothing_gradient"
HEAD = "def label_smoothing_gradient(Z, labels, epsilon):\n"
PROBABILITIES = (
    "    P = softmax(Z)\n",
    "    E = np.exp(Z - Z.max(axis=1, keepdims=True))\n    P = E / E.sum(axis=1, keepdims=True)\n",
    "    E = np.exp(Z - np.max(Z, axis=1)[:, None])\n    P = E / np.sum(E, axis=1)[:, None]\n",
    "    P = np.array([softmax(row[None])[0] for row in Z])\n",
)
TARGETS = (
    "    T = np.full(Z.shape, epsilon / {C})\n    T[np.arange({N}), labels] += 1 - epsilon\n",
    "    T = np.zeros(Z.shape)\n    T[np.arange({N}), labels] = 1 - epsilon\n"
    "    T += epsilon / {C}\n",
    "    T = (1 - epsilon) * np.eye({C})[labels] + epsilon / {C}\n",
    "    T = np.ones_like(Z) * epsilon / {C}\n    for i, k in enumerate(labels):\n"
    "        T[i, k] += 1 - epsilon\n",
)
ENDS = ("    return (P - T) / {N}\n", "    return P / {N} - T / {N}\n",
        "    G = P - T\n    return G / {N}\n",
        "    return 1 / {N} * (P - T)\n")
SIZES = (("", "len(Z)", "Z.shape[1]"), ("    N, C = Z.shape\n", "N", "C"),
         ("    n, c = Z.shape[0], Z.shape[1]\n", "n", "c"))
IDS = [f"s{i:02}" for i in range(60)]
KNOWN = {  # a part of the sentence: what becomes of right code, and whose mistake it is
    "The factor 1/N is missing": (lambda code: re.sub(r" / (N|n|len\(Z\))\n", "\n", code), IDS[:9]),
    "gets a whole epsilon here": (lambda code: re.sub(r"epsilon / [\w.\[\]]+", "epsilon", code),
                                  IDS[9:14]),
    "There is no softmax": (lambda code: code.replace("softmax(Z)", "Z"), IDS[14:17]),
}
UNNAMED = {  # what they give: what becomes of right code, and whose it is
    "was wanted": (lambda code: code.replace("(P - T)", "(P ** 3 - T)"), IDS[17:21]),
    "AttributeError": (lambda code: code.replace("(P - T)", "(P - T).mean_of_rows()"), IDS[21:23]),
}
EMPTY = IDS[23:27]
COPIES = {"s56": "s27", "s57": "s40", "s58": "s41", "s59": "s27"}
PAIRS = {("s27", "s56"), ("s27", "s59"), ("s56", "s59"), ("s40", "s57"), ("s41", "s58")}
SUMS = IDS[20:27]  # whose number is the sum over the samples
LETTERS = {"a": IDS[5:9], "d": IDS[30:33]}  # wrong letters
TYPED = {"s58": "s10"}  # whose NAME is another's
TAKEN = {**TYPED, "s59": "s11"}  # whose number is another's
ROSTER = "id,first_name,last_name\n" + "".join(
    f"{one},Fay{one[1:]},Moe{one[1:]}\n" for one in IDS)


def written(probabilities, targets, end, sizes):
    """Code of a right answer from its parts."""
    before, N, C = sizes
    return HEAD + before + probabilities + (targets + end).format(N=N, C=C)


def own_code():
    """By student, right code that nobody else has written."""
    plain = [written(*parts) for parts in product(PROBABILITIES[:1], TARGETS, ENDS[:1], SIZES)]
    every = [written(*parts) for parts in product(PROBABILITIES, TARGETS, ENDS, SIZES)]
    rest = Random(3).sample([code for code in every if code not in plain], len(IDS))
    found = dict(zip(IDS, rest))
    for _, those in (*KNOWN.values(), *UNNAMED.values()):  # their changes need these parts
        found |= dict(zip(those, plain))
    return found


def renamed(code):
    """A copy with other names, comments and layout."""
    for old, new in (("Z", "scores"), ("labels", "y"), ("epsilon", "eps"), ("P", "probs"),
                     ("T", "wanted"), ("E", "powers"), ("N", "count"), ("C", "classes"),
                     ("n", "rows"), ("c", "columns"), ("G", "result"), ("i", "at"), ("k", "own"),
                     ("row", "line")):
        code = re.sub(rf"(?<![\w.]){old}\b", new, code)
    lines = code.replace(" / ", "/").replace(" - ", "  -  ").splitlines()
    return "\n\n".join(f"{line}  # step {i}" for i, line in enumerate(lines)) + "\n"


def gradients():
    """By student, the code of the first answer; those who left it out are not there."""
    found = own_code()
    for change, those in (*KNOWN.values(), *UNNAMED.values()):
        found |= {student: change(found[student]) for student in those}
    found |= {copy: renamed(found[source]) for copy, source in COPIES.items()}
    return {student: code for student, code in found.items() if student not in EMPTY}


def numbers():
    """By student, the number that is handed in."""
    exercise = catalogue.find("03.my_cross_entropy")[1]
    found = {}
    for student in IDS:
        (case,) = exercise.cases(TAKEN.get(student, student))
        found[student] = float(exercise.reference(*case.args)) * (3 if student in SUMS else 1)
    return found


def letters():
    """By student, the letter that is handed in."""
    wrong = {student: letter for letter, those in LETTERS.items() for student in those}
    return {student: wrong.get(student, "b") for student in IDS}


def one_liners():
    """Honest answers of 60 to four exercises of one line, by student: as people write them.

    Most write what lies near; some have a way of their own.
    """
    draw = Random(11)
    return {student: [draw.choices(ways, range(len(ways), 0, -1))[0] for ways in WAYS]
            for student in IDS}


WAYS = [[f"def f(A, b, c):\n    {line}\n" for line in lines] for lines in (
    ("return A.T @ b / len(b)", "return (A.T @ b) / A.shape[0]", "return A.T @ (b / len(b))",
     "return np.dot(A.T, b) / len(b)", "return 1 / len(b) * A.T @ b", "return (b @ A) / len(b)",
     "return np.mean(A * b[:, None], axis=0)", "return (A * b[:, None]).mean(axis=0)",
     "return np.einsum('ij,i->j', A, b) / len(b)", "return np.sum(A.T * b, axis=1) / b.size",
     "return (A.T * b).mean(axis=1)", "return np.average(A * b.reshape(-1, 1), axis=0)"),
    ("return c * (b > 0)", "return np.where(b > 0, c, 0)", "return (b > 0) * c",
     "return c * (b > 0).astype(float)", "return np.where(b > 0, c, 0.0)",
     "return np.where(b <= 0, 0, c)", "return c * np.heaviside(b, 0)",
     "return np.sign(b.clip(0)) * c",
     "return c * (np.sign(b) + 1) / 2", "return [x if y > 0 else 0 for x, y in zip(c, b)]"),
    ("return -np.mean(np.log(b[c]))", "return -np.log(b[c]).mean()",
     "return np.mean(-np.log(b[c]))",
     "return -np.sum(np.log(b[c])) / len(c)", "return np.log(1 / b[c]).mean()",
     "return -sum(np.log(b[c])) / len(c)", "return (-np.log(b[c])).mean()",
     "return -np.average(np.log(b[c]))", "return np.mean(np.log(1 / b[c]))"),
    ("return A @ A.T", "return np.dot(A, A.T)", "return A.dot(A.T)", "return np.matmul(A, A.T)",
     "return np.einsum('ij,kj->ik', A, A)", "return np.inner(A, A)",
     "return (A[:, None] * A[None]).sum(axis=2)", "return np.tensordot(A, A, (1, 1))",
     "return np.array([[r @ s for s in A] for r in A])", "return A @ np.transpose(A)"))]
