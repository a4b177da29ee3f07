"""A student's package: an assignment with what it imports, and no answer to be read in it.

The exercises' modules are closed (see `mlp_lib.exercises.closed`), and the model answers to what
is asked in words are left out. The check still judges, so it still knows what is right: a package
keeps answers from those who look, not from those who take the check apart.
"""

import ast
import shutil
import tomllib
from importlib import metadata
from pathlib import Path

import mlp_lib
from mlp_lib import datasets
from mlp_lib.exercises import closed

PACKAGE = Path(mlp_lib.__file__).resolve().parent
PROJECT = PACKAGE.parent / "pyproject.toml"
CHAPTERS = Path("exercises") / "chapters"
LEFT_OUT = ("grading", "publishing", "data", "__pycache__")  # data are looked at one by one
DATA = {"mnist": ("mnist",), "images": ("photograph", "matches", "images")}  # folder: words for it
READ_ME = """\
{title}

1. Unpack this folder.
2. python -m pip install -r requirements.txt
3. jupyter lab {name}.ipynb

Leave the notebook beside the folder mlp_lib. Hand in {name}.ipynb.

A check that passes notes in the notebook about how many minutes the exercise took. Who gets the
notebook gets these numbers, too.
"""


def package(notebook, title, target):
    """Make a folder and a zip for students.

    Parameters
    ----------
    notebook : Path
        As it is handed out. Its name begins with the chapter's number.
    title : str
        First line of the folder's README.
    target : Path
        The folder, made anew; the zip stands beside it.

    Returns
    -------
    Path
        Of the zip.
    """
    name = notebook.stem
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    shutil.copyfile(notebook, target / notebook.name)
    modules = copy_modules(target / "mlp_lib", name.split("_")[0])
    copy_data(target / "data", notebook.read_text(encoding="utf-8") + modules)
    for licence in (PACKAGE.parent / "LICENSE", PACKAGE / "LICENSE"):
        if licence.exists():
            shutil.copyfile(licence, target / "LICENSE")
    (target / "requirements.txt").write_text("\n".join(required()) + "\n", encoding="utf-8")
    (target / "README.txt").write_text(READ_ME.format(title=title, name=name), encoding="utf-8")
    return Path(shutil.make_archive(str(target), "zip", target.parent, target.name))


def copy_modules(target, number):
    """Copy the workbook's modules, of the exercises one chapter; return the exercises' text."""
    texts = []
    for path in sorted(PACKAGE.rglob("*")):
        place = path.relative_to(PACKAGE)
        if path.is_dir() or place.parts[0] in LEFT_OUT or "__pycache__" in place.parts:
            continue
        if place.is_relative_to(CHAPTERS) and len(place.parts) > 3 and (
                place.parts[2] != f"ch{number}"):
            continue
        (target / place).parent.mkdir(parents=True, exist_ok=True)
        if place.is_relative_to(CHAPTERS) and place.name != "__init__.py":
            texts.append(source := path.read_text(encoding="utf-8"))
            text = closed.closed(unsolved(source), place.stem)
            (target / place).write_text(text, encoding="utf-8")
        else:
            shutil.copyfile(path, target / place)
    return "\n".join(texts)


def unsolved(source):
    """Text of an exercise's module without the model answer to what is asked in words."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Written":
            for keyword in node.keywords:
                if keyword.arg == "solution":
                    keyword.value = ast.Constant("")
    return ast.unparse(tree)


def copy_data(target, text):
    """Copy the data that a text speaks of."""
    target.mkdir()
    for folder, words in DATA.items():
        if any(word in text for word in words):
            shutil.copytree(datasets.DATA / folder, target / folder)


def required():
    """What a student installs: requirements of the workbook and of where it is read."""
    if PROJECT.is_file():  # in the repository, which need not be installed
        project = tomllib.loads(PROJECT.read_text(encoding="utf-8"))["project"]
        return [line.partition(";")[0].strip() for line in (
            *project["dependencies"], *project["optional-dependencies"]["lab"])]
    found = metadata.requires("mlp_lib") or ()
    return [line.partition(";")[0].strip() for line in found
            if "extra ==" not in line or "'lab'" in line or '"lab"' in line]
