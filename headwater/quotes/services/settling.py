"""How a version that is out ends: accepted, declined, withdrawn, or its day passes. The first one wins."""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from headwater.kernel import clock, sql
from headwater.kernel.access import Access, system_access
from headwater.kernel.errors import Invalid, NotFound
from headwater.platform.events import Event
from headwater.quotes.errors import Lapsed
from headwater.quotes.events import QuoteAccepted, QuoteDeclined, QuoteExpired, QuoteWithdrawn
from headwater.quotes.models import Quote, QuoteVersion
from headwater.quotes.services.drafting import take_back_approvals
from headwater.quotes.services.sending import out_version
from headwater.quotes.services.writing import close, lock_quote, move, note_step
from headwater.quotes.types import OURS, Happening, QuoteState

BY_LINK = "quotes.link"
_AT_ONCE = 200


@transaction.atomic
def accept(
    access: Access, quote_id: int, *, who: str = "", note: str = "", version: int | None = None
) -> None:
    """The customer said yes to the version that is out, and one of us writes it down.

    Refuses `NotFound`, `Stale`, `WrongState`. A day that has passed does not matter: we took the word.
    """
    quote = lock_quote(access, quote_id, version=version)
    _accept(access, quote, out_version(quote), who=who, note=note)


@transaction.atomic
def decline(
    access: Access, quote_id: int, *, who: str = "", note: str = "", version: int | None = None
) -> None:
    """The customer said no to the version that is out. Refuses like `accept`."""
    quote = lock_quote(access, quote_id, version=version)
    _decline(access, quote, out_version(quote), who=who, note=note)


@transaction.atomic
def withdraw(access: Access, quote_id: int, *, note: str = "", version: int | None = None) -> None:
    """Take back the version that is out: its link says so. Refuses like `accept`."""
    quote = lock_quote(access, quote_id, version=version)
    out = out_version(quote)
    event = QuoteWithdrawn(quote_id=quote.pk, version_id=out.pk, opportunity_id=quote.opportunity_id)
    _settle(access, quote, out, QuoteState.WITHDRAWN, event, note=note)


@transaction.atomic
def accept_by_link(version_id: int, *, who: str) -> None:
    """The customer accepts on the public page; again with the same version it changes nothing.

    Refuses `Invalid` without a name, `Lapsed` after its day, `WrongState` for what is not out any more.
    """
    if not who.strip():
        raise Invalid.one("name", "value.required", _("Please write your name."))
    access, quote, version = _by_link(version_id)
    if version.state == QuoteState.ACCEPTED:
        return
    _refuse_lapsed(version)
    _accept(access, quote, version, who=who.strip(), note="")


@transaction.atomic
def decline_by_link(version_id: int, *, who: str, note: str) -> None:
    """The customer declines on the public page; refuses like `accept_by_link`, and wants no name."""
    access, quote, version = _by_link(version_id)
    if version.state == QuoteState.DECLINED:
        return
    _refuse_lapsed(version)
    _decline(access, quote, version, who=who.strip(), note=note.strip())


def _by_link(version_id: int) -> tuple[Access, Quote, QuoteVersion]:
    access = system_access(BY_LINK)
    of = sql.value("SELECT quote_id FROM quotes_quoteversion WHERE id = %s", (version_id,))
    if of is None:
        raise NotFound(record="quote", id=None)
    quote = lock_quote(access, of)
    version = QuoteVersion.objects.get(pk=version_id)
    version.quote = quote
    return access, quote, version


def _refuse_lapsed(version: QuoteVersion) -> None:
    if version.state == QuoteState.SENT and is_lapsed(version):
        assert version.valid_until is not None
        raise Lapsed(day=version.valid_until.isoformat())


def is_lapsed(version: QuoteVersion, on: date | None = None) -> bool:
    """Whether its last day has passed."""
    return version.valid_until is not None and version.valid_until < (on or clock.today())


def _accept(access: Access, quote: Quote, version: QuoteVersion, *, who: str, note: str) -> None:
    event = QuoteAccepted(quote_id=quote.pk, version_id=version.pk, opportunity_id=quote.opportunity_id)
    _settle(access, quote, version, QuoteState.ACCEPTED, event, who=who, note=note)


def _decline(access: Access, quote: Quote, version: QuoteVersion, *, who: str, note: str) -> None:
    event = QuoteDeclined(quote_id=quote.pk, version_id=version.pk, opportunity_id=quote.opportunity_id)
    _settle(access, quote, version, QuoteState.DECLINED, event, who=who, note=note)


_WORDS = {
    QuoteState.ACCEPTED: ("accept", Happening.ACCEPTED),
    QuoteState.DECLINED: ("decline", Happening.DECLINED),
    QuoteState.WITHDRAWN: ("withdraw", Happening.WITHDRAWN),
    QuoteState.EXPIRED: ("expire", Happening.EXPIRED),
}


def _settle(
    access: Access,
    quote: Quote,
    version: QuoteVersion,
    to: QuoteState,
    event: Event,
    *,
    who: str = "",
    note: str = "",
) -> None:
    action, happening = _WORDS[to]
    note = note.strip()[:1000]
    move(
        version,
        to,
        among=[QuoteState.SENT],
        settled_at=clock.now(),
        settled_by_id=access.user_id,
        settled_name=who[:80],
        settled_note=note,
    )
    note_step(access, version, happening, who=who, note=note)
    if to == QuoteState.ACCEPTED:
        _drop_other(access, quote, version)
    changes = {"state": [QuoteState.SENT.value, to.value]}
    if note:
        changes["note"] = ["", note]
    close(access, quote, action, dict(changes), event)


def _drop_other(access: Access, quote: Quote, accepted: QuoteVersion) -> None:
    """A later version in work is not needed any more."""
    for other in QuoteVersion.objects.filter(quote=quote, state__in=OURS).exclude(pk=accepted.pk):
        other.quote = quote
        take_back_approvals(access, other)
        move(other, QuoteState.REPLACED, among=OURS, settled_at=clock.now())
        note_step(access, other, Happening.REPLACED)


def expire_due(*, most: int = _AT_ONCE) -> int:
    """End what is out and whose last day has passed; how many. Any number of workers share the work."""
    found = sql.values(
        "SELECT v.quote_id FROM quotes_quoteversion v JOIN quotes_quote q ON q.id = v.quote_id"
        " WHERE v.state = 'sent' AND v.valid_until < %s AND q.archived_at IS NULL"
        " ORDER BY v.valid_until, v.id LIMIT %s",
        (clock.today(), most),
    )
    return sum(_expire(quote_id) for quote_id in found)


@transaction.atomic
def _expire(quote_id: int) -> int:
    access = system_access("quotes.expire")
    try:
        quote = lock_quote(access, quote_id)
    except NotFound:
        return 0
    out = QuoteVersion.objects.filter(quote=quote, state=QuoteState.SENT).first()
    if out is None or not is_lapsed(out):
        return 0
    out.quote = quote
    event = QuoteExpired(quote_id=quote.pk, version_id=out.pk, opportunity_id=quote.opportunity_id)
    _settle(access, quote, out, QuoteState.EXPIRED, event)
    return 1


@transaction.atomic
def note_opened(version_id: int) -> None:
    """The customer looked at it for the first time; later looks are not counted."""
    opened = QuoteVersion.objects.filter(pk=version_id, opened_at=None, state=QuoteState.SENT)
    if opened.update(opened_at=clock.now()):
        version = QuoteVersion.objects.select_related("quote").get(pk=version_id)
        note_step(system_access(BY_LINK), version, Happening.OPENED)
