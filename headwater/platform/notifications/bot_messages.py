"""What the group robots of WeCom, DingTalk and Feishu take, how they are signed, and what they answer.

WeCom     https://developer.work.weixin.qq.com/document/path/91770
          markdown up to 4096 bytes, 20 messages a minute
DingTalk  https://open.dingtalk.com/document/robots/custom-robot-access
          markdown, signed in the address, 20 messages a minute
Feishu    https://open.feishu.cn/document/client-docs/bot-v3/add-custom-bot
          post, signed in the body, 100 messages a minute
"""

import base64
import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote_plus

import orjson
from django.utils.translation import gettext as _

from headwater.platform.notifications.types import BotKind
from headwater.platform.outgoing import Answer

# Bytes of text that surely fit, and lines that people still read.
_ROOM = {BotKind.WECOM: 3600, BotKind.DINGTALK: 12_000, BotKind.FEISHU: 12_000}
MAX_LINES = 20
_LINE = 400

# Markdown knows no escape in these programs: what could make a link, a mention or a colour out of a lead's
# name becomes its full-width twin.
_HARMLESS = str.maketrans("[]<>*_`#!|\\~", "［］＜＞＊＿｀＃！｜＼～")


@dataclass(frozen=True, slots=True)
class Line:
    """One sentence of a message and where it leads."""

    text: str
    url: str = ""

    @property
    def plain(self) -> str:
        """On one line, cut."""
        text = " ".join(self.text.split())
        return text if len(text) <= _LINE else text[: _LINE - 1] + "…"


@dataclass(frozen=True, slots=True)
class Call:
    """What to post, and where."""

    url: str
    body: dict[str, Any]


def fitting(kind: BotKind, lines: Sequence[Line]) -> int:
    """How many of the lines, from the first, go into one message; at least one."""
    used = 0
    for number, line in enumerate(lines[:MAX_LINES]):
        used += len(line.plain.encode()) + len(line.url) + 24
        if used > _ROOM[kind] and number:
            return number
    return min(len(lines), MAX_LINES)


def call_for(kind: BotKind, url: str, secret: str, title: str, lines: Sequence[Line], at: datetime) -> Call:
    """The request that shows these lines in the group. `secret` is empty where the robot has no signing."""
    if kind == BotKind.WECOM:
        return Call(url, {"msgtype": "markdown", "markdown": {"content": _markdown(title, lines)}})
    if kind == BotKind.DINGTALK:
        return Call(
            _signed_url(url, secret, at),
            {"msgtype": "markdown", "markdown": {"title": title, "text": _markdown(title, lines)}},
        )
    content = [_feishu_line(line) for line in lines]
    body = {"msg_type": "post", "content": {"post": {"zh_cn": {"title": title, "content": content}}}}
    return Call(url, _feishu_signature(secret, at) | body)


def _markdown(title: str, lines: Sequence[Line]) -> str:
    shown, go = [], _("Open")
    for line in lines:
        text = line.plain.translate(_HARMLESS)
        shown.append(f"> {text} [{go}]({line.url})" if line.url else f"> {text}")
    return f"**{title.translate(_HARMLESS)}**\n\n" + "\n\n".join(shown)


def _feishu_line(line: Line) -> list[dict[str, str]]:
    text = {"tag": "text", "text": line.plain}
    return [text, {"tag": "a", "text": " " + _("Open"), "href": line.url}] if line.url else [text]


def _signed_url(url: str, secret: str, at: datetime) -> str:
    """DingTalk: HMAC over "milliseconds\\nsecret" with the secret as key, both in the address."""
    if not secret:
        return url
    stamp = str(int(at.timestamp() * 1000))
    digest = hmac.new(secret.encode(), f"{stamp}\n{secret}".encode(), hashlib.sha256).digest()
    glue = "&" if "?" in url else "?"
    return f"{url}{glue}timestamp={stamp}&sign={quote_plus(base64.b64encode(digest))}"


def _feishu_signature(secret: str, at: datetime) -> dict[str, str]:
    """Feishu: HMAC over nothing with "seconds\\nsecret" as key."""
    if not secret:
        return {}
    stamp = str(int(at.timestamp()))
    digest = hmac.new(f"{stamp}\n{secret}".encode(), b"", hashlib.sha256).digest()
    return {"timestamp": stamp, "sign": base64.b64encode(digest).decode()}


def refusal_of(kind: BotKind, answer: Answer) -> str:
    """Why the robot did not take the message; empty when it did. All three answer 200 to a refusal."""
    if answer.status != 200:
        return f"status|{answer.status}"
    try:
        said = orjson.loads(answer.body)
    except orjson.JSONDecodeError:
        return "answer|"
    if not isinstance(said, dict):
        return "answer|"
    if kind == BotKind.FEISHU:
        code, words = said.get("code", said.get("StatusCode")), said.get("msg", said.get("StatusMessage"))
    else:
        code, words = said.get("errcode"), said.get("errmsg")
    return "" if code == 0 else f"answer|{code} {str(words or '')[:200]}".rstrip()
