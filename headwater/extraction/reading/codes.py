"""vCard and MECARD, from a QR code on a card or from pasted text."""

import quopri
import re
from collections.abc import Sequence

from headwater.extraction.reading import contacts
from headwater.extraction.reading.cards import read_card
from headwater.extraction.reading.findings import keep
from headwater.extraction.reading.types import Extraction, Found, Line

_SURE = 0.99
_HAN = re.compile("[一-鿿]")
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_FOLDED = re.compile(r"\r?\n[ \t]")
_APPS = re.compile(
    r"weixin|wechat|qq\.com|wx\.|u\.wechat|work\.weixin|dingtalk|feishu|line\.me", re.IGNORECASE
)
MOST = 20_000


def is_card_code(text: str) -> bool:
    """Whether the text is a contact in a form for machines."""
    return bool(re.match(r"\s*(?:BEGIN:VCARD|MECARD:|BIZCARD:)", text, re.IGNORECASE))


def read_code(text: str) -> Extraction:
    """The fields of a vCard (2.1 to 4.0) or MECARD; nothing for any other text."""
    text = text.strip()[:MOST]
    found: dict[str, Found] = {}
    others: list[Found] = []
    if re.match(r"BEGIN:VCARD", text, re.IGNORECASE):
        _vcard(text, found, others)
    elif re.match(r"MECARD:|BIZCARD:", text, re.IGNORECASE):
        _mecard(text, found, others)
    return Extraction(found, tuple(others))


def read_with_codes(lines: Sequence[Line], codes: Sequence[str]) -> Extraction:
    """A card with what its codes say: a contact for machines is believed before the printed words."""
    printed = read_card(lines)
    fields, others = dict(printed.fields), list(printed.others)
    for code in codes:
        if is_card_code(code):
            told = read_code(code)
            others += [
                one
                for name, one in fields.items()
                if name in told.fields and not _alike(one, told.fields[name])
            ]
            fields |= {name: _agreed(fields.get(name), one) for name, one in told.fields.items()}
            others += told.others
        elif re.match(r"https?://", code) and not _APPS.search(code) and "website" not in fields:
            fields["website"] = Found("website", code.strip(), 0.7)
    return Extraction(fields, tuple(others))


def _alike(one: Found, other: Found) -> bool:
    return re.sub(r"\W", "", one.value).casefold() == re.sub(r"\W", "", other.value).casefold()


def _agreed(printed: Found | None, coded: Found) -> Found:
    """Where both say the same it has a place on the card."""
    if printed is not None and _alike(printed, coded):
        return Found(coded.field, printed.value, _SURE, printed.lines)
    return coded


def _vcard(text: str, found: dict[str, Found], others: list[Found]) -> None:
    said: dict[str, list[tuple[str, str]]] = {}
    unfolded = (
        re.sub(r"=\r?\n", "", _FOLDED.sub("", text))
        if "QUOTED-PRINTABLE" in text.upper()
        else _FOLDED.sub("", text)
    )
    for row in unfolded.splitlines()[:200]:
        head, colon, value = row.partition(":")
        if not colon:
            continue
        name, *parameters = head.split(";")
        kinds = " ".join(parameters).upper()
        if "QUOTED-PRINTABLE" in kinds:
            value = quopri.decodestring(value.encode()).decode("utf-8", "replace")
        said.setdefault(name.rpartition(".")[2].upper(), []).append((kinds, value.strip()))
    one = {key: values[0][1] for key, values in said.items()}
    parts = [_plain(part) for part in _split(one.get("N", ""))]
    name = _plain(one.get("FN", "")) or _person(parts)
    if _HAN.search(name):
        name = name.replace(" ", "")
    _put(found, others, "name", name)
    company = [_plain(part) for part in _split(one.get("ORG", "")) if part.strip()]
    _put(found, others, "company", company[0] if company else "")
    _put(found, others, "title", " ".join([*company[1:2], _plain(one.get("TITLE", ""))]).strip())
    for kinds, value in said.get("TEL", []):
        _number(found, others, kinds, _plain(value).removeprefix("tel:"))
    for _kinds, value in said.get("EMAIL", []):
        _put(found, others, "email", _plain(value))
    for _kinds, value in said.get("URL", []):
        _put(found, others, "website", _plain(value))
    for _kinds, value in said.get("ADR", []):
        _put(found, others, "address", _address([_plain(part) for part in _split(value)]))
    for key in ("X-WECHAT", "X-QQ"):
        _put(found, others, key[2:].lower(), _plain(one.get(key, "")))


def _mecard(text: str, found: dict[str, Found], others: list[Found]) -> None:
    for row in re.split(r"(?<!\\);", text.partition(":")[2])[:100]:
        key, colon, value = row.partition(":")
        value = _plain(value)
        if not colon:
            continue
        match key.strip().upper():
            case "N":
                parts = [part.strip() for part in value.split(",")]
                _put(found, others, "name", _person(parts) if len(parts) > 1 else value)
            case "ORG" | "C":
                _put(found, others, "company", value)
            case "TIL" | "TITLE" | "T":
                _put(found, others, "title", value)
            case "TEL" | "B" | "M":
                _number(found, others, "", value)
            case "EMAIL" | "E":
                _put(found, others, "email", value)
            case "URL":
                _put(found, others, "website", value)
            case "ADR" | "A":
                _put(found, others, "address", _address(value.split(",")) if value.startswith(",") else value)


def _number(found: dict[str, Found], others: list[Found], kinds: str, value: str) -> None:
    label = "fax" if "FAX" in kinds else "mobile" if "CELL" in kinds else ""
    told = contacts.phones(value, label, contacts.region_of(value))
    for _start, _end, number in told[:1]:
        if number.kind != "fax":
            _put(found, others, number.kind, number.text)


def _put(found: dict[str, Found], others: list[Found], field: str, value: str) -> None:
    keep(found, others, Found(field, value.strip()[:300], _SURE))


def _person(parts: Sequence[str]) -> str:
    """Family and given name as they are said: `欧阳` `子墨` together, `Smith` `Jane` turned round."""
    family, given = (parts[0] if parts else ""), (parts[1] if len(parts) > 1 else "")
    return f"{family}{given}" if _HAN.search(family + given) else f"{given} {family}".strip()


def _address(parts: Sequence[str]) -> str:
    """Box, extension, street, city, province, post code, country as one line in the order of its tongue."""
    _box, extra, street, city, province, code, country, *_ = [*(part.strip() for part in parts), *[""] * 7]
    if _HAN.search("".join(parts)):
        return "".join(part for part in (province, city, street, extra) if part)
    return ", ".join(part for part in (extra, street, city, province, code, country) if part)


def _split(value: str) -> list[str]:
    return re.split(r"(?<!\\);", value)


def _plain(value: str) -> str:
    return (
        _ESCAPED.sub(lambda match: "\n" if match[1] in "nN" else match[1], value).replace("\n", " ").strip()
    )
