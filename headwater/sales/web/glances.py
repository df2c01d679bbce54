"""What the room itself says on top of its pages: the customer, communication, where a sale stands."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from headwater.customization.queries import picklist_label
from headwater.engagement.queries.tasks import open_tasks
from headwater.engagement.queries.timeline import last_word
from headwater.engagement.types import ActivityKind
from headwater.kernel import clock, listing
from headwater.kernel.access import Access
from headwater.kernel.catalogue import record_type
from headwater.sales.queries.board import contact_roles, is_stuck
from headwater.sales.queries.parties import rivals
from headwater.sales.queries.pipelines import StageView, find_pipeline, stages_by_id
from headwater.sales.summary import Glance, Reason, register_summary_part
from headwater.sales.types import Against, Standing
from headwater.sales.web.money import equivalent
from headwater.ui import formats
from headwater.ui.pages import Cell

QUIET_DAYS = 14  # so long without a word counts against a sale
DECIDERS = ("decision_maker",)
Row = Mapping[str, Any]


def register() -> None:
    """Called from `registrations.py`."""
    sale = ("opportunity",)
    register_summary_part("customer", customer, position=10, on=sale)
    register_summary_part("stage", stage, position=20, on=sale)
    register_summary_part("amount", amount, position=30, on=sale)
    register_summary_part("chance", chance, position=40, on=sale, stands_in=True)
    register_summary_part("communication", communication, position=60)


def _row(access: Access, record: str, record_id: int) -> dict[str, Any]:
    return listing.get(access, record_type(record), record_id)


def customer(access: Access, record: str, record_id: int) -> Glance:
    """Who may buy, and whom one speaks to there."""
    row = _row(access, record, record_id)
    account, contact = row["account"], row["contact"]
    may_see = access.may("accounts.view") and bool(
        listing.ids_within(access.also("accounts.view"), record_type("account"), [account["id"]])
    )
    known = _row(access.also("accounts.view"), "account", account["id"]) if may_see else {}
    facts = [
        record_type("account").all_fields[key].label_of(known[key])
        for key in ("level", "industry", "region")
        if known.get(key)
    ]
    note = " · ".join(facts)
    if contact:
        note = " · ".join(part for part in (contact["name"], note) if part)
    return Glance(
        _("Customer"),
        Cell("text", account["name"]),
        note=note,
        href=f"/accounts/{account['id']}" if may_see else "",
        icon="building-2",
    )


def stage(access: Access, record: str, record_id: int) -> Glance:
    """The stage, which step of how many it is, since when, and how far along that is."""
    row = _row(access, record, record_id)
    pipeline = find_pipeline(row["pipeline"]["id"])
    now = stages_by_id()[row["stage"]["id"]]
    steps = pipeline.open_stages
    days = (clock.now() - row["stage_entered_at"]).days
    if row["status"] != Standing.OPEN:
        return Glance(
            pgettext("opportunity", "Stage"),
            Cell("tag", now.name, hue=now.color),
            note=_("Closed on %(day)s") % {"day": formats.calendar_day(row["closed_at"])},
            icon="flag",
            meter=100 if row["status"] == Standing.WON else None,
        )
    place = next((index for index, one in enumerate(steps, 1) if one.id == now.id), 1)
    since = ngettext("for %(days)s day", "for %(days)s days", days) % {"days": days}
    step = _("Step %(place)s of %(all)s") % {"place": place, "all": len(steps)}
    return Glance(
        pgettext("opportunity", "Stage"),
        Cell("tag", now.name, hue=now.color),
        note=f"{step} · {since}",
        icon="flag",
        meter=round((place - 1) * 100 / len(steps)),
    )


def amount(access: Access, record: str, record_id: int) -> Glance:
    """What it may bring, also in the company's currency, and when."""
    row = _row(access, record, record_id)
    day = _day_of(row)
    notes = [equivalent(row["amount"], row["currency"], day)]
    if row["status"] == Standing.OPEN and row["expected_close_on"]:
        notes.append(_("expected on %(day)s") % {"day": formats.calendar_day(row["expected_close_on"])})
    return Glance(
        _("Expected amount") if row["status"] == Standing.OPEN else _("Amount"),
        Cell("money", row["amount"], currency=row["currency"]),
        note=" · ".join(note for note in notes if note),
        icon="banknote",
    )


def _day_of(row: Row) -> date:
    """The day whose rate counts: of the closing, or today's."""
    return clock.today() if row["closed_at"] is None else formats.Reader.now().split(row["closed_at"])[0]


def chance(access: Access, record: str, record_id: int) -> Glance | None:
    """How likely it is by its stage, and what speaks for and against it. A forecast may say it better."""
    row = _row(access, record, record_id)
    if row["status"] != Standing.OPEN:
        return None
    now = stages_by_id()[row["stage"]["id"]]
    usual = row["probability"] == now.probability
    words = _("Usual for “%(stage)s”") if usual else _("Set by hand; usual for “%(stage)s” is %(usual)s%%")
    return Glance(
        _("Chance of success"),
        Cell("percent", row["probability"]),
        note=words % {"stage": now.name, "usual": now.probability},
        icon="percent",
        meter=int(row["probability"]),
        reasons=tuple(_reasons(access, row, now)),
    )


def _reasons(access: Access, row: Row, now: StageView) -> list[Reason]:
    """Facts on the page that experience counts for or against a sale."""
    found = []
    today = clock.today()
    if row["expected_close_on"] and row["expected_close_on"] < today:
        late = (today - row["expected_close_on"]).days
        words = ngettext("Expected close %(days)s day ago", "Expected close %(days)s days ago", late)
        found.append(Reason(words % {"days": late}, False))
    if is_stuck(row, now):
        days = (clock.now() - row["stage_entered_at"]).days
        words = _("In this stage for %(days)s days; %(limit)s are usual")
        found.append(Reason(words % {"days": days, "limit": now.days_until_stuck}, False))
    last = row["last_activity_at"]
    if last is None or clock.now() - last > timedelta(days=QUIET_DAYS):
        found.append(Reason(_("No contact for over %(days)s days") % {"days": QUIET_DAYS}, False))
    else:
        found.append(Reason(_("In contact within the last %(days)s days") % {"days": QUIET_DAYS}, True))
    roles = {one["role"] for one in contact_roles(row["id"])}
    if roles & set(DECIDERS):
        found.append(Reason(_("The decision maker is known"), True))
    else:
        found.append(Reason(_("No decision maker named"), False))
    for rival in rivals(row["id"]):
        if rival.standing == Against.BEHIND:
            found.append(Reason(_("%(name)s leads") % {"name": rival.name}, False))
        elif rival.standing == Against.AHEAD:
            found.append(Reason(_("We lead %(name)s") % {"name": rival.name}, True))
    return found


def communication(access: Access, record: str, record_id: int) -> list[Glance]:
    """The last word with the customer, how often there was one lately, and what is agreed next."""
    last = last_word(record, record_id, clock.now() - timedelta(days=30))
    shown = []
    if last is None:
        shown.append(
            Glance(_("Communication"), Cell("text", _("No follow-up yet")), icon="message-square-text")
        )
    else:
        kind = ActivityKind(last.kind)
        outcome = picklist_label("activity_outcome", last.outcome) if last.outcome else ""
        said = " ".join(last.content.split())[:60]
        times = _("%(count)s times in 30 days") % {"count": last.lately} if last.lately > 1 else ""
        shown.append(
            Glance(
                _("Communication"),
                Cell("when", last.occurred_at),
                note=" · ".join(part for part in (str(kind.label), outcome, said, times) if part),
                icon=kind.icon,
            )
        )
    tasks = open_tasks(access, record, record_id)
    if tasks:
        first = tasks[0]
        due = formats.when_text(first.due_at) if first.due_at else ""
        shown.append(
            Glance(
                pgettext("summary", "Next step"),
                Cell("text", first.title),
                note=" · ".join(part for part in (due, first.owner_name) if part),
                icon="calendar-clock",
            )
        )
    return shown
