"""The web build: small enough, complete, and named by content."""

import json
import re
from pathlib import Path

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from headwater.ui import assets
from headwater.ui.icons import UnknownIcon, icon
from headwater.ui.middleware import StaticMiddleware

ROOT = Path(__file__).resolve().parents[2]
BUDGET = 60 * 1024
# What the busiest pages without charts load at once; the rest comes when it is opened.
LIST = ("app", "table", "select", "live")
RECORD = ("app", "composer", "date", "live")


def sizes() -> dict[str, dict[str, list[str]]]:
    """The files that each entry loads, as the build wrote them down."""
    found: dict[str, dict[str, list[str]]] = json.loads((assets.DIST / "sizes.json").read_text())
    return found


def fetched(*entries: str) -> int:
    """Bytes over the wire, every file once."""
    return packed({name for entry in entries for name in sizes()[entry]["files"]})


def packed(files: set[str]) -> int:
    """Bytes of these files over the wire."""
    import gzip

    return sum(len(gzip.compress((assets.DIST / name).read_bytes(), 9)) for name in files)


@pytest.mark.parametrize("entries", [LIST, RECORD, ("app", "kanban", "live")])
def test_scripts_of_a_page_stay_within_the_budget(entries: tuple[str, ...]) -> None:
    assert fetched(*entries) <= BUDGET


def test_charts_load_only_with_charts() -> None:
    built = sizes()
    alone = set(built["chart"]["files"]) - set(built["app"]["files"])
    assert packed(alone) > BUDGET  # if this ever fails, the exception is not needed any more
    for entry in built.keys() - {"chart"}:
        assert packed(set(built[entry]["files"]) & alone) < BUDGET / 4, f"{entry} brings the charts along"


def test_names_carry_a_hash_of_the_content() -> None:
    manifest = json.loads((assets.DIST / "manifest.json").read_text())
    for plain, built in manifest.items():
        stem, extension = plain.rsplit(".", 1)
        assert re.fullmatch(rf"{stem}-\w{{8,10}}\.{extension}", built), built
        assert (assets.DIST / built).exists()
    assert assets.asset("app.css").startswith("/static/dist/app-")


def test_an_unknown_file_or_icon_is_an_error() -> None:
    with pytest.raises(assets.AssetMissing):
        assets.asset("nothing.js")
    with pytest.raises(UnknownIcon):
        icon("no-such-icon")


def test_every_icon_named_in_templates_is_in_the_sprite() -> None:
    known = assets.icon_names()
    used = {
        name
        for path in (ROOT / "headwater").rglob("templates/**/*.html")
        for name in re.findall(r'\bicon\("([a-z0-9-]+)"|\bicon="([a-z0-9-]+)"', path.read_text())
        for name in name
        if name
    }
    assert used - known == set()


def test_the_lock_names_no_addresses() -> None:
    lock = json.loads((ROOT / "assets" / "package-lock.json").read_text())
    assert [name for name, package in lock["packages"].items() if "resolved" in package] == []


def test_no_template_breaks_the_content_security_policy() -> None:
    faults = []
    for path in (ROOT / "headwater").rglob("templates/**/*.html"):
        text = path.read_text()
        if "email" in path.name or "/mail" in str(path):
            continue
        if re.search(r"\sstyle=|<style|\son[a-z]+=|\shx-on|<script(?![^>]*\ssrc=)", text):
            faults.append(path.relative_to(ROOT).as_posix())
    assert faults == []


def test_a_file_that_went_is_missing_and_no_error(tmp_path: Path) -> None:
    gone = tmp_path / "gone.js"
    gone.write_text("1")
    files = StaticMiddleware(lambda request: HttpResponse("page"))
    files.add_file_to_dictionary("/static/dist/gone.js", str(gone))
    asked = RequestFactory().get("/static/dist/gone.js")
    answer = files(asked)
    assert answer.status_code == 200
    answer.close()
    gone.unlink()
    assert files(asked).status_code == 404
