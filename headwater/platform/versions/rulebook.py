"""Rules that administrators keep: named, in versions, switched on and off, put out of use.

What a rule says, and which rules cannot be on together, is for the room that has them. That a rule is saved
by one person at a time, never without its version, its audit and its event, stands here for all of them.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db import IntegrityError, models, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from headwater.kernel import clock
from headwater.kernel.access import Access
from headwater.kernel.errors import Invalid, NotFound
from headwater.kernel.models import OrjsonField
from headwater.platform import audit
from headwater.platform.events import Event, emit
from headwater.platform.versions.difference import difference
from headwater.platform.versions.saving import save_version, version

LONGEST_NAME = 60


class KeptRule(models.Model):
    """A rule of a rulebook; `content` is that of version `number`. Names are unique among those in use."""

    name = models.CharField(max_length=LONGEST_NAME)
    is_active = models.BooleanField(default=False)
    number = models.PositiveIntegerField(default=1)
    content = OrjsonField(default=dict)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    archived_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name

    @property
    def label(self) -> str:
        """Name and version, as ledgers keep it."""
        return f"{self.name} v{self.number}"


R = TypeVar("R", bound=KeptRule)


@dataclass(frozen=True)
class Rulebook(Generic[R]):
    """The rules of one room. `kind` names them in audit and versions; `changed` is their event."""

    model: type[R]
    kind: str
    changed: Callable[..., Event]

    def living(self) -> QuerySet[R]:
        """The rules in use, on or off."""
        return self.model._default_manager.filter(archived_at__isnull=True)

    def get(self, rule_id: int, *, lock: bool = False) -> R:
        """A rule in use; `NotFound` otherwise."""
        rules = self.living().select_for_update(no_key=True) if lock else self.living()
        rule = rules.filter(pk=rule_id).first()
        if rule is None:
            raise NotFound(record=self.kind, id=rule_id)
        return rule

    def add(self, access: Access, rule: R, *, note: str = "") -> None:
        """Write a new rule with its first version. Refuses with `Invalid` a name that is taken."""
        rule.created_at = rule.updated_at = clock.now()
        _write(rule)
        content = {"name": rule.name, **rule.content}
        save_version(access, self.kind, rule.pk, content, expected=0, note=note)
        made = {"name": [None, rule.name], "is_active": [None, rule.is_active]}
        self._tell(access, rule, "create", made)

    def change(
        self,
        access: Access,
        rule: R,
        *,
        name: str,
        content: Mapping[str, Any],
        expected: int | None = None,
        note: str = "",
    ) -> bool:
        """Save the next version of a locked rule; False when that is what stands there already.

        Refuses with `Stale` when somebody saved after version `expected`, and as `add` does.
        """
        before = {"name": rule.name, **rule.content}
        wanted = {"name": name, **content}
        saved = save_version(access, self.kind, rule.pk, wanted, expected=expected, note=note)
        if saved.number == rule.number:
            return False
        rule.name, rule.content, rule.number = name, dict(content), saved.number
        rule.updated_at = clock.now()
        _write(rule)
        changes = {one.path: [one.before, one.after] for one in difference(before, dict(saved.content))}
        self._tell(access, rule, "update", changes)
        return True

    def switch(self, access: Access, rule: R, *, on: bool) -> None:
        """Switch a locked rule on or off; as it is already does nothing. Whether it may is asked before."""
        if rule.is_active == on:
            return
        rule.is_active, rule.updated_at = on, clock.now()
        rule.save(update_fields=["is_active", "updated_at"])
        self._tell(access, rule, "switch", {"is_active": [not on, on]})

    def archive(self, access: Access, rule_id: int) -> None:
        """Take a rule out of use; its versions, and what came of it, stay. `NotFound`."""
        with transaction.atomic():
            rule = self.get(rule_id, lock=True)
            rule.is_active, rule.archived_at = False, clock.now()
            rule.save(update_fields=["is_active", "archived_at"])
            self._tell(access, rule, "archive", {"archived": [False, True]})

    def earlier(self, rule_id: int, number: int) -> dict[str, Any]:
        """What to save for a version to apply again: its `name` and `content`, and a `note` that says so."""
        content = dict(version(self.kind, self.get(rule_id).pk, number).content)
        note = _("Version %(number)s again") % {"number": number}
        return {"name": content.pop("name"), "content": content, "note": note}

    def _tell(self, access: Access, rule: R, action: str, changes: Mapping[str, Any]) -> None:
        audit.record(access, self.kind, rule.pk, action, changes)
        emit(self.changed(rule_ids=[rule.pk]), access)


def rule_name(given: str) -> str:
    """A name that a rule may have; refuses with `Invalid`."""
    name = given.strip()
    if not name:
        raise Invalid.one("name", "value.required", _("This is required."))
    if len(name) > LONGEST_NAME:
        detail = _("At most %(limit)s characters.") % {"limit": LONGEST_NAME}
        raise Invalid.one("name", "value.too_long", detail)
    return name


def _write(rule: KeptRule) -> None:
    try:
        with transaction.atomic():
            rule.save()
    except IntegrityError:
        raise Invalid.one("name", "value.taken", _("Another rule has this name.")) from None
