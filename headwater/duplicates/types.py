"""Vocabulary of duplicates. Meanings: docs/guides/duplicates.md."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext, pgettext_lazy

from headwater.duplicates.matching.scoring import Evidence, Part
from headwater.kernel.errors import Text

RECORDS = ("lead", "contact", "account")

PARTS: dict[str, Text] = {
    Part.PERSON: pgettext_lazy("duplicates", "Person"),
    Part.COMPANY: pgettext_lazy("duplicates", "Company"),
    Part.PHONE: pgettext_lazy("duplicates", "Phone"),
    Part.EMAIL: pgettext_lazy("duplicates", "E-mail"),
    Part.HANDLE: pgettext_lazy("duplicates", "WeChat or QQ"),
    Part.ADDRESS: pgettext_lazy("duplicates", "Address"),
    Part.HOST: pgettext_lazy("duplicates", "Website or mail domain"),
}
LEVELS: dict[str, Text] = {
    "exact": pgettext_lazy("duplicates", "the same"),
    "close": pgettext_lazy("duplicates", "almost the same"),
    "alike": pgettext_lazy("duplicates", "alike"),
    "differs": pgettext_lazy("duplicates", "different"),
}


class Act(models.TextChoices):
    """What a rule does when somebody enters what it finds."""

    ALLOW = "allow", _("Say nothing")
    WARN = "warn", _("Show what is alike, let it be saved")
    BLOCK = "block", _("Refuse")


class How(models.TextChoices):
    """How strictly a rule compares a field."""

    EXACT = "exact", _("The same")
    FUZZY = "fuzzy", _("The same or almost")


class State(models.TextChoices):
    """Where a suggestion stands."""

    OPEN = "open", pgettext_lazy("suggestion", "Open")
    DISMISSED = "dismissed", _("Not the same")
    MERGED = "merged", _("Merged")


def agreement(part: str, level: str) -> str:
    """How far two records agree in one part, in the reader's words."""
    words = {"part": PARTS[part], "level": LEVELS[level]}
    return pgettext("what agrees", "%(part)s: %(level)s") % words


@dataclass(frozen=True, slots=True)
class Similar:
    """A record that may be the same. What lies out of sight is told without name and address."""

    record: str
    id: int
    percent: int
    evidence: tuple[Evidence, ...]
    name: str
    company: str
    owner: str
    pool: str
    since: datetime
    visible: bool

    @property
    def reasons(self) -> list[str]:
        """What agrees, in the reader's words."""
        return [
            agreement(said.part, said.level) for said in self.evidence if said.bits > 0 and said.part in PARTS
        ]

    def as_json(self) -> dict[str, Any]:
        return {
            "record": self.record,
            "id": self.id if self.visible else None,
            "percent": self.percent,
            "name": self.name if self.visible else "",
            "company": self.company if self.visible else "",
            "owner": self.owner,
            "pool": self.pool,
            "since": self.since,
            "visible": self.visible,
            "reasons": self.reasons,
            "evidence": [{"field": str(said.part), "level": said.level} for said in self.evidence],
        }
