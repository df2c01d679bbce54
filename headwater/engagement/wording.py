"""Text with mentions, and outcomes in their words and colours."""

import re

from markupsafe import Markup, escape

from headwater.customization.queries import picklist_choices
from headwater.engagement.types import OUTCOMES
from headwater.ui.pages import Tag

# What the composer writes for a chosen colleague: @[张三](user:12).
MENTION = re.compile(r"@\[([^\]\n]{1,60})\]\(user:(\d{1,18})\)")
EXCERPT = 80


def mentioned_in(content: str) -> list[int]:
    """Ids of the people named in the text, in order, each once."""
    return list(dict.fromkeys(int(found[2]) for found in MENTION.finditer(content)))


def said(content: str) -> Markup:
    """The text, escaped, with mentioned people set off."""
    parts: list[Markup] = []
    at = 0
    for found in MENTION.finditer(content):
        parts.append(escape(content[at : found.start()]))
        parts.append(Markup('<span class="hw-mention">@{}</span>').format(found[1]))
        at = found.end()
    parts.append(escape(content[at:]))
    return Markup("").join(parts)


def excerpt(content: str) -> str:
    """The text on one line with mentions as names, short enough for a notice."""
    text = " ".join(MENTION.sub(r"@\1", content).split())
    return text if len(text) <= EXCERPT else text[: EXCERPT - 1] + "…"


def outcome_tag(value: str | None) -> Tag | None:
    """The outcome in its words and colour, retired ones too."""
    if not value:
        return None
    for choice in picklist_choices(OUTCOMES)():
        if choice.value == value:
            return Tag(choice.label, choice.color or "gray", dot=True)
    return Tag(value, "gray", dot=True)
