"""Texts stand where they are collected from: inside an f-string nobody finds them."""

import ast

from tests.architecture import house

GETTEXT = {"_", "gettext", "gettext_lazy", "ngettext", "pgettext", "pgettext_lazy", "npgettext"}


def test_no_text_stands_inside_an_f_string() -> None:
    hidden = [
        f"{module}:{call.lineno}"
        for module, tree in house.sources()
        for string in ast.walk(tree)
        if isinstance(string, ast.JoinedStr)
        for call in ast.walk(string)
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in GETTEXT
    ]
    assert not hidden
