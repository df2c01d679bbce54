"""What follows when something happens to a quote: the search index, mails, word to those concerned."""

from collections.abc import Sequence
from typing import Any

from headwater.kernel import sql
from headwater.organization.queries import names_of
from headwater.platform import search
from headwater.platform.events import StoredEvent, subscriber
from headwater.platform.jobs import defer
from headwater.platform.notifications import notify
from headwater.platform.search import SearchRow
from headwater.quotes.amounts import take_over_amount
from headwater.quotes.events import (
    QuoteAccepted,
    QuoteApprovalAsked,
    QuoteApprovalDecided,
    QuoteDeclined,
    QuoteExpired,
    QuotesChanged,
    QuoteSent,
)
from headwater.quotes.services.mailing import OUTBOX
from headwater.quotes.tasks import mail
from headwater.sales.events import AccountsChanged, AccountsMerged, AccountsUnmerged, OpportunitiesChanged

_CHUNK = 2000
_FACTS = """
SELECT q.id, q.number, q.name, o.owner_id, v.sent_by_id, v.settled_by_id, v.settled_name, a.name AS account
FROM quotes_quote q JOIN quotes_quoteversion v ON v.quote_id = q.id AND v.id = %s
JOIN sales_opportunity o ON o.id = q.opportunity_id JOIN sales_account a ON a.id = o.account_id
"""


@subscriber("quotes.index", QuotesChanged, from_start=True)
def index_quotes(events: list[StoredEvent[QuotesChanged]]) -> None:
    """Quotes are found by number, subject and customer."""
    _index(sorted({one for stored in events for one in stored.event.ids}))


@subscriber("quotes.index-customers", AccountsChanged, AccountsMerged, AccountsUnmerged, OpportunitiesChanged)
def index_of_customers(events: list[StoredEvent[Any]]) -> None:
    """They are found by the customer's new name too."""
    accounts: set[int] = set()
    opportunities: set[int] = set()
    for stored in events:
        event = stored.event
        if isinstance(event, OpportunitiesChanged):
            opportunities |= set(event.ids) if "account" in event.fields else set()
        elif isinstance(event, AccountsMerged | AccountsUnmerged):
            accounts |= {event.survivor_id, *event.ids}
        elif "name" in event.fields:
            accounts |= set(event.ids)
    if not accounts and not opportunities:
        return
    found = sql.values(
        "SELECT q.id FROM quotes_quote q JOIN sales_opportunity o ON o.id = q.opportunity_id"
        " WHERE o.account_id = ANY(%s::bigint[]) OR o.id = ANY(%s::bigint[]) ORDER BY q.id",
        (sorted(accounts), sorted(opportunities)),
    )
    _index(found)


def _index(ids: Sequence[int]) -> None:
    for start in range(0, len(ids), _CHUNK):
        rows = sql.rows(
            "SELECT q.id, q.number, q.name, a.name AS account FROM quotes_quote q"
            " JOIN sales_opportunity o ON o.id = q.opportunity_id JOIN sales_account a ON a.id = o.account_id"
            " WHERE q.id = ANY(%s::bigint[])",
            (list(ids[start : start + _CHUNK]),),
        )
        search.index(
            "quote",
            [
                SearchRow(id=row["id"], names=[row["name"], row["account"]], words=[row["number"]])
                for row in rows
            ],
        )


@subscriber("quotes.mail", QuoteSent, QuotesChanged)
def mail_soon(events: list[StoredEvent[Any]]) -> None:
    """What was queued goes out soon."""
    if OUTBOX.has_due():
        defer(mail, queueing_lock="quotes.mail")


@subscriber("quotes.amount", QuoteAccepted)
def follow_the_quote(events: list[StoredEvent[QuoteAccepted]]) -> None:
    """The opportunity is worth what was accepted."""
    for stored in events:
        take_over_amount(stored.event.version_id)


@subscriber("quotes.tell-approvers", QuoteApprovalAsked, QuoteApprovalDecided)
def tell_approvers(events: list[StoredEvent[Any]]) -> None:
    """Who is to decide hears of it, and who asked how it ended."""
    for stored in events:
        event = stored.event
        facts = _facts_of(event.version_id)
        if facts is None:
            continue
        by = names_of([stored.actor_id or 0]).get(stored.actor_id or 0, "")
        params = {"by": by, "number": facts["number"], "account": facts["account"]}
        if isinstance(event, QuoteApprovalAsked):
            _tell("quote.approval_asked", [event.approver_id], facts, params, stored)
        else:
            kind = "quote.approved" if event.is_approved else "quote.rejected"
            _tell(kind, [event.asked_by_id], facts, params, stored)


@subscriber("quotes.tell-owners", QuoteAccepted, QuoteDeclined, QuoteExpired)
def tell_owners(events: list[StoredEvent[Any]]) -> None:
    """Who sent a quote, and whose opportunity it is for, hear what the customer said."""
    kinds = {QuoteAccepted: "quote.accepted", QuoteDeclined: "quote.declined", QuoteExpired: "quote.expired"}
    for stored in events:
        facts = _facts_of(stored.event.version_id)
        if facts is not None:
            params = {
                "number": facts["number"],
                "account": facts["account"],
                "who": facts["settled_name"] or facts["account"],
            }
            people = [one for one in (facts["owner_id"], facts["sent_by_id"]) if one is not None]
            _tell(kinds[type(stored.event)], people, facts, params, stored)


def _facts_of(version_id: int) -> dict[str, Any] | None:
    found = sql.rows(_FACTS, (version_id,))
    return found[0] if found else None


def _tell(
    kind: str, people: list[int], facts: dict[str, Any], params: dict[str, Any], stored: StoredEvent[Any]
) -> None:
    notify(
        people,
        kind,
        params=params,
        record_type="quote",
        record_id=facts["id"],
        url=f"/quotes/{facts['id']}",
        dedupe_key=f"{kind}:{stored.id}",
        but_not=stored.actor_id,
    )
