"""Sent into the student's kernel: compute one answer and send it out as text.

It trusts nothing that the notebook may have imported or changed: what it can still be fooled
into is a wrong value.
"""

import importlib
import sys
import types


def fresh(paths, folder, *names):
    """Modules of `mlp_lib.exercises` imported anew, while the notebook keeps those that it has.

    Their packages are left empty: what these would load is not needed here.
    """
    kept, own_paths = set_aside(), list(sys.path)
    sys.path[:] = paths
    try:
        for name, place in (("mlp_lib", folder), ("mlp_lib.exercises", f"{folder}/exercises")):
            sys.modules[name] = types.ModuleType(name)
            sys.modules[name].__path__ = [place]
        return [importlib.import_module(f"mlp_lib.exercises.{name}") for name in names]
    finally:
        set_aside()
        sys.modules.update(kept)
        sys.path[:] = own_paths


def set_aside():
    """Take the library's modules out of those that are loaded."""
    ours = [name for name in sys.modules if name.split(".")[0] == "mlp_lib"]
    return {name: sys.modules.pop(name) for name in ours}


def answer(namespace, name, cases, known, limit, paths, folder):
    """Pair of a word and the text that belongs to it; without ``cases`` of a variable.

    If an answer is ``known``, another is computed only where the name was bound anew.
    """
    seen = vars(sys.modules.setdefault("_graded", types.ModuleType("_graded")))
    if known and namespace.get(name, seen.get(name)) is seen.get(name):
        return "same", ""
    if name not in namespace:
        return "missing", ""
    value = seen[name] = namespace[name]
    if cases is not None and not callable(value):
        return "no function", type(value).__name__
    runner, wire = fresh(paths, folder, "runner", "wire")
    outcomes = ([runner.Outcome(runner.plain(value))] if cases is None
                else runner.run(value, wire.unpack_cases(cases)))
    text = wire.pack_outcomes(outcomes)
    return ("answer", text) if len(text) <= limit else ("too long", str(len(text)))


def main(form, namespace, name, *asked):
    """Publish the `answer`, or why there is none, under the MIME type ``form``."""
    from IPython import get_ipython
    from IPython.display import publish_display_data

    try:
        cases = get_ipython().kernel.get_parent()["content"]["data"]
        word, text = answer(namespace, name, cases, *asked)
    except Exception as error:
        word, text = "broken", f"{type(error).__name__}: {error}"[:500]
    publish_display_data({form: {"word": word, "text": text}})
