"""What follows when the room's records change: the search index, word to new owners."""

from collections.abc import Callable, Sequence
from typing import Any

from headwater.kernel import sql
from headwater.kernel.access import system_access
from headwater.kernel.catalogue import record_type
from headwater.organization.queries import names_of
from headwater.platform.events import StoredEvent, subscriber
from headwater.platform.notifications import notify, notify_each
from headwater.sales import search_index
from headwater.sales.events import (
    AccountsAssigned,
    AccountsChanged,
    AccountsCreated,
    AccountsMerged,
    AccountsUnmerged,
    ContactsChanged,
    ContactsCreated,
    ContactsMerged,
    ContactsUnmerged,
    OpportunitiesAssigned,
    OpportunitiesChanged,
    OpportunitiesCreated,
    TeamChanged,
)
from headwater.sales.services.merging import gather_late
from headwater.sales.types import Why

SINGLY = 5  # so many records given at once are told one by one; more as a count


def _ids(events: Sequence[StoredEvent[Any]]) -> list[int]:
    return sorted({one for stored in events for one in stored.event.ids})


def _in_chunks(ids: Sequence[int], write: Callable[[Sequence[int]], None]) -> None:
    for start in range(0, len(ids), search_index.CHUNK):
        write(ids[start : start + search_index.CHUNK])


@subscriber("sales.index-accounts", AccountsCreated, AccountsChanged, from_start=True)
def index_accounts(events: list[StoredEvent[Any]]) -> None:
    """Accounts are found by what they are called now, and so are their people and opportunities."""
    _in_chunks(_ids(events), search_index.index_accounts)
    renamed = {
        one
        for stored in events
        if isinstance(stored.event, AccountsChanged) and "name" in stored.event.fields
        for one in stored.event.ids
    }
    _in_chunks(sorted(renamed), search_index.index_of_accounts)


@subscriber("sales.index-contacts", ContactsCreated, ContactsChanged, from_start=True)
def index_contacts(events: list[StoredEvent[Any]]) -> None:
    """Contacts are found by what they are called now."""
    _in_chunks(_ids(events), search_index.index_contacts)


@subscriber("sales.index-opportunities", OpportunitiesCreated, OpportunitiesChanged, from_start=True)
def index_opportunities(events: list[StoredEvent[Any]]) -> None:
    """Opportunities are found by what they are called now."""
    _in_chunks(_ids(events), search_index.index_opportunities)


@subscriber("sales.after-merges", AccountsMerged, AccountsUnmerged, ContactsMerged, ContactsUnmerged)
def after_merges(events: list[StoredEvent[Any]]) -> None:
    """What was merged is found under its new names; what was hung on it meanwhile comes along."""
    for stored in events:
        event = stored.event
        if isinstance(event, AccountsMerged | ContactsMerged):
            gather_late(system_access("sales"), event.merge_id)
        ids = [event.survivor_id, *event.ids]
        if isinstance(event, AccountsMerged | AccountsUnmerged):
            search_index.index_accounts(ids)
            search_index.index_of_accounts(ids)
        else:
            search_index.index_contacts(ids)


@subscriber("sales.tell-owners", AccountsAssigned, OpportunitiesAssigned)
def tell_owners(events: list[StoredEvent[Any]]) -> None:
    """Who is given records by somebody else hears of it."""
    for stored in events:
        owner_id = stored.event.owner_id
        if owner_id is None or owner_id == stored.actor_id or stored.event.why == Why.HANDOVER:
            continue  # a handover tells each receiver once, with counts
        key = "account" if isinstance(stored.event, AccountsAssigned) else "opportunity"
        _tell(stored, key, owner_id, names_of([stored.actor_id or 0]).get(stored.actor_id or 0, ""))


def _tell(stored: StoredEvent[Any], key: str, owner_id: int, by: str) -> None:
    kind = record_type(key)
    ids = stored.event.ids
    if len(ids) > SINGLY:
        notify(
            [owner_id],
            f"{key}.assigned_many",
            params={"by": by, "count": len(ids)},
            record_type=key,
            record_id=None,
            url=f"/{kind.plural}?view=mine",
            dedupe_key=f"{key}.assigned:{stored.id}:{owner_id}",
        )
        return
    names = {
        row["id"]: row["name"]
        for row in sql.rows(f"SELECT id, name FROM {kind.table} WHERE id = ANY(%s::bigint[])", (ids,))
    }
    notify_each(
        [
            (
                owner_id,
                {"by": by, "name": names.get(one, "")},
                key,
                one,
                kind.link(one),
                f"{key}.assigned:{stored.id}:{one}",
            )
            for one in ids
        ],
        f"{key}.assigned",
    )


@subscriber("sales.tell-members", TeamChanged)
def tell_members(events: list[StoredEvent[TeamChanged]]) -> None:
    """Who is put on a team by somebody else hears of it."""
    for stored in events:
        event = stored.event
        if not event.joined or event.by_handover or event.user_id == stored.actor_id:
            continue
        kind = record_type(event.record)
        by = names_of([stored.actor_id or 0]).get(stored.actor_id or 0, "")
        name = sql.value(f"SELECT name FROM {kind.table} WHERE id = %s", (event.record_id,))
        notify(
            [event.user_id],
            "team.joined",
            params={"by": by, "name": name or ""},
            record_type=event.record,
            record_id=event.record_id,
            url=kind.link(event.record_id),
            dedupe_key=f"team.joined:{stored.id}",
        )
