"""Chapter 03, solved from its prompts alone, and what goes wrong in such a solution."""

import numpy as np

from mlp_lib.networks import softmax

NO_MAX = ("Z - Z.max(axis=1, keepdims=True)", "Z")
ONE_MAX = ("Z.max(axis=1, keepdims=True)", "Z.max()")
WHOLE = ("E.sum(axis=1, keepdims=True)", "E.sum()")
COLUMNS = ("E.sum(axis=1, keepdims=True)", "E.sum(axis=0)", "Z.max(axis=1, keepdims=True)",
           "Z.max(axis=0)")


def smoothed(Z, labels, epsilon):
    n, classes = Z.shape
    E = np.exp(Z - Z.max(axis=1, keepdims=True))
    P = E / E.sum(axis=1, keepdims=True)
    T = np.full((n, classes), epsilon / classes)
    T[np.arange(n), labels] += 1 - epsilon
    return (P - T) / n


def smoothed_eye(Z, labels, epsilon):
    T = epsilon / Z.shape[1] + (1 - epsilon) * np.eye(Z.shape[1])[labels]
    return (softmax(Z) - T) / len(Z)


def smoothed_loops(Z, labels, epsilon):
    rows = []
    for z, y in zip(Z, labels, strict=True):
        p = np.exp(z - max(z)) / sum(np.exp(z - max(z)))
        rows.append([(p[j] - epsilon / len(z) - (1 - epsilon) * (j == y)) / len(Z)
                     for j in range(len(z))])
    return np.array(rows)


def yes_or_no(Z, Y):
    costs = np.maximum(Z, 0) - Z * Y + np.log1p(np.exp(-np.abs(Z)))
    return costs.sum() / len(Z)


def yes_or_no_logaddexp(Z, Y):
    return np.mean(np.sum(np.logaddexp(0, np.where(Y == 1, -Z, Z)), axis=1))


def yes_or_no_two_parts(Z, Y):
    log_yes, log_no = -np.logaddexp(0, -Z), -np.logaddexp(0, Z)
    return -(Y * log_yes + (1 - Y) * log_no).sum(axis=1).mean()


def temperature(Z, labels, T):
    n = len(Z)
    E = np.exp((Z - Z.max(axis=1, keepdims=True)) / T)
    P = E / E.sum(axis=1, keepdims=True)
    true = Z[np.arange(n), labels]
    return np.sum(true - (P * Z).sum(axis=1)) / (n * T**2)


def temperature_chain(Z, labels, T):
    G = softmax(Z / T) - np.eye(Z.shape[1])[labels]
    return np.sum(G / len(Z) * -Z / T**2)


def temperature_shifted(Z, labels, T):
    below = Z - Z[np.arange(len(Z)), labels][:, None]
    return -np.mean(np.sum(softmax(below / T) * below, axis=1)) / T / T


def focal(Z, labels, gamma):
    n, classes = Z.shape
    top = Z - Z.max(axis=1, keepdims=True)
    E = np.exp(top)
    P = E / E.sum(axis=1, keepdims=True)
    rows = np.arange(n)
    log_p = (top - np.log(E.sum(axis=1, keepdims=True)))[rows, labels]
    p = P[rows, labels]
    slope = gamma * p * (1 - p) ** (gamma - 1) * log_p - (1 - p) ** gamma
    one_hot = np.zeros((n, classes))
    one_hot[rows, labels] = 1
    return slope[:, None] * (one_hot - P) / n


def focal_loops(Z, labels, gamma):
    P, G = softmax(Z), np.zeros_like(Z)
    for i, y in enumerate(labels):
        p, z = P[i, y], Z[i] - Z[i].max()
        log_p = z[y] - np.log(np.exp(z).sum())
        dp = gamma * (1 - p) ** (gamma - 1) * log_p * p - (1 - p) ** gamma
        for j in range(Z.shape[1]):
            G[i, j] = dp * ((j == y) - P[i, j]) / len(Z)
    return G


def focal_eye(Z, labels, gamma):
    Y = np.eye(Z.shape[1])[labels]
    P = softmax(Z)
    p = (P * Y).sum(1, keepdims=True)
    wrong = (P * (1 - Y)).sum(1, keepdims=True)
    p_log_p = p * np.log(np.where(p > 0, p, 1))
    return (gamma * p_log_p * wrong ** (gamma - 1) - wrong**gamma) * (Y - P) / len(Z)


ANSWERS = {
    "03.2": ((smoothed, smoothed_eye, smoothed_loops), (
        ("1/N forgotten", " / n\n", "\n"),
        ("divided by all entries", "(P - T) / n", "(P - T) / (n * classes)"),
        ("spread over the others", "epsilon / classes", "epsilon / (classes - 1)"),
        ("true class set, not added", "+= 1 - epsilon", "= 1 - epsilon"),
        ("spread over the others alone", "epsilon / classes", "epsilon / (classes - 1)",
         "+= 1 - epsilon", "= 1 - epsilon"),
        ("not smoothed", "epsilon / classes", "0.0", "+= 1 - epsilon", "+= 1"),
        ("share not taken from the true class", "+= 1 - epsilon", "+= 1"),
        ("spread forgotten", "epsilon / classes", "0.0"),
        ("not divided by the classes", "epsilon / classes", "epsilon"),
        ("sign", "P - T", "T - P"),
        ("no maximum", *NO_MAX),
        ("one maximum", *ONE_MAX),
        ("softmax over everything", *WHOLE),
        ("softmax down the columns", *COLUMNS),
        ("all columns of the labels", "T[np.arange(n), labels]", "T[:, labels]"),
        ("labels from 1", ", labels]", ", labels - 1]"),
        ("loss", "(P - T) / n", "-np.sum(T * np.log(np.maximum(P, 1e-300))) / n"),
        ("slope of the softmax again", "(P - T)", "(P - T) * P * (1 - P)"),
        ("only the true class", "return (P - T) / n",
         "return np.where(np.eye(classes)[labels] > 0, P - T, P) / n"),
        ("over classes", "/ n\n", "/ classes\n"),
        ("eps swapped", "epsilon / classes)", "(1 - epsilon) / classes)", "+= 1 - epsilon",
         "+= epsilon"),
        ("divided by P", "(P - T) / n", "-T / P / n"),
        ("one-hot minus", "P - T", "P - epsilon * T"),
    )),
    "03.4": ((yes_or_no, yes_or_no_logaddexp, yes_or_no_two_parts), (
        ("mean over everything", "costs.sum() / len(Z)", "costs.mean()"),
        ("sum over everything", " / len(Z)", ""),
        ("mean over the labels", "/ len(Z)", "/ Z.shape[1]"),
        ("one a sample", "costs.sum() / len(Z)", "costs.sum(axis=1)"),
        ("one a label", "costs.sum() / len(Z)", "costs.mean(axis=0)"),
        ("sign", "costs.sum()", "-costs.sum()"),
        ("through the sigmoid", "np.maximum(Z, 0) - Z * Y + np.log1p(np.exp(-np.abs(Z)))",
         "-(Y * np.log(1 / (1 + np.exp(-Z))) + (1 - Y) * np.log(1 - 1 / (1 + np.exp(-Z))))"),
        ("clipped", "np.maximum(Z, 0) - Z * Y + np.log1p(np.exp(-np.abs(Z)))",
         "-np.log(np.clip(np.where(Y == 1, 1 / (1 + np.exp(-Z)), 1 / (1 + np.exp(Z))),"
         " 1e-12, 1))"),
        ("ones alone", "np.maximum(Z, 0) - Z * Y + np.log1p(np.exp(-np.abs(Z)))",
         "Y * np.logaddexp(0, -Z)"),
        ("labels the other way", "Z * Y", "Z * (1 - Y)"),
        ("overflows", "np.maximum(Z, 0) - Z * Y + np.log1p(np.exp(-np.abs(Z)))",
         "np.log1p(np.exp(Z)) - Z * Y"),
        ("softmax", "np.maximum(Z, 0) - Z * Y + np.log1p(np.exp(-np.abs(Z)))",
         "Y * (np.logaddexp.reduce(Z, axis=1, keepdims=True) - Z)"),
        ("bits", "costs.sum()", "costs.sum() / np.log(2)"),
        ("largest cost alone", "costs.sum() / len(Z)", "costs.max()"),
        ("plus", "- Z * Y", "+ Z * Y"),
        ("squared", "costs.sum()", "(costs**2).sum()"),
        ("probabilities in place of scores", "np.maximum(Z, 0) - Z * Y", "np.maximum(Z, 0) - Z"),
        ("mean of largest", "costs.sum() / len(Z)", "costs.max(axis=1).mean()"),
        ("minus labels for no", "- Z * Y", "- Z * (2 * Y - 1)"),
    )),
    "03.6": ((temperature, temperature_chain, temperature_shifted), (
        ("sign", "np.sum(true", "-np.sum(true"),
        ("T for T squared", "T**2", "T"),
        ("T forgotten outside", "(n * T**2)", "n"),
        ("T forgotten inside", ") / T)", "))"),
        ("1/N forgotten", "(n * T**2)", "T**2"),
        ("one a sample", "np.sum(true - (P * Z).sum(axis=1)) / (n * T**2)",
         "(true - (P * Z).sum(axis=1)) / T**2"),
        ("divided by all entries", "(n * T**2)", "(Z.size * T**2)"),
        ("loss", "np.sum(true - (P * Z).sum(axis=1)) / (n * T**2)",
         "-np.mean(np.log(np.maximum(P[np.arange(n), labels], 1e-300)))"),
        ("no maximum", *NO_MAX),
        ("one maximum", *ONE_MAX),
        ("softmax over everything", *WHOLE),
        ("softmax down the columns", *COLUMNS),
        ("largest score for the true one", "Z[np.arange(n), labels]", "Z.max(axis=1)"),
        ("mean score for the expected one", "(P * Z).sum(axis=1)", "Z.mean(axis=1)"),
        ("true class alone", "true - (P * Z).sum(axis=1)", "true"),
        ("expected score alone", "true - (P * Z).sum(axis=1)", "-(P * Z).sum(axis=1)"),
        ("true class's share alone", "(P * Z).sum(axis=1)", "P[np.arange(n), labels] * true"),
        ("labels from 1", ", labels]", ", labels - 1]"),
        ("T cubed", "T**2", "T**3"),
        ("Z/T in place of Z", "(P * Z)", "(P * Z / T)"),
        ("largest in expectation", "(P * Z).sum(axis=1)", "Z.max(axis=1)"),
        ("std error", ") / (n * T**2)", ") / ((n - 1) * T**2)"),
        ("sum of all scores", "(P * Z).sum(axis=1)", "Z.sum(axis=1)"),
    )),
    "03.7": ((focal, focal_loops, focal_eye), (
        ("cross-entropy", "slope = gamma * p * (1 - p) ** (gamma - 1) * log_p - (1 - p) ** gamma",
         "slope = -np.ones(n)"),
        ("factor kept constant", "gamma * p * (1 - p) ** (gamma - 1) * log_p - ", "-"),
        ("logarithm kept constant", " - (1 - p) ** gamma\n", "\n"),
        ("gamma in front forgotten", "gamma * p", "p"),
        ("exponent not lowered", "(gamma - 1)", "gamma"),
        ("sign between", "log_p - (1", "log_p + (1"),
        ("sign", "(one_hot - P)", "(P - one_hot)"),
        ("1/N forgotten", "(one_hot - P) / n", "(one_hot - P)"),
        ("p forgotten", "gamma * p *", "gamma *"),
        ("1 - p forgotten", "(1 - p) ** (gamma - 1)", "p ** (gamma - 1)"),
        ("naive logarithm", "(top - np.log(E.sum(axis=1, keepdims=True)))[rows, labels]",
         "np.log(P[rows, labels])"),
        ("no maximum", *NO_MAX),
        ("one maximum", *ONE_MAX),
        ("softmax over everything", "P = E / E.sum(axis=1, keepdims=True)", "P = E / E.sum()"),
        ("all columns of the labels", "one_hot[rows, labels] = 1", "one_hot[:, labels] = 1"),
        ("loss", "slope[:, None] * (one_hot - P) / n", "-np.mean((1 - p) ** gamma * log_p)"),
        ("true class alone", "(one_hot - P)", "(one_hot - P) * one_hot"),
        ("labels from 1", "one_hot[rows, labels] = 1", "one_hot[rows, labels - 1] = 1"),
        ("gamma twice", "gamma * p", "gamma**2 * p"),
        ("(1-p) not powered in second", "- (1 - p) ** gamma", "- (1 - p)"),
        ("log base", "* log_p", "* np.abs(log_p)"),
        ("gamma minus 2", "(gamma - 1)", "(gamma - 2)"),
        ("divided by classes", "/ n", "/ classes"),
        ("no softmax slope", "(one_hot - P)", "one_hot"),
    )),
}
