"""Approvals that wait for somebody who leaves pass on; quotes themselves go with their opportunities."""

from collections.abc import Collection, Mapping, Sequence

from headwater.kernel import sql
from headwater.kernel.access import Access
from headwater.kernel.sql import TRUE, Fragment
from headwater.organization.belongings import MOVED, RECEIVER_LEFT, UNFIT, Gift, Given, Lent
from headwater.organization.queries import active_ids, holders_of
from headwater.platform import audit
from headwater.quotes.models import QuoteApproval

# An approval is called by the number of its quote.
NAMED = (
    "(SELECT a.id, q.number AS name FROM quotes_quoteapproval a JOIN quotes_quoteversion v"
    " ON v.id = a.version_id JOIN quotes_quote q ON q.id = v.quote_id) AS named"
)


def waiting_approvals(user_ids: Collection[int]) -> Mapping[int, int]:
    """How many wait for each."""
    found = sql.rows(
        "SELECT approver_id, count(*) AS held FROM quotes_quoteapproval"
        " WHERE approver_id = ANY(%s::bigint[]) AND decision IS NULL GROUP BY 1",
        (list(user_ids),),
    )
    return {row["approver_id"]: row["held"] for row in found}


class Approvals:
    """Who asked, or may not approve, does not get them."""

    def held(self, user_id: int, where: Fragment = TRUE) -> list[int]:
        found = sql.values(
            "SELECT t.id FROM quotes_quoteapproval t WHERE t.approver_id = %s AND t.decision IS NULL"
            f" AND ({where.text}) ORDER BY t.id",
            (user_id, *where.params),
        )
        return [int(one) for one in found]

    def give(self, access: Access, user_id: int, gifts: Sequence[Gift], *, mark: str) -> list[Given]:
        found = self._locked([gift.record_id for gift in gifts])
        active = active_ids({gift.owner_id for gift in gifts if gift.owner_id is not None})
        holders = holders_of("quotes.approve")
        given = []
        for gift in gifts:
            asked = found.get(gift.record_id)
            if asked is None or asked.approver_id != user_id:
                given.append(Given(gift.record_id, MOVED))
            elif gift.owner_id is None or gift.owner_id not in active:
                given.append(Given(gift.record_id, RECEIVER_LEFT))
            elif gift.owner_id not in holders or gift.owner_id == asked.asked_by_id:
                given.append(Given(gift.record_id, UNFIT))
            else:
                self._set(access, asked, gift.owner_id)
                given.append(Given(gift.record_id, before={"approver": gift.owner_id}))
        return given

    def take_back(self, access: Access, user_id: int, lent: Sequence[Lent], *, mark: str) -> dict[int, str]:
        found = self._locked([one.record_id for one in lent])
        results: dict[int, str] = {}
        for one in lent:
            asked = found.get(one.record_id)
            if asked is None or asked.approver_id != one.before.get("approver"):
                results[one.record_id] = MOVED
            else:
                self._set(access, asked, user_id)
                results[one.record_id] = ""
        return results

    def _locked(self, ids: Sequence[int]) -> dict[int, QuoteApproval]:
        waiting = QuoteApproval.objects.select_for_update(no_key=True, of=("self",)).filter(
            pk__in=ids, decision=None
        )
        return {one.pk: one for one in waiting.select_related("version").order_by("pk")}

    def _set(self, access: Access, asked: QuoteApproval, approver_id: int) -> None:
        before = asked.approver_id
        asked.approver_id = approver_id
        asked.save(update_fields=["approver_id"])
        changes = {"approver": [before, approver_id]}
        audit.record(access, "quote", asked.version.quote_id, "ask_approval", changes)


APPROVALS = Approvals()
