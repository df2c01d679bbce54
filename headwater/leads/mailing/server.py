"""Handing one mail over, and what is known afterwards: only what surely did not go may be tried again."""

import smtplib
from contextlib import suppress
from enum import Enum

from django.core.mail import EmailMessage, get_connection

_NOT_NOW = range(400, 500)


class Handed(Enum):
    """How handing over ended."""

    TAKEN = "taken"
    AWAY = "away"  # the server was not reached, or lets nobody in
    NOT_NOW = "not_now"  # it said to try this one later
    REFUSED = "refused"  # it said no to this one, or the mail cannot be written
    UNKNOWN = "unknown"  # the connection broke in the middle: it may have gone


def hand_over(message: EmailMessage) -> tuple[Handed, str]:
    """Hand a mail to the mail server once; how it ended, and in which words when not well."""
    connection = get_connection()
    try:
        connection.open()
    except (OSError, smtplib.SMTPException) as failure:
        return Handed.AWAY, _said(failure)
    try:
        connection.send_messages([message])
    except (OSError, smtplib.SMTPException, ValueError) as failure:
        return _ended(failure), _said(failure)
    finally:
        with suppress(OSError, smtplib.SMTPException):  # what it took it has, however the parting goes
            connection.close()
    return Handed.TAKEN, ""


def _ended(failure: Exception) -> Handed:
    codes = _codes(failure)
    if codes:
        return Handed.NOT_NOW if all(code in _NOT_NOW for code in codes) else Handed.REFUSED
    if isinstance(failure, ValueError | smtplib.SMTPNotSupportedError):
        return Handed.REFUSED
    return Handed.UNKNOWN


def _codes(failure: Exception) -> list[int]:
    """What the server answered with; nothing where it gave no answer."""
    if isinstance(failure, smtplib.SMTPRecipientsRefused):
        return [code for code, _words in failure.recipients.values()]
    return [failure.smtp_code] if isinstance(failure, smtplib.SMTPResponseException) else []


def _said(failure: Exception) -> str:
    """The words of the failure."""
    if isinstance(failure, smtplib.SMTPRecipientsRefused):
        return _joined([_answer(code, words) for code, words in failure.recipients.values()])
    if isinstance(failure, smtplib.SMTPResponseException):
        return _joined([_answer(failure.smtp_code, failure.smtp_error)])
    return _joined([f"{type(failure).__name__}: {failure}"])


def _answer(code: int, words: bytes | str) -> str:
    return f"{code} {words.decode(errors='replace') if isinstance(words, bytes) else words}"


def _joined(parts: list[str]) -> str:
    return " ".join("; ".join(parts).split())[:300]
