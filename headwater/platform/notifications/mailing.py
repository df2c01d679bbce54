"""Mails about notifications: one at once, or one that gathers what waited, grouped by kind, with links."""

import hashlib
import smtplib
from collections.abc import Sequence
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from markupsafe import Markup, escape

from headwater.platform.notifications.deliveries import Outcome, Taken
from headwater.platform.notifications.kinds import Address, addresses, kind_of
from headwater.platform.notifications.preferences import preference_of
from headwater.platform.notifications.types import MailRhythm

SETTINGS_URL = "/settings/notifications"
_SUBJECT = 150


class Mailer:
    """Carries the lanes of people over one connection to the mail server, opened when first needed."""

    def __init__(self) -> None:
        self._connection = get_connection()
        self._is_open = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._close()

    def carry(self, person_id: int, taken: Sequence[Taken]) -> Outcome:
        """One mail: about all of them when they waited for it, else about the first."""
        address = addresses([person_id]).get(person_id)
        unneeded = [one.id for one in taken if one.is_read or kind_of(one.kind) is None]
        if address is None or not address.email:
            unneeded = [one.id for one in taken]
        left = [one for one in taken if one.id not in set(unneeded)]
        if not left or address is None:
            return Outcome(dropped=unneeded)
        gathers = preference_of(person_id).mail != MailRhythm.AT_ONCE
        waited = [one for one in left if gathers or one.was_held]
        chosen = waited or left[:1]
        with translation.override(address.language):
            message = _one(address, chosen[0]) if len(chosen) == 1 and not gathers else _many(address, chosen)
        ids = [one.id for one in chosen]
        try:
            self._send(message)
        except (OSError, smtplib.SMTPException) as failure:
            self._close()
            return Outcome(dropped=unneeded, failed=ids, error=f"mail|{failure}")
        return Outcome(sent=ids, dropped=unneeded)

    def _send(self, message: EmailMultiAlternatives) -> None:
        if not self._is_open:
            self._connection.open()
            self._is_open = True
        try:
            self._connection.send_messages([message])
        except smtplib.SMTPServerDisconnected:  # it had enough of the long silence: a new one takes it
            self._close()
            self._connection.open()
            self._is_open = True
            self._connection.send_messages([message])

    def _close(self) -> None:
        if self._is_open:
            self._is_open = False
            self._connection.close()


def _message(address: Address, subject: str, lines: Sequence[str], html: Markup, ids: Sequence[int]) -> Any:
    foot = _("What you are told, and when, you choose here:")
    link = settings.PUBLIC_URL + SETTINGS_URL
    text = "\n\n".join(filter(None, [*lines, "— " + pgettext("name of the product", "Headwater")]))
    message = EmailMultiAlternatives(
        subject=" ".join(subject.split())[:_SUBJECT],
        body=f"{text}\n{foot} {link}",
        to=[address.email],
        headers={"Auto-Submitted": "auto-generated", "Message-ID": _message_id(address, ids)},
    )
    page = Markup(
        '<div style="font:14px/1.6 sans-serif;color:#1b2130;max-width:600px">{}'
        '<p style="color:#6b7385;font-size:12px">{} <a href="{}">{}</a></p></div>'
    )
    message.attach_alternative(str(page.format(html, foot, link, link)), "text/html")
    return message


def _message_id(address: Address, ids: Sequence[int]) -> str:
    """The same for the same deliveries, so that a mail sent twice can be known as one."""
    digest = hashlib.sha256(f"{address.email}:{sorted(ids)}".encode()).hexdigest()[:32]
    return f"<{digest}.notice@{urlsplit(settings.PUBLIC_URL).hostname or 'headwater'}>"


def _words(one: Taken) -> str:
    kind = kind_of(one.kind)
    return kind.words(one.params) if kind else one.kind


def _link(one: Taken) -> str:
    return f"{settings.PUBLIC_URL}/notifications/{one.notification_id}" if one.url else ""


def _one(address: Address, one: Taken) -> Any:
    text, link = _words(one), _link(one)
    anchor = Markup('<p><a href="{}">{}</a></p>').format(link, _("Open")) if link else Markup()
    return _message(address, text, [text, link], Markup("<p>{}</p>{}").format(text, anchor), [one.id])


def _many(address: Address, taken: Sequence[Taken]) -> Any:
    subject = ngettext("Headwater: %(num)s notification", "Headwater: %(num)s notifications", len(taken)) % {
        "num": len(taken)
    }
    lines: list[str] = []
    html = Markup()
    for label, items in _grouped(taken):
        shown = [f"· {_words(one)}" + (f"\n  {_link(one)}" if _link(one) else "") for one in items]
        lines.append("\n".join([f"{label} ({len(items)})", *shown]))
        points = Markup().join(
            Markup('<li><a href="{}">{}</a></li>').format(_link(one), _words(one))
            if _link(one)
            else Markup("<li>{}</li>").format(_words(one))
            for one in items
        )
        html += Markup('<h3 style="font-size:14px;margin:16px 0 4px">{} ({})</h3><ul>{}</ul>').format(
            escape(label), len(items), points
        )
    return _message(address, subject, lines, html, [one.id for one in taken])


def _grouped(taken: Sequence[Taken]) -> list[tuple[str, list[Taken]]]:
    """By kind, in the order in which the kinds first came."""
    groups: dict[str, list[Taken]] = {}
    for one in taken:
        groups.setdefault(one.kind, []).append(one)
    found = []
    for key, items in groups.items():
        kind = kind_of(key)
        found.append((str(kind.label) if kind else key, items))
    return found
