"""A step with Nesterov's momentum and a penalty."""

import numpy as np

from mlp_lib.exercises import draws
from mlp_lib.exercises.kinds import Function, Misconception


def nesterov_step(W, V, dW, rate, momentum, penalty):
    """New weights and new velocity after one step with Nesterov's momentum.

    W, V and dW are (m, n): weights, velocity, and the gradient of the loss without its penalty.
    The velocity collects gradients: the rate is not in it. Returns W and V, new arrays.
    """
    G = dW + 2 * penalty * W
    V = momentum * V + G
    return W - rate * (momentum * V + G), V


def inputs(rng):
    m, n = draws.sizes(rng, 2)
    W, V, dW = rng.normal(size=(3, m, n))
    return W, V, dW, rng.uniform(0.05, 0.2), rng.uniform(0.5, 0.9), rng.uniform(0.1, 0.3)


def first_step(rng):
    W, V, dW, rate, momentum, penalty = inputs(rng)
    return W, 0 * V, dW, rate, momentum, penalty


def without_momentum(rng):
    W, V, dW, rate, _, penalty = inputs(rng)
    return W, V, dW, rate, 0.0, penalty


def plain_momentum(W, V, dW, rate, momentum, penalty):
    _, V = nesterov_step(W, V, dW, rate, momentum, penalty)
    return W - rate * V, V


def rate_inside(W, V, dW, rate, momentum, penalty):
    step = rate * (dW + 2 * penalty * W)
    V = momentum * V + step
    return W - (momentum * V + step), V


def rate_inside_with_sign(W, V, dW, rate, momentum, penalty):
    W, V = rate_inside(W, -V, dW, rate, momentum, penalty)
    return W, -V


def ahead_kept(W, V, dW, rate, momentum, penalty):
    G = dW + 2 * penalty * W
    V = momentum * (momentum * V + G) + G
    return W - rate * V, V


def decay_beside(W, V, dW, rate, momentum, penalty):
    new, V = nesterov_step(W, V, dW, rate, momentum, 0)
    return new - 2 * rate * penalty * W, V


def running_mean(W, V, dW, rate, momentum, penalty):
    G = dW + 2 * penalty * W
    V = momentum * V + (1 - momentum) * G
    return W - rate * (momentum * V + (1 - momentum) * G), V


def stepping(step):
    """The step ``rate * step(momentum, V, G)`` with the velocity that is kept."""
    def stepped(W, V, dW, rate, momentum, penalty):
        _, V = nesterov_step(W, V, dW, rate, momentum, penalty)
        return W - rate * step(momentum, V, dW + 2 * penalty * W), V

    return stepped


def penalised(part):
    """Another part of the penalty in the gradient; ``part`` takes the weights and its strength."""
    return lambda W, V, dW, rate, momentum, penalty: nesterov_step(
        W, V, dW + part(W, penalty), rate, momentum, 0)


def keeping(velocity):
    """Another velocity that comes back beside the right weights; from momentum, V and G."""
    def kept(W, V, dW, rate, momentum, penalty):
        new, _ = nesterov_step(W, V, dW, rate, momentum, penalty)
        return new, velocity(momentum, V, dW + 2 * penalty * W)

    return kept


def updating(velocity):
    """Another rule of update, from momentum, V and G, used for both updates."""
    def updated(W, V, dW, rate, momentum, penalty):
        G = dW + 2 * penalty * W
        V = velocity(momentum, V, G)
        return W - rate * velocity(momentum, V, G), V

    return updated


def starting_from(velocity):
    """Another velocity that is kept, from momentum, V and G; from there the step is right."""
    def stepped(W, V, dW, rate, momentum, penalty):
        G = dW + 2 * penalty * W
        V = velocity(momentum, V, G)
        return W - rate * (momentum * V + G), V

    return stepped


def penalty_at_the_new_weights(W, V, dW, rate, momentum, penalty):
    G = dW + 2 * penalty * W
    V = momentum * V + G
    ahead = dW + 2 * penalty * (W - rate * V)
    return W - rate * (momentum * V + ahead), V


def penalty_in_the_velocity_only(W, V, dW, rate, momentum, penalty):
    _, V = nesterov_step(W, V, dW, rate, momentum, penalty)
    return W - rate * (momentum * V + dW), V


def uphill(W, V, dW, rate, momentum, penalty):
    new, V = nesterov_step(W, V, dW, rate, momentum, penalty)
    return 2 * W - new, V


EXERCISE = Function(
    id="06.nesterov_step",
    title="Momentum that looks ahead",
    section="06 §8",
    points=2,
    prompt=r"""
Ordinary momentum keeps a velocity $V$ for the weights. In this exercise it collects *gradients*; the learning rate
$\eta$ stays outside:

$$V_{\text{new}} = \mu V + G, \qquad W_{\text{new}} = W - \eta\,V_{\text{new}}, \qquad 0 \le \mu < 1.$$

$G$ is the gradient of the whole loss $L + \lambda\|W\|^2$ (Frobenius norm). You get `dW`, the gradient of $L$ alone.

*Nesterov's* momentum looks one step ahead. The velocity is updated as above and kept. But the **step** is taken with
what the velocity would become after *one more* update of the same kind, if the gradient were $G$ again.

Write this step. Return the new weights and the velocity that is kept, both $m\times n$. Leave the arguments as they
are.
""",
    reference=nesterov_step,
    inputs=inputs,
    edges={"the first step, V = 0": first_step, "no momentum": without_momentum},
    parts=("W", "V"),
    example="nesterov_step(np.array([[1.0, -1.0]]), np.array([[0.5, 0.0]]), np.array([[1.0, 2.0]]), 0.1, 0.9, 0.0)",
    misconceptions=(
        Misconception(
            "This is the step of ordinary momentum. Nesterov's step uses the velocity after one more update with the "
            "same gradient.", plain_momentum),
        Misconception(
            "The penalty counts half: the gradient of lambda times the squared weights has a factor 2.",
            lambda W, V, dW, rate, momentum, penalty: nesterov_step(W, V, dW, rate, momentum, penalty / 2)),
        Misconception(
            "The penalty has no effect. You get the gradient of L alone; the whole loss has the penalty, too.",
            lambda W, V, dW, rate, momentum, penalty: nesterov_step(W, V, dW, rate, momentum, 0)),
        Misconception(
            "The penalty pulls at the weights beside the momentum here. In this exercise it is part of the gradient G, "
            "so the velocity collects it, too.", decay_beside),
        Misconception(
            "The learning rate went into the velocity, as in the library's SGD. Here the velocity collects gradients, "
            "and the rate stays outside.", rate_inside),
        Misconception(
            "The learning rate went into the velocity, and its sign, too. Here the velocity collects gradients; rate "
            "and minus come in the step.", rate_inside_with_sign),
        Misconception(
            "The velocity ahead was kept. It serves the step only: the one that is kept had one update, not two.",
            ahead_kept),
        Misconception(
            "The velocity came back unchanged. The next step needs the new one.",
            lambda W, V, *rest: (nesterov_step(W, V, *rest)[0], V)),
        Misconception(
            "This velocity is a running mean, with the factor 1 minus momentum on the gradient. The formula of this "
            "exercise adds the whole gradient.", running_mean),
        Misconception(
            "The step adds the gradient to the new velocity, but momentum is missing there. One more update of the same "
            "kind multiplies the velocity by it first.", stepping(lambda momentum, V, G: V + G)),
        Misconception(
            "The step uses momentum times the new velocity alone. One more update of the same kind adds the gradient, "
            "too.", stepping(lambda momentum, V, G: momentum * V)),
        Misconception(
            "Two steps were taken, the ordinary one and the one ahead. There is one step only, with the velocity ahead.",
            stepping(lambda momentum, V, G: V + momentum * V + G)),
        Misconception(
            "The penalty is in the velocity, but not in the gradient that is added for the step. G stands for the "
            "gradient of the whole loss both times.", penalty_in_the_velocity_only),
        Misconception(
            "The step goes uphill: the gradient points to where the loss grows.", uphill),
        Misconception(
            "The penalty has no factor of the weights, only its strength. What is the gradient of lambda times the "
            "squared weights?", penalised(lambda W, penalty: 2 * penalty)),
        Misconception(
            "The penalty has the sign of the weight, but not its size. That would be the slope of an absolute value.",
            penalised(lambda W, penalty: penalty * np.sign(W))),
        Misconception(
            "The penalty itself was added to the gradient, not its slope.",
            penalised(lambda W, penalty: penalty * np.sum(W ** 2))),
        Misconception(
            "The square of each weight stands where its slope belongs.",
            penalised(lambda W, penalty: penalty * W ** 2)),
        Misconception(
            "The norm's own slope was taken: the weights are divided by their length. The penalty is the squared norm.",
            penalised(lambda W, penalty: penalty * W / np.linalg.norm(W))),
        Misconception(
            "The penalty's strength is missing.", penalised(lambda W, penalty: 2 * W)),
        Misconception(
            "The penalty counts twice. The slope of a square has one factor 2.",
            penalised(lambda W, penalty: 4 * penalty * W)),
        Misconception(
            "The penalty has its sign turned round: it would let the weights grow.",
            penalised(lambda W, penalty: -2 * penalty * W)),
        Misconception(
            "The gradient of the penalty was taken anew for the step, at other weights. One more update is one with the "
            "same G.", penalty_at_the_new_weights),
        Misconception(
            "The step is the gradient alone; the velocity has no part in it.", stepping(lambda momentum, V, G: G)),
        Misconception(
            "The learning rate is missing in the step.",
            lambda W, V, dW, rate, *rest: nesterov_step(W, V, dW, 1.0, *rest)),
        Misconception(
            "Three updates make the step here. It is taken with one more than the velocity that is kept.",
            stepping(lambda momentum, V, G: momentum * (momentum * V + G) + G)),
        Misconception(
            "In the step the velocity is multiplied by momentum twice. One more update does so once.",
            stepping(lambda momentum, V, G: momentum ** 2 * V + G)),
        Misconception(
            "The step turns the velocity round: one more update adds the gradient to it.",
            stepping(lambda momentum, V, G: G - momentum * V)),
        Misconception(
            "In the step the gradient is multiplied by momentum as well. One more update adds it as it is.",
            stepping(lambda momentum, V, G: momentum * (V + G))),
        Misconception(
            "In the step the gradient is taken away from the velocity. One more update adds it.",
            stepping(lambda momentum, V, G: momentum * V - G)),
        Misconception(
            "Momentum is missing: the velocity adds up all gradients in full.",
            updating(lambda momentum, V, G: V + G)),
        Misconception(
            "Momentum is missing in the velocity that is kept: it adds up all gradients in full.",
            starting_from(lambda momentum, V, G: V + G)),
        Misconception(
            "The old velocity is missing in the new one: it is the gradient alone.",
            starting_from(lambda momentum, V, G: G)),
        Misconception(
            "The gradient is missing in the new velocity.", starting_from(lambda momentum, V, G: momentum * V)),
        Misconception(
            "The velocity has its sign turned round: it would brake each step by the one before it. In this exercise it "
            "adds gradients up.", updating(lambda momentum, V, G: G - momentum * V)),
        Misconception(
            "The velocity that is kept takes the old one away from the gradient. In this exercise it adds gradients up.",
            starting_from(lambda momentum, V, G: G - momentum * V)),
        Misconception(
            "The velocity that is kept takes the gradient away from the old one. In this exercise it adds gradients up.",
            starting_from(lambda momentum, V, G: momentum * V - G)),
        Misconception(
            "Momentum stands at the gradient. It is the old velocity that is multiplied by it.",
            updating(lambda momentum, V, G: V + momentum * G)),
        Misconception(
            "Momentum stands at both, the old velocity and the gradient. The gradient comes in full.",
            updating(lambda momentum, V, G: momentum * (V + G))),
        Misconception(
            "The old velocity is multiplied by 1 minus momentum. It keeps the share that momentum says.",
            updating(lambda momentum, V, G: (1 - momentum) * V + G)),
        Misconception(
            "The gradient is taken away from the velocity, and the step from the weights: it leads uphill. In this "
            "exercise the velocity adds gradients up.", updating(lambda momentum, V, G: momentum * V - G)),
        Misconception(
            "The weights are right. But the gradient came back in place of the velocity.",
            keeping(lambda momentum, V, G: G)),
        Misconception(
            "The weights came back unchanged. The step is missing.",
            lambda W, *rest: (W, nesterov_step(W, *rest)[1])),
        Misconception(
            "The step came back, not the new weights. Take it away from the old ones.",
            lambda W, V, dW, rate, *rest: (W - nesterov_step(W, V, dW, rate, *rest)[0],
                                           nesterov_step(W, V, dW, rate, *rest)[1])),
        Misconception(
            "The penalty pulls at the velocity. It belongs to the weights: its gradient is 2 lambda W.",
            lambda W, V, dW, rate, momentum, penalty: nesterov_step(W, V, dW + 2 * penalty * (V - W), rate, momentum, penalty)),
        Misconception(
            "The penalty has the slope of an absolute value. Here the weights are squared.",
            lambda W, V, dW, rate, momentum, penalty: nesterov_step(W, V, dW + 2 * penalty * np.sign(W), rate, momentum, 0)),
        Misconception(
            "dW is multiplied by the rate inside the gradient, and the step once more. The rate stands outside, once.",
            lambda W, V, dW, rate, momentum, penalty: nesterov_step(W, V, rate * dW, rate, momentum, penalty)),
    ),
    hints=(
        "Write three lines: the gradient of the whole loss, the velocity that is kept, the velocity that would follow.",
        "Apply the rule $V \\to \\mu V + G$ twice. Which of the two results is kept, which makes the step?",
        "$W_{\\text{new}} = W - \\eta\\,(\\mu V_{\\text{new}} + G)$ with $V_{\\text{new}} = \\mu V + G$. What is $G$?",
    ),
)
