"""Whether a piece of text is a person's name or what they do."""

import re
from collections.abc import Callable

from headwater.extraction.reading.names import (
    COMMON_SURNAMES,
    COMPOUND,
    GIVEN_NAMES,
    LATIN_SURNAMES,
    NOT_NAMES,
    SURNAMES,
)
from headwater.extraction.reading.words import (
    COMPANY_EN,
    COMPANY_SOFT_EN,
    COMPANY_SOFT_ZH,
    COMPANY_ZH,
    COUNTRY_EN,
    DEPARTMENT_EN,
    DEPARTMENT_ZH,
    LEGAL_CAPITALS,
    LEGAL_EN,
    PLACE_ZH,
    STREET_EN,
    TITLE_EN,
    TITLE_END_ZH,
    TITLE_HEAD_EN,
    TITLE_ZH,
    TRADE_ZH,
)

HAN = "一-鿿㐀-䶿"
_HAN_NAME = re.compile(rf"[{HAN}]{{2,4}}|[{HAN}]{{1,8}}[·•・][{HAN}]{{1,8}}")
_BEFORE_NAME = re.compile(r"(?:(?:Dr|Mr|Ms|Mrs|Miss|Prof|Ir|Eng|Ing|Dipl|Hon|Sir)\.?\s+)+", re.IGNORECASE)
_BEHIND_NAME = re.compile(
    r"(?:[,\s]+(?:Ph\.?\s?D\.?|MBA|EMBA|CPA|PMP|CFA|ACCA|CISSP|FCA|M\.?D\.?|MSc|M\.?A\.?|Esq\.?|P\.?E\.?|RA|AIA|LL\.?[BM]))+$"
)
_NAME_WORD = re.compile(r"[^\W\d_](?:[^\W\d_]|['’\-.](?=[^\W\d_]))*\.?")
_PARTICLES = frozenset(
    [
        "van",
        "von",
        "der",
        "den",
        "de",
        "da",
        "do",
        "dos",
        "das",
        "del",
        "della",
        "di",
        "du",
        "la",
        "le",
        "el",
        "al",
        "bin",
        "binti",
        "ibn",
        "ten",
        "ter",
        "af",
        "av",
        "y",
        "e",
        "zu",
        "zum",
    ]
)
_MIXED_NAME = re.compile(rf"[A-Z][a-z]{{1,11}}\s?(?P<family>[{HAN}]{{1,2}})")
_HONORIFIC = re.compile(r"(先生|女士|小姐|太太|老师)$")


def chinese_name(piece: str) -> tuple[str, float] | None:
    """A Chinese name and how much speaks for it (0 to 5); None where it cannot be one."""
    bare = re.sub(rf"(?<=[{HAN}])\s+(?=[{HAN}])", "", piece.strip(" ,;:|/·•、，（）()【】[]-—"))
    if len(bare) <= 4:  # a dash between two characters is a one that eyes took for it
        bare = re.sub(rf"(?<=[{HAN}])[—–ー\-](?=[{HAN}])", "一", bare)
    polite = _HONORIFIC.sub("", bare)
    if polite != bare and len(polite) >= 2:
        bare = polite
    if not _HAN_NAME.fullmatch(bare) or bare in NOT_NAMES or bare[:2] in NOT_NAMES:
        return None
    if "·" in bare or "•" in bare or "・" in bare:
        return bare, 2.5
    if TITLE_ZH.search(bare) or COMPANY_ZH.search(bare) or DEPARTMENT_ZH.fullmatch(bare):
        return None
    strength = 0.0
    if bare[:2] in COMPOUND and len(bare) >= 3:
        strength = 4.5 if len(bare) <= 4 else 1.0
    elif bare[0] in SURNAMES:
        strength = {2: 3.3, 3: 4.0, 4: 1.2}[len(bare)]
    else:
        strength = {2: 0.3, 3: 0.6, 4: -1.0}[len(bare)]
    if PLACE_ZH.search(bare[1:]) or COMPANY_SOFT_ZH.search(bare):
        strength -= 1.5
    return bare, strength


def latin_name(piece: str) -> tuple[str, float] | None:
    """A Latin name and how much speaks for it; None where it cannot be one."""
    bare = piece.strip(" ,;:|/·•、，（）()【】[]-—")
    bare = _BEHIND_NAME.sub("", _BEFORE_NAME.sub("", bare, count=1) if _BEFORE_NAME.match(bare) else bare)
    parts = bare.replace(",", " ").split()
    if len(bare) > 60:
        return None
    if not 2 <= len(parts) <= 5 or not all(_is_name_word(part) for part in parts):
        return None
    if (
        parts[0] in _PARTICLES - {"de", "la", "el", "al", "van", "von", "di", "da"}
        or not parts[-1][0].isupper()
    ):
        return None
    if sum(len(part) > 1 and part[0].isupper() for part in parts) < 2 and len(parts[0]) > 2:
        return None
    if says_work(bare) or says_company(bare) or COUNTRY_EN.search(bare):
        return None
    words = [word.casefold() for word in re.findall(r"[^\W\d_]+", bare)]
    strength = 2.0
    if any(word in GIVEN_NAMES for word in words):
        strength += 1.5
    if words[0] in LATIN_SURNAMES or words[-1] in LATIN_SURNAMES:
        strength += 1.2
    if len(words) > 4 or STREET_EN.search(bare):
        strength -= 1.5
    return bare, strength


def _is_name_word(part: str) -> bool:
    return part in _PARTICLES or (
        part[0].isupper() and not re.search(f"[{HAN}]", part) and bool(_NAME_WORD.fullmatch(part))
    )


def mixed_name(piece: str) -> tuple[str, float] | None:
    """`Eric 赵`: an English given name before a Chinese surname."""
    match = _MIXED_NAME.fullmatch(piece.strip())
    if match is None or not (match["family"] in SURNAMES or match["family"] in COMPOUND):
        return None
    return piece.strip(), 3.5


def one_latin_word(piece: str) -> bool:
    """A single English given name, as many put before their Chinese one."""
    return piece.casefold() in GIVEN_NAMES


def says_work(text: str) -> bool:
    return bool(TITLE_ZH.search(text) or TITLE_EN.search(text))


def says_company(text: str) -> bool:
    return bool(COMPANY_ZH.search(text) or COMPANY_EN.search(text) or COMPANY_SOFT_EN.search(text))


def is_title(piece: str) -> bool:
    """A piece that says what somebody does, and is no company and no sentence."""
    bare = piece.strip(" ,;:|/·•、，-—")
    if not 2 <= len(bare) <= 60:
        return False
    if TITLE_END_ZH.search(bare):
        return len(bare) <= 24 and not re.search(r"有限公司|[。！？!?]", bare)
    if re.search(rf"[{HAN}]", bare):
        return _names_a_trade(bare)
    if LEGAL_EN.search(bare) or LEGAL_CAPITALS.search(bare) or re.search(r"\d{3}|[!?]|\.\s*$", bare):
        return False
    words = len(bare.split())
    leads = bool(TITLE_HEAD_EN.search(bare)) and words <= 9
    says = bool(TITLE_EN.search(bare)) and not COMPANY_EN.search(bare) and words <= 5
    return (leads or says) and (bare[0].isupper() or (leads and words <= 4))


def _names_a_trade(bare: str) -> bool:
    known = chinese_name(bare)
    return (
        bool(TRADE_ZH.fullmatch(bare))
        and not COMPANY_ZH.search(bare)
        and not PLACE_ZH.search(bare)
        and (known is None or known[1] < 1)
    )


def is_department(piece: str) -> bool:
    bare = re.sub(rf"(?<=[{HAN}])\s+(?=[{HAN}])", "", piece.strip(" ,;:|/·•、，-—"))
    if re.search(rf"[{HAN}]", bare):
        return bool(DEPARTMENT_ZH.fullmatch(bare)) and not COMPANY_ZH.search(bare) and len(bare) <= 12
    return bool(DEPARTMENT_EN.search(bare)) and len(bare.split()) <= 6


def split_joined(piece: str, is_known: Callable[[str], bool] = lambda name: False) -> tuple[str, str] | None:
    """`林书言销售总监` or `销售总监林书言` as name and title, where eyes missed the blank.

    A rare surname is also an everyday word, as in 印刷机长: it needs somebody who knows the name.
    """

    def may_be(name: str) -> bool:
        return name[0] in COMMON_SURNAMES or name[:2] in COMPOUND or is_known(name)

    bare = piece.strip()
    if not re.fullmatch(rf"[{HAN}]{{2}}[{HAN}A-Za-z/&、()（）]{{2,18}}", bare):
        return None
    for length in () if _begins_title(bare) else (4, 3, 2):
        name, rest = bare[:length], bare[length:]
        if (length == 4 and name[:2] not in COMPOUND) or (length == 2 and len(rest) < 4):
            continue
        known = chinese_name(name)
        if (
            known
            and may_be(name)
            and known[1] >= 3
            and len(rest) >= 2
            and TITLE_END_ZH.search(rest)
            and not TITLE_ZH.search(name)
        ):
            if length == 3 and not _begins_title(rest) and _begins_title(bare[2:]):
                continue
            return known[0], rest
    for length in (3, 2, 4):
        name, rest = bare[-length:], bare[:-length]
        if length == 4 and name[:2] not in COMPOUND:
            continue
        known = chinese_name(name)
        if (
            known
            and (length == 3 or may_be(name))
            and known[1] >= 3.3
            and len(rest) >= 2
            and TITLE_END_ZH.search(rest)
        ):
            return known[0], rest
    return None


def split_latin(piece: str, is_known: Callable[[str], bool]) -> list[str]:
    """`Isabel Teixeira Winemaker` as name and title; whole where no part is known to be a name."""
    words = piece.split()
    if re.search(rf"[{HAN}]", piece) or not 3 <= len(words) <= 8:
        return [piece]
    for at in (2, 3, len(words) - 2, len(words) - 3):
        if not 1 <= at < len(words):
            continue
        parts = [" ".join(words[:at]), " ".join(words[at:])]
        for name, title in (parts, parts[::-1]):
            if latin_name(name) is not None and is_known(name) and is_title(title):
                return [part.strip(" ,;|/-–—") for part in parts]
    return [piece]


_BEGINNINGS = re.compile(
    r"副|总|總|高级|资深|首席|执行|销售|市场|技术|产品|项目|客户|区域|大区|行政|财务|人事|人力|采购|运营|商务|业务|業務|研发|工程|董事|经理|經理|创始|联合|主任|主管|部长|法务|合伙|渠道|品牌|软件|电气|机械|设计|供应|生产|质量|招聘|培训|售前|售后|营销|華|华|全国|海外|国际|助理|专员|顾问|律师|教授|绩效|薪酬|数据|算法|嵌入|网络|系统|测试|运维|前端|后端|结构|工艺|财务|税务|投资|信贷|客服|策略|用户|社群|内容|新媒体|视觉|平面|仓储|物流|进出口|外贸|跨境|门店|区|首|监|理事|分管|常务|特聘|院士|博士|主持|项管|科研|教务|医务|护士|临床|药"
)


def _begins_title(text: str) -> bool:
    return bool(_BEGINNINGS.match(text))
