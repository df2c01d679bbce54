"""Companies and addresses."""

import re

from headwater.extraction.reading import people
from headwater.extraction.reading.words import (
    COMPANY_EN,
    COMPANY_SOFT_EN,
    COMPANY_SOFT_ZH,
    COMPANY_ZH,
    COUNTRY_EN,
    LEGAL_CAPITALS,
    LEGAL_EN,
    LEGAL_ZH,
    PLACE_ZH,
    STREET_EN,
    TITLE_EN,
    TITLE_END_ZH,
    TITLE_HEAD_EN,
)

_HAN = re.compile("[一-鿿]")
_BRANCH = re.compile(r"[一-鿿]{0,8}(?:分公司|办事处|分行|支行|营业部|分院)$")
_POSTCODE = re.compile(
    r"[\s,，(（\[]*(?:邮编|郵編|zip)?[\s:：]*(?<!\d)\d{6}(?!\d)[)）\]]?\s*$", re.IGNORECASE
)
_TW_POSTCODE = re.compile(r"^\(?\d{3}(?:\d{2,3})?\)?\s*(?=[一-鿿])")
# A post code, most often beside a town: `20457 Hamburg`, `4050-262 Porto`, `Leeds LS1 4AP`, `Singapore 139951`, `MI 16480`.
_POST = re.compile(
    r"\b(?:[A-Z]{1,2}-)?(?:\d{4,6}(?:-\d{3})?|\d{2,3}[\s-]\d{2,3}|\d{4}\s?[A-Z]{2})\s*,?\s+[A-ZÀ-Ž][a-zà-ž'’]{2,}|\b[A-ZÀ-Ž][a-zà-ž]{2,}(?:,|\s[A-Z]{2,3})?\s+\d{4,6}(?:-\d{3,4})?\b"
    r"|\b[A-Z]{1,2}\d{1,2}[A-Z]?\s\d[A-Z]{2}\b|\b[A-Z]\d{2}\s[A-Z0-9]{4}\b|\b[A-Z]\d[A-Z]\s\d[A-Z]\d\b|,\s[A-Z]{2}\s+\d{5}\b|[a-z]{3}\s?-\s?\d{6}\b|^\d{4}\s?[A-Z]{2}$"
)
# A number before or behind the name of a street, whatever the street is called.
_HOUSE = re.compile(
    r"^(?:No\.?\s*)?\d{1,5}[A-Za-z]?(?:[-/]\d{1,4})?,?\s+[A-ZÀ-Ž][a-zà-ž]|[a-zà-ž.]{2},?\s+(?:No[.:]?\s*)?\d{1,5}\s?[A-Za-z]?(?:[-/]\d{1,4}[a-z]?)?(?=,|\s*$|\s\d{4})"
)
# Words that could be a town or a quarter, and nothing more.
_PLAIN = re.compile(r"(?:[A-ZÀ-Ž][A-Za-zÀ-ž'’.\-]+\s?){1,4},?")
_LABEL_AHEAD = re.compile(r"^[A-Za-z]{1,10}\s?[.:/／]\s?(?=[一-鿿])")
_LATIN_LABEL_AHEAD = re.compile(r"^[A-Za-z]{2,10}(?: [A-Za-z]{1,8})?\s*(?:[:|–—]|\s[-/])\s*(?=.*\d)")
_SAYING = re.compile(
    r"[我你您他她吗呢吧]|多少|怎么|可以|请问|想|需要|谢谢|^[做搞卖干想问找买租]|^(?:咨询|了解|采购|预约|主要)"
)
_BEFORE_TITLE = re.compile(
    r"(.{2,20}?(?:集团|公司|医院|学校|小学|中学|大学|学院|银行|研究院|研究所|事务所|委员会|管委会|厂))\s*(\S{2,14})$"
)
_SOFT_BEFORE_TITLE = re.compile(
    rf"([一-鿿]{{2,12}}?(?:{COMPANY_SOFT_ZH.pattern.removesuffix('$')}))([一-鿿]{{2,8}})$"
)
_END = re.compile(r"(?:室|号|號|楼|樓|层|層|座|栋|幢|\d)\s*(?:[)）].*)?$")


def company_strength(piece: str) -> float:
    """How much speaks for a company's name, 0 to 6."""
    bare = piece.strip(" ,;:|·•、，")
    if len(bare) < 3 or len(bare) > 90 or re.search(r"[。！？!?]", bare):
        return 0.0
    if _HAN.search(bare):
        if TITLE_END_ZH.search(bare) and not LEGAL_ZH.search(bare):
            return 0.0
        if _SAYING.search(bare):
            return 0.0
        if LEGAL_ZH.search(bare):
            return 6.0 if len(bare) > 5 else 1.5
        last = None
        for last in COMPANY_ZH.finditer(bare):  # noqa: B007 - the last one counts
            pass
        if last is not None and last.end() >= len(bare) - 12:
            inside = 4.5 if last.end() == len(bare) else 3.0
            return inside if len(bare) >= 4 and last.start() >= 1 else 1.0
        if COMPANY_SOFT_ZH.search(bare) and 4 <= len(bare) <= 16:
            return 2.2
        return 0.0
    if sum(char.isdigit() for char in bare) > 4:
        return 0.0
    bare = tidy_company(bare)
    if LEGAL_EN.search(bare) or LEGAL_CAPITALS.search(bare):
        return 4.5 if len(bare.split()) > 1 else 1.0
    if COMPANY_EN.search(bare) and not TITLE_HEAD_EN.search(bare):
        return 4.0 if len(bare.split()) > 1 else 1.0
    if (
        COMPANY_SOFT_EN.search(bare)
        and not TITLE_EN.search(bare)
        and 1 < len(bare.split()) <= 8
        and bare[0].isupper()
    ):
        return 3.0
    return 0.0


def tidy_company(text: str) -> str:
    """Without what stands around it, and with the letters that eyes mistake in short forms."""
    bare = text.strip(" ,;|")
    bare = re.sub(r"\bS\.\s?([rR])\.\s?[I1|]\b", r"S.\1.l", bare)
    return re.sub(r"(?<=\s)[0O]{2}[0Oo]$", "OOO", bare)


def cut_company(piece: str) -> tuple[str, str]:
    """The company at the beginning of a piece, and what follows: `某某有限公司 销售总监`."""
    match = re.match(
        r"(.*?(?:有限责任公司|有限責任公司|有限公司|股份公司|集团公司|事务所|事務所)(?:\s*[(（][^()（）]{1,12}[)）])?(?:[一-鿿]{2,8}(?:分公司|支行|分行|分院|分校|分店|分所|营业部|办事处|项目部|经营部))?)(.*)$",
        piece,
    )
    if match and match[2].strip(" ,;|/·-"):
        return match[1].strip(), match[2].strip(" ,;|/·-")
    if "/" in piece:
        return piece, ""
    for shape in (_BEFORE_TITLE, _SOFT_BEFORE_TITLE):
        match = shape.match(piece)
        if match and not COMPANY_ZH.search(match[2]) and _says_who(match[2]):
            return match[1].strip(), match[2].strip()
    return piece, ""


def _says_who(rest: str) -> bool:
    """Whether the end of a stretch is a title, or a title and a name."""
    return bool(TITLE_END_ZH.search(rest)) or people.split_joined(rest) is not None


def is_branch(piece: str) -> bool:
    """`上海分公司` alone on a line."""
    return bool(_BRANCH.fullmatch(piece.strip())) and len(piece.strip()) <= 12


def is_bare_form(piece: str) -> bool:
    """`股份有限公司` alone: the end of a name that did not fit on its line."""
    bare = piece.strip()
    if not _HAN.search(bare):
        form = LEGAL_EN.match(bare)
        return form is not None and form.end() >= len(bare) - 1
    return bool(LEGAL_ZH.fullmatch(bare)) or bool(
        re.fullmatch(r"[一-鿿]{0,3}(?:有限公司|有限责任公司|股份有限公司)", bare)
    )


def address_strength(text: str) -> float:
    """How much speaks for an address, 0 to 6."""
    if not 5 <= len(text) <= 300:
        return 0.0
    if _HAN.search(text):
        marks = PLACE_ZH.findall(text)
        score = float(len(marks)) + (0.8 if re.search(r"\d", text) else 0.0)
        if LEGAL_ZH.search(text) or (COMPANY_ZH.search(text) and not re.search(r"\d", text)):
            score -= 3
        if re.search(r"[！!？?。]", text):
            score -= 1.5
        return max(0.0, min(6.0, score))
    score = 0.9 * len(STREET_EN.findall(text)) + 1.1 * len(COUNTRY_EN.findall(text))
    score += 0.8 if re.search(r"\d", text) else 0.0
    score += 0.4 * min(text.count(","), 3)
    score += 1.3 if _POST.search(text) else 0.0
    score += 0.9 if _HOUSE.search(text) else 0.0
    if COMPANY_EN.search(text) and not re.search(r"\d", text):
        score -= 2.0
    return max(0.0, min(6.0, score))


def goes_on(before: str, text: str) -> bool:
    """Whether a line can be the rest of an address that began with `before`."""
    chinese = bool(_HAN.search(before))
    if chinese != bool(_HAN.search(text)) and not re.fullmatch(r"[A-Za-z0-9\-#\s]{1,12}", text):
        return False
    if chinese:
        if re.search(r"[,，!！。；;]", text) or len(text) > 40:
            return False
        if _END.search(before):  # complete as it is: only a number of a house or room still belongs to it
            return bool(re.search(r"\d", text)) and bool(PLACE_ZH.search(text)) and len(text) <= 16
        return bool(PLACE_ZH.search(text) or re.search(r"\d", text))
    if re.search(r"\d{4,}(?:\s?[A-Z]{2})?$", before) and may_be_town(text):
        return len(text.split()) <= 2
    return before.rstrip().endswith(",") or ends_address(text) or bool(STREET_EN.search(text) or "," in text)


def ends_address(text: str) -> bool:
    """Whether a Latin line has what addresses end with: a post code or a country."""
    return bool(COUNTRY_EN.search(text) or _POST.search(text) or re.search(r"\d{4,}", text))


def may_be_town(text: str) -> bool:
    """Whether a Latin line could stand between a street and its post code."""
    return len(text) <= 40 and bool(_PLAIN.fullmatch(text.strip()))


def joined(before: str, text: str) -> str:
    """Two lines of an address as one."""
    if _HAN.search(before):
        return before.rstrip() + text.strip()
    return f"{before.rstrip()} {text.strip()}"


def tidy_address(text: str) -> str:
    """Without the post code that Chinese addresses carry at an end."""
    bare = text.strip(" ,;:|·•、，")
    if _HAN.search(bare):
        bare = re.sub(r"^[一-鿿]{2,6}\s*[:：|]\s*(?=[一-鿿])", "", bare)
        bare = _LABEL_AHEAD.sub("", bare)
        bare = _POSTCODE.sub("", bare)
        bare = _TW_POSTCODE.sub("", bare)
    else:
        ahead = _LATIN_LABEL_AHEAD.match(bare)
        if ahead and not STREET_EN.search(ahead[0]) and not COUNTRY_EN.search(ahead[0]):
            bare = bare[ahead.end() :]
        bare = re.sub(r",(?=[A-Za-z])", ", ", bare)  # eyes miss the blank after a comma
    return bare.strip(" ,;:|、，(（")


def has_legal_form(text: str) -> bool:
    """Whether the text names a company by law."""
    return bool(LEGAL_ZH.search(text) or LEGAL_EN.search(text))


def has_form(text: str) -> bool:
    """Whether a company's name ends here: `…有限公司`, `… Ltd.`"""
    bare = text.strip(" ,;.|")
    if _HAN.search(bare):
        found = list(COMPANY_ZH.finditer(bare))
        return bool(found) and found[-1].end() >= len(bare) - 1
    found = [*LEGAL_EN.finditer(bare), *LEGAL_CAPITALS.finditer(bare), *COMPANY_EN.finditer(bare)]
    return any(one.end() >= len(bare) - 1 for one in found)
