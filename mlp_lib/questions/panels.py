"""The widget of a question: the guess, then the outcome beside it; or the hands of a class."""

from functools import partial
from html import escape

import ipywidgets as widgets

from mlp_lib.demos.parts import Caption, button, row, slider
from mlp_lib.exercises import keep_guess
from mlp_lib.questions.hands import ROUNDS, Hands

WORDS = {True: "✓ as you said", False: "✗ not as you said", None: "and this is what happens"}
COUNT = "Count the hands of a class for each choice, before and after it has talked"


class Panel(widgets.VBox):
    """Asks, and answers after the guess.

    Parameters
    ----------
    asked : Asked
    """

    def __init__(self, asked):
        self.asked, question = asked, asked.question
        self.buttons = [button("Show me", self.show, hint="The outcome, without a guess")]
        entries = self.entries(question)
        self.hands = ClassPanel(asked) if question.choices else None
        if self.hands:
            self.hands.layout.display = "none"
            self.buttons.append(button("In class", self.ask_class, hint=COUNT))
        self.result, self.line = widgets.HTML(), Caption(name=question.text)
        super().__init__([widgets.HTML(f"<b>{escape(question.text)}</b>"),
                          row([*entries, *self.buttons]), *filter(None, [self.hands]),
                          self.line, self.result])
        for name in ("mlp-demo", "mlp-question"):  # a demo's looks, and its care for keys
            self.add_class(name)

    def entries(self, question):
        """Where the guess goes: a button for each choice, a slider, or a line of text."""
        if question.choices:
            self.guesses = [button(choice, partial(self.judge, choice))
                            for choice in question.choices]
            return self.guesses
        if question.between:
            low, high = question.between
            self.guess = slider("guess", low, high, value=(low + high) / 2, form=".3g")
        else:
            self.guess = widgets.Text(placeholder="your guess", description="guess")
        self.guesses = [button("Guess", lambda: self.judge(self.guess.value))]
        return [self.guess, *self.guesses]

    def judge(self, guess):
        """Keep the guess, and show the outcome beside it."""
        if guess == "":
            self.line.text = "Write a guess first, or press Show me."
            return
        good = self.asked.question.judged(guess, self.asked.found)
        keep_guess(self.asked.question.id, good)
        self.show(f"Your guess: {guess if isinstance(guess, str) else f'{guess:.3g}'} · "
                  f"{WORDS[good]}")

    def show(self, words=""):
        """Show the outcome; from now on no guess counts."""
        for one in (*self.guesses, self.buttons[0]):
            one.disabled = True
        why = self.asked.question.why
        self.line.text = words
        self.result.value = self.asked.outcome.html + (f"<p>{escape(why)}</p>" if why else "")

    def ask_class(self):
        """Show the counters of hands, or put them away."""
        hidden = self.hands.layout.display == "none"
        self.hands.layout.display = None if hidden else "none"


class ClassPanel(widgets.VBox):
    """Counts the hands of a class in two rounds, and shows both beside the answer.

    Parameters
    ----------
    asked : Asked
    """

    def __init__(self, asked):
        self.asked, self.hands = asked, Hands(asked.question.choices)
        self.bars = widgets.HTML()
        rows = [widgets.HBox([counter(self, turn, i, f"{choice}, {name}")
                              for turn, name in enumerate(ROUNDS)])
                for i, choice in enumerate(asked.question.choices)]
        super().__init__([*rows, button("Show both counts", self.show), self.bars])

    def show(self):
        """Both rounds as bars, with the right choice marked."""
        question = self.asked.question
        right = question.right(self.asked.found)
        place = question.choices.index(right) if right in question.choices else None
        self.bars.value = self.hands.html(place)


def counter(panel, turn, i, name):
    """A number of hands, which the arrow keys count up and down."""
    made = widgets.BoundedIntText(0, min=0, max=999, description=name,
                                  style={"description_width": "12em"},
                                  layout=widgets.Layout(width="19em"))

    def count(change):
        panel.hands.counts[turn][i] = change.new

    made.observe(count, "value")
    return made
