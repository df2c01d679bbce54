"""What the history of a pipeline leaves out: names, customers, days; and the steps that lie behind it.

A file of past sales says when each began and how it ended. An opportunity without name is called after its
customer and product; one without customer goes to an account that gathers them; a closed one was first open.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from headwater.kernel import clock, sql
from headwater.kernel.access import Access
from headwater.kernel.catalogue.values import as_moment
from headwater.kernel.copying import copy_rows
from headwater.platform.imports.cells import Draft
from headwater.platform.imports.slots import Slot
from headwater.sales.importing.shapes import BY_NUMBER, CLOSED_AT, CREATED_AT, PRODUCT
from headwater.sales.types import Standing

GATHERS = "import:no-account"  # the external number of the account for opportunities without one
COLLECT = "collect"
NAME = "name!"
OPENING = "opening!"  # the moment at which a closed one was opened, where the file says so
_MOVES = (
    "opportunity_id", "from_stage_id", "to_stage_id", "amount", "currency", "owner_id", "by_id", "at",
)  # fmt: skip
_MOST = 200


def gathering_account() -> int | None:
    """The account for opportunities that name none; None before one was needed."""
    found = "SELECT id FROM sales_account WHERE external_id = %s AND archived_at IS NULL"
    at: int | None = sql.value(found, (GATHERS,))
    return at


def ensure_gathering_account(access: Access, owner_id: int | None) -> int:
    """The same, made where there is none yet; it belongs to whoever gets rows that name nobody."""
    from headwater.sales.services.accounts import create_account
    from headwater.sales.types import Why

    known = gathering_account()
    if known is not None:
        return known
    with translation.override(settings.LANGUAGE_CODE):  # the name is stored: the company's language
        values = {"name": _("Account not known"), "external_id": GATHERS, "owner": owner_id}
        return create_account(access, values, why=Why.IMPORTED)


def give_customer(drafts: Sequence[Draft], account_id: int | None) -> None:
    """Rows that name no customer belong to the account that gathers them, where that was chosen."""
    if account_id is None:
        return
    for draft in drafts:
        if not draft.problems and not {"account", f"account{BY_NUMBER}"} & draft.extra.keys():
            draft.columns["account_id"] = account_id


def give_names(drafts: Sequence[Draft]) -> None:
    """A name for rows that have none, made of what they say.

    A row with a number is known by it; others are known by the name, so it says the day too, and which of
    several of that day it is: the same file again finds the same ones.
    """
    times: dict[str, int] = {}
    for draft in drafts:
        if draft.problems or draft.columns.get("name"):
            continue
        parts = [str(draft.extra.get("account") or ""), *(draft.extra.get(PRODUCT) or ())]
        parts = [part for part in parts if part]
        number = draft.columns.get("external_id")
        if number:
            name = " · ".join(parts) or str(number)
            draft.extra = {**draft.extra, NAME: name[:_MOST]}
        elif parts:
            opened = draft.extra.get(CREATED_AT)
            day = [f"{timezone.localtime(opened):%Y-%m-%d}"] if isinstance(opened, datetime) else []
            name = " · ".join([*parts, *day])[: _MOST - 8]
            times[name] = times.get(name, 0) + 1
            draft.columns["name"] = f"{name} · {times[name]}" if times[name] > 1 else name


def settle_days(draft: Draft, values: dict[str, Any]) -> list[tuple[str, str, str]]:
    """Put the days of a new opportunity in order; what is wrong with them.

    A closed one that says only when it was expected was closed then, if that has passed; the closing day of
    an open one is when it is expected.
    """
    now = clock.now()
    opened: datetime | None = draft.extra.get(CREATED_AT)
    closed: datetime | None = draft.extra.get(CLOSED_AT)
    expected = values.get("expected_close_on")
    if values.get("status") == Standing.OPEN:
        if closed is not None and expected is None:
            values["expected_close_on"] = timezone.localtime(closed).date()
        values["stage_entered_at"] = min(opened or now, now)
        return []
    if closed is None and expected is not None and expected <= clock.today():
        closed = as_moment(expected)
    if closed is not None and closed > now:
        return [(CLOSED_AT, "closed.in_future", _("It was closed on a day that is still to come."))]
    if opened is not None and closed is not None and closed < opened:
        return [(CLOSED_AT, "closed.before_opened", _("It was closed before it was opened."))]
    values["closed_at"] = values["stage_entered_at"] = closed or now
    values[CREATED_AT] = min(opened or closed or now, now)
    if opened is not None and closed is not None:
        draft.extra = {**draft.extra, OPENING: opened}
    return []


def days_missing(draft: Draft, values: Mapping[str, Any]) -> tuple[str, str, str] | None:
    """A word to a row that lands without a day that its stage should have."""
    if values.get("status") == Standing.OPEN or OPENING in draft.extra:
        return None
    words = _("Closed without both days: it counts as opened and closed on %(day)s.")
    day = timezone.localtime(values["closed_at"]).date().isoformat()
    return "", "import.day_missing", words % {"day": day}


@dataclass(frozen=True, slots=True)
class Opening:
    """How a closed opportunity began: the first stage, the moment, what it was worth by the list."""

    stage_id: int
    at: datetime
    worth: Decimal | None


def write_openings(
    access: Access, slots: Sequence[Slot], openings: Mapping[int, Opening]
) -> list[int | None]:
    """Write the first step of closed opportunities; for each of `slots` the stage that it then comes from.

    `openings` by the number of the row that makes the opportunity.
    """
    rows = [
        (slot.id, None, known.stage_id, known.worth, slot.values.get("currency") or "CNY",
         slot.values.get("owner_id"), access.user_id, known.at)
        for slot in slots
        if (known := openings.get(slot.number)) is not None
    ]  # fmt: skip
    if rows:
        copy_rows("sales_stagemove", _MOVES, rows)
    return [openings[slot.number].stage_id if slot.number in openings else None for slot in slots]
