"""Mails that no person wrote to us: bounces, automatic replies, newsletters."""

import re
from collections.abc import Mapping

from headwater.mailbox.types import Why

_DAEMON = re.compile(r"^(mailer-daemon|postmaster|mail-daemon|bounce[sd]?)(\+.*)?@", re.IGNORECASE)
_NO_REPLY = re.compile(
    r"^(no-?_?reply|do-?_?not-?_?reply|newsletter|notifications?|news|mailing|edm)([+._-].*)?@", re.IGNORECASE
)
_AUTOMATIC = re.compile(
    r"^\s*(自动回复|自動回覆|自动答复|外出自动|休假自动|"
    r"automatic reply|auto(?:matic)?[ -]?(?:reply|response)|out of (?:the )?office|"
    r"autoreply|vacation reply|abwesenheit)", re.IGNORECASE
)  # fmt: skip
_UNDELIVERED = re.compile(
    r"^\s*(undeliver(?:able|ed)|mail delivery (?:failed|subsystem)|delivery status notification|"
    r"returned mail|failure notice|退信|系统退信|邮件投递失败)", re.IGNORECASE
)  # fmt: skip


def is_no_reply(address: str) -> bool:
    """An address behind which nobody reads."""
    return bool(_NO_REPLY.match(address))


def written_by_nobody(headers: Mapping[str, str], sender: str, subject: str, kind: str) -> Why:
    """Why a mail is not from a person; empty when it may be. Header names are in lower case."""
    precedence = headers.get("precedence", "").strip().lower()
    auto = headers.get("auto-submitted", "").partition(";")[0].strip().lower()
    if (
        _DAEMON.match(sender)
        or "delivery-status" in kind
        or (headers.get("return-path", "").strip() == "<>" and _UNDELIVERED.match(subject))
        or (kind.startswith("multipart/report") and "disposition-notification" not in kind)
    ):
        return Why.BOUNCE
    if (
        auto not in ("", "no")
        or precedence in ("auto_reply", "auto-reply")
        or "x-autoreply" in headers
        or "x-autorespond" in headers
        or "disposition-notification" in kind
        or _AUTOMATIC.match(subject)
    ):
        return Why.AUTO_REPLY
    if (
        "list-id" in headers
        or "list-unsubscribe" in headers
        or precedence in ("bulk", "list", "junk")
        or is_no_reply(sender)
    ):
        return Why.NEWSLETTER
    return Why.NONE
