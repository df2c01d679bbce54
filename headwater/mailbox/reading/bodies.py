"""HTML as text, and what a reply repeats of the mail before it set apart. Linear on whatever comes."""

import html
import re

from headwater.extraction.reading.mails import is_head
from headwater.kernel import text

LONGEST = 100_000
LONGEST_HTML = 1_000_000
_LINE = 300  # of a line, as much as markers are looked for in

_KEPT_TAGS = {"p", "br", "div", "tr", "li", "table", "blockquote", "hr", "td", "h1", "h2", "h3", "h4", "pre"}
_DROPPED = {"script", "style", "title", "template", "noscript", "object", "svg", "math", "head"}
_BREAK = re.compile(r"<br ?/?>|</(?:p|div|tr|li|h[1-4]|pre|blockquote)>|<hr ?/?>", re.IGNORECASE)
_OPENING = re.compile(r"<(?:p|div|tr|table|pre|h[1-4])>", re.IGNORECASE)
_QUOTE_OPEN, _QUOTE_CLOSE = re.compile(r"<blockquote>"), re.compile(r"</blockquote>")
_TAG = re.compile(r"<[^<>]*>")


def html_text(raw: str) -> str:
    """The words of an HTML body with its lines; scripts, styles, addresses of pictures are gone."""
    import nh3

    clean = nh3.clean(
        raw[:LONGEST_HTML],
        tags=_KEPT_TAGS,
        clean_content_tags=_DROPPED,
        attributes={},
        strip_comments=True,
        link_rel=None,
    )
    clean = " ".join(clean.split(" ")) if "<pre>" in clean else re.sub(r"[ \t\r\n]+", " ", clean)
    clean = _BREAK.sub("\n", _OPENING.sub("\n", clean))
    clean = clean.replace("</td>", " ")
    return tidy_lines(html.unescape(_TAG.sub("", clean)))


def tidy_lines(raw: str) -> str:
    """Lines without blanks at their ends and with at most one empty line between them."""
    lines: list[str] = []
    for line in raw[:LONGEST].splitlines():
        shown = text.tidy(line.replace("\xa0", " "))
        if shown or (lines and lines[-1]):
            lines.append(shown)
    while lines and not lines[-1]:
        lines.pop()
    return "\n".join(lines)


_MARKERS = re.compile(
    r"""^(?:
      -{2,}\s*(?:原始邮件|原邮件|回复的原邮件|回复的邮件|邮件原件|原始信息|转发的?邮件(?:信息)?
          |Original\ (?:Message|Mail)|Forwarded\ [Mm]essage|Reply\ message|Replied\ Message).{0,40}
      |_{20,}
      |>?\s*(?:On|At|Le|Am)\s.{4,200}(?:wrote|écrit|schrieb)\s?[:：]?
      |(?:在|于)\s?.{4,200}(?:写道|寫道)\s?[:：]?
      |.{0,120}<[^<>@\s]{1,64}@[^<>@\s]{1,200}>\s?(?:于|在).{4,120}(?:写道|寫道)\s?[:：]?
      |Begin\ forwarded\ message:
    )$""",
    re.VERBOSE | re.IGNORECASE,
)
_WRAPPED = re.compile(r"^(?:On|At|Le|Am|在|于)\s?.{4,200}$", re.IGNORECASE)
_WRAPPED_END = re.compile(r"^.{0,200}(?:wrote|写道|寫道|écrit)\s?[:：]?$", re.IGNORECASE)


def split_quoted(body: str) -> tuple[str, str]:
    """(what was written now, what is repeated of earlier mails)."""
    lines = body.split("\n")
    cut = next((place for place in range(len(lines)) if _begins_quote(lines, place)), None)
    if cut is None:
        return body.strip(), ""
    own, rest = "\n".join(lines[:cut]).strip(), lines[cut:]
    if own:
        return own, "\n".join(rest).strip()
    # The answer stands below what it quotes.
    below = len(rest)
    while below and not rest[below - 1].startswith(">"):
        below -= 1
    answer = "\n".join(rest[below:]).strip()
    if below and answer:
        return answer, "\n".join(rest[:below]).strip()
    return body.strip(), ""


def _begins_quote(lines: list[str], place: int) -> bool:
    line = lines[place][:_LINE].strip()
    if not line:
        return False
    if line.startswith(">") or _MARKERS.match(line) or is_head(lines, place):
        return True
    following = lines[place + 1][:_LINE].strip() if place + 1 < len(lines) else ""
    return bool(_WRAPPED.match(line) and _WRAPPED_END.match(following))
