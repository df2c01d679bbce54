"""Exports of chats as files: text, HTML, MHT and ZIP, with their pictures. Whatever is in them is data."""

import base64
import binascii
import html
import re
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from email import policy
from email.message import Message
from email.parser import BytesParser
from io import BytesIO

from django.utils.translation import gettext as _

from headwater.kernel.errors import Invalid
from headwater.platform.files.sniffing import content_type

MOST_ENTRIES = 3000
MOST_PICTURES = 200
LARGEST_TEXT = 20 * 1024 * 1024
LARGEST_PICTURE = 10 * 1024 * 1024
MOST_BYTES = 120 * 1024 * 1024  # unpacked, all together
_MOST_PARTS = 400

# A picture in the text of a chat, by its name in the export.
OPEN, CLOSE = "\ue000", "\ue001"
PICTURE = re.compile(f"{OPEN}([^{CLOSE}\n]{{1,300}}){CLOSE}")
_NAMED = re.compile(
    r"\[?(?:图片|image|img|photo)[:：]?\s*([^\[\]\s:：]{1,200}\.(?:jpe?g|png|gif|webp))\]?", re.IGNORECASE
)
_DOCUMENTS = (".txt", ".text", ".html", ".htm", ".mht", ".mhtml")
_PICTURES = (".jpg", ".jpeg", ".png", ".gif", ".webp", ".dat")
_TAGS = {"p", "br", "div", "tr", "li", "td", "img", "h1", "h2", "h3", "h4"}
_DROPPED = {"script", "style", "title", "template", "noscript", "object", "svg", "math", "head"}
_NAME_AND_TIME = re.compile(r"<div>\s*([^<>]{1,90}?)\s*</div>\s*(\d{1,2}:\d{2}(?::\d{2})?)\s*(?=<)")
_IMAGE = re.compile(r'<img(?: [a-z]+="[^"<>]*")*? src="([^"<>]+)"[^<>]*>')
_BREAK = re.compile(r"<br ?/?>|</?(?:p|div|tr|li|h[1-4])>")
_DATA = re.compile(r"data:image/[a-z+]{2,10};base64,([A-Za-z0-9+/=\s]+)$")


@dataclass(slots=True)
class Export:
    """What an upload holds: the words of its chats, and its pictures by name."""

    text: str = ""
    pictures: dict[str, bytes] = field(default_factory=dict)

    def add_text(self, more: str) -> None:
        self.text = f"{self.text}\n{more}" if self.text else more

    def add_picture(self, name: str, content: bytes) -> None:
        known = len(self.pictures) < MOST_PICTURES and 0 < len(content) <= LARGEST_PICTURE
        if known and content_type(BytesIO(content)).startswith("image/"):
            self.pictures[short_name(name)] = content


def short_name(name: str) -> str:
    """A picture's name without its folders."""
    return re.split(r"[/\\]", name.strip())[-1].lower()[:200]


def read_exports(files: Sequence[tuple[str, bytes]]) -> Export:
    """All uploads as one chat. Refuses `Invalid` what is broken, locked or grows beyond measure."""
    found = Export()
    for name, content in files:
        ending, head = _ending(name), content[:200].lstrip().lower()
        if content[:4] == b"PK\x03\x04":
            _zip(found, content)
        elif content_type(BytesIO(content)).startswith("image/"):
            found.add_picture(name, content)
        elif ending in (".mht", ".mhtml") or head.startswith((b"mime-version", b"from: <saved")):
            _mht(found, content)
        elif ending in (".html", ".htm") or head.startswith((b"<!doctype", b"<html")):
            found.add_text(html_chat(decoded(content[:LARGEST_TEXT]), found))
        elif ending in (".txt", ".text", ""):
            found.add_text(named_pictures(decoded(content[:LARGEST_TEXT])))
        else:
            detail = _("%(name)s is no chat: use text, HTML, MHT, ZIP or pictures.") % {"name": name[:80]}
            raise Invalid.one("files", "chat.format", detail)
    return found


def decoded(raw: bytes) -> str:
    """Text by its mark, as UTF-8, else as GB 18030."""
    for mark, encoding in ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"), (b"\xef\xbb\xbf", "utf-8-sig")):
        if raw.startswith(mark):
            return raw.decode(encoding, "replace")
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return raw.decode("gb18030", "replace")


def named_pictures(words: str) -> str:
    """Pictures that a text names in brackets, marked."""
    return _NAMED.sub(lambda found: f"{OPEN}{short_name(found[1])}{CLOSE}", _plain(words))


def _plain(words: str) -> str:
    return words.replace(OPEN, "").replace(CLOSE, "")


def html_chat(raw: str, export: Export) -> str:
    """The lines of an HTML export; pictures inside it go to the export, others are marked by name."""
    import nh3

    clean = nh3.clean(
        _plain(raw),
        tags=_TAGS,
        clean_content_tags=_DROPPED,
        attributes={"img": {"src"}},
        url_schemes={"data", "cid", "file"},
        link_rel=None,
    )

    def mark(found: re.Match[str]) -> str:
        source = html.unescape(found[1])
        inside = _DATA.match(source)
        if inside is None:
            return f"\n{OPEN}{short_name(source.removeprefix('cid:'))}{CLOSE}\n"
        name = f"picture-{len(export.pictures) + 1}"
        try:
            export.add_picture(name, base64.b64decode(inside[1]))
        except (binascii.Error, ValueError):
            return ""
        return f"\n{OPEN}{name}{CLOSE}\n"

    clean = _IMAGE.sub(mark, clean)
    clean = re.sub(r"[ \t\r\n\xa0]*\n[ \t\r\n\xa0]*", "\n", clean.replace("&nbsp;", " "))
    clean = _NAME_AND_TIME.sub(r"\n\1 \2\n", clean)
    clean = _BREAK.sub("\n", clean.replace("</td>", "\n"))
    return html.unescape(re.sub(r"<[^<>]*>", "", clean))


def _mht(export: Export, raw: bytes) -> None:
    """A page saved whole: QQ exports it, pictures as further parts."""
    try:
        message: Message = BytesParser(policy=policy.compat32).parsebytes(raw)
        parts = _walk(message)
    except (RecursionError, ValueError, IndexError, KeyError, TypeError):
        raise Invalid.one("files", "chat.broken", _("This file cannot be read.")) from None
    pages = []
    for part in parts:
        content = part.get_payload(decode=True)
        if not isinstance(content, bytes):
            continue
        if part.get_content_type() == "text/html":
            pages.append(content[:LARGEST_TEXT])
        elif part.get_content_maintype() in ("image", "application"):
            for header in ("Content-Location", "Content-ID"):
                name = str(part.get(header, "")).strip("<> ")
                if name:
                    export.add_picture(name, content)
    for page in pages:
        export.add_text(html_chat(decoded(page), export))


def _walk(message: Message) -> list[Message]:
    found: list[Message] = []
    waiting = [message]
    while waiting and len(found) < _MOST_PARTS:
        part = waiting.pop(0)
        content = part.get_payload()
        if isinstance(content, list):
            waiting[:0] = [inside for inside in content if isinstance(inside, Message)]
        else:
            found.append(part)
    return found


def _zip(export: Export, raw: bytes) -> None:
    """Texts and pictures of an archive; archives inside archives are left alone."""
    try:
        with zipfile.ZipFile(BytesIO(raw)) as archive:
            entries = [one for one in archive.infolist() if not one.is_dir()]
            if len(entries) > MOST_ENTRIES:
                raise _too_large()
            left = MOST_BYTES
            documents: list[tuple[str, bytes]] = []
            for entry in sorted(entries, key=lambda one: one.filename):
                name = _entry_name(entry)
                ending = _ending(name)
                if ending not in _DOCUMENTS and ending not in _PICTURES:
                    continue
                limit = LARGEST_TEXT if ending in _DOCUMENTS else LARGEST_PICTURE
                content = _entry(archive, entry, min(limit, left))
                left -= len(content)
                if ending in _DOCUMENTS:
                    documents.append((name, content))
                else:
                    export.add_picture(name, content)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, ValueError) as failure:
        locked = isinstance(failure, RuntimeError) and "password" in str(failure)
        detail = _("This archive is locked by a password.") if locked else _("This file cannot be read.")
        raise Invalid.one("files", "chat.broken", detail) from None
    inner = read_exports(documents)
    export.pictures |= {name: one for name, one in inner.pictures.items() if name not in export.pictures}
    if inner.text:
        export.add_text(inner.text)


def _entry(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, limit: int) -> bytes:
    with archive.open(entry) as file:
        content = file.read(limit + 1)
    if len(content) > limit:
        raise _too_large()
    return content


def _entry_name(entry: zipfile.ZipInfo) -> str:
    if entry.flag_bits & 0x800 or entry.filename.isascii():
        return entry.filename
    try:  # Windows writes names in its own encoding, which the archive does not tell
        return entry.filename.encode("cp437").decode("gb18030")
    except UnicodeError:
        return entry.filename


def _ending(name: str) -> str:
    short = short_name(name)
    return f".{short.rpartition('.')[2]}" if "." in short else ""


def _too_large() -> Invalid:
    return Invalid.one("files", "chat.too_large", _("This archive holds too much. Export a shorter time."))
