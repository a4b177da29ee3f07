"""One submission, judged: a function of its files, what was handed out, and a secret.

opening      files below an opened folder, without links
submissions  reads what a student handed in, whatever it is
tasks        `judge` a `Task`: restore, run, mark
apart        `judge_apart`: the same in a process of its own; ``forking``, what runs there
bounds       of time and memory
marking      what to ask for each graded cell, and what the answer earns
libraries    does a project import what it may not?
unaided      is what it reached its own work?
syntax       the line at which a cell is no Python
telling      what a mark tells the teacher beside its points
showing      the graded notebook, safe to look at; ``rendering`` tries what takes long to show
results      `Result`, and how it is kept
"""

from mlp_lib.doors import open_door

__all__, __getattr__, __dir__ = open_door(__name__, {
    "opening": ["opening"],
    "submissions": ["submissions"],
    "tasks": ["Task", "judge", "lost"],
    "apart": ["judge_apart"],
    "telling": ["telling"],
    "bounds": ["bounds"],
    "showing": ["PICTURES"],
    "results": ["Mark", "Result"],
})
