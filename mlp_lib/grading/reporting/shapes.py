"""The shape of an answer: what is left without names, comments and layout, which a copy changes."""

import ast
import builtins
import hashlib
import re
from dataclasses import dataclass

MAGIC = re.compile(r"(?m)^\s*[%!?].*$")  # lines of the notebook's own
SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ListComp, ast.SetComp,
          ast.DictComp, ast.GeneratorExp)
UNCOUNTED = (ast.expr_context, ast.arguments, ast.arg, ast.Module, ast.FunctionDef,
             ast.operator, ast.unaryop, ast.cmpop, ast.boolop)


@dataclass(frozen=True)
class Shape:
    """A digest that is the same for all answers of one shape, and how large they are.

    Attributes
    ----------
    key : str
    size : int
        Parts of the program, or words.
    """

    key: str
    size: int


def of_code(source):
    """The `Shape` of code; None if it says nothing, or is no Python."""
    try:
        tree = ast.parse(MAGIC.sub("", source))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    try:
        tree = Nameless().visit(Bare().visit(tree))
        size = sum(not isinstance(node, UNCOUNTED) for node in ast.walk(tree))
        return Shape(digest(ast.dump(tree)), size) if size else None
    except RecursionError:
        return None


def of_words(text):
    """The `Shape` of an answer in words: its words alone."""
    found = re.findall(r"\w+", text.casefold())
    return Shape(digest(" ".join(found)), len(found)) if found else None


def digest(text):
    """A short name of a long text."""
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()


class Bare(ast.NodeTransformer):
    """Leaves out what does nothing: docstrings, annotations, ``pass``."""

    def visit_Expr(self, node):
        """No statement that is a mere constant."""
        return None if isinstance(node.value, ast.Constant) else self.generic_visit(node)

    def visit_Pass(self, node):
        """None."""
        return None

    def visit_AnnAssign(self, node):
        """An assignment without its annotation."""
        self.generic_visit(node)
        return ast.Assign([node.target], node.value) if node.value else None

    def visit_arg(self, node):
        """An argument without its annotation."""
        return ast.arg(node.arg)

    def visit_FunctionDef(self, node):
        """A function without the annotation of what it returns."""
        self.generic_visit(node)
        node.returns = None
        return node


class Nameless(ast.NodeTransformer):
    """Numbers the names that an answer binds itself, in the order in which they come.

    What it takes from elsewhere (``np``, ``softmax``) keeps its name.
    """

    def __init__(self):
        self.scopes, self.count = [], 0

    def visit(self, node):
        """A node, inside the names that its scope binds."""
        if not isinstance(node, (ast.Module, *SCOPES)):
            return super().visit(node)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            node.name = self.numbered(node.name)
        if generators := getattr(node, "generators", None):  # the first looks outside
            generators[0].iter = self.visit(generators[0].iter)
        self.scopes.append(dict.fromkeys(bound(node)))
        try:
            return self.generic_visit(node)
        finally:
            self.scopes.pop()

    def numbered(self, name):
        """The number of a name in the innermost scope that binds it, else the name."""
        scope = next((scope for scope in reversed(self.scopes) if name in scope), None)
        if scope is None:
            return name
        if scope[name] is None:
            self.count += 1
            scope[name] = f"_{self.count}"
        return scope[name]

    def visit_Name(self, node):
        """A name."""
        return ast.Name(self.numbered(node.id), node.ctx)

    def visit_arg(self, node):
        """The name of an argument."""
        return ast.arg(self.numbered(node.arg))

    def visit_alias(self, node):
        """What is imported, without the name that it gets here."""
        return ast.alias(node.name)


def bound(scope):
    """Names that a scope binds itself, and not one inside it."""
    found, inner = set(), list(ast.iter_child_nodes(scope))
    while inner:
        node = inner.pop()
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store | ast.Del):
            found.add(node.id)
        if isinstance(node, ast.arg):
            found.add(node.arg)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            found.add(node.name)
        inner += [] if isinstance(node, SCOPES) else ast.iter_child_nodes(node)
    return found - set(dir(builtins))
