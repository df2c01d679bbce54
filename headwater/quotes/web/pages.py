"""The page of a quote: what is offered, its versions, who approved, what happened."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET

from headwater.kernel import listing
from headwater.kernel.access import Access, permit
from headwater.kernel.catalogue import record_type
from headwater.organization.queries import names_of
from headwater.platform.api import limit_rate
from headwater.quotes import queries, services
from headwater.quotes.answers import pdf_response
from headwater.quotes.models import Quote, QuoteApproval, QuoteVersion
from headwater.quotes.printing import numbers
from headwater.quotes.timeline import ICONS
from headwater.quotes.types import HUES, OURS, Decision, Happening, PaperLanguage, QuoteState
from headwater.quotes.web import words
from headwater.quotes.web.actions import Chosen, actions_of, more_of
from headwater.quotes.web.words import LineView, line_view
from headwater.ui import formats, records
from headwater.ui.pages import (
    Cell,
    Column,
    Fact,
    FactGroup,
    RecordPage,
    Row,
    StageStep,
    Tag,
    TimelineDay,
    TimelineEvent,
    TimelinePage,
)
from headwater.ui.responses import respond


@dataclass(frozen=True)
class QuotePage(RecordPage):
    """A quote with one of its versions laid open."""

    lines: tuple[LineView, ...] = ()
    has_discount: bool = False
    sums: tuple[tuple[str, str], ...] = ()
    total: tuple[str, str] = ("", "")
    intro: str = ""
    terms: str = ""
    heading: str = ""
    edit_href: str = ""
    papers: tuple[tuple[str, str], ...] = ()
    version_columns: tuple[Column, ...] = ()
    version_rows: tuple[Row, ...] = ()
    approvals: tuple["ApprovalView", ...] = ()


@dataclass(frozen=True, slots=True)
class ApprovalView:
    """An approval that was asked for."""

    title: str
    note: str
    reasons: tuple[str, ...]
    tag: Tag
    answer: str


@require_GET
def quote_page(request: HttpRequest, quote_id: int) -> HttpResponse:
    """Everything about a quote; `?v=2` lays open an earlier version."""
    access = permit(request, "quotes.view")
    kind = record_type("quote")
    row = listing.get(access, kind, quote_id)
    quote = services.get_quote(access, quote_id)
    versions = queries.versions_of(quote)
    asked = request.GET.get("v", "")
    number = int(asked) if asked.isdecimal() and len(asked) < 6 else quote.latest
    shown = next((one for one in versions if one.number == number), versions[0])
    approvals = queries.approvals_of(quote)
    edit = Chosen(access, quote, shown, versions, approvals)
    return respond(request, "quotes/page.html", _page(access, row, edit))


def _page(access: Access, row: Mapping[str, Any], chosen: Chosen) -> QuotePage:
    quote, shown = chosen.quote, chosen.shown
    lines = queries.lines_of(shown)
    kind = record_type("quote")
    account, opportunity = row["account"], row["opportunity"]
    banner, tone = _banner(chosen)
    groups = records.fact_groups(kind, access, row, groups=[(_("Basics"), _fact_keys(kind))])
    return QuotePage(
        title=quote.number,
        subtitle=quote.name,
        url=f"/quotes/{quote.pk}" + (f"?v={shown.number}" if shown.number != quote.latest else ""),
        back_href="/quotes",
        back_label=str(kind.label_plural),
        icon="file-text",
        note=account["name"] if account else "",
        note_href=f"/accounts/{account['id']}" if account and access.may("accounts.view") else "",
        tags=_tags(chosen),
        key_facts=(
            Fact(pgettext("quote", "Total"), Cell("money", shown.total, currency=shown.currency)),
            Fact(_("Opportunity"), _link(opportunity, f"/opportunities/{opportunity['id']}")),
            Fact(
                _("Good until"),
                Cell("date", shown.valid_until, overdue=shown.state == QuoteState.SENT),
            ),
            Fact(_("Owner"), Cell("person", row["owner"]["name"] if row["owner"] else None)),
        ),
        path=_path(shown),
        actions=actions_of(chosen),
        more=more_of(chosen),
        groups=(_facts(access, shown), *groups),
        timeline=_history(quote),
        banner=banner,
        banner_tone=tone,  # type: ignore[arg-type]
        version=quote.version,
        phone_bar=actions_of(chosen)[-2:],
        lines=tuple(line_view(line, shown.currency) for line in lines),
        has_discount=any(line.discount_percent or line.discount_amount for line in lines),
        sums=words.sum_rows(shown, lines),
        total=(words.total_label(shown), formats.money_full(shown.total, shown.currency)),
        intro=shown.intro,
        terms=shown.terms,
        heading=_("Version %(number)s") % {"number": shown.number},
        edit_href=f"/quotes/{quote.pk}/edit" if chosen.may_write else "",
        papers=tuple(
            (language.label, f"/quotes/{quote.pk}/versions/{shown.number}.pdf?language={language.value}")
            for language in PaperLanguage
        ),
        version_columns=(
            Column("version", pgettext("quote", "Version")),
            Column("state", pgettext("quote", "State")),
            Column("total", pgettext("quote", "Total"), align="right"),
            Column("when", _("Changed")),
        ),
        version_rows=tuple(_version_row(one, chosen) for one in chosen.versions),
        approvals=tuple(_approval(one) for one in chosen.approvals),
    )


def _fact_keys(kind: Any) -> list[str]:
    custom = [key for key, field in kind.all_fields.items() if field.is_custom]
    return ["name", "opportunity", *custom, "created_at", "created_by"]


def _link(value: Any, href: str) -> Cell:
    return Cell("link", value["name"], href=href)


def _tags(chosen: Chosen) -> tuple[Tag, ...]:
    state = QuoteState(chosen.shown.state)
    tags = [Tag(state.label, HUES[state], dot=True)]
    if chosen.quote.latest > 1:
        tags.append(Tag(f"V{chosen.shown.number}", "gray"))
    return tuple(tags)


def _banner(chosen: Chosen) -> tuple[str, str]:
    shown, quote = chosen.shown, chosen.quote
    if shown.number != quote.latest:
        return _("You are looking at an earlier version."), ""
    if shown.state == QuoteState.WAITING and chosen.waiting is not None:
        if chosen.waiting.approver_id == chosen.access.user_id:
            asker = {"name": chosen.waiting.asked_by.name}
            return _("%(name)s asks for your approval.") % asker, "warn"
        known = {"name": chosen.waiting.approver.name}
        return _("Waits for %(name)s to approve it.") % known, "warn"
    if shown.state == QuoteState.ACCEPTED and shown.settled_name:
        return _("Accepted by %(name)s.") % {"name": shown.settled_name}, "good"
    if shown.state == QuoteState.DECLINED and shown.settled_note:
        return shown.settled_note, "warn"
    if shown.state in OURS and chosen.out is not None:
        return _("The customer still has version %(number)s, until this one is sent.") % {
            "number": chosen.out.number
        }, ""
    last = chosen.approvals[0] if chosen.approvals else None
    is_sent_back = last is not None and last.version_id == shown.pk and last.decision == Decision.REJECTED
    if shown.state == QuoteState.DRAFT and is_sent_back and last is not None and last.decided_by is not None:
        known = {"name": last.decided_by.name, "note": last.answer}
        return _("%(name)s did not approve it: %(note)s") % known, "warn"
    return "", ""


def _path(shown: QuoteVersion) -> tuple[StageStep, ...]:
    """Draft, approval where there is one, sent, and the answer."""
    state = QuoteState(shown.state)
    with_approval = state in (QuoteState.WAITING, QuoteState.APPROVED)
    names: list[QuoteState] = [QuoteState.DRAFT]
    if with_approval:
        names.append(state)
    names.append(QuoteState.SENT)
    ended = state in (
        QuoteState.DECLINED,
        QuoteState.EXPIRED,
        QuoteState.WITHDRAWN,
        QuoteState.REPLACED,
    )
    names.append(state if ended else QuoteState.ACCEPTED)
    at = names.index(state)
    steps = []
    for place, one in enumerate(names):
        stands: Any = "done" if place < at else "now" if place == at else "next"
        if place == at and ended:
            stands = "lost"
        elif place == at and state == QuoteState.ACCEPTED:
            stands = "won"
        steps.append(StageStep(one.label, stands))
    return tuple(steps)


def _facts(access: Access, shown: QuoteVersion) -> FactGroup:
    contact = shown.contact
    attention = Cell()
    if contact is not None:
        may = access.may("contacts.view")
        attention = Cell("link", contact.name, href=f"/contacts/{contact.pk}" if may else "")
    tax = _("Prices include tax") if shown.is_tax_included else _("Tax is added to prices")
    facts = [
        Fact(_("For the attention of"), attention),
        Fact(pgettext("quote", "Prices"), Cell("text", tax)),
        Fact(_("Currency"), Cell("text", shown.currency)),
        Fact(_("Below list prices"), Cell("text", numbers.percent(shown.reduction))),
        Fact(pgettext("quote", "Sent"), Cell("when", shown.sent_at)),
        Fact(_("Opened by the customer"), Cell("when", shown.opened_at)),
        Fact(pgettext("quote", "Answered"), Cell("when", shown.settled_at)),
    ]
    return FactGroup(tuple(one for one in facts if not one.cell.is_empty), title=_("Offer"))


def _version_row(one: QuoteVersion, chosen: Chosen) -> Row:
    state = QuoteState(one.state)
    base = f"/quotes/{one.quote_id}"
    return Row(
        id=one.number,
        cells=(
            Cell("link", f"V{one.number}", href=f"{base}?v={one.number}"),
            Cell("tag", state.value, text=state.label, hue=HUES[state]),
            Cell("money", one.total, currency=one.currency),
            Cell("when", one.sent_at or one.updated_at),
        ),
        tools=chosen.compare(one),
    )


def _approval(one: QuoteApproval) -> ApprovalView:
    if one.decision is None:
        tag = Tag(_("Waiting for %(name)s") % {"name": one.approver.name}, "amber")
    else:
        hue = {Decision.APPROVED: "green", Decision.REJECTED: "red"}.get(Decision(one.decision), "gray")
        tag = Tag(Decision(one.decision).label, hue)
    who = one.decided_by.name if one.decided_by is not None else ""
    return ApprovalView(
        title=_("%(name)s asked, version %(number)s")
        % {"name": one.asked_by.name, "number": one.version.number},
        note=one.note,
        reasons=tuple(words.reason_words(one.reasons)),
        tag=tag,
        answer=f"{who}: {one.answer}" if one.answer else "",
    )


def _history(quote: Quote) -> TimelinePage:
    steps = queries.steps_of(quote)
    names = names_of({one.by_id for one in steps if one.by_id is not None})
    days: dict[Any, list[TimelineEvent]] = {}
    for one in steps:
        icon, hue = ICONS.get(Happening(one.happening), ("file-text", "gray"))
        event = TimelineEvent(
            at=one.at,
            who=names.get(one.by_id or 0, "") or one.who or _customer_or_house(one.happening),
            kind=str(Happening(one.happening).label),
            icon=icon,
            hue=hue,
            text=one.note,
            tags=(Tag(f"V{one.version.number}", "gray"),) if quote.latest > 1 else (),
            is_system=True,
            key=f"quote-step-{one.pk}",
        )
        days.setdefault(timezone.localtime(one.at).date(), []).append(event)
    shown = tuple(TimelineDay(day, tuple(events)) for day, events in days.items())
    return TimelinePage(days=shown, title=pgettext("quote", "History"))


def _customer_or_house(happening: str) -> str:
    by_time = happening in (Happening.EXPIRED, Happening.REPLACED, Happening.CREATED)
    return _("System") if by_time else pgettext("quote", "Customer")


@require_GET
def paper(request: HttpRequest, quote_id: int, number: int) -> HttpResponse:
    """The document of a version, in the language of the customer or another."""
    access = permit(request, "quotes.view")
    limit_rate("quotes.pdf", str(access.user_id), 60)
    version = queries.find_version(services.get_quote(access, quote_id), min(number, 2**31 - 1))
    wanted = request.GET.get("language", "")
    language = wanted if wanted in PaperLanguage.values else version.language
    return pdf_response(services.paper_of(access, version, language), services.paper_name(version))
