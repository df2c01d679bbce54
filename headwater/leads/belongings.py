"""What a person who leaves still owns in the room, and how it passes on."""

from collections.abc import Collection, Mapping, Sequence

from headwater.kernel.access import Access
from headwater.kernel.sql import TRUE, Fragment, rows
from headwater.leads.services import handing_over
from headwater.leads.services.books import read_books
from headwater.organization.belongings import Gift, Given, Lent, Room, held_in


def open_leads(user_ids: Collection[int]) -> dict[int, int]:
    """Open leads by owner; those without any are left out."""
    return {user_id: book.held for user_id, book in read_books(user_ids).items() if book.held}


def closed_leads(user_ids: Collection[int]) -> dict[int, int]:
    """Converted and invalid leads by who owned them last."""
    found = rows(
        "SELECT owner_id, count(*) AS held FROM leads_lead WHERE owner_id = ANY(%s::bigint[])"
        " AND status IN ('converted', 'invalid') AND archived_at IS NULL GROUP BY owner_id",
        (list(user_ids),),
    )
    return {row["owner_id"]: row["held"] for row in found}


def rooms(user_ids: Collection[int]) -> Mapping[int, Room]:
    """How full people's books are."""
    return {user_id: Room(book.held, book.cap) for user_id, book in read_books(user_ids).items()}


class OpenLeads:
    """Leads being worked on."""

    def held(self, user_id: int, where: Fragment = TRUE) -> list[int]:
        return held_in("leads_lead", user_id, where, open_only="t.status IN ('assigned', 'following')")

    def give(self, access: Access, user_id: int, gifts: Sequence[Gift], *, mark: str) -> list[Given]:
        return handing_over.hand_over_leads(access, user_id, gifts, mark=mark)

    def take_back(self, access: Access, user_id: int, lent: Sequence[Lent], *, mark: str) -> dict[int, str]:
        return handing_over.take_leads_back(access, user_id, lent, mark=mark)


class ClosedLeads:
    """Converted and invalid leads, whose history somebody must be able to read."""

    def held(self, user_id: int, where: Fragment = TRUE) -> list[int]:
        return held_in("leads_lead", user_id, where, open_only="t.status IN ('converted', 'invalid')")

    def give(self, access: Access, user_id: int, gifts: Sequence[Gift], *, mark: str) -> list[Given]:
        return handing_over.hand_over_closed(access, user_id, gifts, mark=mark)

    def take_back(self, access: Access, user_id: int, lent: Sequence[Lent], *, mark: str) -> dict[int, str]:
        return handing_over.take_closed_back(access, user_id, lent, mark=mark)
