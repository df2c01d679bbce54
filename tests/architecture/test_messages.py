"""The check of the message catalogues can fail."""

from pathlib import Path

import pytest

from scripts import messages

CATALOGUE = """msgid ""
msgstr "Content-Type: text/plain; charset=UTF-8"

msgid "Claim"
msgstr "领取"

msgid "%(count)s leads"
msgstr "{translation}"
"""


@pytest.fixture
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    made = tmp_path / "headwater" / "leads"
    (made / "locale" / "zh_Hans" / "LC_MESSAGES").mkdir(parents=True)
    (made / "web.py").write_text("_('Claim'); _('%(count)s leads')")
    templates = made / "templates"
    templates.mkdir()
    (templates / "page.html").write_text('{{ _("Claim") }}')
    monkeypatch.setattr(messages, "ROOT", tmp_path)
    monkeypatch.setattr(messages, "PACKAGE", tmp_path / "headwater")
    return made


@pytest.mark.parametrize(
    ("translation", "told"),
    [("%(count)s 条线索", ""), ("", "not translated"), ("%(number)s 条线索", "placeholders differ")],
)
def test_what_is_told(room: Path, translation: str, told: str) -> None:
    path = messages.catalogue_path(room)
    path.write_text(CATALOGUE.replace("{translation}", translation))
    found = messages.gaps()
    assert bool(found) == bool(told)
    assert all(told in line for line in found)


def test_a_text_in_a_template_counts(room: Path) -> None:
    messages.catalogue_path(room).write_text(CATALOGUE.replace("{translation}", "%(count)s 条线索"))
    (room / "templates" / "page.html").write_text('{% if true %}{{ _("New text") }}{% endif %}')
    assert [line for line in messages.gaps() if "New text" in line]
