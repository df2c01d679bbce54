"""The rules of the house that import-linter cannot see. Each has a canary that must fail."""

import ast
import configparser
import re
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import models

from tests.architecture import house

DISTRIBUTIONS = packages_distributions()
DECLARED = [house.ROOT / "requirements" / name for name in ("core.in", "ocr.in")]
LONGEST = 500  # lines; "about 400", then it becomes a package of use cases
DUMPING_GROUNDS = {"utils", "util", "helpers", "helper", "misc", "manager", "managers"}


def test_layers_are_those_of_the_import_contract() -> None:
    contract = configparser.ConfigParser()
    contract.read(house.ROOT / ".importlinter")
    lines = contract["importlinter:contract:house"]["layers"].split("\n")
    assert [set(line.replace(" ", "").split("|")) for line in lines if line.strip()] == house.LAYERS


def test_only_the_owning_room_says_objects() -> None:
    assert not [line for module, tree in house.sources() for line in house.foreign_objects(module, tree)]


def test_objects_canary() -> None:
    tree = ast.parse(
        "from headwater.leads.models import Lead\nLead.objects.all()\nget_user_model().objects.get()"
    )
    assert len(house.foreign_objects("headwater.sales.queries", tree)) == 2
    assert len(house.foreign_objects("headwater.leads.queries", tree)) == 1


def wrong_way(field: "models.Field[object, object]") -> bool:
    """A foreign key to a room that stands higher, or beside on the same line."""
    target = field.related_model
    if not isinstance(target, type) or not target.__module__.startswith("headwater."):
        return False
    here, there = house.room_of(field.model.__module__), house.room_of(target.__module__)
    if here == there:
        return False
    return house.level(there) <= house.level(here)


def test_foreign_keys_point_down() -> None:
    ours = [model for model in apps.get_models() if model.__module__.startswith("headwater.")]
    assert ours
    fields = [field for model in ours for field in model._meta.get_fields() if getattr(field, "column", None)]
    assert not [str(field) for field in fields if wrong_way(field)]


def test_foreign_keys_canary() -> None:
    user = apps.get_model("organization", "User")
    field: models.ForeignKey[object, object] = models.ForeignKey(user, models.CASCADE)
    field.related_model = user
    field.model = type("Fake", (), {"__module__": "headwater.platform.events.models"})  # type: ignore[assignment]
    assert wrong_way(field)
    field.model = type("Fake", (), {"__module__": "headwater.leads.models"})  # type: ignore[assignment]
    assert not wrong_way(field)


def test_no_module_waits_for_itself() -> None:
    trees = dict(house.sources())
    graph = {name: house.imports_at_start(name, tree, set(trees)) for name, tree in trees.items()}
    assert not house.circles(graph)


def test_circles_canary() -> None:
    assert house.circles({"a": {"b"}, "b": {"c"}, "c": {"a"}, "d": {"a"}}) == [["a", "b", "c"]]
    assert not house.circles({"a": {"b", "c"}, "b": {"c"}, "c": set()})


def too_long(path: Path) -> bool:
    return len(path.read_text(encoding="utf-8").splitlines()) > LONGEST


def test_files_stay_readable(tmp_path: Path) -> None:
    assert not [
        str(path) for path in house.PACKAGE.rglob("*.py") if "migrations" not in path.parts and too_long(path)
    ]
    canary = tmp_path / "canary.py"
    canary.write_text("x = 1\n" * (LONGEST + 1))
    assert too_long(canary)


def test_there_is_no_dumping_ground() -> None:
    names = {part for path in house.PACKAGE.rglob("*.py") for part in (path.stem, path.parent.name)}
    assert not names & DUMPING_GROUNDS


def undeclared(tree: ast.Module) -> set[str]:
    """Packages imported from elsewhere that neither `requirements/core.in` nor `ocr.in` names."""
    lines = [line for file in DECLARED for line in file.read_text().splitlines() if line]
    wanted = {re.split(r"[\[<>=~ ]", line)[0].lower() for line in lines}
    found = set()
    for node in ast.walk(tree):
        names = [one.name for one in node.names] if isinstance(node, ast.Import) else []
        names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        for top in {name.partition(".")[0] for name in names} - {"", "headwater"} - sys.stdlib_module_names:
            if not {name.lower().replace("_", "-") for name in DISTRIBUTIONS.get(top, [top])} & wanted:
                found.add(top)
    return found


def test_what_is_imported_is_declared() -> None:
    assert not {module: missing for module, tree in house.sources() if (missing := undeclared(tree))}
    assert undeclared(ast.parse("import requests\nfrom pandas.core import frame")) == {"requests", "pandas"}


@pytest.mark.django_db
def test_migrations_are_in_step_with_the_models() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=1)
