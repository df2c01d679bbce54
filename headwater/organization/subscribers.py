"""What the room hears from django-allauth: every way in and every change of it goes to the audit."""

from typing import Any

from allauth.account import signals as account
from allauth.mfa import signals as mfa
from allauth.usersessions.models import UserSession
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.db import transaction
from django.http import HttpRequest

from headwater.kernel.access import system_access
from headwater.organization.models import User
from headwater.platform import audit


def connect() -> None:
    """Listen; called once when Django is ready."""
    for signal, listener in (
        (user_logged_in, signed_in),
        (user_logged_out, signed_out),
        (user_login_failed, failed),
        (account.password_changed, password_changed),
        (account.password_set, password_changed),
        (account.password_reset, password_changed),
        (mfa.authenticator_added, factor_added),
        (mfa.authenticator_removed, factor_removed),
    ):
        signal.connect(listener, dispatch_uid=f"organization.{listener.__name__}.{id(signal)}")


def _note(user_id: int, action: str, **facts: Any) -> None:
    with transaction.atomic():
        changes = {key: [None, value] for key, value in facts.items()}
        audit.record(system_access("organization.sign_in"), "user", user_id, action, changes)


def signed_in(request: HttpRequest, user: User, **_signal: Any) -> None:
    """A session begins."""
    _note(user.pk, "sign_in", ip=request.META.get("REMOTE_ADDR", ""))


def signed_out(request: HttpRequest, user: User | None, **_signal: Any) -> None:
    """A session ends by its own person."""
    if user is not None:
        UserSession.objects.filter(user_id=user.pk, session_key=request.session.session_key).delete()
        _note(user.pk, "sign_out")


def failed(credentials: dict[str, Any], request: HttpRequest | None = None, **_signal: Any) -> None:
    """Somebody tried a wrong password on an address that exists."""
    address = str(credentials.get("email") or credentials.get("username") or "")
    user_id = User.objects.filter(email=address.lower()).values_list("pk", flat=True).first()
    if user_id is not None:
        _note(user_id, "sign_in_failed", ip=request.META.get("REMOTE_ADDR", "") if request else "")


def password_changed(user: User, **_signal: Any) -> None:
    """By the person, or by the link from a mail."""
    _note(user.pk, "password")


def factor_added(user: User, authenticator: Any, **_signal: Any) -> None:
    """An app, passkey or set of recovery codes."""
    _note(user.pk, "factor_added", type=str(authenticator.type))


def factor_removed(user: User, authenticator: Any, **_signal: Any) -> None:
    """An app, passkey or set of recovery codes."""
    _note(user.pk, "factor_removed", type=str(authenticator.type))
