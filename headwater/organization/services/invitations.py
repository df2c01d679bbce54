"""A person is invited by a link, and joins by choosing a password."""

import hashlib
import secrets
from datetime import timedelta
from typing import Unpack

from django.conf import settings
from django.db import transaction

from headwater.kernel import clock
from headwater.kernel.access import Access, system_access
from headwater.organization.errors import AlreadyJoined, InvitationInvalid
from headwater.organization.models import Invitation, User
from headwater.organization.queries import get_user
from headwater.organization.services.people import join, new_user
from headwater.organization.services.rights import require_not_more_powerful
from headwater.organization.services.values import UserValues, checked_password
from headwater.platform import audit

VALID_FOR = timedelta(days=7)


@transaction.atomic
def invite_user(access: Access, **values: Unpack[UserValues]) -> tuple[User, str]:
    """Put a person in the directory and make their invitation; the link is told only now.

    Refuses like `create_user`. Mailing the link is the caller's next step: see `mails.send_invitation`.
    """
    user = new_user(access, values)
    return user, _link(access, user)


@transaction.atomic
def renew_invitation(access: Access, user_id: int) -> tuple[User, str]:
    """A new link for somebody who has not joined; the earlier one stops working."""
    user = get_user(access, user_id, lock=True)
    if user.joined_at is not None:
        raise AlreadyJoined(name=user.name)
    require_not_more_powerful(access, user)
    audit.record(access, "user", user.pk, "invite", {})
    return user, _link(access, user)


def find_invitation(token: str) -> Invitation:
    """The open invitation of a link; `InvitationInvalid` otherwise."""
    return _open(token, lock=False)


@transaction.atomic
def accept_invitation(token: str, *, password: str, name: str = "") -> User:
    """The invited person joins. Refuses with `InvitationInvalid` or `Invalid` (a weak password)."""
    invitation = _open(token, lock=True)
    user = User.objects.select_for_update().get(pk=invitation.user_id)
    user.set_password(checked_password(password, user))
    invitation.accepted_at = clock.now()
    invitation.save(update_fields=["accepted_at"])
    access = system_access("organization.invitation")
    join(access, user)
    audit.record(access, "user", user.pk, "join", {})
    return user


def _link(access: Access, user: User) -> str:
    now = clock.now()
    Invitation.objects.filter(user=user, accepted_at__isnull=True, revoked_at__isnull=True).update(
        revoked_at=now
    )
    token = secrets.token_urlsafe(32)
    Invitation.objects.create(
        user=user,
        token_hash=_hash(token),
        invited_by_id=access.user_id,
        created_at=now,
        expires_at=now + VALID_FOR,
    )
    return f"{settings.PUBLIC_URL}/join/{token}"


def _open(token: str, *, lock: bool) -> Invitation:
    invitations = Invitation.objects.select_for_update() if lock else Invitation.objects
    found = invitations.filter(
        token_hash=_hash(token),
        accepted_at__isnull=True,
        revoked_at__isnull=True,
        expires_at__gt=clock.now(),
        user__joined_at__isnull=True,
        user__deactivated_at__isnull=True,
    ).first()
    if found is None:
        raise InvitationInvalid
    return found


def _hash(token: str) -> str:
    # The token is 256 random bits: a plain digest is as good as a slow one.
    return hashlib.sha256(token.encode()).hexdigest()
