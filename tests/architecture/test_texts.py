"""Texts stand where they are collected from, and hold no percent sign that formatting trips over."""

import ast
import re

from babel.messages.pofile import read_po

from tests.architecture import house

GETTEXT = {"_", "gettext", "gettext_lazy", "ngettext", "pgettext", "pgettext_lazy", "npgettext"}
BARE_PERCENT = re.compile(r"(?<!%)%(?![(%])")


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


def test_texts_of_templates_have_no_bare_percent_sign() -> None:
    """Templates format each text, also one without values: `80 % c` would be a conversion."""
    found = []
    for path in sorted(house.PACKAGE.rglob("django.po")):
        with path.open("rb") as file:
            for message in read_po(file):
                if any(place.endswith(".html") for place, _line in message.locations):
                    texts = [*_all(message.id), *_all(message.string)]
                    found += [f"{path.parts[-5]}: {text}" for text in texts if BARE_PERCENT.search(text)]
    assert found == []


def _all(texts: str | list[str] | tuple[str, ...]) -> list[str]:
    """One form, or the forms of singular and plural."""
    return [texts] if isinstance(texts, str) else list(texts)
