"""Points of a stage's checklist are done: by hand, or by a follow-up of the kind they name."""

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from headwater.engagement.types import Recorded
from headwater.kernel import clock, sql
from headwater.kernel.access import Access
from headwater.kernel.errors import Invalid
from headwater.platform import audit
from headwater.platform.events import emit
from headwater.sales.events import OpportunitiesChanged
from headwater.sales.models import Opportunity, StageTick
from headwater.sales.queries.pipelines import find_pipeline
from headwater.sales.services.kinds import OPPORTUNITY
from headwater.sales.services.writing import lock_record


@transaction.atomic
def tick(access: Access, opportunity_id: int, item_ids: Sequence[int]) -> None:
    """Points of the checklist are done; once more changes nothing. The version stays, as with follow-ups.

    Refuses with `NotFound`, and with `Invalid` points that are not of the opportunity's pipeline.
    """
    tick_locked(access, lock_record(access, OPPORTUNITY, opportunity_id), item_ids)


def tick_locked(access: Access, opportunity: Opportunity, item_ids: Sequence[int]) -> None:
    """The same for an opportunity that is locked already."""
    names = _named(opportunity, item_ids)
    made = sql.values(
        "INSERT INTO sales_stagetick (opportunity_id, item_id, by_id, at)"
        " SELECT %s, x.id, %s::bigint, %s FROM unnest(%s::bigint[]) AS x (id)"
        " ON CONFLICT DO NOTHING RETURNING item_id",
        (opportunity.pk, access.user_id, clock.now(), list(names)),
    )
    if made:
        changes = {"checklist": [None, [names[one] for one in made]]}
        audit.record(access, "opportunity", opportunity.pk, "tick", changes)
        emit(OpportunitiesChanged(ids=[opportunity.pk], fields=["checklist"]), access)


@transaction.atomic
def untick(access: Access, opportunity_id: int, item_id: int) -> None:
    """A point is not done after all; the audit keeps who had ticked it. Refuses as `tick` does."""
    opportunity: Opportunity = lock_record(access, OPPORTUNITY, opportunity_id)
    names = _named(opportunity, [item_id])
    gone, _by_table = StageTick.objects.filter(opportunity=opportunity, item_id=item_id).delete()
    if gone:
        audit.record(access, "opportunity", opportunity.pk, "untick", {"checklist": [names[item_id], None]})
        emit(OpportunitiesChanged(ids=[opportunity.pk], fields=["checklist"]), access)


def _named(opportunity: Opportunity, item_ids: Sequence[int]) -> dict[int, str]:
    known = {
        item.id: item.name
        for stage in find_pipeline(opportunity.pipeline_id).open_stages
        for item in stage.items
    }
    if any(one not in known for one in item_ids):
        detail = _("This is not on the checklist of the opportunity's pipeline.")
        raise Invalid.one("done", "checklist.unknown_item", detail)
    return {one: known[one] for one in item_ids}


def tick_followed_up(access: Access, activities: Sequence[Recorded]) -> None:
    """Follow-ups tick the points of the present stage that name their kind; in the transaction of both."""
    mine = [one for one in activities if one.record_type == "opportunity"]
    if not mine:
        return
    made = sql.rows(
        "INSERT INTO sales_stagetick (opportunity_id, item_id, by_id, activity_id, at)"
        " SELECT DISTINCT ON (o.id, i.id) o.id, i.id, x.author, x.activity, x.at"
        " FROM unnest(%s::bigint[], %s::text[], %s::bigint[], %s::bigint[], %s::timestamptz[])"
        " AS x (record, kind, author, activity, at)"
        " JOIN sales_opportunity o ON o.id = x.record JOIN sales_stageitem i ON i.stage_id = o.stage_id"
        " AND i.activity_kind = x.kind AND i.archived_at IS NULL"
        " ORDER BY o.id, i.id, x.at"
        " ON CONFLICT DO NOTHING RETURNING opportunity_id, item_id",
        (
            [one.record_id for one in mine],
            [str(one.kind) for one in mine],
            [one.author_id for one in mine],
            [one.id for one in mine],
            [one.occurred_at for one in mine],
        ),
    )
    if not made:
        return
    names = {
        row["id"]: row["name"]
        for row in sql.rows(
            "SELECT id, name FROM sales_stageitem WHERE id = ANY(%s::bigint[])",
            (sorted({row["item_id"] for row in made}),),
        )
    }
    audit.record_many(
        access,
        "opportunity",
        "tick",
        [(row["opportunity_id"], {"checklist": [None, [names[row["item_id"]]]]}) for row in made],
    )
    ids = sorted({row["opportunity_id"] for row in made})
    emit(OpportunitiesChanged(ids=ids, fields=["checklist"]), access)
