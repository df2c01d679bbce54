"""Numbers, addresses of mail and pages, and the labels before them, in one line of text."""

import re
from dataclasses import dataclass

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberFormat, PhoneNumberType

from headwater.extraction.reading.places import address_strength
from headwater.extraction.reading.words import LABEL, PLACE_ZH, label_field
from headwater.kernel.text import half_width

EMAIL = re.compile(
    r"[A-Za-z0-9][A-Za-z0-9._%+\-]{0,63}\s?@\s?[A-Za-z0-9](?:[A-Za-z0-9\-]*[A-Za-z0-9])?(?:\s?\.\s?[A-Za-z0-9\-]{1,40})*\.[A-Za-z]{2,12}(?![A-Za-z0-9])"
)
_TLD = "com|cn|net|org|hk|tw|io|ai|co|edu|gov|info|biz|me|top|xyz|shop|tech|cloud|site|online|vip|club|store|jp|sg|uk|de|us|eu|app|dev|group|ltd|中国|公司"
URL = re.compile(
    rf"(?:https?://|www\s?\.)[^\s,;，；、|一-鿿]+|(?<![\w@.\-])(?:[A-Za-z0-9][A-Za-z0-9\-]{{0,40}}\.)+(?:{_TLD})(?![\w@])(?:/[^\s,;，；一-鿿]*)?",
    re.IGNORECASE,
)
_EXTENSION = r"(?:\s*(?:转|轉|分机|分機|extension|ext\.?|x|#)\s*[:.]?\s*\d{1,6}|\s?-\s?\d{1,4}(?!\d|-))?"
_PHONES = (
    r"(?:\(?\+?\s?86\)?[\s\-]*|0086[\s\-]*)?1[3-9]\d[\s\-.]?\d{4}[\s\-.]?\d{4}",
    r"(?:\(?\+?\s?86\)?[\s\-]*|0086[\s\-]*)?1[3-9]\d{2}[\s\-.]?\d{3}[\s\-.]?\d{4}",
    r"[48]00[\s\-.]?\d{3,4}[\s\-.]?\d{3,4}",
    r"09\d{2}[\s\-.]?\d{3}[\s\-.]?\d{3}",
    rf"\(?(?:\+|00)\s?\d{{1,3}}\)?(?:[\s\-.]*\(?\d{{1,5}}\)?){{2,5}}{_EXTENSION}",
    rf"86[\s\-]+\d{{2,3}}[\s\-]+\d{{3,4}}[\s\-]?\d{{4}}{_EXTENSION}",
    rf"(?:\(?86\)?[\s\-]+)?\(?0\d{{1,3}}\)?[\s\-.]*\d{{3,4}}[\s\-.]?\d{{4}}{_EXTENSION}",
    rf"(?:\(?\d{{3}}\)?[\s\-.])?\d{{3,4}}[\s\-.]\d{{4}}{_EXTENSION}",
    rf"\d{{7,8}}{_EXTENSION}",
)
PHONE = re.compile(
    "|".join(
        rf"(?<![A-Za-z0-9_@+])(?<![\d@]\.)(?:{shape})(?![\d@]|\s?[室号號房楼樓栋幢弄层層座户])"
        for shape in _PHONES
    ),
    re.IGNORECASE,
)
_MOBILE = re.compile(r"(?:86|0086)?1[3-9]\d{9}$")
_DATE = re.compile(r"(?:19|20)\d{2}[\-./](?:0?[1-9]|1[0-2])[\-./](?:0?[1-9]|[12]\d|3[01])\b")
_WECHAT = re.compile(r"[A-Za-z][A-Za-z0-9_\-]{4,29}|1[3-9]\d{9}")
_QQ = re.compile(r"[1-9]\d{4,11}")
_BUDGET = re.compile(r"(?:¥|￥|RMB\s?)?\s?(\d[\d,]*(?:\.\d+)?)\s*(亿|千万|百万|万|w|千|k)?", re.IGNORECASE)
_MUST_BE_MARKED = frozenset(
    {"name", "company", "title", "department", "budget", "requirement", "line_id", "tax"}
)
_PHONE_LABELS = frozenset({"mobile", "phone", "fax", "wechat_phone"})
_REPAIRS = str.maketrans(
    {"O": "0", "o": "0", "l": "1", "I": "1", "|": "1", "〇": "0", "—": "-", "–": "-", "−": "-"}
)
_NOT_DIGITS = re.compile(r"\D")


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of a line under one label; no label at the beginning of most lines."""

    label: str  # "" where none stands before it
    text: str
    start: int


@dataclass(frozen=True, slots=True)
class Number:
    """A telephone number as printed."""

    text: str
    kind: str  # mobile, phone, fax
    confidence: float


def segments(text: str) -> list[Segment]:
    """A line cut at its labels. Widths are folded; positions stay those of the text."""
    flat = half_width(text)
    found: list[Segment] = []
    label, start, at = "", 0, 0
    while match := LABEL.search(flat, at):
        name = label_field(match)
        at = max(match.end(), match.start() + 1)
        follows = bool(label) and not flat[start : match.start()].strip(" ,;|/·•()")  # `电话Tel：`
        if not _is_label(flat, match, name, follows=follows):
            at = match.start() + max(1, len(match.group(name)))
            continue
        if not label or flat[start : match.start()].strip(" ,;|/·•()"):
            _add(found, label, flat[start : match.start()], start)
        label, start = name, match.end()
    _add(found, label, flat[start:], start)
    return found


def _add(found: list[Segment], label: str, text: str, start: int) -> None:
    bare = text.strip(" \t,;|/·•、，；")
    if label in _MUST_BE_MARKED:
        bare = re.sub(r"^[是为]\s*", "", bare)
    if bare or label:
        found.append(Segment(label, bare, start))


def _is_label(flat: str, match: "re.Match[str]", name: str, *, follows: bool = False) -> bool:
    """Whether the word announces a value here, or is only a word."""
    word, rest = match.group(name), flat[match.end() :]
    mark = match.group("mark") or ""
    if len(word) == 1 and name in ("wechat", "qq") and not re.match(r"\s*[:：]", mark):
        return False
    marked = bool(re.search(r"[::;|]" if len(word) < 3 else r"[::;|/]", mark))
    before = flat[: match.start()]
    at_start = (
        follows
        or not before.strip(" ,;|/·•、，；(（【[<《「『〔—–-")
        or before.endswith((" ", ",", ";", "|", "/", "，", "；", "。", "、"))
    )
    if name == "address" and word.isascii() and at_start and PLACE_ZH.search(rest):
        return bool(re.match(r"\s*[一-鿿]", rest))
    if name in _MUST_BE_MARKED or (name == "address" and word.isascii()):
        # `ADD. 22 Ring Road`
        dotted = name == "address" and len(word) > 2 and address_strength(rest) >= 1.2
        long_enough = (
            marked
            or dotted
            or (name in ("name", "company", "title") and bool(re.match(r"\s*(?:是|为)", mark + rest)))
        )
        return long_enough and at_start
    if (
        not word.isascii()
        and at_start
        and re.match(r"[A-Za-z][A-Za-z\-\s.]{0,14}\s*[:：/|.]", rest)
        and not marked
    ):
        return True  # the same label again in English: `传真Fax：`
    if word.isascii() and not at_start and not before.endswith(tuple("0123456789)）")):
        return False
    if marked and (len(word) > 1 or at_start):
        return True
    rest = re.sub(r"^(?:是|为|號|号|:|\s)+", "", rest)
    if name in _PHONE_LABELS:
        return bool(re.match(r"\(?\+?[\dOlI][\dOlI\s()\-.+]{5,}", rest)) or (
            not rest and len(word) > 1 and at_start
        )
    if name == "email":
        return bool(EMAIL.match(rest)) or (not rest and len(word) > 1 and at_start)
    if name == "website":
        return bool(URL.match(rest))
    if name == "wechat":
        return bool(re.match(r"[A-Za-z1][A-Za-z0-9_\-]{4,}", rest))
    if name == "qq":
        return bool(_QQ.match(rest))
    if name == "postcode":
        return bool(re.match(r"\d{5,6}", rest))
    if name == "address":
        return at_start and bool(PLACE_ZH.search(rest) or not rest)
    return False


def emails(text: str) -> list[tuple[int, int, str]]:
    """Where addresses stand, and what they are without the blanks that eyes put in."""
    return [(m.start(), m.end(), _small(re.sub(r"\s", "", m[0]).rstrip("."))) for m in EMAIL.finditer(text)]


def _small(address: str) -> str:
    """A capital I among small letters alone is an l that eyes took for it."""
    bare = address.replace("I", "")
    return address.replace("I", "l") if bare == bare.lower() else address


def websites(text: str) -> list[tuple[int, int, str]]:
    found = []
    for match in URL.finditer(text):
        # `Web.www.…`, and `Wwww.…` where a bar after the W was not seen
        ahead = re.match(r"[A-Za-z]{1,10}\.(?=www\.)|W(?=www\.)", match[0], re.IGNORECASE)
        start = match.start() + (ahead.end() if ahead else 0)
        page = re.sub(r"\s", "", text[start : match.end()]).rstrip("./,;)")
        found.append((start, match.end(), _small(page)))
    return found


def phones(text: str, label: str = "", region: str = "CN") -> list[tuple[int, int, Number]]:
    """Where telephone numbers stand. A label is believed before the form of the number, but for mobiles."""
    flat = text
    if label in _PHONE_LABELS:
        flat = re.sub(r"(?<=[\d\-\s(+])[OolI|〇](?=[\d\-\s)]|$)", lambda m: m[0].translate(_REPAIRS), text)
    flat = flat.translate({ord("—"): "-", ord("–"): "-", ord("−"): "-"})
    taken = [(m.start(), m.end()) for m in _DATE.finditer(flat)] if label not in _PHONE_LABELS else []
    found: list[tuple[int, int, Number]] = []
    for match in PHONE.finditer(flat):
        if any(start < match.end() and match.start() < end for start, end in taken):
            continue
        printed = match[0].strip(" -.")
        digits = _NOT_DIGITS.sub("", printed)
        if not 7 <= len(digits) <= 18 or (
            not label and len(digits) < 9 and not re.search(r"\d[\s\-]\d", printed)
        ):
            continue
        found.append((match.start(), match.end(), _judged(printed, digits, label, region)))
    return found


def _judged(printed: str, digits: str, label: str, region: str) -> Number:
    if label == "fax":
        return Number(printed, "fax", 0.95)
    abroad = printed.lstrip("( ").startswith("+") and not digits.startswith("86")
    mobile = bool(_MOBILE.match(digits)) and not abroad
    parsed = _parsed(printed, region)
    valid = parsed is not None and phonenumbers.is_valid_number(parsed)
    if not mobile and parsed is not None and valid:
        mobile = phonenumbers.number_type(parsed) == PhoneNumberType.MOBILE
    if not mobile and region == "TW":
        mobile = digits.startswith(("09", "8869")) and label != "phone"
    if label in ("mobile", "wechat_phone"):
        mobile = mobile or not valid or _may_be_mobile(parsed)
        certain = 0.98 if valid else 0.9
    elif label == "phone":
        certain = 0.97 if valid else 0.88
    else:
        certain = 0.95 if valid or mobile else 0.7
    return Number(printed, "mobile" if mobile else "phone", certain)


def _may_be_mobile(parsed: phonenumbers.PhoneNumber | None) -> bool:
    """Where a country's mobiles look like its other numbers the label decides."""
    kind = PhoneNumberType.UNKNOWN if parsed is None else phonenumbers.number_type(parsed)
    return kind in (PhoneNumberType.FIXED_LINE_OR_MOBILE, PhoneNumberType.UNKNOWN, PhoneNumberType.MOBILE)


def _parsed(printed: str, region: str) -> phonenumbers.PhoneNumber | None:
    try:
        return phonenumbers.parse(printed, region)
    except NumberParseException:
        return None


def international(printed: str, region: str) -> str:
    """The number with its country where that is not China and the number is a real one; else as printed."""
    parsed = _parsed(printed, region)
    if region == "CN" or parsed is None or not phonenumbers.is_valid_number(parsed):
        return printed
    return phonenumbers.format_number(parsed, PhoneNumberFormat.E164)


def wechat_id(text: str) -> str:
    found = _WECHAT.search(text.replace(" ", ""))
    return _small(found[0]) if found else ""


def qq_number(text: str) -> str:
    found = _QQ.search(text.replace(" ", ""))
    return found[0] if found else ""


def amount(text: str) -> str:
    """`5万` as 50000; empty where no number stands."""
    found = _BUDGET.search(text)
    if not found:
        return ""
    factor = {"亿": 10**8, "千万": 10**7, "百万": 10**6, "万": 10**4, "w": 10**4, "千": 1000, "k": 1000}
    value = float(found[1].replace(",", "")) * factor.get((found[2] or "").lower(), 1)
    return f"{value:.2f}".rstrip("0").rstrip(".")


_REGIONS = (
    ("TW", re.compile(r"台湾|台灣|臺灣|台北|臺北|新北市|桃園|台中|臺中|台南|臺南|高雄|新竹|\.tw\b|taiwan|taipei|\+?886[\s\-)]", re.IGNORECASE)),
    ("HK", re.compile(r"香港|九龍|九龙|新界|\.hk\b|hong\s*kong|kowloon|\+?852[\s\-)]", re.IGNORECASE)),
    ("MO", re.compile(r"澳门|澳門|\.mo\b|macau|\+?853[\s\-)]", re.IGNORECASE)),
    ("SG", re.compile(r"新加坡|singapore|\.sg\b|\+65\b", re.IGNORECASE)),
)  # fmt: skip


def region_of(text: str) -> str:
    """The country whose numbers are written without its code; China where nothing says otherwise."""
    return next((region for region, told in _REGIONS if told.search(text)), "CN")
