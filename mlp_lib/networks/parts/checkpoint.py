"""The file from which a training goes on as if it had never stopped."""

import json
from dataclasses import fields

import numpy as np

from mlp_lib.arrays import finite
from mlp_lib.networks.parts import archives
from mlp_lib.networks.parts.history import History

_WHAT, _FORMAT = "training", 1
_LISTS = [each.name for each in fields(History) if each.default_factory is list]
_MUST_AGREE = ("model", "optimizer", "rows", "batch_size")
_FIELDS = {
    "format": (0, "iu"), "model": (0, "U"), "optimizer": (0, "U"), "rows": (0, "iu"),
    "batch_size": (0, "iu"), "theta": (1, "f"), "best": (1, "f"), "best_epoch": (0, "iu"),
    "rng": (0, "U"), **{f"history_{name}": (1, "f") for name in _LISTS},
}
_STATE = "state_"  # what the optimizer remembers follows this


class Checkpoint:
    """What a training needs to go on, in a file: weights, optimizer, order of rows, history.

    Parameters
    ----------
    path : path
    worker : steps.Worker
    batch_size : int
    rng : numpy.random.Generator
    best : best_weights.BestWeights
    """

    def __init__(self, path, worker, batch_size, rng, best):
        self.path = archives.as_path(path, "checkpoint")
        self.worker, self.rng, self.best = worker, rng, best
        self.identity = {
            "model": repr(worker.model), "optimizer": type(worker.optimizer).__name__,
            "rows": len(worker.X), "batch_size": batch_size,
        }
        archives.check_folder(self.path)

    def write(self, history):
        """Write how things stand after an epoch; the file before stays until then."""
        model, optimizer = self.worker.model, self.worker.optimizer
        archives.write(self.path, {
            "format": _FORMAT, **self.identity, "theta": model.theta,
            "best": np.zeros(0) if self.best.theta is None else self.best.theta,
            "best_epoch": history.best_epoch, "rng": self._rng_state(),
            **{f"history_{name}": np.array(getattr(history, name), float) for name in _LISTS},
            **{f"{_STATE}{name}": value for name, value in optimizer.state().items()},
        })

    def _rng_state(self):
        return json.dumps(self.rng.bit_generator.state, default=np.ndarray.tolist)

    def go_on(self, epochs):
        """History of the epochs that are in the file, with all else set as it was; or a new one.

        Raises
        ------
        ValueError
            If the file is damaged, of another training, or of more than ``epochs`` epochs.
        """
        if not self.path.exists():
            return History()
        content = archives.read(self.path, _WHAT)
        try:
            archives.check_fields(content, _FIELDS, _WHAT)
            self._check(content, epochs)
            return self._set(content)
        except ValueError as error:
            raise ValueError(f"{self.path}: {error}") from error

    def _check(self, content, epochs):
        if content["format"] != _FORMAT:
            raise ValueError(f"format {content['format']}, expected {_FORMAT}")
        for name in _MUST_AGREE:
            found, wanted = content[name].item(), self.identity[name]
            if found != wanted:
                raise ValueError(f"holds a training whose {name} is {found}, this one's is "
                                 f"{wanted}; take another file, or remove it to start afresh")
        if content["theta"].shape != self.worker.model.theta.shape:
            raise ValueError(f"holds {content['theta'].size} parameters, "
                             f"the model has {self.worker.model.theta.size}")
        finite(content["theta"], "theta")
        done = len(content[f"history_{_LISTS[0]}"])
        if done > epochs:
            raise ValueError(f"holds {done} epochs already; got epochs={epochs}")

    def _set(self, content):
        model, optimizer = self.worker.model, self.worker.optimizer
        optimizer.restore({name.removeprefix(_STATE): value for name, value in content.items()
                           if name.startswith(_STATE)})
        try:
            self.rng.bit_generator.state = json.loads(content["rng"].item())
        except (TypeError, KeyError, ValueError) as error:
            raise ValueError(f"the generator of random numbers is another one ({error})") from error
        model.theta[:] = content["theta"]
        history = History(**{name: content[f"history_{name}"].tolist() for name in _LISTS},
                          best_epoch=content["best_epoch"].item())
        self.best.go_on(content["best"] if content["best"].size else None, history)
        return history
