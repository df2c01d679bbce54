"""How far people may go by themselves, and who stands above them that may go further."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from headwater.currencies.queries import company_currency, convert
from headwater.kernel import sql
from headwater.organization.notices import next_up
from headwater.organization.queries import administrators, holders_of
from headwater.quotes.models import QuoteVersion

MOST_ABOVE = 50


@dataclass(frozen=True, slots=True)
class Limit:
    """None is without end. `amount` is in the company's currency."""

    discount_percent: Decimal | None
    amount: Decimal | None

    def with_(self, other: "Limit") -> "Limit":
        """The more generous of both, each by itself: a person may have several roles."""
        return Limit(
            _larger(self.discount_percent, other.discount_percent), _larger(self.amount, other.amount)
        )


NOTHING = Limit(Decimal(0), Decimal(0))
ENDLESS = Limit(None, None)
_REP = Limit(Decimal(10), Decimal(100_000))
# What holds until an administrator sets it; roles of the company's own begin like a representative.
DEFAULTS: Mapping[str, Limit] = {
    "rep": _REP,
    "manager": Limit(Decimal(30), Decimal(1_000_000)),
    "admin": ENDLESS,
}

Reason = dict[str, Any]


def _larger(one: Decimal | None, other: Decimal | None) -> Decimal | None:
    return None if one is None or other is None else max(one, other)


@dataclass(frozen=True, slots=True)
class RoleLimit:
    """A role with its limit, for the settings page."""

    role_id: int
    key: str
    limit: Limit
    is_default: bool


def role_limits() -> list[RoleLimit]:
    """Every role, in the order of roles."""
    found = sql.rows(
        "SELECT r.id, COALESCE(r.key, '') AS key, l.id IS NOT NULL AS is_set, l.discount_percent, l.amount"
        " FROM organization_role r LEFT JOIN quotes_approvallimit l ON l.role_id = r.id"
        " ORDER BY r.position, r.id"
    )
    return [RoleLimit(row["id"], row["key"], _limit(row), not row["is_set"]) for row in found]


def _limit(row: Mapping[str, Any]) -> Limit:
    if row["is_set"]:
        return Limit(row["discount_percent"], row["amount"])
    return DEFAULTS.get(row["key"], _REP)


def limits_of(user_ids: Collection[int]) -> dict[int, Limit]:
    """The limit of each person; `NOTHING` for who has no role."""
    found = sql.rows(
        "SELECT m.user_id, COALESCE(r.key, '') AS key, l.id IS NOT NULL AS is_set, l.discount_percent,"
        " l.amount"
        " FROM organization_user_roles m JOIN organization_role r ON r.id = m.role_id"
        " LEFT JOIN quotes_approvallimit l ON l.role_id = r.id WHERE m.user_id = ANY(%s::bigint[])",
        (list(user_ids),),
    )
    limits = dict.fromkeys(user_ids, NOTHING)
    for row in found:
        limits[row["user_id"]] = limits[row["user_id"]].with_(_limit(row))
    return limits


def reasons_against(version: QuoteVersion, limit: Limit, on: date) -> list[Reason]:
    """Which limits a version passes; empty when it lies within them. An amount without a rate passes."""
    reasons: list[Reason] = []
    if limit.discount_percent is not None and version.reduction > limit.discount_percent:
        reasons.append(
            {"code": "discount", "value": str(version.reduction), "limit": str(limit.discount_percent)}
        )
    if limit.amount is not None:
        worth = convert(version.total, version.currency, on)
        if worth is None:
            reasons.append({"code": "no_rate", "value": version.currency, "limit": company_currency()})
        elif worth > limit.amount:
            reasons.append({"code": "amount", "value": str(worth), "limit": str(limit.amount)})
    return reasons


def approver_for(version: QuoteVersion, asker_id: int, on: date) -> int | None:
    """The nearest person above who may approve this: up the line, over those whose limits do not reach.

    Where the line ends without one, an administrator; never who asks, nor who wrote the version.
    """
    holders = holders_of("quotes.approve")
    own = {asker_id, version.created_by_id}
    told: list[int] = []
    for _step in range(MOST_ABOVE):
        person = next_up(asker_id, told)
        if person is None:
            break
        told.append(person)
        fits = person in holders and person not in own
        if fits and not reasons_against(version, limits_of([person])[person], on):
            return person
    others = sorted((administrators() & holders) - own)
    limits = limits_of(others)
    return next((one for one in others if not reasons_against(version, limits[one], on)), None)
