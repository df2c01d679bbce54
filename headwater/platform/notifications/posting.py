"""Showing notifications in chat groups."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from headwater.kernel import clock
from headwater.kernel.access import Access
from headwater.platform import audit
from headwater.platform.encryption import Unreadable
from headwater.platform.notifications.bot_messages import Line, call_for, fitting, refusal_of
from headwater.platform.notifications.bots import door_of, get_bot
from headwater.platform.notifications.deliveries import Outcome, Taken
from headwater.platform.notifications.kinds import addresses, kind_of
from headwater.platform.notifications.models import Bot
from headwater.platform.notifications.types import BotKind
from headwater.platform.outgoing import CallFailed, post_json

_SECONDS = 10.0
_SECONDS_OF_TEST = 5.0  # somebody waits for the answer


@dataclass(slots=True)
class _Told:
    """One sentence for everybody it concerns."""

    one: Taken
    ids: list[int]
    names: list[str]


def carry(bot_id: int, taken: Sequence[Taken]) -> Outcome:
    """One message with as many sentences as fit; the same sentence for several people becomes one."""
    bot = Bot.objects.filter(pk=bot_id, archived_at=None).first()
    if bot is None or not bot.is_active:
        return Outcome(dropped=[one.id for one in taken])
    people = addresses(sorted({one.recipient_id for one in taken}))
    dropped = [one.id for one in taken if kind_of(one.kind) is None or one.recipient_id not in people]
    told: dict[str, _Told] = {}
    with translation.override(bot.language):
        for one in taken:
            kind = kind_of(one.kind)
            if kind is None or one.recipient_id not in people:
                continue
            text = kind.words(one.params)
            line = told.setdefault(f"{one.kind} {one.url} {text}", _Told(one, [], []))
            line.ids.append(one.id)
            line.names.append(people[one.recipient_id].name)
        if not told:
            return Outcome(dropped=dropped)
        lines = [_line(line) for line in told.values()]
        count = fitting(BotKind(bot.kind), lines)
        error = _post(bot, lines[:count], seconds=_SECONDS)
    ids = [delivery for line in list(told.values())[:count] for delivery in line.ids]
    _note(bot, error)
    if error:
        return Outcome(dropped=dropped, failed=ids, error=error)
    return Outcome(sent=ids, dropped=dropped)


def _line(told: _Told) -> Line:
    kind = kind_of(told.one.kind)
    text = kind.words(told.one.params) if kind else told.one.kind
    names = pgettext("between names", ", ").join(dict.fromkeys(filter(None, told.names)))
    url = f"{settings.PUBLIC_URL}{told.one.url}" if told.one.url else ""
    return Line(_("%(names)s: %(text)s") % {"names": names, "text": text} if names else text, url)


def _post(bot: Bot, lines: Sequence[Line], *, seconds: float) -> str:
    """Post the lines; why it failed, or nothing."""
    kind = BotKind(bot.kind)
    try:
        door = door_of(bot)
        title = pgettext("name of the product", "Headwater")
        call = call_for(kind, door.url, door.secret, title, lines, clock.now())
        return refusal_of(kind, post_json(call.url, call.body, seconds=seconds))
    except Unreadable:
        return "unreadable|"
    except CallFailed as failure:
        return f"{failure.code}|{failure.detail}"


def _note(bot: Bot, error: str) -> None:
    """Keep how the bot fares, without touching what an administrator edits."""
    mine = Bot.objects.filter(pk=bot.pk)
    if error:
        mine.update(last_error=error[:500], failures=F("failures") + 1)
    else:
        mine.update(last_error="", failures=0, last_sent_at=clock.now())


def send_test(access: Access, bot_id: int) -> str:
    """Post a greeting to the group now; why it failed, or nothing. Works for paused bots too."""
    bot = get_bot(bot_id)
    with translation.override(bot.language):
        by = access.actor.name
        text = _("This is a test by %(name)s: notifications of Headwater will appear here.") % {"name": by}
        error = _post(bot, [Line(text, settings.PUBLIC_URL)], seconds=_SECONDS_OF_TEST)
    _note(bot, error)
    with transaction.atomic():
        audit.record(access, "group_bot", bot_id, "test", {"error": [None, error or None]})
    return error


def failure_words(error: str) -> str:
    """Why something was not delivered, in words of the active language."""
    code, _bar, detail = error.partition("|")
    texts = {
        "private_address": _("The address lies inside a private network, which is not allowed."),
        "unresolved": _("The name of the server is unknown: %(detail)s"),
        "unreachable": _("The server could not be reached: %(detail)s"),
        "timeout": _("The server did not answer in time."),
        "tls": _("The server's certificate is not to be trusted: %(detail)s"),
        "status": _("The server answered with status %(detail)s."),
        "answer": _("The bot refused the message: %(detail)s"),
        "unreadable": _("The stored address cannot be read any more: enter it again."),
        "mail": _("The mail server did not take it: %(detail)s"),
        "broken": _("The message could not be made: %(detail)s"),
    }
    if not error:
        return ""
    return texts.get(code, "%(detail)s") % {"detail": detail.strip() or code}
