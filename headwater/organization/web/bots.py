"""Settings > Group bots: which notifications appear in which chat groups."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from headwater.kernel.access import permit
from headwater.kernel.errors import Invalid
from headwater.organization import queries
from headwater.organization.web.controls import department_options
from headwater.platform.notifications import all_kinds, failures, posting
from headwater.platform.notifications import bots as services
from headwater.platform.notifications.failures import Failed
from headwater.platform.notifications.models import Bot
from headwater.platform.notifications.types import BotKind
from headwater.ui.formats import when_text
from headwater.ui.pages import Action, FieldControl, FieldGroup, FormPage, Option
from headwater.ui.responses import done, is_htmx, respond, toast


@dataclass(frozen=True, slots=True)
class Line:
    """A bot as the list shows it."""

    bot: Bot
    label: str
    note: str
    error: str
    tools: tuple[Action, ...]


@dataclass(frozen=True, slots=True)
class BotsPage:
    """All of `organization/bots.html`."""

    lines: tuple[Line, ...]
    failed: tuple[Failed, ...]


@require_GET
def group_bots(request: HttpRequest) -> HttpResponse:
    """The bots, and what could not be delivered."""
    permit(request, "bots.configure")
    page = BotsPage(tuple(_line(bot) for bot in services.bots()), tuple(failures.failed()))
    return respond(request, "organization/bots.html", page, fragments={"hw-bots": "bots"})


def _line(bot: Bot) -> Line:
    kinds = ngettext("%(num)s kind", "%(num)s kinds", len(bot.kinds)) % {"num": len(bot.kinds)}
    sent = (
        _("last message %(when)s") % {"when": when_text(bot.last_sent_at)}
        if bot.last_sent_at
        else _("no message yet")
    )
    label = BotKind(bot.kind).label
    return Line(
        bot,
        str(label),
        " · ".join([str(label), bot.url_hint, kinds, sent]),
        posting.failure_words(bot.last_error),
        (
            Action(_("Send a test"), icon="send", post=reverse("group_bot_test", args=[bot.pk])),
            Action(_("Edit"), icon="pencil", dialog=reverse("group_bot_edit", args=[bot.pk])),
            Action(
                _("Remove"),
                icon="trash-2",
                kind="danger",
                post=reverse("group_bot_remove", args=[bot.pk]),
                confirm=_("Remove “%(name)s”? Its address is forgotten.") % {"name": bot.name},
            ),
        ),
    )


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Register a bot."""
    access = permit(request, "bots.configure")
    if request.method == "POST":
        bot = services.create_bot(access, **_submitted(request))
        return done(request, _("“%(name)s” is added: send it a test.") % {"name": bot.name})
    page = FormPage(
        title=_("New group bot"),
        action=reverse("group_bot_new"),
        groups=_groups(None),
        submit=_("Add"),
        cancel_href=reverse("group_bots"),
    )
    return respond(request, "ui/records/form.html", page)


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, bot_id: int) -> HttpResponse:
    """Change a bot; address and secret stay unless new ones are given."""
    access = permit(request, "bots.configure")
    bot = services.get_bot(bot_id)
    if request.method == "POST":
        version = request.POST.get("version", "")
        values = _submitted(request)
        for key in ("url", "secret"):
            if not values[key]:
                del values[key]
        if request.POST.get("unsigned") == "true":
            values["secret"] = ""
        services.update_bot(access, bot_id, version=int(version) if version.isdecimal() else None, **values)
        return done(request, _("Saved"))
    page = FormPage(
        title=_("Edit %(name)s") % {"name": bot.name},
        action=reverse("group_bot_edit", args=[bot_id]),
        groups=_groups(bot),
        cancel_href=reverse("group_bots"),
        hidden={"version": bot.version},
    )
    return respond(request, "ui/records/form.html", page)


@require_POST
def send_test(request: HttpRequest, bot_id: int) -> HttpResponse:
    """Post a greeting to the group, and say what came of it."""
    error = posting.send_test(permit(request, "bots.configure"), bot_id)
    if not error:
        return done(request, _("The test message is in the group."))
    response = done(request, "")
    if is_htmx(request):
        return toast(response, _("The test did not arrive."), kind="error", note=posting.failure_words(error))
    return response


@require_POST
def remove(request: HttpRequest, bot_id: int) -> HttpResponse:
    """Take a bot away."""
    services.archive_bot(permit(request, "bots.configure"), bot_id)
    return done(request, _("The bot is removed."))


@require_POST
def retry(request: HttpRequest) -> HttpResponse:
    """Try everything again that could not be delivered."""
    count = failures.retry(permit(request, "bots.configure"))
    text = ngettext("%(num)s message is tried again.", "%(num)s messages are tried again.", count)
    return done(request, text % {"num": count})


def _groups(bot: Bot | None) -> tuple[FieldGroup, ...]:
    kinds = tuple(Option(kind.key, kind.label, note=kind.group) for kind in all_kinds())
    controls = [
        FieldControl(
            "name",
            pgettext("bot", "Name"),
            value=bot.name if bot else "",
            required=True,
            max_length=60,
            autofocus=True,
            placeholder=_("e.g. the group it speaks to"),
        ),
        FieldControl(
            "kind",
            _("Chat program"),
            kind="segments",
            value=bot.kind if bot else BotKind.WECOM.value,
            options=tuple(Option(value, label) for value, label in BotKind.choices),
        ),
        FieldControl(
            "url",
            _("Webhook address"),
            kind="url",
            required=bot is None,
            max_length=1000,
            placeholder=bot.url_hint if bot else services.HOSTS[BotKind.WECOM],
            help=_("Leave empty to keep the present one.") if bot else _("From the settings of the group."),
        ),
        FieldControl(
            "secret",
            _("Signing secret"),
            kind="password",
            max_length=200,
            autocomplete="off",
            placeholder="••••••" if bot and bot.secret else "",
            help=_("DingTalk and Feishu, where signing is switched on. Kept encrypted, never shown."),
        ),
    ]
    if bot and bot.secret:
        controls.append(FieldControl("unsigned", _("Signing is off now: forget the secret"), kind="checkbox"))
    controls += [
        FieldControl(
            "kinds",
            _("Shows"),
            kind="multi",
            value=bot.kinds if bot else [],
            options=kinds,
            placeholder=_("Choose kinds of notifications"),
            help=_("What people switch off for themselves does not appear."),
        ),
        FieldControl(
            "department_ids",
            _("Only what concerns people of"),
            kind="multi",
            value=[str(one) for one in bot.department_ids] if bot else [],
            options=department_options(queries.department_tree()),
            placeholder=_("Everybody"),
            help=_("Departments below are included; empty: everybody."),
        ),
        FieldControl(
            "language",
            _("Language"),
            kind="segments",
            value=bot.language if bot else settings.LANGUAGE_CODE,
            options=tuple(Option(code, name) for code, name in settings.LANGUAGES),
        ),
        FieldControl(
            "is_active",
            pgettext("bot", "In use"),
            kind="switch",
            value=bot.is_active if bot else True,
        ),
    ]
    return (FieldGroup(tuple(controls)),)


def _submitted(request: HttpRequest) -> dict[str, Any]:
    given = request.POST
    departments = given.getlist("department_ids")
    if not all(one.isascii() and one.isdigit() and len(one) < 19 for one in departments):
        raise Invalid.one("department_ids", "value.record", _("These are not departments."))
    return {
        "name": given.get("name", ""),
        "kind": given.get("kind", ""),
        "url": given.get("url", ""),
        "secret": given.get("secret", ""),
        "kinds": given.getlist("kinds"),
        "department_ids": [int(one) for one in departments],
        "language": given.get("language", ""),
        "is_active": given.get("is_active") == "true",
    }
