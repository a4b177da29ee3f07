"""Mistakes in some of several gradients, for the exercises of any chapter."""

SLIPS = (
    ("{0} alone has the wrong sign; the other parts are right.", lambda N: -1),
    ("{0} alone is divided by the number of samples once more. The slope that it is made of holds "
     "the mean already.", lambda N: 1 / N),
    ("{0} alone is the gradient of a sum over the samples. The loss holds their mean.",
     lambda N: N),
)


def in_one_part(reference, parts, slips=SLIPS):
    """Pairs of a sentence and a function, each slip in each of the ``parts`` of the ``reference``.

    The first argument of the reference has a row for each sample.
    """
    def answer(at, factor):
        def wrong(X, *rest):
            found = list(reference(X, *rest))
            found[at] = factor(len(X)) * found[at]
            return tuple(found)

        return wrong

    return tuple((words.format(part), answer(at, factor))
                 for words, factor in slips for at, part in enumerate(parts))


def over_samples(errors):
    """The gradient in a bias (n,) from the errors (N, n) of all samples."""
    return errors.sum(axis=0)


SUMS = (
    ("{0}: added up along the rows. A bias serves all samples, so over which index must be summed?",
     lambda errors: errors.sum(axis=1)),
    ("{0}: a single number. Each unit has a bias of its own.", lambda errors: errors.sum()),
    ("{0}: not added up. One bias serves all samples, so its gradient gathers what comes from each "
     "of them.", lambda errors: errors),
)


def in_the_biases(changed, names):
    """Pairs of a sentence and a function, each wrong sum in all biases, then in each of them.

    ``changed`` takes ``sums``, what makes the gradient of each bias from its errors.
    """
    return tuple((words.format(", ".join(those)),
                  changed(sums=[wrong if name in those else over_samples for name in names]))
                 for words, wrong in SUMS for those in (names, *((name,) for name in names)))
