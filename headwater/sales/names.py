"""Company names in the form in which they are compared.

`深圳市华为技术有限公司`, `华为技术（深圳）有限公司` and `华为技术` have one key: legal forms and regions
say nothing about who somebody is. The key is for advice; what a person typed is kept and shown.
"""

import re
from functools import cache, lru_cache

from rapidfuzz import fuzz

from headwater.customization.queries import region_choices
from headwater.kernel.text import fold

MAX_KEY = 200
CONTAINED = 88  # one name within the other, such as a brand within a full company name

_BRACKETS = re.compile(r"[(\[【（〔「].*?[)\]】）〕」]")
_FORM = re.compile(
    r"(?:股份有限责任公司|股份有限公司|有限责任公司|有限公司|股份公司|集团公司|分公司|子公司|总公司|公司|有限合伙|合伙企业|"
    r"集团|股份|控股|个体工商户|总部|办事处)$"
)
_LATIN_FORM = re.compile(
    r"[\s,.]*\b(?:co|company|ltd|limited|inc|incorporated|corp|corporation|llc|plc|gmbh|ag|bv|pte|pty|group|holdings?)\b\.?$"
)
_LATIN = re.compile(r"[a-z0-9]+")
_NOISE = re.compile(r"[\W_]+")
_LOOSE = re.compile(r"(?<![a-z0-9]) | (?![a-z0-9])")  # a blank that does not part two Latin words

# Words that very many names share: too common to find candidates by, too thin to stand alone as a key.
_COMMON = frozenset(
    re.findall(
        "..",
        "科技技术信息网络电子软件实业贸易商贸工程建设建筑投资管理咨询服务文化传媒教育医药医疗食品机械设备材料能源"
        "环保生物化工物流汽车国际发展智能数据系统银行证券保险大学学院医院餐饮酒店集成供应应链链管",
    )
)

_PLACE_ENDING = re.compile("(?:壮族自治区|回族自治区|维吾尔自治区|特别行政区|自治区|自治州|地区|省|市|盟)$")


@cache
def _region() -> re.Pattern[str]:
    """A place at the beginning of a name: country, province, city, and a district after it."""
    places = set()
    for choice in region_choices():
        label = str(choice.label)
        # Of the third level only cities: 昆山, 义乌; a district stands alone in no company's name.
        if choice.value.count("/") < 2 or label.endswith("市"):
            places.add(_PLACE_ENDING.sub("", label))
    names = "|".join(sorted((place for place in places if len(place) > 1), key=len, reverse=True))
    ending = "(?:特别行政区|(?:维吾尔|壮族|回族)?自治区|自治州|省|市)?"
    district = "(?:[\u4e00-\u9fff]{2,3}?(?:新区|区|县|镇))?"
    return re.compile(f"(?:中国|中华)?(?:(?:{names}){ending}){{1,2}}{district}|中国|中华|全国")


@lru_cache(maxsize=65_536)
def company_key(name: str) -> str:
    """The comparable core of a company's name; never empty for a name that says anything."""
    whole = fold(name)
    core = _BRACKETS.sub("", whole).strip() or whole
    core = _without_forms(core)
    rest = without_region(core)
    if len(rest) >= 2 and rest not in _COMMON:
        core = rest
    core = _without_forms(core)
    return (_tight(core) or _tight(whole) or whole)[:MAX_KEY]


def is_company(name: str) -> bool:
    """Whether a name says by its form that a company bears it."""
    whole = _BRACKETS.sub("", fold(name)).strip()
    return bool(_FORM.search(whole) or _LATIN_FORM.search(whole))


def region_of(name: str) -> str:
    """The places that a company's name says first, or in brackets; empty where it says none."""
    whole = fold(name)
    bracket = _BRACKETS.search(whole)
    inside = bracket[0][1:-1] if bracket else ""
    for text in (whole, inside):
        found = _region().match(text)
        if found:
            return _PLACE_ENDING.sub("", found[0].removeprefix("中国"))
    return ""


def without_region(text: str) -> str:
    """The text without the country, province, city and district that it begins with; may be empty."""
    found = _region().match(text)
    return text[found.end() :] if found else text


def _tight(name: str) -> str:
    return _LOOSE.sub("", _NOISE.sub(" ", name))


def _without_forms(core: str) -> str:
    while True:
        shorter = _LATIN_FORM.sub("", _FORM.sub("", core)).strip(" ,.-·&")
        if not shorter or shorter == core:
            return core
        core = shorter


@lru_cache(maxsize=65_536)
def name_pieces(key: str) -> tuple[str, ...]:
    """The pieces of a key by which similar names are found: pairs of characters, whole Latin words."""
    pieces = [word[:8] for word in _LATIN.findall(key)]
    chinese = _LATIN.sub(" ", key).split()
    for run in chinese:
        pieces += [run[at : at + 2] for at in range(len(run) - 1)] or [run]
    telling = [piece for piece in pieces if piece not in _COMMON]
    return tuple(dict.fromkeys(telling or pieces))[:40]


def similarity(one: str, other: str) -> int:
    """How alike two company names are, 0 to 100; 100 when only form or region differ."""
    return key_similarity(company_key(one), company_key(other))


def key_similarity(one: str, other: str) -> int:
    """`similarity` of two keys."""
    if not one or not other:
        return 0
    if one == other:
        return 100
    alike = round(fuzz.ratio(one, other))
    short, long = sorted((one, other), key=len)
    if len(short) >= 2 and short not in _COMMON and long.startswith(short):
        alike = max(alike, CONTAINED)
    return min(alike, 99)
