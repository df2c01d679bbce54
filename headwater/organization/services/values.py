"""A person's values as given, checked; every complaint at once."""

from collections.abc import Collection
from typing import Any, TypedDict
from zoneinfo import available_timezones

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from headwater.kernel import text
from headwater.kernel.errors import Invalid
from headwater.organization.models import Department, User
from headwater.organization.naming import sound_of
from headwater.organization.types import Level, Theme


class ProfileValues(TypedDict, total=False):
    """What people may change about themselves."""

    name: str
    mobile: str
    title: str
    language: str
    theme: str
    time_zone: str
    is_on_duty: bool


class UserValues(ProfileValues, total=False):
    """What an administrator may change. `department` and `manager` are ids; roles ids or built-in keys."""

    email: str
    department: int | None
    manager: int | None
    roles: Collection[int | str]
    level: int
    private_cap: int | None


Complaints = dict[str, dict[str, str]]

PLAIN = (
    "name",
    "email",
    "mobile",
    "title",
    "language",
    "theme",
    "time_zone",
    "is_on_duty",
    "level",
    "private_cap",
)


def apply_values(user: User, values: UserValues) -> dict[str, list[Any]]:
    """Put the plain values on `user` (unsaved); what changed as `{field: [before, after]}`.

    Raises `Invalid`. Department, manager and roles are not plain: their services check the whole.
    """
    complaints: Complaints = {}
    changes: dict[str, list[Any]] = {}
    for key in PLAIN:
        if key not in values:
            continue
        try:
            value = _CHECKS[key](values[key])  # type: ignore[literal-required]
        except _Bad as bad:
            complaints[key] = {"code": bad.code, "detail": bad.detail}
            continue
        if getattr(user, key) != value:
            changes[key] = [getattr(user, key), value]
            setattr(user, key, value)
    if "email" in changes and _taken(user):
        complaints["email"] = {"code": "user.email_taken", "detail": _("Somebody already has this address.")}
    if complaints:
        raise Invalid(fields=complaints)
    if "name" in changes:
        user.name_pinyin = sound_of(user.name)
    return changes


def department_from(department_id: int | None) -> Department | None:
    """The department to put somebody in; it must exist and not be archived."""
    if department_id is None:
        return None
    found = Department.objects.filter(pk=department_id, archived_at__isnull=True).first()
    if found is None:
        raise Invalid.one("department", "department.unknown", _("There is no such department."))
    return found


def checked_password(raw: str, user: User) -> str:
    """The password, if it is good enough for this person."""
    try:
        validate_password(raw, user)
    except ValidationError as refusal:
        detail = " ".join(refusal.messages)
        raise Invalid.one("password", "password.weak", detail) from None
    return raw


class _Bad(ValueError):
    def __init__(self, code: str, detail: str) -> None:
        super().__init__(code)
        self.code = code
        self.detail = detail


def _words(limit: int, *, required: bool = False) -> Any:
    def check(raw: Any) -> str:
        value = text.tidy(str(raw if raw is not None else ""))
        if required and not value:
            raise _Bad("value.required", _("This is required."))
        if len(value) > limit:
            raise _Bad("value.too_long", _("At most %(limit)s characters.") % {"limit": limit})
        return value

    return check


def _email(raw: Any) -> str:
    value = text.email_address(str(raw or ""))
    if value is None:
        raise _Bad("value.email", _("This is not a valid e-mail address."))
    return value


def _mobile(raw: Any) -> str:
    if not str(raw or "").strip():
        return ""
    try:
        return text.phone_e164(str(raw)[:64])
    except text.BadPhone:
        raise _Bad("value.phone", _("This is not a valid phone number.")) from None


def _one_of(values: Collection[Any]) -> Any:
    def check(raw: Any) -> Any:
        if raw not in values:
            raise _Bad("value.choice", _("This is not one of the choices."))
        return raw

    return check


def _zone(raw: Any) -> str:
    if raw not in available_timezones():
        raise _Bad("value.choice", _("This is not one of the choices."))
    return str(raw)


def _cap(raw: Any) -> int | None:
    if raw in (None, ""):
        return None
    if isinstance(raw, bool) or not isinstance(raw, int) or not 0 <= raw <= 1_000_000:
        raise _Bad("value.number", _("This must be a whole number from 0 to 1,000,000."))
    return raw


_CHECKS: dict[str, Any] = {
    "name": _words(60, required=True),
    "email": _email,
    "mobile": _mobile,
    "title": _words(80),
    "language": _one_of([code for code, _name in settings.LANGUAGES]),
    "theme": _one_of(Theme.values),
    "time_zone": _zone,
    "is_on_duty": bool,
    "level": _one_of(Level.values),
    "private_cap": _cap,
}


def _taken(user: User) -> bool:
    return User.objects.filter(email__iexact=user.email).exclude(pk=user.pk).exists()
