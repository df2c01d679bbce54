"""In which category each opportunity is, now or as it was known at a moment."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from headwater.currencies.queries import in_company
from headwater.kernel import clock, listing, sql
from headwater.kernel.access import Access
from headwater.kernel.catalogue import record_type
from headwater.kernel.sql import TRUE, Fragment
from headwater.targets.periods import Period, company_today, zone_name
from headwater.targets.queries.facts import refuse_hidden_amounts
from headwater.targets.types import BEST_CASE_FROM, COMMIT_FROM, Category

MOST_LISTED = 300


def stage_categories(at: datetime | None = None) -> Fragment:
    """A row for each stage: `stage_id`, `kind`, `pipeline_id` and the `category` of what is in it.

    The latest word of somebody until `at` counts, without one the stage's probability.
    """
    moment = at or clock.now()
    return Fragment(
        "SELECT s.id AS stage_id, s.pipeline_id, s.kind,"
        " CASE s.kind WHEN 'won' THEN 'closed' WHEN 'lost' THEN 'omitted' ELSE coalesce("
        " (SELECT e.category FROM targets_stagecategory e WHERE e.stage_id = s.id AND e.at <= %s"
        " ORDER BY e.at DESC, e.id DESC LIMIT 1),"
        f" CASE WHEN s.probability >= {COMMIT_FROM:d} THEN 'commit'"
        f" WHEN s.probability >= {BEST_CASE_FROM:d} THEN 'best_case' ELSE 'pipeline' END) END AS category"
        " FROM sales_stage s",
        (moment,),
    )


def known_now(period: Period, pipelines: list[int]) -> Fragment:
    """The living opportunities of pipelines that are to close, or were closed, in a period."""
    return Fragment(
        "SELECT o.id, o.stage_id, o.amount, o.currency, o.expected_close_on, o.owner_id, o.closed_at"
        " FROM sales_opportunity o WHERE o.pipeline_id = ANY(%s::bigint[]) AND o.archived_at IS NULL"
        " AND ((o.closed_at IS NULL AND o.expected_close_on >= %s AND o.expected_close_on < %s)"
        " OR (o.closed_at >= %s AND o.closed_at < %s))",
        (pipelines, period.start, period.end, period.since, period.until),
    )


def known_at(period: Period, pipelines: list[int], at: datetime) -> Fragment:
    """The same as it was known at a moment: the last move or edit until then says what was known.

    Opportunities that were closed by then and before the period, and still are, need not be looked at.
    """
    return Fragment(
        "SELECT k.* FROM (SELECT DISTINCT ON (x.id) x.* FROM ("
        " SELECT m.opportunity_id AS id, m.to_stage_id AS stage_id, m.amount, m.currency,"
        " m.expected_close_on, m.owner_id, CASE WHEN g.kind <> 'open' THEN m.at END AS closed_at,"
        " FALSE AS archived, m.at,"
        " 0 AS source, m.id AS entry FROM sales_stagemove m JOIN sales_stage g ON g.id = m.to_stage_id"
        " WHERE m.at <= %s"
        " UNION ALL SELECT e.opportunity_id, e.stage_id, e.amount, e.currency, e.expected_close_on,"
        " e.owner_id, e.closed_at, e.archived, e.at, 1, e.id FROM targets_opportunityedit e WHERE e.at <= %s"
        ") x JOIN sales_opportunity o ON o.id = x.id AND (o.closed_at IS NULL OR o.closed_at >= %s)"
        " ORDER BY x.id, x.at DESC, x.source DESC, x.entry DESC) k"
        " JOIN sales_stage g ON g.id = k.stage_id AND g.pipeline_id = ANY(%s::bigint[])"
        " WHERE NOT k.archived AND ((k.closed_at IS NULL AND k.expected_close_on >= %s"
        " AND k.expected_close_on < %s) OR (k.closed_at >= %s AND k.closed_at < %s))",
        (
            at,
            at,
            min(period.since, at),
            pipelines,
            period.start,
            period.end,
            period.since,
            period.until,
        ),
    )


def categorised(period: Period, pipelines: list[int], at: datetime | None = None) -> Fragment:
    """A row for each: id, pipeline_id, owner_id, stage_id, category, is_set, value, both closing days.

    `value` is in the company's currency, at the rate of the closing day or of the day that is looked from;
    NULL without a rate. Hand-set categories win over the stage's until an opportunity is closed.
    """
    known = known_now(period, pipelines) if at is None else known_at(period, pipelines, at)
    stages = stage_categories(at)
    day = company_today() if at is None else at.astimezone(period.since.tzinfo).date()
    on = "coalesce((k.closed_at AT TIME ZONE %s)::date, %s::date)"
    worth = in_company("coalesce(k.amount, 0)", "k.currency", on)
    return Fragment(
        f"SELECT k.id, k.owner_id, k.stage_id, k.expected_close_on, k.closed_at, g.pipeline_id,"
        f" {worth.text} AS value, g.kind = 'open' AND h.category IS NOT NULL AS is_set,"
        " CASE WHEN g.kind = 'open' THEN coalesce(h.category, g.category) ELSE g.category END AS category"
        f" FROM ({known.text}) k JOIN ({stages.text}) g ON g.stage_id = k.stage_id"
        " LEFT JOIN (SELECT DISTINCT ON (c.opportunity_id) c.opportunity_id, c.category"
        " FROM targets_categoryentry c WHERE c.at <= %s"
        " ORDER BY c.opportunity_id, c.at DESC, c.id DESC) h ON h.opportunity_id = k.id",
        (*worth.params, zone_name(), day, *known.params, *stages.params, at or clock.now()),
    )


@dataclass(frozen=True, slots=True)
class CategoryOf:
    """The category of one opportunity, and whether somebody set it."""

    category: Category
    is_set: bool
    by_stage: Category


def category_of(access: Access, opportunity_id: int) -> CategoryOf:
    """The category of an opportunity that the reader sees; refuses with `NotFound`."""
    listing.get(access, record_type("opportunity"), opportunity_id)
    stages = stage_categories()
    (row,) = sql.rows(
        "SELECT g.kind, g.category AS by_stage, (SELECT c.category FROM targets_categoryentry c"
        " WHERE c.opportunity_id = o.id ORDER BY c.at DESC, c.id DESC LIMIT 1) AS said"
        f" FROM sales_opportunity o JOIN ({stages.text}) g ON g.stage_id = o.stage_id WHERE o.id = %s",
        (*stages.params, opportunity_id),
    )
    is_set = row["kind"] == "open" and row["said"] is not None
    by_stage = Category(row["by_stage"])
    return CategoryOf(Category(row["said"]) if is_set else by_stage, is_set, by_stage)


def category_history(access: Access, opportunity_id: int) -> list[dict[str, Any]]:
    """Who set which category when, the latest first; for a reader who sees the opportunity."""
    listing.get(access, record_type("opportunity"), opportunity_id)
    return sql.rows(
        "SELECT c.category, c.by_id, coalesce(u.name, '') AS by, c.at FROM targets_categoryentry c"
        " LEFT JOIN organization_user u ON u.id = c.by_id WHERE c.opportunity_id = %s"
        " ORDER BY c.at DESC, c.id DESC LIMIT 200",
        (opportunity_id,),
    )


def committed(
    access: Access, pipelines: list[int], period: Period, person_id: int | None
) -> list[dict[str, Any]]:
    """One person's opportunities of a period with their categories, the largest first."""
    refuse_hidden_amounts(access)
    rows = categorised(period, pipelines)
    within = (
        TRUE
        if access.reach.everyone
        else Fragment("k.owner_id = ANY(%s::bigint[])", (sorted(access.reach.people),))
    )
    return sql.rows(
        "SELECT k.id, o.name, a.name AS account, s.name AS stage, s.color AS stage_hue, o.status, k.category,"
        " k.is_set, k.value, o.amount, o.currency, k.expected_close_on, k.closed_at"
        f" FROM ({rows.text}) k JOIN sales_opportunity o ON o.id = k.id"
        " JOIN sales_stage s ON s.id = k.stage_id LEFT JOIN sales_account a ON a.id = o.account_id"
        f" WHERE k.owner_id IS NOT DISTINCT FROM %s AND o.status <> 'lost' AND {within.text}"
        " ORDER BY o.status = 'won', k.value DESC NULLS FIRST, k.id LIMIT %s",
        (*rows.params, person_id, *within.params, MOST_LISTED),
    )


@dataclass(frozen=True, slots=True)
class StageSetting:
    """What an open stage stands for."""

    stage_id: int
    name: str
    probability: int
    category: Category
    is_set: bool


def stage_settings(pipeline_id: int) -> list[StageSetting]:
    """The open stages of a pipeline in their order."""
    found = sql.rows(
        "SELECT g.stage_id, s.name, s.probability, g.category,"
        " (SELECT e.category FROM targets_stagecategory e WHERE e.stage_id = s.id"
        " ORDER BY e.at DESC, e.id DESC LIMIT 1) IS NOT NULL AS is_set"
        f" FROM ({stage_categories().text}) g JOIN sales_stage s ON s.id = g.stage_id"
        " WHERE s.pipeline_id = %s AND s.kind = 'open' AND s.archived_at IS NULL ORDER BY s.position",
        (*stage_categories().params, pipeline_id),
    )
    return [StageSetting(**row | {"category": Category(row["category"])}) for row in found]
