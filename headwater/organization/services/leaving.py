"""People leave and come back."""

from dataclasses import dataclass, field

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import transaction

from headwater.kernel import clock
from headwater.kernel.access import Access
from headwater.organization.belongings import belongings_of
from headwater.organization.errors import LastAdministrator, NotDeactivated, NotYourself
from headwater.organization.events import UserDeactivated, UserReactivated
from headwater.organization.models import Invitation, User
from headwater.organization.queries import administrators, get_user
from headwater.organization.services.rights import require_not_more_powerful
from headwater.organization.services.structure import take_turn
from headwater.platform import audit
from headwater.platform.events import emit
from headwater.platform.tokens.services import revoke_tokens_of


@dataclass(frozen=True, slots=True)
class Leaving:
    """Somebody left: what ended with it, and what they still own and should be handed over."""

    user: User
    sessions: int = 0
    tokens: int = 0
    still_owns: dict[str, int] = field(default_factory=dict)


@transaction.atomic
def deactivate_user(access: Access, user_id: int) -> Leaving:
    """End the person's sessions, tokens and open invitations; their records stay theirs until handed over.

    Repeating it does nothing. Refuses with `LastAdministrator`, `NotYourself` or `MoreThanYourOwn`.
    """
    take_turn()
    user = get_user(access, user_id, lock=True)
    if user.deactivated_at is not None:
        return Leaving(user, still_owns=belongings_of(user.pk))
    if user.pk == access.user_id:
        raise NotYourself
    require_not_more_powerful(access, user)
    if user.is_active and administrators() <= {user.pk}:
        raise LastAdministrator(name=user.name)
    user.deactivated_at = clock.now()
    user.is_active = False
    _touch(user)
    Invitation.objects.filter(user=user, accepted_at__isnull=True, revoked_at__isnull=True).update(
        revoked_at=clock.now()
    )
    sessions = end_sessions(user.pk)
    tokens = revoke_tokens_of(access, user.pk)
    audit.record(access, "user", user.pk, "deactivate", {"active": [True, False]})
    emit(UserDeactivated(user_id=user.pk), access)
    return Leaving(user, sessions, tokens, belongings_of(user.pk))


@transaction.atomic
def reactivate_user(access: Access, user_id: int) -> User:
    """The person may sign in again with their old password; tokens stay ended."""
    user = get_user(access, user_id, lock=True)
    if user.deactivated_at is None:
        raise NotDeactivated(name=user.name)
    require_not_more_powerful(access, user)
    user.deactivated_at = None
    user.is_active = user.joined_at is not None
    _touch(user)
    audit.record(access, "user", user.pk, "reactivate", {"active": [False, True]})
    emit(UserReactivated(user_id=user.pk), access)
    return user


@transaction.atomic
def reset_second_factors(access: Access, user_id: int) -> int:
    """Remove a person's authenticator app, passkeys and recovery codes (a lost phone); how many."""
    user = get_user(access, user_id, lock=True)
    require_not_more_powerful(access, user)
    removed: int = Authenticator.objects.filter(user_id=user.pk).delete()[0]
    if removed:
        end_sessions(user.pk)
        audit.record(access, "user", user.pk, "reset_second_factors", {})
    return removed


@transaction.atomic
def sign_out_everywhere(access: Access, user_id: int) -> int:
    """End all sessions of somebody (a lost laptop); how many."""
    user = get_user(access, user_id)
    require_not_more_powerful(access, user)
    ended = end_sessions(user.pk)
    audit.record(access, "user", user.pk, "end_sessions", {"sessions": [ended, 0]})
    return ended


def end_sessions(user_id: int, *, but: str | None = None) -> int:
    """Sign the person out everywhere (except in the session `but`); how many sessions ended."""
    sessions = UserSession.objects.filter(user_id=user_id)
    if but is not None:
        sessions = sessions.exclude(session_key=but)
    keys = list(sessions.values_list("session_key", flat=True))
    Session.objects.filter(session_key__in=keys).delete()
    sessions.delete()
    return len(keys)


def _touch(user: User) -> None:
    user.version += 1
    user.updated_at = clock.now()
    user.save(update_fields=["deactivated_at", "is_active", "version", "updated_at"])
