"""Finds every function that answers a request, and whether it asks who may."""

import ast
import inspect
import textwrap
from collections.abc import Callable, Iterator
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

# A call to one of these settles who may: a permission, or being signed in where everybody may do it to
# what is their own. `public` says in so many words that nobody is asked.
ASKS = {"permit", "signed_in", "public"}
DEPTH = 4

View = Callable[..., Any]


def doors() -> Iterator[tuple[str, View]]:
    """(address, function) for every page and endpoint of our own."""
    for route, pattern in _patterns(get_resolver().url_patterns):
        view = pattern.callback
        path_view = _path_view(view)
        if path_view is not None:
            for operation in path_view.operations:
                yield f"{'/'.join(operation.methods)} {route}", operation.view_func
        elif (getattr(view, "__module__", "") or "").startswith("headwater."):
            yield route, view


def _patterns(found: list[Any], prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    for pattern in found:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _patterns(pattern.url_patterns, route)
        else:
            yield route, pattern


def _path_view(view: Any, depth: int = DEPTH) -> Any:
    """The set of operations behind one address of the API, below any wrapping."""
    owner = getattr(view, "__self__", None)
    if hasattr(owner, "operations"):
        return owner
    for cell in (getattr(view, "__closure__", None) or ()) if depth else ():
        held = cell.cell_contents
        found = held if hasattr(held, "operations") else _path_view(held, depth - 1)
        if found is not None:
            return found
    return None


def asks(view: View, depth: int = DEPTH) -> bool:
    """Whether the function, or one of ours that it calls, settles who may."""
    view = inspect.unwrap(view)
    view_class = getattr(view, "view_class", None)
    if view_class is not None:
        return any(asks(method, depth) for method in _own_methods(view_class))
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(view)))
    except (OSError, TypeError, SyntaxError):
        return False
    called = list(_called(tree))
    if any(name.rpartition(".")[2] in ASKS for name in called):
        return True
    if depth == 0:
        return False
    known = _names(view)
    return any(asks(target, depth - 1) for name in called if (target := _ours(name, known)) is not None)


def _own_methods(view_class: type) -> list[View]:
    ours = [one for one in view_class.__mro__ if one.__module__.startswith("headwater.")]
    return [value for one in ours for value in vars(one).values() if inspect.isfunction(value)]


def _called(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func)
        elif isinstance(node, ast.FunctionDef):
            yield from (ast.unparse(one) for one in node.decorator_list if not isinstance(one, ast.Call))


def _names(view: View) -> dict[str, Any]:
    closed = inspect.getclosurevars(view) if inspect.isfunction(view) else None
    return {**getattr(view, "__globals__", {}), **(dict(closed.nonlocals) if closed else {})}


def _ours(name: str, known: dict[str, Any]) -> View | None:
    first, *rest = name.split(".")
    found = known.get(first)
    for part in rest:
        found = getattr(found, part, None)
    if inspect.isclass(found) and found.__module__.startswith("headwater."):
        found = found.__init__  # what making one does
    if not (inspect.isfunction(found) or inspect.ismethod(found)):
        return None
    return found if (found.__module__ or "").startswith("headwater.") else None
