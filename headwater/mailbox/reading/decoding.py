"""Bytes and headers as text, whatever their labels claim."""

import re
from email.errors import HeaderParseError
from email.header import decode_header
from email.utils import getaddresses

from headwater.kernel import text

# Labels of the Chinese encodings are used for each other; GB 18030 reads all of them.
_CHINESE = re.compile(r"(x-)?(gb_?2312(-80)?|gbk|gb18030|cp936|ms936|hz-gb-2312|euc-cn|chinese)$")
_SOFT = {"us-ascii", "ascii", "iso-8859-1", "latin1", "latin-1", "unknown-8bit", "8bit", "default", ""}
LONGEST_HEADER = 16_000
_ADDRESS = re.compile(r"[^@\s,;:<>()\[\]\"\\]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,250}[A-Za-z0-9])?")


def decoded(raw: bytes, label: str | None) -> str:
    """Text of bytes: by the label where it holds, else as UTF-8 or GB 18030; what is broken stays visible."""
    named = (label or "").strip().strip("\"'").lower()
    named = "gb18030" if _CHINESE.match(named) else named
    tries = ["utf-8", "gb18030"] if named in _SOFT else [named, "utf-8", "gb18030"]
    for encoding in tries:
        try:
            return raw.decode(encoding)
        except (UnicodeDecodeError, LookupError, ValueError):
            continue
    return raw.decode("gb18030" if named == "gb18030" else "utf-8", "replace")


def header_text(raw: str) -> str:
    """A header in words: encoded parts decoded, raw bytes guessed, one line."""
    raw = raw[:LONGEST_HEADER]
    if "=?" not in raw:
        return _line(_unescaped(raw))
    try:
        parts = decode_header(_unescaped(raw))
    except (HeaderParseError, ValueError, AssertionError):
        return _line(_unescaped(raw))
    joined = [
        part if isinstance(part, str) else decoded(part, charset)
        for part, charset in ((p, c if c is not None else "utf-8") for p, c in parts)
    ]
    return _line("".join(joined))


def _unescaped(raw: str) -> str:
    """Raw bytes in a header reach us as surrogates."""
    try:
        raw.encode()
    except UnicodeEncodeError:
        return decoded(raw.encode("ascii", "surrogateescape"), None)
    return raw


def _line(found: str) -> str:
    return " ".join(text.tidy(found.encode("utf-8", "replace").decode()).split())


def addresses(raw: str) -> list[tuple[str, str]]:
    """(name, address) of an address header; what is no address is left out."""
    raw = raw[:LONGEST_HEADER]
    # Names are decoded after the addresses were taken apart: an encoded comma separates nothing.
    try:
        pairs = getaddresses([_unescaped(raw)])
    except (RecursionError, ValueError, IndexError):
        pairs = []
    found = []
    for name, address in pairs:
        known = _ADDRESS.fullmatch(address.strip())
        if known:
            found.append((header_text(name)[:120], text.lower(known[0])))
    if not found:  # malformed: take what looks like one
        loose = _ADDRESS.search(_unescaped(raw))
        if loose:
            name = header_text(raw[: raw.find("@")].rpartition("<")[0]).strip("\"' ,")
            found.append((name[:120], text.lower(loose[0])))
    return found
