"""Who works on an account or an opportunity besides its owner, and what they may do with it."""

from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from headwater.kernel import clock
from headwater.kernel.access import Access
from headwater.kernel.errors import Invalid
from headwater.organization.queries import active_ids
from headwater.platform import audit
from headwater.platform.events import emit
from headwater.sales import picklists
from headwater.sales.events import TeamChanged
from headwater.sales.models import AccountMember, OpportunityMember
from headwater.sales.services.kinds import ACCOUNT, OPPORTUNITY, Kind
from headwater.sales.services.writing import is_id, lock_record
from headwater.sales.types import MOST_MEMBERS


@dataclass(frozen=True, slots=True)
class Team:
    """The team of a record type: its table and what points to the record."""

    kind: Kind
    model: type[AccountMember] | type[OpportunityMember]
    column: str


TEAMS = {
    "account": Team(ACCOUNT, AccountMember, "account_id"),
    "opportunity": Team(OPPORTUNITY, OpportunityMember, "opportunity_id"),
}


@transaction.atomic
def set_member(
    access: Access,
    record: str,
    record_id: int,
    user_id: int,
    *,
    role: str | None = None,
    may_edit: bool = False,
) -> None:
    """Put a colleague on the team of an `account` or `opportunity`; repeating changes role and rights.

    Refuses with `Invalid` who is not active, a role that is none of the list, and a team without end.
    """
    team = TEAMS[record]
    lock_record(access, team.kind, record_id)
    if not is_id(user_id) or user_id not in active_ids([user_id]):
        raise Invalid.one("user", "owner.inactive", _("This person is not active."))
    if role is not None and role not in {choice.value for choice in picklists.team_roles()}:
        raise Invalid.one("role", "value.choice", _("This is not one of the choices."))
    present = team.model.objects.filter(**{team.column: record_id})
    known = present.filter(user_id=user_id).first()
    said = {"role": role, "may_edit": may_edit}
    if known is not None and said == {"role": known.role, "may_edit": known.may_edit}:
        return
    if known is None and present.count() >= MOST_MEMBERS:
        words = _("A team has %(most)s members at most.") % {"most": MOST_MEMBERS}
        raise Invalid.one("user", "team.full", words)
    team.model.objects.update_or_create(
        **{team.column: record_id},
        user_id=user_id,
        defaults=said,
        create_defaults={**said, "created_at": clock.now(), "added_by_id": access.user_id},
    )
    before = None if known is None else {"user": user_id, "role": known.role, "may_edit": known.may_edit}
    _tell(access, team, record_id, user_id, before, {"user": user_id, **said})


@transaction.atomic
def remove_member(access: Access, record: str, record_id: int, user_id: int) -> None:
    """Take a colleague off the team; nothing for one who was not on it."""
    team = TEAMS[record]
    lock_record(access, team.kind, record_id)
    known = team.model.objects.filter(**{team.column: record_id}, user_id=user_id).first()
    if known is None:
        return
    before = {"user": user_id, "role": known.role, "may_edit": known.may_edit}
    known.delete()
    _tell(access, team, record_id, user_id, before, None)


def _tell(access: Access, team: Team, record_id: int, user_id: int, before: object, after: object) -> None:
    changes = {"team": [before, after]}
    audit.record(access, team.kind.key.value, record_id, "update", changes)
    emit(team.kind.changed(ids=[record_id], fields=["team"], changes=changes), access)
    event = TeamChanged(
        record=team.kind.key.value,
        record_id=record_id,
        user_id=user_id,
        joined=before is None,
        left=after is None,
    )
    emit(event, access)
