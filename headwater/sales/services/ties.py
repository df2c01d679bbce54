"""What companies are to each other: parent and subsidiaries, and free ties."""

from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from headwater.kernel import clock, listing, sql
from headwater.kernel.access import Access
from headwater.kernel.catalogue import record_type
from headwater.kernel.errors import Invalid
from headwater.platform import audit
from headwater.platform.events import emit
from headwater.sales.models import AccountRelation
from headwater.sales.services.kinds import ACCOUNT
from headwater.sales.services.writing import is_id, lock_record
from headwater.sales.types import KEPT_TIES, MOST_LEVELS, Tie


def tree_refusal() -> Invalid:
    """The refusal for a parent that is among the companies below, or too deep a tree."""
    words = _("This company stands below this account already, or the tree would be more than %(most)s deep.")
    return Invalid.one("parent", "account.loop", words % {"most": MOST_LEVELS})


def own_parent() -> Invalid:
    """The refusal for an account as its own parent."""
    return Invalid.one("parent", "account.loop", _("A company does not belong to itself."))


@transaction.atomic
def tie(access: Access, account_id: int, other_id: int, *, as_: str, note: str | None = None) -> int:
    """Say what `other_id` is to an account; the id of the tie. Saying it again changes the note alone.

    A mutual tie is said once, whichever side says it. Refuses with `Invalid` an unknown kind of tie, an
    account that cannot be seen, and an account itself.
    """
    lock_record(access, ACCOUNT, account_id)
    if as_ not in Tie.values:
        raise Invalid.one("tie", "value.choice", _("This is not one of the choices."))
    if other_id == account_id:
        raise Invalid.one("other", "account.loop", _("A company is nothing to itself."))
    view = access.also("accounts.view")
    if not is_id(other_id) or other_id not in listing.ids_within(view, record_type("account"), [other_id]):
        raise Invalid.one(
            "other", "relation.not_found", _("This record does not exist, or you may not see it.")
        )
    sql.rows("SELECT 1 FROM sales_account WHERE id = %s FOR KEY SHARE", (other_id,))
    wanted = Tie(as_)
    low, high = account_id, other_id
    if wanted.value not in KEPT_TIES:
        wanted, low, high = wanted.from_other_side, other_id, account_id
    said = (note or "").strip()[:500] or None
    known = _known(low, high, wanted)
    if known is None:
        made = AccountRelation(
            account_id=low,
            other_id=high,
            tie=wanted,
            note=said,
            created_by_id=access.user_id,
            created_at=clock.now(),
        )
        try:
            with transaction.atomic():
                made.save()
        except IntegrityError:
            known = _known(low, high, wanted)  # somebody else said so at the same moment
            if known is None:
                raise
        else:
            _tell(access, account_id, None, {"other": other_id, "tie": as_, "note": said})
            return made.pk
    if known.note != said:
        before = {"other": other_id, "tie": as_, "note": known.note}
        AccountRelation.objects.filter(pk=known.pk).update(note=said)
        _tell(access, account_id, before, {"other": other_id, "tie": as_, "note": said})
    return known.pk


def _known(account_id: int, other_id: int, tie_: Tie) -> AccountRelation | None:
    found = AccountRelation.objects.filter(account_id=account_id, other_id=other_id, tie=tie_).first()
    if found is None and tie_.is_mutual:
        found = AccountRelation.objects.filter(account_id=other_id, other_id=account_id, tie=tie_).first()
    return found


@transaction.atomic
def untie(access: Access, account_id: int, relation_id: int) -> None:
    """Two companies are not that to each other any more; nothing for a tie of other accounts."""
    lock_record(access, ACCOUNT, account_id)
    known = AccountRelation.objects.filter(pk=relation_id if is_id(relation_id) else 0).first()
    if known is None or account_id not in (known.account_id, known.other_id):
        return
    seen = Tie(known.tie) if known.account_id == account_id else Tie(known.tie).from_other_side
    other = known.other_id if known.account_id == account_id else known.account_id
    before = {"other": other, "tie": seen.value, "note": known.note}
    known.delete()
    _tell(access, account_id, before, None)


def _tell(
    access: Access, account_id: int, before: dict[str, Any] | None, after: dict[str, Any] | None
) -> None:
    """Written for both companies, each as it looks from there."""
    other_id = int((after or before or {})["other"])
    for one, turned in ((account_id, None), (other_id, account_id)):
        changes = {"relations": [_seen_from(before, turned), _seen_from(after, turned)]}
        audit.record(access, "account", one, "update", changes)
        emit(ACCOUNT.changed(ids=[one], fields=["relations"], changes=changes), access)


def _seen_from(said: dict[str, Any] | None, turned: int | None) -> dict[str, Any] | None:
    if said is None or turned is None:
        return said
    return said | {"other": turned, "tie": Tie(said["tie"]).from_other_side.value}
