# ---
# jupyter:
#   jupytext:
#     cell_metadata_filter: all
#     notebook_metadata_filter: kernelspec,jupytext,-all
#     text_representation:
#       extension: .py
#       format_name: percent
#       format_version: '1.3'
#       jupytext_version: 1.19.6
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 12 · Two networks against each other
#
# Source: none of the five documents derives this. The matrix calculus slides (004) end with it as future work. The game is that of
# I. Goodfellow and others, *Generative Adversarial Nets* (2014); what comes from elsewhere is named where it is used.
#
# Needs: chapters 05 and 06, densities of chapter 02, batch normalisation of chapter 10 · about 65 minutes; what is folded below
# *Deeper* takes half an hour more.
#
# ## What you will do
# You let one network invent digits, and a second one tell them from real ones. The second is the loss of the first: you
# send its gradient through it, entry by entry, and train both until chapter 06's network reads what the first invents.
#
# ## What you will learn
# - to write a game as two losses, and to say what the best player of one side does
# - to send a gradient through a network that is not to move
# - to see from a slope why one loss teaches and the other is silent
# - to measure whether a generator makes everything, or one thing again and again, or copies

# %%
from mlp_lib import browser, calculus, datasets, networks, plotting, showing
from mlp_lib.networks import (
    MLP,
    Activation,
    Adam,
    BatchNorm,
    Beside,
    Duel,
    LeakyRelu,
    Linear,
    Stack,
    sigmoid,
    squared_error,
    tanh,
)
from mlp_lib.questions import predict

import matplotlib.pyplot as plt
import numpy as np

digits, rng = datasets.load_mnist(), np.random.default_rng(0)

# %% [markdown]
# ## 1 · See it fail first
#
# A network that makes pictures takes a row $z$ of random numbers and gives 784 grey values. Another row, another picture:
# that is the wish. It is called a *generator*. What should its loss be? We try what chapter 04 used for numbers: the
# squared distance to a real digit, drawn by lot for each $z$.

# %%
few, z = digits.X_train[:20_000], rng.standard_normal((20_000, 16))
alone = Stack([Linear(16, 64), Activation(tanh), Linear(64, 784), Activation(sigmoid)], 16, 784, loss=squared_error)
history = networks.train(alone, (z, few), epochs=2, batch_size=128, optimizer=Adam(3e-3), progress=False)
print(f"numbers to be learned: {alone.theta.size:,}; the loss of epoch 2 is lower:", history.loss[1] < history.loss[0])

# %% jupyter={"source_hidden": true}
blurred = alone.predict_scores(rng.standard_normal((10, 16)))
assert browser.HERE or np.abs(blurred - few.mean(axis=0)).mean() < 0.03


def ten_blurs():
    """Ten made pictures."""
    axes = plotting.show_images(blurred)
    return plotting.described(axes[0, 0], "Ten pictures made from ten rows of noise: the same grey blur ten times.")


predict("12 alone", "Ten new rows of noise: what are the ten pictures?", ten_blurs,
        choices=("ten different digits", "one digit ten times", "the same grey blur ten times"),
        answer=lambda _: "the same grey blur ten times", why="No z belongs to any digit, so it must come close to all of them at once.")

# %% [markdown]
# The blur is no accident. Many targets $x_1, \dots, x_N$ and one answer $c$: the gradient of the mean squared distance
# $\frac1N\sum_n \|c - x_n\|^2$ in $c$ is $2(c - \bar x)$. It is 0 at one place, the mean $\bar x$ of all digits.

# %% tags=["B12-MEAN"]
c, targets = rng.normal(size=5), rng.normal(size=(7, 5))

showing.slopes("mean squared distance", lambda c: np.mean(np.sum((c - targets) ** 2, axis=1)), c,
               2 * (c - targets.mean(axis=0)))

# %% [markdown]
# A loss that compares pixels asks for the mean of all digits, and that is no digit. We want a loss that says *this could
# be real*, whichever digit it is. Nobody can write that down. So a second network learns it.
#
# ## 2 · The game as two losses
#
# The second network is the *discriminator* $D$. It gives each picture one number, the score $s$; $\sigma(s)$, with the
# sigmoid $\sigma$ of chapter 03, is its probability that the picture is real. The generator is $G$.
#
# ```
# noise z ──G──► made x' ──┐
#                          ├──D──► scores s', s ──► L_D   small where s is high and s' low
# a batch of real x ───────┘       scores s'    ──► L_G   small where s' is high
# ```
#
# A dash marks what was made. This is yes or no, so $D$ has the binary cross-entropy of chapter 03: real is 1, made is 0. With
# $N$ real and $M$ made pictures
# $$L_D = -\frac1N\sum_{i}\log\sigma(s_i) - \frac1M\sum_{j}\log\left(1-\sigma(s'_j)\right)
# = \frac1N\sum_i\zeta(-s_i) + \frac1M\sum_j\zeta(s'_j), \qquad \zeta(s) = \log(1+e^s).$$
# $\zeta$ is called *softplus*. In numpy it is `logaddexp(0, s)`, which never overflows.

# %% tags=["B12-LD"]
s, s_made = rng.normal(size=(4, 1)), rng.normal(size=(6, 1))       # scores of 4 real and of 6 made pictures
L_D = np.logaddexp(0, -s).mean() + np.logaddexp(0, s_made).mean()
logs = -np.log(sigmoid(s)).mean() - np.log(1 - sigmoid(s_made)).mean()
showing.same("loss of the discriminator", softplus=L_D, logarithms=logs, library=networks.discriminator_loss(s, s_made)[0])

# %% [markdown]
# The slope of $\zeta$ is the sigmoid, $\zeta'(s)=\sigma(s)$. So the slopes of $L_D$ are, once more, *what the network said minus what
# was true*:
# $$\frac{\partial L_D}{\partial s_i} = \frac{\sigma(s_i) - 1}{N}, \qquad \frac{\partial L_D}{\partial s'_j} = \frac{\sigma(s'_j)}{M}.$$
#
# What does the generator want? Plainly the opposite: the part of $L_D$ that it can move, with the other sign. This is the loss
# of the game as it was written first. For a reason that section 5 shows, the loss that is used is another one, with the
# same wish, that $s'$ be high:
# $$L_\text{first} = -\frac1M\sum_j\zeta(s'_j) = \frac1M\sum_j\log\left(1-\sigma(s'_j)\right), \qquad
# L_G = \frac1M\sum_j\zeta(-s'_j) = -\frac1M\sum_j\log\sigma(s'_j).$$
# Their slopes are $-\sigma(s'_j)/M$ and $\left(\sigma(s'_j)-1\right)/M$. Both are negative: both losses fall when a score rises.

# %% jupyter={"source_hidden": true}
guessing = networks.discriminator_loss(np.zeros((3, 1)), np.zeros((3, 1)))[0]
assert np.isclose(guessing, 2 * np.log(2))
predict("12 guess", "A discriminator knows nothing: it gives every picture the probability ½. What is L_D?", lambda: round(guessing, 2),
        choices=(0.0, 0.69, 1.0, 1.39), why="Each half of the loss is −log ½ = 0.69. Keep the 1.39: it is what a lost game looks like.")

# %% [markdown] jp-MarkdownHeadingCollapsed=true
# ### Deeper: the slopes of all three losses, in numbers

# %% [markdown]
# The slopes of $L_D$ in the scores of real and of made pictures, against measured ones:

# %% tags=["B12-LD-ds"]
d_real, d_made = (sigmoid(s) - 1) / len(s), sigmoid(s_made) / len(s_made)
calculus.check_gradient(lambda v: networks.discriminator_loss(v, s_made)[0], s, d_real)
showing.slopes("dL_D in the scores of made pictures", lambda v: networks.discriminator_loss(s, v)[0], s_made, d_made)

# %% [markdown]
# Both losses of the generator, by the softplus of the library and by logarithms; then their slopes:

# %% tags=["B12-LG", "B12-LG-sat"]
p_made = sigmoid(s_made)
both = [networks.generator_loss(s_made)[0], networks.generator_loss(s_made, saturating=True)[0]]
showing.same("L_G, L_first", library=both, logarithms=[-np.log(p_made).mean(), np.log(1 - p_made).mean()])

# %% tags=["B12-LG-ds", "B12-LG-sat-ds"]
calculus.check_gradient(lambda v: -np.logaddexp(0, v).mean(), s_made, -p_made / 6)
showing.slopes("dL_G in the scores", lambda v: np.logaddexp(0, -v).mean(), s_made, (p_made - 1) / 6)

# %% [markdown]
# ## 3 · The best discriminator
#
# For a moment the generator holds still. Which scores would the best discriminator give? In the space of all pictures
# nobody knows the densities. On a line we choose them: real numbers $x$ have the density $p(x)$, made ones $q(x)$, two bells.
# Then the means in $L_D$ are integrals, and the score at each place is a number of its own:
# $$L_D = \int p(x)\,\zeta(-s(x)) + q(x)\,\zeta(s(x))\;dx.$$

# %%
def bell(x, mean, spread):
    """Normal density."""
    return np.exp(-((x - mean) / spread) ** 2 / 2) / (spread * np.sqrt(2 * np.pi))


x = np.linspace(-8, 8, 1601)
p, q, dx = bell(x, 2, 0.8), bell(x, -0.5, 1.2), x[1] - x[0]

# %% [markdown]
# Each place can be treated alone. The slope there is $-p\,\sigma(-s) + q\,\sigma(s) = (p+q)\,\sigma(s) - p$. It is 0 for
# $$D^*(x) = \sigma(s^*) = \frac{p(x)}{p(x)+q(x)}, \qquad s^*(x) = \log\frac{p(x)}{q(x)}.$$
# This is proposition 1 of Goodfellow and others. At six places:

# %% tags=["B12-BEST", "B12-BEST-s"]
at = slice(700, 1201, 100)
s_best = np.log(p / q)
assert np.allclose(sigmoid(s_best), p / (p + q))


def L_at(v):
    """Loss at the six places, from the scores there."""
    return p[at] @ np.logaddexp(0, -v) + q[at] @ np.logaddexp(0, v)


showing.slopes("dL_D at the best scores", L_at, s_best[at], np.zeros(6), atol=1e-9)

# %% [markdown]
# It is a minimum (the folded part at the end of this section). Now a network that knows neither $p$ nor $q$. It sees numbers
# alone, 256 of each kind in every step, and takes 1,000 steps on $L_D$. The generator is one unit, $x' = 1.2z - 0.5$: the density $q$.

# %%
def on_a_line(slope, shift, rates, rng=0):
    """A generator of one unit and a small discriminator, for numbers."""
    generator = Stack([Linear(1, 1)], 1, 1, loss=squared_error, dtype=np.float64)
    generator.theta[:] = slope, shift
    layers = [Linear(1, 32, "he"), Activation(tanh), Linear(32, 1)]
    return Duel(generator, Stack(layers, 1, 1, dtype=np.float64, rng=rng),
                [Adam(r, betas=(0.5, 0.9)) for r in rates], rng=rng)


still = on_a_line(1.2, -0.5, (1e-12, 0.01))
for _ in range(1000):
    still.step(2 + 0.8 * rng.standard_normal((256, 1)))
learned = sigmoid(still.D.predict_scores(x[:, None]))[:, 0]

# %% jupyter={"source_hidden": true}
often = p + q > 0.02
gap = np.abs(learned - p / (p + q))[often].max()
assert gap < 0.15


def beside_the_formula():
    """Both densities, the best discriminator and the learned one."""
    ax = plotting.show_densities(x, p, q, {"best": p / (p + q), "learned": learned}, ax=plt.subplots(
        figsize=(7, 3), layout="constrained")[1])
    ax.figure.legend(loc="outside right center", frameon=False)
    return plotting.described(ax, "Two bells, made around -0.5 and real around 2. The best probability climbs from 0 to 1 between "
                              "them; the learned one lies on it where there are numbers.")


predict("12 formula", "How far is its probability from p/(p+q), at most, where numbers come often?", beside_the_formula,
        choices=("nowhere more than 0.15", "up to a half"), answer=lambda _: "nowhere more than 0.15",
        why="Minimising a mean over samples minimises the integral, nearly; and the integral has one best score at each place.")

# %% [markdown]
# The network has found a *ratio of densities* from samples alone. Far out on the right the best score bends back: real numbers
# with the smaller spread are even rarer there. (Their ratio decides, not their number; the network has seen nothing there.)
#
# So the best discriminator *measures* how far the generator is from its aim: its loss is $2\log2$ less twice a distance of $p$ and $q$
# (the folded part). If $q = p$, its probability is ½ everywhere, and its loss is the 1.39 of one who knows nothing. A generator
# cannot do better.

# %% [markdown]
# ### Both move
#
# Now the generator moves, too. Its unit starts around $-2$, where hardly any real number is. Each step of the game moves the
# discriminator once, and then the generator once.

# %%
moving, panels = on_a_line(0.5, -2.0, (0.02, 0.02)), {}
for step in range(401):
    if step in (0, 50, 150, 400):
        slope, shift = moving.G.theta
        panels[step] = bell(x, shift, abs(slope)), sigmoid(moving.D.predict_scores(x[:, None]))[:, 0]
    moving.step(2 + 0.8 * rng.standard_normal((256, 1)))
fig, axes = plt.subplots(2, 2, figsize=(9, 4.4), layout="constrained")
for ax, (step, (made, says)) in zip(axes.flat, panels.items()):
    ax = plotting.show_densities(x, p, made, {"best": p / (p + made), "learned": says}, ax=ax)
    ax.set(title=f"step {step}", ylim=(0, 0.9))
fig.legend(*axes[0, 0].get_legend_handles_labels(), loc="outside lower center", ncols=2, frameon=False)
assert abs(moving.G.theta[1] - 2) < 0.3
plotting.described(fig, "Four panels, steps 0, 50, 150 and 400: the made bell widens, walks right, and ends on the real one, while "
      "the curve of the discriminator goes flat near one half.")

# %% [markdown]
# The learned line follows the dashed one, always a little late, because the made bell moves on meanwhile. First the bell grows
# wide: a wider one throws some numbers where the discriminator says "real". Then it walks, and narrows. In the end
# the line lies near ½ wherever numbers come: the game is lost for the discriminator, and that is what we want.

# %% [markdown] jp-MarkdownHeadingCollapsed=true
# ### Deeper: why it is a minimum; what the best one reaches; which way it pushes; what the generator descends

# %% [markdown]
# A slope of 0 could be a hilltop. The second derivative in $s$ is $(p+q)\,\sigma(s)(1-\sigma(s))$, and at the best score
# $\frac{pq}{p+q}$. It is positive wherever both densities are: the only minimum. And it is small where one of them is: there a
# discriminator learns slowly how sure it may be.

# %% tags=["B12-BEST-H"]
bends = calculus.jacobian(lambda v: (p + q)[at] * sigmoid(v) - p[at], s_best[at])
showing.same("second derivatives", measured=np.diag(bends), formula=(p * q / (p + q))[at])

# %% [markdown]
# **What the best one reaches.** Put $s^*$ into the integral. It becomes
# $$L_D^* = 2\log 2 - 2\,\mathrm{JS}(p, q), \qquad \mathrm{JS} = \tfrac12\int p\log\frac{p}{m} + q\log\frac{q}{m}\;dx, \qquad m =
# \frac{p+q}2.$$
# JS is the *Jensen–Shannon divergence*, a distance of two densities: 0 where they are the same, $\log2$ where they never meet.

# %% tags=["B12-JS"]
def divergence(p, q):
    """Jensen–Shannon divergence of two densities on the grid."""
    m = (p + q) / 2
    return (p @ np.log(p / m) + q @ np.log(q / m)) * dx / 2


L_best = (p @ np.logaddexp(0, -s_best) + q @ np.logaddexp(0, s_best)) * dx
showing.same("loss of the best discriminator", integral=L_best, formula=2 * np.log(2) - 2 * divergence(p, q))

# %% [markdown]
# The two ends, $q = p$ and a $q$ that never meets $p$: the loss of one who knows nothing, and 0.

# %% tags=["B12-HALF"]
assert np.isclose(divergence(p, p), 0)
far = bell(x, -5, 0.6)
showing.same("loss of the best, if q = p and if they never meet", formula=[2 * np.log(2) - 2 * divergence(p, other) for other in (p, far)],
             values=[2 * np.log(2), 0], atol=1e-4)

# %% [markdown]
# **Which way does it push?** A made number moves where the score rises. The slope of the best score is the difference of two
# slopes, $\frac{ds^*}{dx} = \frac{p'}{p} - \frac{q'}{q}$: up the density of the real numbers, and *down* the density of what is made.
# For two bells of one spread it is the same everywhere, and points from one mean to the other.

# %% tags=["B12-PUSH"]
places = np.array([-2.0, 0.0, 2.0, 3.0, 5.0])
push = -(places - 2) / 0.8**2 + (places + 0.5) / 1.2**2
showing.slopes("sum of the best scores at five places", lambda v: np.log(bell(v, 2, 0.8) / bell(v, -0.5, 1.2)).sum(), places, push)

# %% [markdown]
# On the left it is large: a long way to go. At 5 it is negative: so far right real numbers are rarer than made ones again, and the
# way goes back.
#
# **A generator against an ever best opponent.** Let the discriminator be the best one at every moment. Then $-L_D^*$ is a function of the generator alone, $2\,\mathrm{JS} - 2\log 2$.
# Its slope in the generator's shift is that of $L_\text{first}$ with the discriminator *held still* at $s^*$. The discriminator
# moves as well when $q$ does, but its own slope is 0 at its best: that part adds nothing.

# %% tags=["B12-ENVELOPE"]
held_still = calculus.derivative(lambda shift: -(bell(x, shift, 1.2) @ np.logaddexp(0, s_best)) * dx, -0.5)
ever_best = calculus.derivative(lambda shift: 2 * divergence(p, bell(x, shift, 1.2)), -0.5)
showing.same("slope in the shift of q", held_still=held_still, ever_best=ever_best)

# %% [markdown]
# ## 4 · The gradient that goes through the discriminator
#
# On to the generator's weights. They touch the loss by one way only: noise, picture, score. So its gradient comes back
# from the score, **through** the discriminator to the picture, and on into the generator. We take two small networks, each with
# a layer of tanh, whose sizes all differ:
# $$H = \tanh(ZU + a),\quad X' = HW + b \qquad\text{and}\qquad K = \tanh(X'V + c),\quad s' = Kw + d.$$

# %%
M, n_z, n_h, n_x, n_k = 6, 3, 5, 4, 7
draw = np.random.default_rng(12).normal
Z, U, a, W, b = (draw(size=size) for size in ((M, n_z), (n_z, n_h), n_h, (n_h, n_x), n_x))
V, c, w, d = (draw(size=size) for size in ((n_x, n_k), n_k, (n_k, 1), 1))


def generator(U=U, a=a, W=W, b=b):
    """Made samples (M, n_x)."""
    return np.tanh(Z @ U + a) @ W + b


def scores_of(X, V=V, c=c, w=w, d=d):
    """Scores (rows of X, 1)."""
    return np.tanh(X @ V + c) @ w + d


def L_G(**changed):
    """Loss of the generator, with some of its weights replaced."""
    return np.logaddexp(0, -scores_of(generator(**changed))).mean()


print("made", generator().shape, " scores", scores_of(generator()).shape)

# %% [markdown]
# **Through the discriminator.** The slopes at the scores are those of section 2. Then two lines of chapter 05: back through
# $w$ and the tanh, back through $V$. The result has the shape of the pictures, $M\times n_x$: for each made picture, how each of
# its pixels should change to look more real.

# %% tags=["B12-THROUGH"]
H, made = np.tanh(Z @ U + a), generator()
K = np.tanh(made @ V + c)
d_scores = (sigmoid(scores_of(made)) - 1) / M            # (M, 1)
d_K = (d_scores @ w.T) * (1 - K**2)                      # (M, n_k)
d_made = d_K @ V.T                                       # (M, n_x)
showing.slopes("dL_G in the made pictures", lambda X: np.logaddexp(0, -scores_of(X)).mean(), made, d_made)

# %% [markdown]
# In $V$ and $w$ there were gradients, too: $X'^T\,d_K$ and $K^T d_s$. Nobody computes them here. The discriminator is the *way*; it
# does not move in this step.
#
# **Into the generator.** From here on it is any network whose output has a gradient.

# %% tags=["B12-DW", "B12-DU"]
d_W = H.T @ d_made                                       # (n_h, M) (M, n_x)
d_U = Z.T @ ((d_made @ W.T) * (1 - H**2))                # (n_z, M) (M, n_h)
calculus.check_gradient(lambda v: L_G(U=v), U, d_U)
showing.slopes("dL_G/dW", lambda v: L_G(W=v), W, d_W)

# %% [markdown]
# The library does it in one line, `G.backward(D.backward(…))`: a layer's `backward` gives the gradient in its input, and the
# input of $D$ is the output of $G$.
#
# ### The step of the discriminator stops at the pictures
#
# $L_D$ depends on the generator's weights as well, by the made pictures. So it has a gradient there. In the
# discriminator's own step this gradient must not be used: the way back ends at $X'$.

# %% jupyter={"source_hidden": true} tags=["B12-STOP"]
def L_D_of(**changed):
    """The part of L_D that made pictures have."""
    return np.logaddexp(0, scores_of(generator(**changed))).mean()


not_stopped = calculus.gradient(lambda v: L_D_of(W=v), W)
after = [float(scores_of(generator(W=W - rate * not_stopped)).mean()) for rate in (0, 0.5)]
assert after[1] < after[0]
predict("12 stop", "Somebody forgets to stop, and lets the step on L_D move the generator as well. What happens to the scores of "
        "what it makes?", lambda: showing.differs("mean score of made pictures", before=after[0], after=after[1]),
        choices=("they rise", "they stay", "they fall"), answer=lambda _: "they fall",
        why="L_D is small where made pictures have low scores: the generator would learn to be found out.")

# %% [markdown]
# The generator would help its opponent: what one side wins in this game, the other loses.

# %% [markdown] jp-MarkdownHeadingCollapsed=true
# ### Deeper: the library's line, and what the generator would learn, exactly

# %% [markdown]
# The same two networks, built of the layers of the library and given the same weights:

# %% tags=["B12-THROUGH", "B12-DW"]
G = networks.Chain(Linear(n_z, n_h), Activation(tanh), Linear(n_h, n_x))
D = networks.Chain(Linear(n_x, n_k), Activation(tanh), Linear(n_k, 1))
for layer, weights, bias in zip((*G.inner[::2], *D.inner[::2]), (U, W, V, w), (a, b, c, d)):
    layer.W[:], layer.b[:] = weights, bias
G.backward(D.backward(networks.generator_loss(D.forward(G.forward(Z)))[1]))
showing.same("dL_G/dW", by_hand=d_W, library=G.inner[2].dW)

# %% [markdown]
# Without the stop the generator would learn exactly the opposite of what it should: $L_\text{first}$ is its part of $L_D$ with the
# other sign, so
# $$\frac{\partial L_D}{\partial W} = -\frac{\partial L_\text{first}}{\partial W}.$$

# %% tags=["B12-STOP"]
G.backward(D.backward(networks.generator_loss(D.forward(G.forward(Z)), saturating=True)[1]))
showing.same("dL_D in the generator's W", measured=not_stopped, minus_that_of_L_first=-G.inner[2].dW, atol=1e-7)

# %% [markdown]
# ## 5 · One of the two losses dies
#
# Why not take $L_\text{first}$, which belongs to the game? Look at both losses of one made picture, and at their slopes in its
# score.

# %%
score = np.linspace(-8, 8, 161)
fig, (left, right) = plt.subplots(1, 2, figsize=(9, 2.5), layout="constrained")
plotting.show_curves({"L_G": np.logaddexp(0, -score), "L_first": -np.logaddexp(0, score)},
                     x=score, ax=left, xlabel="score s'")
plotting.show_curves({"L_G": sigmoid(score) - 1, "L_first": -sigmoid(score)},
                     x=score, ax=right, xlabel="score s'", ylabel="slope")
plotting.described(fig, "Left: L_G falls steeply on the left and is flat on the right; L_first is flat on the left and falls on the "
                   "right. Right: their slopes; at low scores that of L_G is -1 and that of L_first 0.")

# %% [markdown]
# At the start made pictures are bad, and the discriminator is sure: $s'$ is far on the left. There the slope of $L_\text{first}$ is
# nearly 0. Whoever most needs to learn hears nothing. $L_G$ has its largest slope there. The two slopes of a picture always add
# up to $-1$, and their ratio is $e^{-s'}$: each unit of the score costs $L_\text{first}$ a factor of $e$.

# %% tags=["B12-RATIO"]
of_first, of_G = -sigmoid(score), sigmoid(score) - 1
assert np.allclose(of_first + of_G, -1)
showing.same("ratio of the slopes", slopes=(of_G / of_first)[::20], formula=np.exp(-score)[::20])

# %% [markdown]
# Now real digits. A generator with random weights makes grey noise, and a discriminator gets a few steps alone. After each ten
# we send both losses through it, and measure the length of the gradient that reaches the generator.

# %% tags=["shows:networks.adversarial.digit_duel"]
def digit_duel(rng=0, rates=(1e-3, 1e-3), classes=0, **options):
    """A generator of digits from 32 random numbers, a discriminator, and their steps."""
    wide = [(Linear(m, n, "he"), BatchNorm(n), Activation(LeakyRelu(0.2)))
            for m, n in ((32 + classes, 256), (256, 512))]
    layers = [*wide[0], *wide[1], Linear(512, 784), Activation(sigmoid)]
    layers = [Beside(*layers, n=classes)] if classes else layers
    generator = Stack(layers, 32 + classes, 784 + classes, loss=squared_error, rng=rng)
    wide = [(Linear(m, n, "he"), Activation(LeakyRelu(0.2)))
            for m, n in ((784 + classes, 256), (256, 128))]
    discriminator = Stack([*wide[0], *wide[1], Linear(128, 1)], 784 + classes, 1, rng=rng)
    steps = [Adam(rate, betas=(0.5, 0.999)) for rate in rates]
    return Duel(generator, discriminator, steps, classes=classes, rng=rng, **options)


pair = digit_duel()
print(f"generator: {pair.G.theta.size:,} numbers; discriminator: {pair.D.theta.size:,}")

# %%
lengths = {"L_G": [], "L_first": []}
for step in range(51):
    made = pair.G.chain.forward(pair.noise(128))
    if step % 10 == 0:
        for name, kind in (("L_G", False), ("L_first", True)):
            slopes = networks.generator_loss(pair.D.chain.forward(made), saturating=kind)[1]
            pair.G.chain.backward(pair.D.chain.backward(slopes))
            lengths[name].append(float(np.linalg.norm(pair.G.grad)))
    pair.teach(digits.X_train[128 * step : 128 * (step + 1)], made)
print("steps of the discriminator alone:", list(range(0, 51, 10)))

# %% jupyter={"source_hidden": true}
def dying():
    """Lengths of both gradients against the steps."""
    ax = plotting.show_curves(lengths, x=range(0, 51, 10), xlabel="steps of the discriminator alone", ylabel="length of the gradient", log=True,
                              ax=plt.subplots(figsize=(6, 3), layout="constrained")[1])
    return plotting.described(ax, "Length of the gradient at the generator, logarithmic: with L_G it stays between 0.5 and 10, with "
                              "L_first it falls below a hundredth within ten steps and on below a thousandth.")


share = lengths["L_first"][-1] / lengths["L_G"][-1]
assert share < 1e-3
predict("12 dies", "After 50 steps of the discriminator, how long is the gradient of L_first beside that of L_G?", dying,
        choices=("about the same", "about a tenth", "less than a thousandth"), answer=lambda _: "less than a thousandth",
        why="The scores are near −10 by then, and the ratio of the slopes is e to that power.")

# %% [markdown]
# With $L_G$ the gradient even grows: a sure discriminator has steep slopes in the picture, and all of it arrives. With
# $L_\text{first}$ it dies within ten steps. The best discriminator would be the end of the lesson. This is why $L_G$
# is used: it is called the *non-saturating* loss, the first one the *saturating* loss.
#
# ## 6 · In turn
#
# One step of the game, in full. First the discriminator, on real and on made pictures together. Its `backward` goes down to the
# pictures, and nothing goes on from there. Then the generator, through the discriminator *as it is now*.

# %%
def in_turn(G, D, step_G, step_D, real, z):
    """One step of each; G and D are networks, step_G and step_D their optimizers."""
    made = G.chain.forward(z)
    scores = D.chain.forward(np.vstack([real, made]))
    loss_D, *slopes = networks.discriminator_loss(*np.split(scores, [len(real)]))
    D.chain.backward(np.vstack(slopes))                  # stops at the pictures
    step_D.step(D.theta, D.grad)
    loss_G, slopes = networks.generator_loss(D.chain.forward(made))
    G.chain.backward(D.chain.backward(slopes))           # goes through to the noise
    step_G.step(G.theta, G.grad)
    return loss_D, loss_G

# %% [markdown]
# That is the whole training; the rest is repetition. The library's `Duel` does these lines.
#
# ### Why it never comes to rest
#
# A loss that falls comes to rest in a valley. In a game there is no valley: what is downhill for one is uphill for the other.
# The discriminator chases the generator, and the generator runs. The smallest such game has two numbers and can be solved (the
# folded part): its steps go round the aim, and never reach it.
#
# Both losses go up and down for ever, and neither says how good the pictures are. That is no fault. Three things calm it: a
# discriminator that forgets a little in each step, steps that become smaller and smaller, and the *mean* of the generator's weights
# over the last steps, for the middle of a round is where we want to be. The training below uses the last two.

# %% [markdown] jp-MarkdownHeadingCollapsed=true
# ### Deeper: the library's steps; the smallest game, with its matrices; a discriminator that forgets

# %% [markdown]
# Two pairs that start alike end alike, one with the lines above and one with the library's:

# %%
ours, theirs = on_a_line(0.5, -2.0, (0.02, 0.02)), on_a_line(0.5, -2.0, (0.02, 0.02))
for numbers in rng.standard_normal((5, 256, 1)):
    in_turn(ours.G, ours.D, *ours.optimizers, numbers, ours.noise(256))
    theirs.step(numbers)
showing.same("the generator's weights after five steps", in_turn=ours.G.theta, library=theirs.G.theta)

# %% [markdown]
# **The smallest game** has two numbers (L. Mescheder and others, *Which Training Methods for GANs do actually Converge?*, 2018).
# All real numbers are 0. The generator makes the number $\theta$; the discriminator's score is $\psi x$. Then
# $L_D = \zeta(0) + \zeta(\psi\theta)$ and $L_\text{first} = -\zeta(\psi\theta)$, and the slopes are
# $$\frac{\partial L_D}{\partial\psi} = \sigma(\psi\theta)\,\theta, \qquad \frac{\partial L_\text{first}}{\partial\theta} =
# -\sigma(\psi\theta)\,\psi.$$

# %% tags=["B12-DIRAC"]
psi, theta = 0.7, -0.4
calculus.check_gradient(lambda v: np.logaddexp(0, v[0] * theta), np.array([psi]), [sigmoid(psi * theta) * theta])
showing.slopes("dL_first/dθ", lambda v: -np.logaddexp(0, psi * v[0]), np.array([theta]), [-sigmoid(psi * theta) * psi])

# %% [markdown]
# Both are 0 at $(0, 0)$: the aim is a point of rest. Do steps of the rate $\eta$ lead there? Close to it $\sigma$ is ½; with
# $\alpha = \eta/2$ a step is a matrix on $(\psi, \theta)$. If both move **at once**, and if they move **in turn**, the generator
# seeing the new $\psi$:
# $$A_\text{once} = \begin{pmatrix}1 & -\alpha\\ \alpha & 1\end{pmatrix}, \qquad
# A_\text{turn} = \begin{pmatrix}1 & -\alpha\\ \alpha & 1-\alpha^2\end{pmatrix}.$$
# We measure both as Jacobians of the real step at $(0,0)$.

# %% tags=["B12-ONCE", "B12-TURN"]
def game(state, rate=0.5, in_turn=True, fade=0.0):
    """One step of the game of two numbers (psi, theta); psi fades by a share of itself."""
    psi, theta = state
    new = (1 - fade) * psi - rate * sigmoid(psi * theta) * theta
    seen = new if in_turn else psi
    return np.array([new, theta + rate * sigmoid(seen * theta) * seen])


J_turn = calculus.jacobian(game, np.zeros(2))
J_once = calculus.jacobian(lambda state: game(state, in_turn=False), np.zeros(2))
showing.same("a step at once, a step in turn", measured=np.hstack([J_once, J_turn]),
             formula=[[1, -0.25, 1, -0.25], [0.25, 1, 0.25, 1 - 0.25**2]], atol=1e-7)

# %% [markdown]
# What many steps do is in the eigenvalues (chapter 08). They are complex: the state goes round. At once, their size is
# $\sqrt{1+\alpha^2}$, more than 1. In turn the determinant is 1, and so is the size of both, as long as $\alpha < 2$.

# %% tags=["B12-ONCE", "B12-TURN"]
sizes = [np.abs(np.linalg.eigvals(J)) for J in (J_once, J_turn)]
showing.same("sizes of the eigenvalues", measured=sizes, formula=[2 * [np.sqrt(1 + 0.25**2)], [1, 1]], atol=1e-7)

# %% jupyter={"source_hidden": true}
def path(**options):
    """150 states from (1, 0)."""
    states = [np.array([1.0, 0.0])]
    for _ in range(150):
        states.append(game(states[-1], rate=0.2, **options))
    return np.array(states)


paths = {"at once": path(in_turn=False), "in turn": path()}
ends = {name: float(np.linalg.norm(states[-1])) for name, states in paths.items()}
assert ends["at once"] > 1.5
assert 0.8 < ends["in turn"] < 1.2


def spirals():
    """Both paths."""
    ax = plt.subplots(figsize=(4.4, 4), layout="constrained")[1]
    for (name, states), style, colour in zip(paths.items(), ("-", "--"), plotting.CYCLE):
        ax.plot(*states.T, style, label=name, color=colour)
    ax.plot(0, 0, "k+", markersize=12)
    ax.set(xlabel="ψ", ylabel="θ", aspect="equal")
    ax.legend(frameon=False)
    return plotting.described(ax, "Paths from (1, 0): at once a spiral that winds outwards, in turn a closed round about (0, 0).")


predict("12 rounds", "150 steps from (ψ, θ) = (1, 0) at the rate 0.2. Which of the two ways ends at (0, 0)?", spirals,
        choices=("at once", "in turn", "both", "neither"), answer=lambda _: "neither",
        why="No eigenvalue is smaller than 1: at once the rounds grow, in turn they stay.")

# %% [markdown]
# **A discriminator that forgets.** If $\psi$ loses a share $\varphi$ of itself in each step, the determinant is $1-\varphi$, and the
# size of both eigenvalues is $\sqrt{1-\varphi}$: below 1, so the rounds shrink.

# %% tags=["B12-FADE"]
J_fade = calculus.jacobian(lambda state: game(state, fade=0.1), np.zeros(2))
showing.same("sizes of the eigenvalues, with a share of 0.1", measured=np.abs(np.linalg.eigvals(J_fade)),
             formula=2 * [np.sqrt(0.9)], atol=1e-7)

# %% [markdown]
# ## 7 · Digits
#
# All 60,000 training digits, without their labels: nobody tells either network which digit is which. The pair of section 5,
# trained like this:
#
# | | |
# |---|---|
# | generator | 32 random numbers – 256 – 512 – 784; batch normalisation, leaky ReLU; sigmoid at the end |
# | discriminator | 784 – 256 – 128 – 1, leaky ReLU |
# | losses | $L_D$ and $L_G$, in turn, batches of 128 |
# | steps | Adam, rate 0.001, falling to 0 along half a cosine; 2 epochs |
# | pictures | made with a running mean of the generator's weights, over about 1,000 steps |
#
# Adam's first share is 0.5, not 0.9: what a gradient said ten steps ago is out of date in a game (A. Radford and others,
# *Unsupervised Representation Learning with Deep Convolutional Generative Adversarial Networks*, 2015). The mean of the weights
# is that of Y. Yazıcı and others, *The Unusual Effectiveness of Averaging in GAN Training* (2018). The bar counts steps.

# %% tags=["nbval-ignore-output"]
from tqdm.auto import tqdm

pair, losses, sheets = digit_duel(average=0.999), [], {}
watched = pair.noise(10)
for step, both in enumerate(tqdm(pair.train(digits.X_train, epochs=2, schedule=networks.cosine))):
    losses.append(both)
    if step in browser.suits((10, 100, 300), (10, 30, 60)):
        sheets[step] = pair.G.predict_scores(watched)

# %% [markdown]
# Ten rows of noise, and what the generator made of them after 10, 100 and 300 steps; in the last row at the end.

# %%
sheets["end"] = pair.mean.predict_scores(watched)
axes = plotting.show_images(np.vstack([*sheets.values()]))
plotting.described(axes[0, 0], "Four rows of ten pictures: grey fog, blots of ink, strokes with frayed rims, and at the end pictures of which "
                   "many can be read as digits.")

# %% [markdown]
# A column is one row of noise. In the fog nothing is decided; then the same noise becomes strokes, and a digit or something like
# one. It has taken 936 steps. How good the pictures are cannot be read from the losses: each loss is measured by an opponent who
# learns as well.
#
# ## 8 · Are they digits, and all ten?
#
# We ask a judge who took no part: the network of chapter 06, trained as there. It gives every picture ten probabilities. We
# call it *sure* where the largest is 0.9 or more.

# %% tags=["nbval-ignore-output"]
judge = MLP((784, 200, 100, 10), l2=1e-5, rng=0)
history = networks.train(judge, (digits.X_train, digits.y_train), epochs=12, batch_size=64, schedule=networks.cosine,
                         optimizer=networks.SGD(0.5, momentum=0.9), rng=0)


def judged(pictures):
    """Share of pictures of which the judge is sure, and shares of the ten classes."""
    proba = judge.predict_proba(pictures)
    return np.mean(proba.max(axis=1) >= 0.9), np.bincount(proba.argmax(axis=1), minlength=10) / len(proba)


print(f"of 10,000 test digits the judge is sure of {10 * judged(digits.X_test)[0]:.1f} in ten")

# %% jupyter={"source_hidden": true}
made = pair.made(5000)
sure, shares = judged(made)
assert browser.HERE or 0.3 < sure < 0.85


def verdict():
    """Thirty made pictures under the judge's answers."""
    axes = plotting.show_images(made[:30], titles=[str(k) for k in judge.predict(made[:30])])
    return plotting.described(axes[0, 0], "Thirty made pictures, each with the digit that the judge takes it for. The judge is sure of about "
                              f"{10 * sure:.0f} in ten; others are two digits melted together.", colours=32)


predict("12 sure", "And of 5,000 pictures that the generator made: of how many in ten is it sure?", verdict, between=(0, 10),
        answer=lambda _: round(10 * sure), near=0.15, why="The noise is one connected cloud, the digits are ten islands: in between the "
        "generator must change over.")

# %% [markdown]
# **All ten?** A generator that makes one perfect 3 again and again would please the judge, too. So we count the classes. One
# number for "how many": with the shares $c_k$,
# $$n = e^{-\sum_k c_k\log c_k},$$
# the exponential of the entropy. It is 10 if all shares are equal, and 1 if one class is alone.

# %% tags=["B12-ENTROPY"]
def how_many(shares):
    """Classes that shares amount to."""
    return float(np.exp(-np.sum(shares * np.log(np.maximum(shares, 1e-300)))))


showing.same("how many classes", measured=[how_many(np.full(10, 0.1)), how_many(np.eye(10)[3])], known=[10, 1])

# %% [markdown]
# Real digits are nearly equal in number, the made ones are not: some classes come twice as often as they should, and at least one
# is rare (drawn in the folded part). That is the beginning of *mode collapse*: the discriminator looks at single pictures, and a class that is missing in none of
# them is missed by nobody. It only learns slowly, through $q$, that too many pictures are 3s.

# %% [markdown] jp-MarkdownHeadingCollapsed=true
# ### Deeper: the shares of the ten classes; both losses over the steps

# %% [markdown]
# Here are the shares, beside those of the real digits.

# %%
def beside_the_real(shares):
    """Shares of the classes, made beside real ones."""
    ax = plt.subplots(figsize=(6, 2.6), layout="constrained")[1]
    ax.bar(np.arange(10) - 0.2, np.bincount(digits.y_train) / 60_000, 0.4, label="real", color=plotting.CYCLE[0])
    ax.bar(np.arange(10) + 0.2, shares, 0.4, label="made", color=plotting.CYCLE[1], hatch="//")
    ax.set(xlabel="class", ylabel="share", xticks=range(10), ylim=(0, None))
    ax.legend(frameon=False, ncols=2)
    return ax


assert browser.HERE or shares.min() < 0.05
plotting.described(beside_the_real(shares), "Shares of the ten classes, real and made: the real ones are close to a tenth each, the made ones "
                   "differ by several times, and one class is hardly there.")

# %% [markdown]
# **The losses of section 7**, each as its mean over 50 steps. A discriminator that only guessed would stand at the dotted line, 1.39.

# %%
each = browser.suits(50, 10)
mean_losses = np.array(losses)[: len(losses) // each * each].reshape(-1, each, 2).mean(axis=1)
ax = plt.subplots(figsize=(7, 2.8), layout="constrained")[1]
plotting.show_curves({"L_D": mean_losses[:, 0], "L_G": mean_losses[:, 1]}, x=each * np.arange(1, 1 + len(mean_losses)), ax=ax, xlabel="step")
ax.axhline(2 * np.log(2), color="0.4", linestyle=":")
assert browser.HERE or mean_losses[-1, 0] < 2 * np.log(2)
plotting.described(ax, "Both losses, averaged over 50 steps, against the step: L_G sinks from above 4 to below 2, L_D stays well below the dotted "
                   "line at 1.39.")

# %% [markdown]
# The discriminator is ahead all the time: its loss stays below the line, and hardly moves. $L_G$ sinks, and stays far above what a
# discriminator that guesses would leave it, 0.69.

# %% [markdown]
# ## 9 · Tell both which digit
#
# Now the labels come in, on both sides (M. Mirza and S. Osindero, *Conditional Generative Adversarial Nets*, 2014). The noise ends
# in a one-hot row $e_k$ of a class drawn by lot. The generator gives its picture with the same $e_k$ beside it, and a real digit
# stands beside its label. So the game is played ten times at once, and the best discriminator compares within a class:
# $$D^*(x, k) = \frac{p(x\mid k)}{p(x\mid k)+q(x\mid k)},$$
# if classes are equally frequent on both sides. A missing class can no longer hide, and the islands need no bridges. The training,
# seven epochs, is else that of section 7:

# %% tags=["nbval-ignore-output"]
rows = np.hstack([digits.X_train, np.eye(10, dtype=np.float32)[digits.y_train]])        # (60000, 794)
told = digit_duel(classes=10, average=0.999)
for _ in tqdm(told.train(rows, epochs=7, schedule=networks.cosine)):
    pass

# %% jupyter={"source_hidden": true}
ordered = np.repeat(np.arange(10), 500)


def pictures_of(factor):
    """500 pictures of each class, from noise that is longer or shorter by a factor."""
    noise = told.noise(5000, ordered)
    noise[:, :32] *= factor
    return told.mean.predict_scores(noise)[:, :784]


pictures = pictures_of(1.0)
sure_now, shares_now = judged(pictures)
assert browser.HERE or (0.85 < sure_now and shares_now.min() >= 0.03)


def ten_of_each():
    """Ten made pictures of each class: a column for each class."""
    axes = plotting.show_images(pictures.reshape(10, 500, 784)[:, :10].swapaxes(0, 1).reshape(100, 784), size=0.62)
    return plotting.described(axes[0, 0], "A hundred made pictures, ten of each class, 0 to 9 from left to right: nearly all are clean digits of the "
                              f"class that was asked for, each in another hand. The judge is sure of about {10 * sure_now:.0f} in ten.", colours=32)


predict("12 told", "Of how many in ten of its pictures is the judge sure now?", ten_of_each, between=(0, 10),
        answer=lambda _: round(10 * sure_now), near=0.1, why="Within a class there are no islands to cross.")

# %% [markdown]
# Ten columns, ten classes, and each picture in another hand: from 32 random numbers and the name of a digit, after seven passes over
# the training digits. Some still fail: a 9 whose loop does not close, an 8 with a gap. Does the judge read what was asked for?

# %%
right = np.mean(judge.predict(pictures) == ordered)
assert browser.HERE or how_many(shares_now) > 9.5
print(f"the class that was asked for in {10 * right:.0f} of ten; all in all {how_many(shares_now):.0f} classes")

# %% [markdown]
# **Is each class more than one picture?** Yes, but two made pictures of a class differ less than two real ones: by the square of the
# distance less than two thirds as much (the folded part). Rare hands are missing. So mode collapse is no accident that happens or
# not. It is a question of how much.

# %% [markdown] jp-MarkdownHeadingCollapsed=true
# ### Deeper: the best within a class; the way past the label; how unlike two pictures are; a knob

# %% [markdown]
# The best score of the pair (picture, class) is the best one within the class, here with two classes on the line:

# %% tags=["B12-CLASS"]
frequency, p_k, q_k = np.full(2, 0.5), np.array([bell(x, 2, 0.8), bell(x, -2, 0.8)]), np.array([bell(x, 1, 1.0), bell(x, -2, 1.5)])
together_p, together_q = frequency[:, None] * p_k, frequency[:, None] * q_k        # densities of pairs (x, k)
showing.same("best at x = -2, 0 and 2", of_pairs=networks.best_discriminator(together_p, together_q)[:, 600:1001:200],
             within_a_class=(p_k / (p_k + q_k))[:, 600:1001:200])

# %% [markdown]
# On the way back the discriminator gives a gradient in all 794 numbers of a made row. The last ten belong to the label, which nobody
# may move: the layer `Beside`, which lets them pass by, sends only the first 784 through the generator's layers.

# %% tags=["B12-LABEL"]
labelled = networks.Chain(Beside(Linear(5, 4), n=2))
labelled.lay_out(*rng.normal(size=(2, labelled.n_parameters)))
row, back = rng.normal(size=(3, 5)), rng.normal(size=(3, 6))
assert labelled.forward(row).shape == (3, 6)
labelled.backward(back)
showing.same("dL/dW of the layer inside", library=labelled.inner[0].inner[0].inner[0].dW,
             without_the_label=row.T @ back[:, :4])

# %% [markdown]
# **How unlike two pictures are.** A measure: the mean squared distance of two made pictures of one class. It needs no pairs. With
# the variance $v_i$ of pixel $i$ it is $2\sum_i v_i$.

# %% tags=["B12-PAIRS"]
def spread(X):
    """Mean squared distance of two rows, drawn with replacement."""
    return 2 * X.var(axis=0).sum()


showing.same("mean squared distance", formula=spread(targets), all_pairs=np.mean([np.sum((one - two) ** 2) for one in targets for two in targets]))

# %% [markdown]
# **A knob** is left: the length of the noise. In training it is normal, so rare hands come from long rows. What if we multiply it by
# a factor below 1 before the generator gets it (A. Brock and others, *Large Scale GAN Training for High Fidelity Natural Image
# Synthesis*, 2018)? We measure of how many pictures the judge is sure, and the spread within a class beside that of real digits.

# %%
factors, of_real = (1.0, 0.9, 0.8, 0.7, 0.5), [spread(digits.X_test[digits.y_test == k]) for k in range(10)]
knob = {factor: pictures_of(factor) for factor in factors}
sureness = [judged(X)[0] for X in knob.values()]
variety = [np.mean([spread(X[ordered == k]) / of_real[k] for k in range(10)]) for X in knob.values()]

# %% jupyter={"source_hidden": true}
def trade():
    """Sureness and variety against the factor."""
    ax = plotting.show_curves({"share of which the judge is sure": sureness, "spread within a class, of the real one": variety}, x=factors,
                              xlabel="factor on the noise", ylabel="share", ax=plt.subplots(figsize=(6.5, 3), layout="constrained")[1])
    ax.set(ylim=(0, 1))
    return plotting.described(ax, "Against the factor on the noise: the share of which the judge is sure falls from about 0.95 at 0.5 to about 0.9 "
                              "at 1, the spread rises from about 0.3 to about 0.6.")


assert browser.HERE or sureness[2] >= 0.9
assert browser.HERE or all(judged(X)[1].min() >= 0.03 for X in knob.values())
assert browser.HERE or variety[0] > variety[2] > variety[4]
assert browser.HERE or 0.35 < variety[2] < 0.8
predict("12 knob", "Shorter noise: what happens to the two?", trade, choices=("both rise", "surer, and more alike", "less sure, and more alike"),
        answer=lambda _: "surer, and more alike", why="Short rows lie where the generator was trained most; the rare hands are cut off.")

# %% [markdown]
# With the factor 0.8 the judge is sure of more than nine in ten pictures, and all ten classes are there. The price is variety: two made
# pictures of a class differ about half as much as two real ones, by the square of the distance. Even at the factor 1 it is less than
# two thirds.

# %% [markdown]
# ## 10 · One picture for everything
#
# The best-known failure is *mode collapse*: many rows of noise, one picture. Section 4 shows why it lurks. The gradient at a made
# picture comes from its own score alone:
# $$\nabla_{x'_j} L_G = \frac{\sigma(s'_j)-1}{M}\;\nabla_x s(x'_j).$$
# Nothing in it says *be different from the others*. If the discriminator rests, each picture climbs to the place where the score
# is highest, and that is one place for all.
#
# So we take a new pair without labels, whose generator learns fifty times as fast as the discriminator. For the generator that
# is nearly a discriminator at rest. 200 steps:

# %%
hasty = digit_duel(rates=(5e-3, 1e-4))
for start in range(0, browser.suits(200, 60) * 64, 64):
    hasty.step(digits.X_train[start : start + 64])
print("steps of each:", hasty.done)

# %% jupyter={"source_hidden": true}
of_hasty = hasty.made(1000)
sure_of_one, shares_of_one = judged(of_hasty)
assert browser.HERE or how_many(shares_of_one) < 4


def collapsed():
    """Ten pictures, and to how many classes they amount."""
    axes = plotting.show_images(of_hasty[:10])
    return plotting.described(axes[0, 0], "Ten pictures from ten rows of noise: specks of ink, the same one or two pictures again and again. They "
                              "amount to one class or two.")


predict("12 collapse", "To how many classes do its pictures amount?", collapsed, choices=("about 10", "5 to 9", "1 to 3"),
        answer=lambda _: "1 to 3", why="Each picture climbs to where the score is highest, and nothing keeps them apart.")

# %% [markdown]
# No digit, and nearly always the same. A judge that only knows ten answers may even be sure of it. The discriminator will find the one picture,
# and the generator will flee to another: so it goes round. What keeps pictures apart is an opponent that follows at once.

# %% [markdown] jp-MarkdownHeadingCollapsed=true
# ### Deeper: the gradient row by row, and 200 numbers that become one

# %% [markdown]
# The gradient at the made pictures of section 4, and the formula above, which takes each row by itself:

# %% tags=["B12-POINT"]
slope_of_score = ((np.ones((M, 1)) @ w.T) * (1 - K**2)) @ V.T          # each row by itself
formula = (sigmoid(scores_of(generator())) - 1) / M * slope_of_score
showing.same("dL_G in the made pictures", through_the_network=d_made, row_by_row=formula)

# %% [markdown]
# On the line of section 3 it can be watched. The discriminator that learned $p/(p+q)$ rests, and 200 numbers climb its score.

# %%
climbing = np.linspace(-3, 4, 200)[:, None]
spreads = []
for _ in range(1500):
    spreads.append(float(climbing.std()))
    slopes = networks.generator_loss(still.D.chain.forward(climbing))[1]
    climbing = climbing - 10 * still.D.chain.backward(slopes)
print(f"spread at the start {spreads[0]:.1f}, at the end {spreads[-1]:.1f}; they stand around {climbing.mean():.0f}")

# %% [markdown]
# 200 numbers from $-3$ to 4 have become nearly one, and not even where most real ones are, at 2, but further on: there the score
# is higher still.

# %% [markdown]
# ## 11 · Does it copy?
#
# A generator that had learned 60,000 pictures by heart would fool everyone. It never sees a real digit, only gradients; but
# that proves nothing. So we look for the training digit that is nearest to each made one. All squared distances of made
# pictures $x_i$ and digits $t_j$ come from one matrix product:
# $$\|x_i - t_j\|^2 = \|x_i\|^2 + \|t_j\|^2 - 2\,(X T^T)_{ij}.$$

# %% tags=["B12-NEAREST"]
def squared_distances(X, T):
    """From each row of X to each row of T."""
    return (X**2).sum(axis=1)[:, None] + (T**2).sum(axis=1) - 2 * X @ T.T


some, others = rng.normal(size=(3, 7)), rng.normal(size=(4, 7))
showing.same("squared distances", formula=squared_distances(some, others),
             one_by_one=[[np.sum((x - t) ** 2) for t in others] for x in some])

# %% [markdown]
# What is *near*? We need something to compare with: 500 test digits, real and never seen by either network. Their nearest training
# digits are as near as honest newcomers come.

# %%
mixed = np.random.default_rng(1).permutation(pictures)[:500]
known = digits.X_train[: browser.suits(60_000, 6_000)]
from_made = squared_distances(mixed, known)
from_test = squared_distances(digits.X_test[:500], known)
nearest = from_made.argmin(axis=1)
gaps = {name: np.sqrt(distances.min(axis=1)) for name, distances in (("made", from_made), ("test", from_test))}
print(f"half of the test digits have their nearest training digit within {np.median(gaps['test']):.1f}")

# %% jupyter={"source_hidden": true}
def histogram():
    """Distances to the nearest training digit, of made and of test digits."""
    ax = plt.subplots(figsize=(6.5, 2.8), layout="constrained")[1]
    for (name, values), colour, hatch in zip(gaps.items(), plotting.CYCLE, ("", "//")):
        ax.hist(values, bins=np.linspace(0, 12, 49), alpha=0.5, color=colour, label=name, hatch=hatch)
    ax.set(xlabel="distance to the nearest of 60,000 training digits", ylabel="pictures of 500")
    ax.legend(frameon=False)
    return plotting.described(ax, "Two heaps of distances that cover each other for the most part; no made picture lies near 0.")


assert gaps["made"].min() > 1
predict("12 copy", "Copies would have the distance 0. How near is the nearest of 500 made pictures to a training digit?", histogram,
        choices=("0: some are copies", "between 0 and 1", "more than 1"), answer=lambda _: "more than 1",
        why="A distance of 1 is what a single black pixel more or less makes.")

# %% [markdown]
# Made pictures lie no nearer to the training digits than new real ones do. Here are ten, each above its nearest digit.

# %%
axes = plotting.show_images(np.vstack([mixed[:10], digits.X_train[nearest[:10]]]))
plotting.described(axes[0, 0], "Ten made pictures above the training digits that are nearest to them: mostly the same class, but another "
                   "slant, another width, other ends of the strokes.")

# %% [markdown]
# They are kin, not twins: the slant differs, or a loop, or the ends of a stroke.
#
# ## 12 · Watch them, and walk
#
# The pair from its first step on. *Start* trains, *Pause* holds it, *Step* takes one turn. The curves show what the discriminator
# says of real and of made pictures, on the mean. Whose turn it is and which loss the generator has can be changed
# while they play.

# %% jupyter={"source_hidden": true} tags=["nbval-ignore-output"]
from mlp_lib.demos import walk_the_noise, watch_a_duel

demo = watch_a_duel()
assert demo.model.G.sizes == (32, 784)
demo

# %% [markdown]
# The probabilities part within a few turns, and come a little closer when the pictures improve. Where the discriminator rests, the
# made ones are soon taken for real, whatever they look like to you.
#
# And the generator that is told the digit. One slider goes from one row of noise to another, the others along the four directions
# that its first layer stretches most: singular vectors of its weights (chapter 08). Beside the made picture stands the training
# digit that is nearest to it.

# %% jupyter={"source_hidden": true} tags=["nbval-ignore-output"]
walk = walk_the_noise(told)
assert walk.pair is told
walk

# %% [markdown]
# There is no gap on the way: every row of noise gives a picture, and a small step a small change. The nearest digit jumps now and
# then, the made picture never does. That is what *not copied* looks like.
#
# ## Exercises
#
# The [exercises of this chapter](exercises/12_adversarial.ipynb) check your answers and say which mistake a wrong one is; the last
# one is a pair to be repaired. The questions here are open. Answer first, then check; `calculus.check_gradient(f, where, gradient)`
# judges a gradient.
#
# 1. **Labels of 0.9.** Real pictures get the target 0.9 instead of 1. Which score is the best one where $p$ and $q$ are given? What
#    becomes of $D^*$ where made pictures never come?
# 2. **Squares.** Take $\frac1N\sum(s_i-1)^2 + \frac1M\sum s_j'^2$ for the discriminator, and $\frac1M\sum(s'_j-1)^2$ for the generator. What
#    is the best score? Does the generator's slope die?
# 3. **Two steps of one.** In the smallest game of section 6 let the discriminator take two steps for each one of the generator. Which
#    matrix is that, and how large are its eigenvalues?
# 4. **No batch normalisation.** Leave it out of the generator of section 7. What changes in the first 500 steps?
#
# ## Summary
#
# A discriminator turns *looks real* into a loss: the binary cross-entropy of real against made. At its best its score is the log of
# $p/q$, and its loss measures how far the two densities are apart. The generator learns by the gradient that comes through
# it, back to the picture and on into its own weights; the discriminator's own step ends at the picture. The loss that belongs to the
# game dies where the discriminator is sure, the other one does not. Steps in turn go round; forgetting, smaller steps and a mean
# of the weights calm them. A generator that is far too fast makes one picture again and again. Told which digit is meant, the pair
# makes all ten, so that the network of chapter 06 reads them. They are no copies.
