"""Reading a gradient off a trace in which the differential stands in the middle."""

from mlp_lib.exercises.kinds import Choice

EXERCISE = Choice(
    id="02.where_the_trace_ends",
    title="The differential in the middle",
    section="02 §7",
    points=1,
    prompt=r"""
You have taken a differential, and your page ends with

$$df = \mathrm{Tr}\big(P\,(dX)\,Q\big).$$

All three matrices are $3\times3$, so no shape will warn you. They have no special form, and the entries of $X$ are
free. What is $\nabla_Xf$?
""",
    options={
        "a": "$PQ$",
        "b": "$QP$",
        "c": "$Q^TP^T$",
        "d": "$P^TQ^T$",
        "e": "It cannot be read off: $dX$ has a factor on both sides.",
    },
    right="d",
    sentences={
        "a": "Two slips at once. The factor Q has to walk round to the front of P, and the rule for reading off has a "
             "transpose in it.",
        "b": "The trace is turned the right way, but the rule reads df = Tr(G^T dX). What stands before dX is the "
             "transpose of the gradient.",
        "c": "This is the transpose of PQ. If you had QP before dX: a transposed product turns its order round. If you "
             "had PQ: the cyclic rule moves only the last factor to the front.",
        "e": "The cyclic rule brings dX to the end: the last factor of a product may go to the front.",
    },
    hints=(
        "The rule of section 5 wants $dX$ at the right end.",
        "Turn the trace: the last factor goes to the front. Then compare with $\\mathrm{Tr}(G^TdX)$.",
        "$\\mathrm{Tr}\\big(P\\,(dX)\\,Q\\big) = \\mathrm{Tr}\\big(QP\\,dX\\big)$, so $G^T = QP$.",
    ),
)
