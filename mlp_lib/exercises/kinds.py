"""An exercise is data: the kinds of exercises, and what each is made of.

Every kind offers the same three steps, so that a sandbox can stand between them:
``cases`` (what to call the answer with), the call itself (`runner.run`), and ``judge``.
"""

import inspect
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np

from mlp_lib.exercises import judging
from mlp_lib.exercises.examples import example_cases
from mlp_lib.exercises.givens import given
from mlp_lib.exercises.runner import Case

ORDINARY = 4  # ordinary cases of a function, besides its edges


@dataclass(frozen=True)
class Misconception:
    """A wrong answer that people really give.

    Attributes
    ----------
    sentence : str
        What helps: names the mistake and says why it is one. Plain text, no formula of the answer.
    function : callable
        Gives what the mistake gives, from the same arguments as the reference.
    """

    sentence: str
    function: Callable


@dataclass(frozen=True, kw_only=True)
class Exercise:
    """What every exercise has.

    Attributes
    ----------
    id : str
        Chapter and name, as in "03.label_smoothing_gradient".
    title : str
        A few words.
    section : str
        Where the chapter teaches the ground, as in "03 §5".
    prompt : str
        Markdown: what is asked, with shapes, and the formula it varies.
    points : int
        Full mark.
    hints : tuple of str
        Three steps in Markdown; the last is the derivation's next line, never code.
    """

    id: str
    title: str
    section: str
    prompt: str
    points: int
    hints: tuple = ()

    @property
    def chapter(self):
        """Two digits, or the letter of an appendix."""
        return self.id.split(".")[0]

    @property
    def name(self):
        """The part of the id that the learner's function or variable is called by."""
        return self.id.split(".")[1]

    @property
    def ground(self):
        """``section`` in words, as in "chapter 03, §5"."""
        return f"chapter {self.section.replace(' ', ', ', 1)}"

    @property
    def called(self):
        """What a report calls the result: a name, or one for each part."""
        return getattr(self, "parts", ()) or self.name


@dataclass(frozen=True, kw_only=True)
class Function(Exercise):
    """Asks for a function.

    Attributes
    ----------
    reference : callable
        The right answer. Its docstring and signature stand in the learner's stub. It may use
        numpy and what the setup of its chapter's notebook imports.
    inputs : callable
        From a `numpy.random.Generator` to a tuple of arguments; sizes drawn anew for each call,
        no two equal, none 1; no special values.
    edges : mapping of str to callable
        As ``inputs``, for named special cases ("scores of 1e4").
    tolerance : float
        Relative to the largest entry of each array.
    misconceptions : tuple of Misconception
        At least four.
    example : str
        Code of a cell that tries the answer before the check, and is a case of it; may be empty.
    parts : tuple of str
        Names of the returned values, for a function that returns several.
    """

    reference: Callable
    inputs: Callable
    misconceptions: tuple
    edges: Mapping = field(default_factory=dict)
    tolerance: float = 1e-6
    example: str = ""
    parts: tuple = ()
    reveals = True  # a report shows the wanted entry and the input

    def cases(self, seed):
        """Cases from a seed: the ordinary ones, the first of them again, the example, the edges."""
        rng = np.random.default_rng([seed, zlib.crc32(self.id.encode())])
        ordinary = [Case(f"case {i + 1}", self.inputs(rng)) for i in range(ORDINARY)]
        again = Case(judging.AGAIN, ordinary[0].args)
        edges = [Case(name, make(rng)) for name, make in self.edges.items()]
        return [*ordinary, again, *example_cases(self), *edges]

    @property
    def special(self):
        """Names of the cases that are edges, or of the example."""
        return {*self.edges, *(case.name for case in example_cases(self))}

    def parameters(self):
        """Names of the arguments."""
        return list(inspect.signature(self.reference).parameters)

    def judge(self, cases, outcomes, number):
        """`Verdict` on what the answer gave; ``number`` is the exercise's, as in "03.2"."""
        return judging.judge_function(self, cases, outcomes, number)


@dataclass(frozen=True, kw_only=True)
class Number(Exercise):
    """Asks for a value, a shape or a small array; each learner has numbers of their own.

    The parameters are those of `mlp_lib.exercises.givens`, by the learner's name.
    """

    reference: Callable
    misconceptions: tuple
    tolerance: float = 1e-4
    reveals = False  # the one wanted entry is the answer
    special = frozenset()

    def cases(self, name, key=None):
        """The one case of a learner; for the ``key`` see `mlp_lib.exercises.given`."""
        return [Case(f"the numbers of {name}", tuple(given(self.id, name, key).values()))]

    def parameters(self):
        """Names of the given numbers."""
        return list(inspect.signature(self.reference).parameters)

    def judge(self, cases, outcomes, number):
        """`Verdict` on a value, held by the one outcome."""
        return judging.judge_function(self, cases, outcomes, number)


@dataclass(frozen=True, kw_only=True)
class Choice(Exercise):
    """Asks for a letter.

    Attributes
    ----------
    options : mapping of str to str
        Letter to Markdown text, in the order shown.
    right : str
        Its letter.
    sentences : mapping of str to str
        For each wrong letter, what helps.
    """

    options: Mapping
    right: str
    sentences: Mapping

    def cases(self, name="", key=None):
        """No case: the answer is a letter."""
        return []

    def judge(self, cases, outcomes, number):
        """`Verdict` on a letter, held by the one outcome."""
        return judging.judge_choice(self, outcomes[0].value, number)


@dataclass(frozen=True, kw_only=True)
class Written(Exercise):
    """Asks for a derivation in words and formulas, which a person grades.

    Attributes
    ----------
    rubric : tuple of (int, str)
        Points, and what earns them. They add up to ``points``.
    solution : str
        One full answer in Markdown.
    """

    rubric: tuple
    solution: str


@dataclass(frozen=True)
class Chapter:
    """The exercises of a chapter, and what its notebook needs.

    Attributes
    ----------
    notebook : str
        Name of the notebook and of the assignment, as in "03_softmax".
    title : str
        As in "Softmax and losses".
    setup : str
        Imports that the answers may use.
    order : tuple of str
        Names of the exercises; the second is number 2.
    """

    notebook: str
    title: str
    setup: str
    order: tuple
