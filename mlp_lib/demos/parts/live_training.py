"""The pattern of a demo that trains: Start or Pause, Step, Reset, a picture after every slice."""

import asyncio
import contextlib
import signal
import threading
import time

from mlp_lib import browser
from mlp_lib.demos.parts.controls import button
from mlp_lib.demos.parts.demo import Demo
from mlp_lib.networks import SGD, NonFiniteLoss, iterate, one_thread

SLICE = 0.04         # seconds between two pictures
_REST = 0.004        # seconds in which the kernel answers what else has come, at least
_MOST_SECONDS = 120  # a demo that was forgotten ends its run after so many
_running = []        # the demo that trains; one at a time


class LiveTraining(Demo):
    """A `Demo` whose model is trained in slices, between which the kernel answers.

    A subclass gives ``new_model()``, which sets `model`, ``X``, ``labels`` and
    ``batch_size`` from `settings` and fills the figure; ``learn()``, which trains
    one slice by `train_batch`; and ``show()``, which sets the moving artists and returns the
    caption's words on them, or none. Only one demo trains at a time: another that starts, an
    interrupt of the kernel, or the end that `lifetime` sets (two minutes) pause it.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
    settings : dict of str to widgets with a ``value``
        One is called "rate". A new value starts over, unless it is one of ``live``.
    live : collection of str
        Settings that act from the next step on.
    name : str

    Attributes
    ----------
    moving : list of artists
        What ``show`` sets; ``new_model`` may replace it.
    done : int
        Number of batches since the model was new.
    message : str
        Why the training stopped; empty if it was not for an error.
    """

    RUN, STILL = {}, {}  # arguments of `learn` in a run, and behind the still picture
    STILL_AFTER = 100    # slices behind the still picture of a model that has not been trained
    UNIT, STEP_HINT = "step", "One slice of training"

    def __init__(self, figure, settings, *, live=(), name, rng=0):
        self.settings, self.live_settings, self.rng, self.task = settings, live, rng, None
        self.moving = []
        self.start_button = button("Start", self.start_or_pause, icon="play",
                                   hint="Start or pause the training")
        self._renew()
        super().__init__(figure, self.moving, self._show, name=name, buttons=self.panel([
            self.start_button,
            button("Step", self.step, icon="step-forward", hint=self.STEP_HINT),
            button("Reset", self.reset, icon="refresh", hint="New weights; start over")]))
        for key, control in settings.items():
            control.observe(self._adjust if key in live else lambda change: self.reset(), "value")

    def panel(self, buttons):
        """What stands above the picture: the ``buttons``, then the settings."""
        return [*buttons, *self.settings.values()]

    def lifetime(self):
        """Function that says when the run that starts now has gone on for long enough."""
        until = time.perf_counter() + _MOST_SECONDS
        return lambda: time.perf_counter() >= until

    def _renew(self):
        self.done, self.message = 0, ""
        self.new_model()
        self.optimizer = SGD(self.settings["rate"].value)
        self._new_steps()

    def _new_steps(self):
        self.steps = iterate(self.model, (self.X, self.labels), rng=self.rng + self.done,
                                      batch_size=self.batch_size, optimizer=self.optimizer)

    def _adjust(self, change):
        self.optimizer.learning_rate = self.settings["rate"].value
        if not self.running:
            self.refresh()

    def train_batch(self):
        """Train one batch; returns its loss, before the step."""
        loss = next(self.steps).loss
        self.done += 1
        return loss

    def _learn(self, **amount):
        """One slice, of ``amount`` as `learn` takes it; False if the training broke down."""
        try:
            with one_thread:
                self.learn(**amount)
        except NonFiniteLoss as error:
            self.message = f"The training broke down. {str(error)[0].upper()}{str(error)[1:]}"
            self._new_steps()
        return not self.message

    async def _run(self):
        this, is_over = self.task, self.lifetime()
        try:
            while self.task is this and not is_over():
                began = time.perf_counter()
                with self._interrupt_pauses(), self.lock:
                    goes_on = self._learn(**self.RUN)
                    self.draw()
                if not goes_on:
                    break
                await asyncio.sleep(max(_REST, began + SLICE - time.perf_counter()))
        except Exception as error:
            self.message = f"{type(error).__name__}: {error}"
            raise
        finally:
            if self.task is this:  # another may have been started after a pause
                self.pause()

    @property
    def running(self):
        return self.task is not None

    def start_or_pause(self):
        if self.running:
            self.pause()
        else:
            self.start()

    def start(self):
        """Train until `pause`. Needs the kernel's event loop."""
        while _running:
            _running[0].pause()
        _running.append(self)
        self.message = ""
        self.task = asyncio.get_running_loop().create_task(self._run())
        self._show_state()

    def pause(self):
        """End the training after the slice at hand; `start` goes on from there."""
        if self in _running:
            _running.remove(self)
        self.task = None
        self._show_state()
        self.refresh()

    def step(self):
        """Train one slice."""
        self.pause()
        self.message = ""
        self._learn()
        self.refresh()

    def reset(self):
        """A new model, from the settings as they are."""
        self.pause()
        with self.lock:
            self._renew()
            self.live.let_move(self.moving)
        self.refresh()

    def _show_state(self):
        self.start_button.description = "Pause" if self.running else "Start"
        self.start_button.icon = "pause" if self.running else "play"
        self.caption.busy = self.running

    @contextlib.contextmanager
    def _interrupt_pauses(self):
        """The kernel ignores an interrupt between cells; while we train it means pause.

        Only the main thread gets signals; where widgets have a thread of their own, this does
        nothing, and the button is what pauses.
        """
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before = signal.signal(signal.SIGINT, lambda *_: self.pause())
        try:
            yield
        finally:
            signal.signal(signal.SIGINT, before)

    def _show(self):
        state = self.message or ("Training." if self.running else "Paused." if self.done else
                                 f"Not trained yet: press Start, or Step for a single {self.UNIT}.")
        return f"{state}\n{self.show()}".rstrip()

    def still(self):
        """The picture as it is; of a model not trained yet, the one after some training."""
        if self.done:
            return super().still()
        for _ in range(browser.suits(self.STILL_AFTER, 1)):
            if not self._learn(**self.STILL):
                break
        self.draw()
        picture = super().still()
        self.reset()
        return picture
