"""The widget of a question: the guess, then the outcome beside it; or the hands of a class."""

from functools import partial
from html import escape

import ipywidgets as widgets

from mlp_lib.demos.parts import Caption, button, row, slider
from mlp_lib.exercises import keep_guess
from mlp_lib.questions import votes
from mlp_lib.questions.hands import ROUNDS, Hands
from mlp_lib.questions.keys import HandKeys

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
        self.hands = ClassPanel(asked, self.show) if question.choices else None
        if self.hands:
            self.hands.layout.display = "none"
            self.buttons.append(button("In class", self.ask_class, hint=COUNT))
        self.result, self.line = widgets.HTML(), Caption(name=question.text)
        parts = {"asked": widgets.HTML(f"<b>{escape(question.text)}</b>"),
                 "guess": row([*entries, *self.buttons]), "class": self.hands,
                 "words": self.line, "outcome": self.result}
        super().__init__([part.add_class(f"mlp-{place}") for place, part in parts.items() if part])
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
        (self.add_class if hidden else self.remove_class)("mlp-voting")
        self.hands.pad.calls += hidden


class ClassPanel(widgets.VBox):
    """Counts the hands of a class in two rounds, and shows both beside the answer.

    Parameters
    ----------
    asked : Asked
    answer : callable
        Called when the answer is to be shown.
    """

    def __init__(self, asked, answer):
        self.asked, self.hands, self.turn = asked, Hands(asked.question.choices), 0
        self.answer = answer
        self.bars, self.kept = widgets.HTML().add_class("mlp-counts"), widgets.HTML()
        self.pad = HandKeys(len(self.hands.choices), self.add, self.other_round)
        self.counters = [[counter(self, turn, i, f"{letter}, {name}")
                          for i, letter in enumerate(self.pad.letters)]
                         for turn, name in enumerate(ROUNDS)]
        rows = [widgets.HBox(list(both)) for both in zip(*self.counters)]
        super().__init__([self.pad, widgets.VBox(rows).add_class("mlp-counters"),
                          button("Show both counts", self.show), self.bars, self.kept])
        self.say()

    def say(self):
        """Say what the keys count now, and how much there is; the bars go."""
        self.remove_class("mlp-shown")
        self.bars.value = self.hands.numbers(self.pad.letters)
        first, last = self.pad.letters[0], self.pad.letters[-1]
        self.pad.words = (f"Hands {ROUNDS[self.turn]}: the keys {first} to {last} add one, with "
                           "Shift they take one away. Enter: the other round.")

    def add(self, i, step):
        """A hand more or less for a choice, in the round that is counted."""
        self.counters[self.turn][i].value += step

    def other_round(self):
        """Count the other round."""
        self.turn = (self.turn + 1) % len(ROUNDS)
        self.say()

    def show(self):
        """Both rounds as bars, with the right choice marked, beside the answer; and keep them."""
        question = self.asked.question
        self.answer()
        right = question.right(self.asked.found)
        place = question.choices.index(right) if right in question.choices else None
        self.add_class("mlp-shown")
        self.bars.value = self.hands.html(place)
        self.kept.value = f"<small>{escape(votes.keep(question.id, self.hands, place))}</small>"


def counter(panel, turn, i, name):
    """A number of hands, which the arrow keys count up and down."""
    made = widgets.BoundedIntText(0, min=0, max=999, description=name,
                                  style={"description_width": "12em"},
                                  layout=widgets.Layout(width="19em"))

    def count(change):
        panel.hands.counts[turn][i] = change.new
        panel.say()

    made.observe(count, "value")
    return made
