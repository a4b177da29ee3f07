"""Why RANSAC draws as few pairs as it can."""

from mlp_lib.exercises.kinds import Choice

EXERCISE = Choice(
    id="09.draws_of_eight",
    title="Eight pairs a draw instead of four",
    section="09 §6",
    points=1,
    prompt=r"""
Half of the pairs are right. Each right pair is off by a little noise. For each trial of RANSAC you draw four pairs, fit
a homography, and count who agrees; at the end you fit once more to all who agreed.

A friend says: draw **eight** pairs a trial. Then the noise averages out, and the result gets better. What happens if
the chance of success is to stay the same?
""",
    options={
        "a": "It takes about twice as many trials, for eight is twice four.",
        "b": "It takes fewer trials, for each of them is more precise.",
        "c": "It takes about sixteen times as many trials, and the last fit is hardly any better.",
        "d": "The number of trials stays; only the fit of each trial takes longer.",
        "e": "It takes about sixteen times as many trials, and the result is twice as precise in return.",
    },
    right="c",
    sentences={
        "a": "The share of right pairs does not enter as a sum. All eight must be right at once: what is the "
             "probability of that?",
        "b": "One false pair among the eight spoils the fit, however precise the others are. With eight pairs that "
             "happens more often.",
        "d": "The number of trials follows from the probability that a draw holds right pairs only. That probability "
             "falls with every pair more.",
        "e": "The number of trials is right. But the precision comes from the last fit, to all who agreed, and these "
             "are nearly the same pairs in both ways.",
    },
    hints=(
        "Ask two questions: how often is a draw free of false pairs, and what decides the precision at the end?",
        "A draw of $k$ pairs is right with probability $r^k$. Compare $k=4$ with $k=8$ for $r=\\frac12$.",
        "$\\dfrac{\\log(1-c)}{\\log(1-r^k)}\\approx\\dfrac{-\\log(1-c)}{r^k}$ for a small $r^k$.",
    ),
)
