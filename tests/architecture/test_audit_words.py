"""Whatever the code records in the audit log, the log can say in words."""

import ast
from collections.abc import Iterator

from headwater.platform import audit
from tests.architecture import house

# Where the act stands among the arguments.
PLACE = {"record": 3, "record_many": 2, "record_alike": 2, "record_select": 2}


def literals(node: ast.expr | None) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from literals(node.body)
        yield from literals(node.orelse)


def recorded() -> Iterator[tuple[str, str, str]]:
    """(module, record type or "", act) of every call that names its act."""
    for module, tree in house.sources():
        for call in ast.walk(tree):
            if not (isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute)):
                continue
            place = PLACE.get(call.func.attr)
            of_audit = isinstance(call.func.value, ast.Name) and call.func.value.id == "audit"
            if place is not None and of_audit and len(call.args) > place:
                thing = next(literals(call.args[1]), "")
                yield from ((module, thing, act) for act in literals(call.args[place]))


def test_every_act_has_words() -> None:
    found = list(recorded())
    assert len(found) > 80
    assert not [one for one in found if audit.act_words(one[1], one[2]) == one[2]]
