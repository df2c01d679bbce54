"""Everything on a card that a machine could dial or open, and what labels name outright."""

import re
from collections.abc import Sequence
from dataclasses import replace

from headwater.extraction.reading import contacts, places
from headwater.extraction.reading.findings import HAN, Findings
from headwater.extraction.reading.pieces import Piece, without_contacts
from headwater.extraction.reading.types import Found

LABELLED = 0.97
_STATED = ("name", "company", "title", "department", "requirement", "budget")
_ACCOUNTS = ("wechat", "qq", "wechat_phone", "line_id")
_NUMBERS = ("mobile", "phone", "fax")
# What is left of a line of numbers when it was only the word before one: `V:`, `客户专用：`, `call or write`.
_LEFT_LABEL = re.compile(
    r"(?:[A-Za-z]{1,2}|[A-Za-z.\-]{1,16}(?:\s[A-Za-z]{1,10}){0,2}\s*[:：|/–—-]|[一-鿿]{1,8}\s*[:：|/])\W*"
)


def read_contacts(pieces: Sequence[Piece], region: str, found: Findings) -> list[Piece]:
    """Put numbers, mails, pages and accounts into the findings; what is left of the pieces."""
    numbers: list[Found] = []
    left: list[Piece] = []
    for piece in pieces:
        label = piece.label
        if label in _STATED:
            left += _stated(piece, found)
        elif label in _ACCOUNTS:
            _account(piece, region, numbers, found)
        elif label not in ("postcode", "tax"):
            _addresses_of_machines(piece, found)
            told = _numbers(piece, region)
            numbers += [
                Found(number.kind, number.text, number.confidence * piece.score, (piece.line,))
                for _start, _end, number in told
            ]
            left += _left_over(piece, region)
    for one in sorted(numbers, key=lambda one: one.field == "fax"):
        found.keep(one)
    found.fields.pop("fax", None)
    return left


def _numbers(piece: Piece, region: str) -> list[tuple[int, int, contacts.Number]]:
    """The telephone numbers of a piece; none in an address, whose post code may look like one."""
    if piece.label in ("address", "email", "website"):
        return []
    if not piece.label and not HAN.search(piece.text) and places.address_strength(piece.text) >= 2.2:
        return []
    return contacts.phones(piece.text, piece.label if piece.label in _NUMBERS else "", region)


def _stated(piece: Piece, found: Findings) -> list[Piece]:
    """What a label names outright; a department goes before the title, a company is cleaned later."""
    if piece.label in ("company", "department"):
        return [piece if piece.label == "company" else replace(piece, label="")]
    if piece.label == "name" and (contacts.phones(piece.text) or contacts.emails(piece.text)):
        return _named(piece, found)
    value = contacts.amount(piece.text) if piece.label == "budget" else piece.text
    found.keep(Found(piece.label, value, LABELLED * piece.score, (piece.line,)))
    return []


def _named(piece: Piece, found: Findings) -> list[Piece]:
    """`联系人：郑成功 13900001230` says more than a name."""
    rest = without_contacts(piece.text, "CN")
    name = re.split(r"[\s,，(（]", rest, maxsplit=1)[0]
    found.keep(Found("name", name, LABELLED * piece.score, (piece.line,)))
    for _start, _end, number in contacts.phones(piece.text):
        found.keep(Found(number.kind, number.text, number.confidence * piece.score, (piece.line,)))
    for _start, _end, mail in contacts.emails(piece.text):
        found.keep(Found("email", mail, 0.95 * piece.score, (piece.line,)))
    return []


def _account(piece: Piece, region: str, numbers: list[Found], found: Findings) -> None:
    sure = 0.95 * piece.score
    if piece.label == "wechat_phone":
        for _start, _end, number in contacts.phones(piece.text, "wechat_phone", region):
            numbers.append(Found("mobile", number.text, number.confidence * piece.score, (piece.line,)))
            bare = re.sub(r"\D", "", number.text)[-11:]
            found.keep(Found("wechat", bare, sure, (piece.line,)))
    elif piece.label == "wechat":
        found.keep(Found("wechat", contacts.wechat_id(piece.text), sure, (piece.line,)))
    elif piece.label == "qq":
        found.keep(Found("qq", contacts.qq_number(piece.text), sure, (piece.line,)))


def _addresses_of_machines(piece: Piece, found: Findings) -> None:
    label, text = piece.label, piece.text
    mails, pages = contacts.emails(text), contacts.websites(text)
    for _start, _end, mail in mails:
        sure = 0.97 if label in ("email", "") else 0.9
        found.keep(Found("email", mail, sure * piece.score, (piece.line,)))
    for start, end, page in pages:
        if any(start < last and first < end for first, last, _ in mails):
            continue
        sure = 0.97 if label == "website" else 0.92
        found.keep(Found("website", page, sure * piece.score, (piece.line,)))
    if label == "email" and not mails and "@" in text:
        found.keep(Found("email", text.replace(" ", ""), 0.5, (piece.line,)))
    if label == "website" and not pages and "." in text:
        found.keep(Found("website", text.replace(" ", ""), 0.6, (piece.line,)))


def _has_contact(piece: Piece, region: str) -> bool:
    return bool(_numbers(piece, region) or contacts.emails(piece.text) or contacts.websites(piece.text))


def _left_over(piece: Piece, region: str) -> list[Piece]:
    """What else stands on the line: an address, or words beside the numbers."""
    if piece.label == "address":
        return [piece]
    if piece.label not in ("", *_NUMBERS):
        return []
    rest = without_contacts(piece.text, region) if _has_contact(piece, region) else piece.text.strip()
    if rest == piece.text.strip():  # `Office: 8 avenue Foch`: no number after all
        return [replace(piece, label="")]
    if not rest or (piece.label and len(HAN.findall(rest)) < 2):
        return []
    if _LEFT_LABEL.fullmatch(rest):
        return []
    return [replace(piece, label="", text=part) for part in re.split(r"\s{3,}", rest)]
