"""What every act on a quote shares: lock, step, mirror, say so. A quote is locked before its versions."""

from collections.abc import Mapping, Sequence
from typing import Any

from headwater.kernel import clock
from headwater.kernel.access import Access
from headwater.kernel.catalogue import record_type
from headwater.kernel.errors import NotFound, Stale
from headwater.kernel.sql import Fragment, all_of
from headwater.platform import audit
from headwater.platform.events import Event, emit
from headwater.quotes.errors import WrongState
from headwater.quotes.events import QuotesChanged
from headwater.quotes.models import Quote, QuoteStep, QuoteVersion
from headwater.quotes.types import Happening, QuoteState


def lock_quotes(access: Access, ids: Sequence[int], *, archived: bool = False) -> list[Quote]:
    """Those of `ids` within reach, locked in the order of their ids; living ones, or archived ones."""
    condition = all_of(
        [
            Fragment("t.id = ANY(%s::bigint[])", ([one for one in ids if 0 < one < 2**63],)),
            Fragment(f"t.archived_at IS {'NOT ' if archived else ''}NULL"),
            record_type("quote").scope(access, "t"),
        ]
    )
    text = f"SELECT t.* FROM quotes_quote t WHERE {condition.text} ORDER BY t.id FOR NO KEY UPDATE OF t"
    return list(Quote.objects.raw(text, condition.params))


def lock_quote(access: Access, quote_id: int, *, version: int | None = None) -> Quote:
    """The living quote, locked; refuses `NotFound` out of reach and `Stale` for another version of it."""
    found = lock_quotes(access, [quote_id])
    if not found:
        raise NotFound(record="quote", id=quote_id)
    (quote,) = found
    if version is not None and version != quote.version:
        raise Stale(version=quote.version)
    return quote


def version_of(quote: Quote, number: int | None = None) -> QuoteVersion:
    """A version of a locked quote, the newest unless told otherwise."""
    wanted = number or quote.latest
    found = QuoteVersion.objects.filter(quote=quote, number=wanted).first()
    if found is None:
        raise NotFound(record="quote_version", id=wanted)
    found.quote = quote
    return found


def wrong_state(version: QuoteVersion) -> WrongState:
    """The refusal for a version that stands elsewhere."""
    state = QuoteState(version.state)
    return WrongState(
        number=version.quote.number, version=version.number, state=state.value, state_name=state.label
    )


def require(version: QuoteVersion, *states: QuoteState) -> None:
    """Refuse `WrongState` unless the version is in one of these."""
    if version.state not in states:
        raise wrong_state(version)


def move(version: QuoteVersion, to: QuoteState, *, among: Sequence[QuoteState], **values: Any) -> None:
    """Change the state if it still is one of `among`, in one conditional statement; refuses `WrongState`."""
    still = QuoteVersion.objects.filter(pk=version.pk, state__in=among)
    if not still.update(state=to, updated_at=clock.now(), **values):
        quote = version.quote
        version.refresh_from_db()
        version.quote = quote
        raise wrong_state(version)
    version.state = to
    for name, value in values.items():
        setattr(version, name, value)


def note_step(
    access: Access, version: QuoteVersion, happening: Happening, *, who: str = "", note: str = ""
) -> None:
    """Write down what happened, for the timeline and the history of the quote."""
    QuoteStep.objects.create(
        version=version,
        opportunity_id=version.quote.opportunity_id,
        happening=happening,
        at=clock.now(),
        by_id=access.user_id,
        who=who[:80],
        note=note[:1000],
    )


def close(
    access: Access,
    quote: Quote,
    action: str,
    changes: Mapping[str, list[Any]],
    *events: Event,
) -> None:
    """The end of every act: the quote repeats what its version says, with audit and events."""
    mirror(quote)
    quote.version += 1
    quote.updated_at = clock.now()
    quote.save()
    audit.record(access, "quote", quote.pk, action, dict(changes))
    emit(QuotesChanged(ids=[quote.pk]), access)
    for event in events:
        emit(event, access)


def mirror(quote: Quote) -> None:
    """Repeat on the quote what the version says that counts: the accepted one, else the newest."""
    accepted = QuoteVersion.objects.filter(quote=quote, state=QuoteState.ACCEPTED).first()
    shown = accepted or QuoteVersion.objects.get(quote=quote, number=quote.latest)
    for name in ("state", "total", "currency", "valid_until", "sent_at", "settled_at"):
        setattr(quote, name, getattr(shown, name))
