"""Competitors, and the races in which they meet us."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from headwater.customization.services import fill_auto_numbers
from headwater.kernel import clock, sql
from headwater.kernel.access import Access
from headwater.kernel.catalogue import clean, record_type
from headwater.kernel.errors import Invalid, NotFound, Stale
from headwater.platform import audit
from headwater.platform.events import emit
from headwater.sales.events import CompetitorsChanged
from headwater.sales.models import Competitor, OpportunityCompetitor
from headwater.sales.services.kinds import OPPORTUNITY
from headwater.sales.services.writing import is_id, lock_record
from headwater.sales.types import Against, Standing


@transaction.atomic
def create_competitor(access: Access, values: Mapping[str, Any]) -> int:
    """Make a competitor from raw values; its id. Refuses with `Invalid` a name that another has."""
    cleaned = clean(record_type("competitor"), values, access)
    fill_auto_numbers("competitor", [cleaned.custom])
    moment = clock.now()
    made = Competitor(
        **cleaned.fields,
        custom=cleaned.custom,
        created_at=moment,
        updated_at=moment,
        created_by_id=access.user_id,
    )
    _save(made)
    changes = {key: [None, value] for key, value in cleaned.fields.items() if value not in (None, "")}
    audit.record(access, "competitor", made.pk, "create", changes)
    emit(CompetitorsChanged(ids=[made.pk]), access)
    return made.pk


@transaction.atomic
def update_competitor(
    access: Access, record_id: int, values: Mapping[str, Any], *, version: int | None = None
) -> None:
    """Change a competitor; refuses with `NotFound`, and with `Stale` when somebody saved in between."""
    found = Competitor.objects.select_for_update(no_key=True).filter(pk=record_id, archived_at=None).first()
    if found is None:
        raise NotFound(record="competitor", id=record_id)
    if version is not None and version != found.version:
        raise Stale(version=found.version)
    cleaned = clean(record_type("competitor"), values, access, partial=True)
    changes = {
        key: [getattr(found, key), value]
        for key, value in cleaned.fields.items()
        if getattr(found, key) != value
    }
    changes |= {
        f"custom.{key}": [found.custom.get(key), value]
        for key, value in cleaned.custom.items()
        if found.custom.get(key) != value
    }
    if not changes:
        return
    for key, value in cleaned.fields.items():
        setattr(found, key, value)
    found.custom |= cleaned.custom
    found.version += 1
    found.updated_at = clock.now()
    _save(found)
    audit.record(access, "competitor", found.pk, "update", changes)
    emit(CompetitorsChanged(ids=[found.pk]), access)


def _save(competitor: Competitor) -> None:
    try:
        with transaction.atomic():
            competitor.save()
    except IntegrityError as clash:
        name = getattr(getattr(clash.__cause__, "diag", None), "constraint_name", "")
        if name == "competitor_name_once":
            raise Invalid.one("name", "name.taken", _("This name is taken.")) from clash
        raise


@transaction.atomic
def archive_competitors(access: Access, ids: Sequence[int]) -> int:
    """Archive competitors; races that name them keep them. How many."""
    living = Competitor.objects.select_for_update(no_key=True).filter(
        pk__in=[one for one in ids if is_id(one)], archived_at=None
    )
    found = list(living.order_by("pk").values_list("pk", flat=True))
    moment = clock.now()
    Competitor.objects.filter(pk__in=found).update(archived_at=moment, updated_at=moment)
    audit.record_many(access, "competitor", "archive", audit.same_changes(found, {"archived": [False, True]}))
    if found:
        emit(CompetitorsChanged(ids=found), access)
    return len(found)


@transaction.atomic
def set_rival(
    access: Access,
    opportunity_id: int,
    competitor_id: int,
    *,
    standing: str = Against.UNKNOWN,
    took_it: bool = False,
    note: str | None = None,
) -> None:
    """Say that a competitor is in the race for an opportunity, and how it stands; repeating changes it.

    `took_it` is for a lost opportunity alone, and for one competitor at most: naming another moves it there.
    """
    opportunity = lock_record(access, OPPORTUNITY, opportunity_id)
    known = OpportunityCompetitor.objects.filter(
        opportunity_id=opportunity_id, competitor_id=competitor_id if is_id(competitor_id) else 0
    ).first()
    held = "SELECT 1 FROM sales_competitor WHERE id = %s AND archived_at IS NULL FOR KEY SHARE"
    if known is None and not (is_id(competitor_id) and sql.rows(held, (competitor_id,))):
        raise Invalid.one("competitor", "relation.not_found", _("There is no such competitor."))
    if standing not in Against.values:
        raise Invalid.one("standing", "value.choice", _("This is not one of the choices."))
    if took_it and opportunity.status != Standing.LOST:
        raise Invalid.one("took_it", "opportunity.not_lost", _("Only a lost opportunity has this."))
    said = {"standing": standing, "took_it": took_it, "note": (note or "").strip()[:500] or None}
    if known is not None and said == {key: getattr(known, key) for key in said}:
        return
    if took_it:
        OpportunityCompetitor.objects.filter(opportunity_id=opportunity_id, took_it=True).update(
            took_it=False
        )
    OpportunityCompetitor.objects.update_or_create(
        opportunity_id=opportunity_id,
        competitor_id=competitor_id,
        defaults=said,
        create_defaults={**said, "created_at": clock.now()},
    )
    before = None if known is None else _told(known)
    _tell(access, opportunity_id, before, {"competitor": competitor_id, **said})


@transaction.atomic
def remove_rival(access: Access, opportunity_id: int, competitor_id: int) -> None:
    """A competitor was not in the race after all; nothing for one who was not."""
    lock_record(access, OPPORTUNITY, opportunity_id)
    known = OpportunityCompetitor.objects.filter(
        opportunity_id=opportunity_id, competitor_id=competitor_id
    ).first()
    if known is None:
        return
    before = _told(known)
    known.delete()
    _tell(access, opportunity_id, before, None)


def _told(rival: OpportunityCompetitor) -> dict[str, Any]:
    return {
        "competitor": rival.competitor_id,
        "standing": rival.standing,
        "took_it": rival.took_it,
        "note": rival.note,
    }


def _tell(access: Access, opportunity_id: int, before: object, after: object) -> None:
    changes = {"competitors": [before, after]}
    audit.record(access, "opportunity", opportunity_id, "update", changes)
    emit(OPPORTUNITY.changed(ids=[opportunity_id], fields=["competitors"], changes=changes), access)
