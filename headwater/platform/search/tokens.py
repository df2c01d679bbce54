"""Text to tokens, and queries to conditions over them. Both sides live here because they must agree.

Tokens of a name       two neighbouring Chinese characters; the first one as `^`; whole Latin words
                       `p:` initials of the pinyin: the first two, the first three, all
                       `s:` the first syllable, `y:` the whole pinyin
                       (of a company that begins with a place: without it, and the whole)
                       what every company ends with (有限公司) is left out
Tokens of a contact    `d:` four neighbouring digits (the last three also alone), `c:` whole words

What is short, and so frequent, is a token of its own: PostgreSQL then knows how frequent it is and
chooses a good plan. Only longer Latin words, initials and pinyin are looked up by their beginning.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from headwater.kernel.text import fold
from headwater.platform.search.readings import read_name, syllables

_CJK = "\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_PIECES = re.compile(f"[{_CJK}]+|[^\\W_{_CJK}]+")
_IS_CJK = re.compile(f"[{_CJK}]")
_NOT_DIGIT = re.compile(r"\D+")
_DIALLED = re.compile(r"[+\d][\d\s()+.\-]*")
_PLACE = re.compile(
    r"(?:中国|北京|上海|天津|重庆|广东|广州|深圳|东莞|佛山|珠海|中山|惠州|江苏|南京|苏州|无锡|常州|南通|徐州|浙江|杭州|宁波|温州|"
    r"嘉兴|绍兴|金华|台州|山东|济南|青岛|烟台|潍坊|临沂|福建|福州|厦门|泉州|四川|成都|湖北|武汉|湖南|长沙|河南|郑州|河北|石家庄|唐山|保定|"
    r"安徽|合肥|江西|南昌|辽宁|沈阳|大连|吉林|长春|黑龙江|哈尔滨|陕西|西安|山西|太原|云南|昆明|贵州|贵阳|广西|南宁|海南|海口|三亚|内蒙古|"
    r"呼和浩特|新疆|乌鲁木齐|甘肃|兰州|宁夏|银川|青海|西宁|西藏|拉萨|香港|澳门|台湾)(?:省|市|自治区|特别行政区)?"
)
# Ends nearly every company's name: it would tell nothing and cost four tokens.
_COMPANY = re.compile("(?:股份|责任)?有限(?:责任)?公司$")
# The same as far as somebody has typed it.
_COMPANY_BEGUN = re.compile("(?:(?:股份|责任)?有(?:限(?:责(?:任)?)?(?:公司?)?)?|公司)$")
_EMPTY_WORDS = frozenset({"com", "cn", "net", "org", "www", "http", "https"})
_PERSON_LENGTH = 4
_MAX_WORD = 24
_MAX_INITIALS = 8
_MAX_PINYIN = 14
_MAX_TEXT = 200
_MAX_TERMS = 8
_MAX_GRAMS = 12


def tokens_of(names: Iterable[str], phones: Iterable[str] = (), words: Iterable[str] = ()) -> set[str]:
    """What a record can be found by. `phones` and `words` are contact data: see `match(private=)`."""
    found: set[str] = set()
    for name in names:
        _add_name(fold(name[:_MAX_TEXT]), found)
    for phone in phones:
        _add_digits(_digits(phone), found)
    for word in words:
        for piece in _PIECES.findall(fold(word[:_MAX_TEXT])):
            if piece not in _EMPTY_WORDS:
                found.add("c:" + piece[:_MAX_WORD])
                if len(piece) >= 5 and piece.isdigit():
                    _add_digits(piece, found)
    return found


def _add_name(name: str, found: set[str]) -> None:
    chinese = ""
    if name.endswith("公司"):
        name = _COMPANY.sub("", name) or name
    for piece in _PIECES.findall(name):
        if _IS_CJK.match(piece):
            chinese += piece
            found.update(map("".join, pairwise(piece)))
            found.add("^" + piece[0])
        elif piece not in _EMPTY_WORDS:
            found.add(piece[:_MAX_WORD])
    if not chinese:
        return
    is_person = len(chinese) <= _PERSON_LENGTH
    read = read_name(chinese, is_person=is_person)
    place = None if is_person else _PLACE.match(chinese)
    if place is not None and len(chinese) - place.end() >= 2:
        found.add("p:" + "".join([syllable[0] for syllable in read[:_MAX_INITIALS]]))
        found.add("y:" + "".join(read[:_MAX_PINYIN])[:_MAX_PINYIN])
        _add_first(read, found)
        read = read[place.end() :]
    _add_readings(read, found)


def _add_readings(read: list[str], found: set[str]) -> None:
    initials = "".join([syllable[0] for syllable in read[:_MAX_INITIALS]])
    if len(initials) > 1:
        found.add("p:" + initials)
        found.add("p:" + initials[:2])
        found.add("p:" + initials[:3])
    found.add("y:" + "".join(read[:_MAX_PINYIN])[:_MAX_PINYIN])
    _add_first(read, found)


def _add_first(read: list[str], found: set[str]) -> None:
    found.add("s:" + read[0])
    if len(read) > 1 and read[0] + read[1] in syllables():  # 西安 is written like 先
        found.add("s:" + read[0] + read[1])


def _digits(phone: str) -> str:
    digits = _NOT_DIGIT.sub("", phone)
    return digits[2:] if len(digits) >= 12 and digits.startswith("86") else digits


def _add_digits(digits: str, found: set[str]) -> None:
    digits = digits[:20]
    for start in range(len(digits) - 3):
        found.add("d:" + digits[start : start + 4])
    if len(digits) >= 3:
        found.add("d:" + digits[-3:])


@dataclass(frozen=True, slots=True)
class Query:
    """A query as PostgreSQL's `tsquery` text: over all tokens, and over those of names alone."""

    anything: str
    names: str


@lru_cache(maxsize=512)
def query_of(q: str) -> Query | None:
    """The conditions for what somebody typed: every term must be found; None when there is no term."""
    text = fold(q[:_MAX_TEXT])
    if _DIALLED.fullmatch(text):
        digits = _digits(text)
        terms = [digits] if digits else []
    else:
        terms = list(dict.fromkeys(_PIECES.findall(text)))
        terms = [term for term in terms if term not in _EMPTY_WORDS] or terms
    if not terms:
        return None
    parts = [_term(term) for term in terms[:_MAX_TERMS]]
    return Query(" & ".join(full for full, _ in parts), " & ".join(names for _, names in parts))


def _term(term: str) -> tuple[str, str]:
    """The condition of one term over all tokens, and over those of names."""
    if _IS_CJK.match(term):
        if len(term) > 3:
            kept = _COMPANY_BEGUN.sub("", term)
            term = kept if len(kept) > 1 else term
        pieces = [f"'{a}{b}'" for a, b in pairwise(term)][:_MAX_GRAMS]
        both = f"({' & '.join(pieces)})" if pieces else f"'^{term}'"
        return both, both
    term = term[:_MAX_WORD]
    from_start = ":*" if len(term) > 2 else ""
    names = [f"'{term}'{from_start}"]
    if term.isascii() and term.isalpha() and len(term) >= 2:
        whole = len(term) <= 3
        names.append(f"'p:{term[:_MAX_INITIALS]}'{'' if whole else ':*'}")
        if term in syllables():
            names.append(f"'s:{term}'")
        elif len(term) > 2:
            names.append(f"'y:{term[:_MAX_PINYIN]}':*")
    contact = [f"'c:{term}'{from_start}"]
    if term.isdigit() and len(term) >= 3:
        grams = [f"'d:{term[i : i + 4]}'" for i in range(len(term) - 3)][:_MAX_GRAMS]
        contact.append(f"({' & '.join(grams)})" if grams else f"'d:{term}':*")
    return f"({' | '.join([*names, *contact])})", f"({' | '.join(names)})"
