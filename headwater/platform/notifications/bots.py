"""Robots in chat groups: an administrator gives them an address and the kinds of notifications to show."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from headwater.kernel import clock, sql
from headwater.kernel.access import Access
from headwater.kernel.errors import Invalid, NotFound, Stale
from headwater.platform import audit
from headwater.platform.encryption import Unreadable, decrypt, encrypt
from headwater.platform.notifications.kinds import kind_of
from headwater.platform.notifications.models import Bot
from headwater.platform.notifications.types import BotKind
from headwater.platform.outgoing import check_url

PURPOSE = "group bots"
HOSTS = {
    BotKind.WECOM: "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=…",
    BotKind.DINGTALK: "https://oapi.dingtalk.com/robot/send?access_token=…",
    BotKind.FEISHU: "https://open.feishu.cn/open-apis/bot/v2/hook/…",
}
_FIELDS = ("name", "kind", "kinds", "department_ids", "language", "is_active")
_MAX_DEPARTMENTS = 200


@dataclass(frozen=True, slots=True)
class Door:
    """The readable address and secret of a bot; never shown, never logged."""

    url: str
    secret: str


def bots() -> list[Bot]:
    """All that are in use or paused, by name."""
    return list(Bot.objects.filter(archived_at=None).order_by("name", "pk"))


def get_bot(bot_id: int) -> Bot:
    """One; `NotFound` when there is none."""
    found = Bot.objects.filter(pk=bot_id, archived_at=None).first()
    if found is None:
        raise NotFound(record="group_bot", id=bot_id)
    return found


def door_of(bot: Bot) -> Door:
    """Its address and secret; raises `encryption.Unreadable` after the installation's secret key changed."""
    return Door(decrypt(bot.url, purpose=PURPOSE), decrypt(bot.secret, purpose=PURPOSE) if bot.secret else "")


def create_bot(access: Access, **values: Any) -> Bot:
    """Register a bot: `name`, `kind`, `url`, and perhaps `secret`, `kinds`, `department_ids`, `language`.

    Refuses `Invalid`.
    """
    bot = Bot(created_at=clock.now(), created_by_id=access.user_id)
    cleaned = _clean(values, required=("name", "kind", "url"))
    return _save(access, bot, cleaned, "create")


@transaction.atomic
def update_bot(access: Access, bot_id: int, *, version: int | None = None, **values: Any) -> Bot:
    """Change a bot. Without `url` and `secret` these stay; an empty `secret` takes it away.

    Refuses `NotFound`, `Stale`, `Invalid`.
    """
    bot = Bot.objects.select_for_update().filter(pk=bot_id, archived_at=None).first()
    if bot is None:
        raise NotFound(record="group_bot", id=bot_id)
    if version is not None and version != bot.version:
        raise Stale(version=bot.version)
    return _save(access, bot, _clean(values), "update")


@transaction.atomic
def archive_bot(access: Access, bot_id: int) -> None:
    """Take a bot away: address and secret are forgotten, what waits for it is dropped."""
    bot = Bot.objects.select_for_update().filter(pk=bot_id, archived_at=None).first()
    if bot is None:
        raise NotFound(record="group_bot", id=bot_id)
    bot.archived_at = bot.updated_at = clock.now()
    bot.is_active, bot.url, bot.secret = False, "", ""
    bot.save()
    sql.execute(
        "UPDATE platform_notification_delivery SET state = 'dropped', finished_at = %s"
        " WHERE channel = 'bot' AND target_id = %s AND state IN ('waiting', 'failed')",
        (clock.now(), bot_id),
    )
    audit.record(access, "group_bot", bot_id, "archive", {"name": [bot.name, None]})


def _save(access: Access, bot: Bot, cleaned: dict[str, Any], action: str) -> Bot:
    before = {field: getattr(bot, field) for field in _FIELDS} if bot.pk else dict.fromkeys(_FIELDS)
    for field in _FIELDS:
        if field in cleaned:
            setattr(bot, field, cleaned[field])
    changes = {f: [before[f], getattr(bot, f)] for f in _FIELDS if before[f] != getattr(bot, f)}
    # The audit says that address and secret changed, never what they are.
    if "url" in cleaned:
        changes["url"] = [bot.url_hint or None, _hint(cleaned["url"])]
        bot.url, bot.url_hint = encrypt(cleaned["url"], purpose=PURPOSE), _hint(cleaned["url"])
    if "secret" in cleaned:
        changes["secret"] = ["***" if bot.secret else None, "***" if cleaned["secret"] else None]
        bot.secret = encrypt(cleaned["secret"], purpose=PURPOSE) if cleaned["secret"] else ""
    if bot.pk and not changes:
        return bot
    bot.version = bot.version + 1 if bot.pk else 1
    bot.updated_at = clock.now()
    if "url" in cleaned or "secret" in cleaned:
        bot.failures, bot.last_error = 0, ""
    try:
        with transaction.atomic():
            bot.save()
            audit.record(access, "group_bot", bot.pk, action, changes)
    except IntegrityError:
        raise Invalid.one("name", "value.taken", _("There is already a bot of this name.")) from None
    return bot


def _hint(url: str) -> str:
    host = urlsplit(url).hostname or ""
    return f"{host}/…{url[-4:]}" if len(url) > len(host) + 20 else f"{host}/…"


def _clean(values: dict[str, Any], required: Sequence[str] = ()) -> dict[str, Any]:
    complaints: dict[str, dict[str, str]] = {}
    cleaned: dict[str, Any] = {}
    for field in required:
        if not values.get(field):
            complaints[field] = {"code": "value.required", "detail": _("This is required.")}
    for field, value in values.items():
        if field in complaints:
            continue
        try:
            cleaned[field] = _CLEANERS[field](value)
        except Invalid as refusal:
            complaints |= refusal.fields
    if complaints:
        raise Invalid(fields=complaints)
    return cleaned


def _name(value: Any) -> str:
    text = " ".join(str(value).split())
    if not 0 < len(text) <= 60 or "\x00" in text:
        raise Invalid.one("name", "value.length", _("Give a name of 1 to 60 characters."))
    return text


def _kind(value: Any) -> str:
    if value not in BotKind.values:
        raise Invalid.one("kind", "value.choice", _("This is not one of the choices."))
    return str(value)


def _url(value: Any) -> str:
    return check_url(str(value))


def _secret(value: Any) -> str:
    text = str(value or "").strip()
    if len(text) > 200 or not text.isprintable():
        raise Invalid.one("secret", "value.length", _("This does not look like a signing secret."))
    return text


def _kinds(value: Any) -> list[str]:
    found = {str(key): kind_of(str(key)) for key in value}
    unknown = [key for key, kind in found.items() if kind is None]
    if unknown:
        shown = ", ".join(key[:40] for key in unknown[:5])
        raise Invalid.one("kinds", "value.choice", _("Unknown kinds: %(kinds)s") % {"kinds": shown})
    return list(dict.fromkeys(kind.choice for kind in found.values() if kind is not None))


def _department_ids(value: Any) -> list[int]:
    ids = sorted({int(one) for one in value})
    if len(ids) > _MAX_DEPARTMENTS or any(not 0 < one < 2**63 for one in ids):
        raise Invalid.one("department_ids", "value.record", _("These are not departments."))
    return ids


def _language(value: Any) -> str:
    if value not in dict(settings.LANGUAGES):
        raise Invalid.one("language", "value.choice", _("This is not one of the choices."))
    return str(value)


_CLEANERS: dict[str, Callable[[Any], Any]] = {
    "name": _name,
    "kind": _kind,
    "url": _url,
    "secret": _secret,
    "kinds": _kinds,
    "department_ids": _department_ids,
    "language": _language,
    "is_active": bool,
}

__all__ = [
    "HOSTS",
    "Door",
    "Unreadable",
    "archive_bot",
    "bots",
    "create_bot",
    "door_of",
    "get_bot",
    "update_bot",
]
