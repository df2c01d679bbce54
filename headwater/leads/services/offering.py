"""Which known customers a lead may be converted into: who has its contact, who looks like it, and why."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from headwater.kernel.access import Access
from headwater.kernel.catalogue import record_type
from headwater.kernel.sql import rows
from headwater.leads.types import CONTACT_METHODS
from headwater.sales.checking import similar_customers
from headwater.sales.duplicates import Match, accounts_for_match, find_duplicates

SHOWN = 5
SURE = 90  # percent from which on the known customer is chosen until somebody chooses otherwise
_TELLING = ("name", "company", "address", "region", "website", *CONTACT_METHODS)


@dataclass(frozen=True, slots=True)
class CustomerOffer:
    """A known customer. One out of sight comes without ids and names: there is one, with whom, since when."""

    account_id: int | None
    contact_id: int | None
    account: str
    contact: str
    percent: int
    reasons: tuple[str, ...]
    owner: str
    since: datetime
    visible: bool

    @property
    def key(self) -> str:
        """What a form sends to choose it."""
        return f"{self.account_id or ''}.{self.contact_id or ''}"

    def as_json(self) -> dict[str, Any]:
        return {
            "account": {"id": self.account_id, "name": self.account} if self.account_id else None,
            "contact": {"id": self.contact_id, "name": self.contact} if self.contact_id else None,
            "percent": self.percent,
            "reasons": list(self.reasons),
            "owner": self.owner,
            "since": self.since,
            "visible": self.visible,
        }


def customer_offers(access: Access, lead: Mapping[str, Any]) -> list[CustomerOffer]:
    """Customers that a lead (as listed) may be, the likeliest first: by its contact, by the rules about
    duplicates, by its company's name. Each account once, with the person where one was recognised.
    """
    values = {key: lead.get(key) for key in _TELLING if lead.get(key)}
    methods = {key: values[key] for key in CONTACT_METHODS if key in values}
    exact = [one for one in find_duplicates(access, methods=methods) if one.matched != "name"]
    found = [_by_contact(one) for one in exact]
    found += _by_rules(access, values)
    named = accounts_for_match(access, company=str(values.get("company") or values.get("name") or ""))
    found += [_by_name(one) for one in named]
    return _each_once(found)


def _by_contact(match: Match) -> CustomerOffer:
    field = record_type("lead").field(match.matched)
    reason = _("The same %(label)s") % {"label": field.label if field is not None else match.matched}
    is_person = match.record == "contact"
    seen = match.in_reach
    return CustomerOffer(
        account_id=match.account_id if seen else None,
        contact_id=match.id if is_person and seen else None,
        account=(match.account_name or "") if seen else "",
        contact=match.name if is_person and seen else "",
        percent=100,
        reasons=(reason,),
        owner=match.owner_name or "",
        since=match.created_at,
        visible=seen,
    )


def _by_name(match: Match) -> CustomerOffer:
    return CustomerOffer(
        account_id=match.id if match.in_reach else None,
        contact_id=None,
        account=match.name if match.in_reach else "",
        contact="",
        percent=min(match.similarity, SURE - 1) if match.similarity < 100 else SURE,
        reasons=(_("Its name"),),
        owner=match.owner_name or "",
        since=match.created_at,
        visible=match.in_reach,
    )


def _by_rules(access: Access, values: Mapping[str, Any]) -> list[CustomerOffer]:
    alike = similar_customers(access, "lead", values)
    people = [one["id"] for one in alike if one["record"] == "contact" and one["id"] is not None]
    of_person = {
        row["id"]: row
        for row in rows(
            "SELECT c.id, c.account_id, a.name FROM sales_contact c LEFT JOIN sales_account a"
            " ON a.id = c.account_id WHERE c.id = ANY(%s::bigint[])",
            (people,),
        )
    } if people else {}  # fmt: skip
    offers = []
    for one in alike:
        place = of_person.get(one["id"]) if one["record"] == "contact" else None
        is_person = one["record"] == "contact"
        offers.append(
            CustomerOffer(
                account_id=(place["account_id"] if place else None) if is_person else one["id"],
                contact_id=one["id"] if is_person else None,
                account=(place["name"] or "" if place else "") if is_person else one["name"],
                contact=one["name"] if is_person else "",
                percent=one["percent"],
                reasons=tuple(one["reasons"][:3]),
                owner=one["owner"],
                since=one["since"],
                visible=one["visible"],
            )
        )
    return offers


def _each_once(found: list[CustomerOffer]) -> list[CustomerOffer]:
    """The first mention of a customer holds; an account that came with a person is not offered again."""
    kept: list[CustomerOffer] = []
    accounts: set[int] = set()
    people: set[int] = set()
    hidden: set[tuple[str, datetime]] = set()
    for offer in sorted(found, key=lambda one: (not one.visible, -one.percent, one.contact_id is None)):
        if not offer.visible:
            if (offer.owner, offer.since) not in hidden:
                hidden.add((offer.owner, offer.since))
                kept.append(offer)
        elif offer.contact_id is not None and offer.contact_id not in people:
            people.add(offer.contact_id)
            accounts |= {offer.account_id} if offer.account_id is not None else set()
            kept.append(offer)
        elif offer.contact_id is None and offer.account_id is not None and offer.account_id not in accounts:
            accounts.add(offer.account_id)
            kept.append(offer)
    return kept[:SHOWN]
