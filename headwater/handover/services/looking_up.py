"""Is this customer known? A look across walls that tells that, since when and where, and nothing else."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from headwater.handover.errors import LookUpLimit
from headwater.handover.models import LookUp, TakeOver
from headwater.handover.settings import LOOKUPS_PER_DAY
from headwater.handover.types import Answer, Ask, Found, Hit
from headwater.kernel import clock, listing, sql
from headwater.kernel.access import Access
from headwater.kernel.catalogue import record_type
from headwater.kernel.errors import Invalid
from headwater.kernel.text import (
    BadPhone,
    email_address,
    is_mobile,
    masked_email,
    masked_phone,
    masked_text,
    phone_e164,
    tidy,
)
from headwater.leads.services import lock_books
from headwater.leads.services.wording import moment_text
from headwater.leads.types import Status
from headwater.platform import audit, search
from headwater.sales.duplicates import ALIKE, find_duplicates
from headwater.sales.names import company_key, key_similarity

MOST_HITS = 10
_CANDIDATES = 60
_COLUMNS = (
    "SELECT t.id, t.name, t.company, t.status, t.owner_id, t.business_line, t.created_at, p.name AS pool"
    " FROM leads_lead t LEFT JOIN pools_pool p ON p.id = COALESCE(t.pool_id, t.home_pool_id)"
    " WHERE t.archived_at IS NULL AND "
)
_UNIQUE = "NOT may_duplicate AND archived_at IS NULL"
_MASKS = {Ask.PHONE: masked_phone, Ask.EMAIL: masked_email, Ask.COMPANY: masked_text}


@transaction.atomic
def look_up(access: Access, typed: str) -> Found:
    """What is known under a phone number, an e-mail address or a company name; recorded and counted.

    Refuses with `Invalid` what is none of them, and with `LookUpLimit` (limit, used, until).
    """
    user_id = access.user_id
    if user_id is None:
        raise TypeError("a look-up is made by a person")
    by, value = _read(typed)
    lock_books([user_id])  # orders the count under concurrency
    moment = clock.now()
    used, limit = lookups_today(user_id), LOOKUPS_PER_DAY.get()
    if used >= limit:
        tomorrow = _midnight() + timedelta(days=1)
        raise LookUpLimit(limit=limit, used=used, until=tomorrow, until_text=moment_text(tomorrow))
    leads = _leads(by, value)
    hits = _lead_hits(access, leads) + _customer_hits(access, by, value, first=len(leads))
    made = LookUp.objects.create(
        user_id=user_id,
        at=moment,
        by=by,
        asked=_MASKS[by](value)[:200],
        hits=[["lead", lead["id"]] for lead in leads],
    )
    audit.record(access, "look_up", made.pk, "look_up", {"found": [None, len(hits)], "by": [None, by.value]})
    return Found(made.pk, by.value, tuple(hits), used + 1, limit)


def lookups_today(user_id: int) -> int:
    """How many look-ups a person made today."""
    return LookUp.objects.filter(user_id=user_id, at__gte=_midnight()).count()


def _midnight() -> Any:
    return timezone.localtime(clock.now()).replace(hour=0, minute=0, second=0, microsecond=0)


def _read(typed: str) -> tuple[Ask, str]:
    text = tidy(typed)[:200] if "\x00" not in typed else ""
    if "@" in text:
        address = email_address(text)
        if address:
            return Ask.EMAIL, address
    elif text and sum(char.isdigit() for char in text) >= max(5, len(text) // 2):
        try:
            return Ask.PHONE, phone_e164(text[:64])
        except BadPhone:
            pass
    elif len(company_key(text)) >= 2 and any(char.isalpha() for char in text):
        return Ask.COMPANY, text
    detail = _("Type a whole phone number, an e-mail address or a company name.")
    raise Invalid.one("q", "lookup.unreadable", detail)


def _leads(by: Ask, value: str) -> list[dict[str, Any]]:
    known = search.match("lead", value)
    if by != Ask.COMPANY:
        columns = ("mobile", "phone") if by == Ask.PHONE else ("email",)
        # The unique indexes give the one lead that has it; what may stand twice only the search index knows.
        once = [f"SELECT id FROM leads_lead WHERE {one} = %s AND {_UNIQUE}" for one in columns]
        asked = ", ".join(f"t.{one}" for one in columns)
        again = f"SELECT t.id FROM leads_lead t WHERE t.may_duplicate AND %s IN ({asked}) AND {known.text}"
        probes = " UNION ".join([*once, again])
        found = sql.rows(
            f"{_COLUMNS} t.id IN ({probes}) ORDER BY t.created_at, t.id LIMIT %s",
            (*[value] * (len(columns) + 1), *known.params, MOST_HITS),
        )
        return [row | {"similarity": 100} for row in found]
    found = sql.rows(
        f"{_COLUMNS} t.company <> '' AND ({known.text}) ORDER BY t.created_at DESC LIMIT %s",
        (*known.params, _CANDIDATES),
    )
    key = company_key(value)
    scored = [row | {"similarity": key_similarity(key, company_key(row["company"]))} for row in found]
    alike = [row for row in scored if row["similarity"] >= ALIKE]
    return sorted(alike, key=lambda row: -row["similarity"])[:MOST_HITS]


def _lead_hits(access: Access, leads: Sequence[dict[str, Any]]) -> list[Hit]:
    kind = record_type("lead")
    ids = [lead["id"] for lead in leads]
    seen: set[int] = set()
    if ids and access.may("leads.view"):
        seen = set(listing.ids_within(access.also("leads.view"), kind, ids))
    waiting = TakeOver.objects.filter(lead_id__in=ids, asked_by_id=access.user_id or 0, answer=Answer.WAITING)
    asked = set(waiting.values_list("lead_id", flat=True))
    return [
        Hit(
            number,
            "lead",
            str(kind.label),
            lead["created_at"],
            lead["pool"] or "",
            lead["business_line"],
            str(Status(lead["status"]).label),
            lead["similarity"],
            is_mine=lead["owner_id"] == access.user_id,
            name=lead["name"] if lead["id"] in seen else "",
            url=kind.link(lead["id"]) if lead["id"] in seen else "",
            can_request=requestable(access, lead) and lead["id"] not in asked,
            is_requested=lead["id"] in asked,
        )
        for number, lead in enumerate(leads)
    ]


def requestable(access: Access, lead: dict[str, Any]) -> bool:
    """Whether it is an open lead of somebody else."""
    return Status(lead["status"]).is_owned and lead["owner_id"] != access.user_id


def _customer_hits(access: Access, by: Ask, value: str, *, first: int) -> list[Hit]:
    methods = {}
    if by == Ask.PHONE:
        methods = {"mobile" if is_mobile(value) else "phone": value}
    elif by == Ask.EMAIL:
        methods = {"email": value}
    found = find_duplicates(
        access, company=value if by == Ask.COMPANY else None, methods=methods, limit=MOST_HITS
    )
    return [
        Hit(
            first + number,
            match.record,
            str(record_type(match.record).label),
            match.created_at,
            "",
            "",
            _("Customer"),
            match.similarity,
            is_mine=match.owner_id == access.user_id,
            name=match.name if match.in_reach else "",
            url=record_type(match.record).link(match.id) if match.in_reach else "",
        )
        for number, match in enumerate(found)
    ]
