"""What would become of a delivery: everything is done as for a real one and then taken back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from headwater.hooks import mapping
from headwater.hooks.bodies import shown
from headwater.hooks.models import Hook
from headwater.hooks.services.capturing import capture, words_of
from headwater.kernel import listing
from headwater.kernel.access import Access, system_access
from headwater.kernel.catalogue import record_type
from headwater.kernel.errors import DomainError, Invalid
from headwater.kernel.sql import rows


@dataclass(frozen=True, slots=True)
class Found:
    """A field that would be filled. `complaint` is what is wrong with it."""

    field: str
    label: str
    value: str
    complaint: str = ""


@dataclass(frozen=True, slots=True)
class Tried:
    """What would become of it: `outcome` is created, reinquired or refused."""

    outcome: str
    found: tuple[Found, ...]
    code: str = ""
    words: str = ""
    lead_id: int | None = None  # the known lead, where the reader may see it
    pool: str = ""
    empty: tuple[str, ...] = field(default=())  # labels of fields for which nothing was found


def try_body(
    access: Access, hook: Hook, body: Any, rules: Sequence[mapping.Rule], *, is_masked: bool
) -> Tried:
    """Nothing is written. `is_masked` hides numbers, for deliveries that others sent."""
    values = mapping.apply(rules, body)
    complaints: Mapping[str, Mapping[str, str]] = {}
    code = words = outcome = pool = ""
    known: int | None = None
    try:
        with transaction.atomic():
            key = f"hook-try:{hook.pk}"
            captured = capture(system_access("hooks.try"), hook, rules, body, key=key)
            outcome = "created" if captured.is_new else "reinquired"
            if captured.is_new:
                made = rows(
                    "SELECT p.name FROM leads_lead l JOIN pools_pool p ON p.id = l.home_pool_id"
                    " WHERE l.id = %s",
                    (captured.lead_id,),
                )
                pool = str(made[0]["name"]) if made else ""
            else:
                known = captured.lead_id
            transaction.set_rollback(True)
    except DomainError as refusal:
        outcome, code, words = "refused", refusal.code, words_of(refusal)
        complaints = refusal.fields if isinstance(refusal, Invalid) else {}
    targets = mapping.targets()
    return Tried(
        outcome=outcome,
        found=tuple(
            Found(
                key,
                targets[key].label if key in targets else key,
                _text(shown(item) if is_masked else item),
                str(complaints.get(key, {}).get("detail", "")),
            )
            for key, item in values.items()
        ),
        code=code,
        words=words,
        lead_id=_seen(access, known),
        pool=pool,
        empty=tuple(
            targets[rule.field].label for rule in rules if rule.field in targets and rule.field not in values
        ),
    )


def _seen(access: Access, lead_id: int | None) -> int | None:
    if lead_id is None or not access.may("leads.view"):
        return None
    found = listing.ids_within(access.also("leads.view"), record_type("lead"), [lead_id])
    return lead_id if found else None


def _text(value: Any) -> str:
    return "、".join(map(str, value)) if isinstance(value, list) else str(value)
