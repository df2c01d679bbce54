"""How far people commit to opportunities, and what stages stand for. Entries are only ever added."""

from collections.abc import Mapping, Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from headwater.kernel import clock, sql
from headwater.kernel.access import Access
from headwater.kernel.errors import Invalid, NotFound
from headwater.platform import audit
from headwater.platform.events import emit
from headwater.sales.queries import find_pipeline
from headwater.targets.errors import NotOpen
from headwater.targets.events import CategoriesSet
from headwater.targets.queries.categories import stage_settings
from headwater.targets.types import OPEN_CATEGORIES, Category

MOST_AT_ONCE = 1000


def _open_category(category: str | None) -> Category | None:
    if category is None:
        return None
    if category not in OPEN_CATEGORIES:
        raise Invalid.one("category", "value.choice", _("This is not one of the choices."))
    return Category(category)


@transaction.atomic
def set_categories(access: Access, ids: Sequence[int], category: str | None) -> int:
    """Say how far one commits to open opportunities; None: as their stage again. How many changed.

    What was set stays through moves between stages, until it is set anew; a closed opportunity is closed
    whatever was said. It is the word of the owner and of those above: being on the team is not enough.
    Refuses with `NotFound` one out of reach, with `NotOpen` one that is closed.
    """
    wanted = _open_category(category)
    if len(ids) > MOST_AT_ONCE:
        raise Invalid.one("ids", "value.too_many", _("At most 1,000 at once."))
    found = sql.rows(
        "SELECT o.id, o.name, o.status FROM sales_opportunity o WHERE o.id = ANY(%s::bigint[])"
        " AND o.archived_at IS NULL AND (%s OR o.owner_id = ANY(%s::bigint[]))"
        " ORDER BY o.id FOR NO KEY UPDATE OF o",
        (list(ids), access.reach.everyone, sorted(access.reach.people)),
    )
    missing = set(ids) - {row["id"] for row in found}
    if missing:
        raise NotFound(record="opportunity", id=min(missing))
    for row in found:
        if row["status"] != "open":
            raise NotOpen(name=row["name"], id=row["id"])
    said = {
        row["opportunity_id"]: row["category"]
        for row in sql.rows(
            "SELECT DISTINCT ON (c.opportunity_id) c.opportunity_id, c.category FROM targets_categoryentry c"
            " WHERE c.opportunity_id = ANY(%s::bigint[]) ORDER BY c.opportunity_id, c.at DESC, c.id DESC",
            (list(ids),),
        )
    }
    changed = [row["id"] for row in found if said.get(row["id"]) != wanted]
    if not changed:
        return 0
    sql.execute(
        "INSERT INTO targets_categoryentry (opportunity_id, category, by_id, at)"
        " SELECT x.id, %s, %s, %s FROM unnest(%s::bigint[]) AS x (id)",
        (wanted, access.user_id, clock.now(), changed),
    )
    audit.record_many(
        access,
        "opportunity",
        "set_category",
        [(one, {"forecast_category": [said.get(one), wanted]}) for one in changed],
    )
    emit(CategoriesSet(opportunity_ids=changed, category=wanted), access)
    return len(changed)


@transaction.atomic
def set_stage_categories(access: Access, pipeline_id: int, wanted: Mapping[int, str | None]) -> int:
    """Say what stages of a pipeline stand for, None: by their probability. How many changed.

    Holds from now on: what was known before is still counted as it was. Refuses with `Invalid` a stage of
    another pipeline or a closing one.
    """
    pipeline = find_pipeline(pipeline_id)
    checked = {stage_id: _open_category(category) for stage_id, category in wanted.items()}
    for stage_id in checked:
        stage = pipeline.by_id.get(stage_id)
        if stage is None or not stage.is_open:
            raise Invalid.one("stage", "stage.other_pipeline", _("This is no open stage of the pipeline."))
    known = {one.stage_id: one.category if one.is_set else None for one in stage_settings(pipeline.id)}
    changed = {key: value for key, value in checked.items() if known.get(key) != value}
    moment = clock.now()
    for stage_id, category in changed.items():
        sql.execute(
            "INSERT INTO targets_stagecategory (stage_id, category, by_id, at) VALUES (%s, %s, %s, %s)",
            (stage_id, category, access.user_id, moment),
        )
        change = {"forecast_category": [known.get(stage_id), category]}
        audit.record(access, "stage", stage_id, "set_category", change)
    return len(changed)
