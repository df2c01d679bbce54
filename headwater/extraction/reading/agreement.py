"""Whether a name or a company agrees with the mail and the page on the same card.

Most addresses are made of the very words beside them: `lin.shuyan@yunxiu.cn` of 林书言 and 云岫.
"""

import re
from collections.abc import Iterable
from functools import lru_cache

from headwater.kernel.text import fold
from headwater.platform.search.readings import read_name

_HAN = re.compile("[一-鿿]")
_NO_BRAND = frozenset(
    [
        "www",
        "mail",
        "email",
        "mx",
        "web",
        "com",
        "cn",
        "net",
        "org",
        "gov",
        "edu",
        "info",
        "biz",
        "io",
        "ai",
        "co",
        "me",
        "cc",
        "tv",
        "top",
        "vip",
        "shop",
        "tech",
        "cloud",
        "site",
        "online",
        "club",
        "store",
        "app",
        "dev",
        "ltd",
        "group",
        "hk",
        "tw",
        "mo",
        "sg",
        "jp",
        "kr",
        "uk",
        "de",
        "fr",
        "it",
        "es",
        "nl",
        "se",
        "ch",
        "at",
        "be",
        "us",
        "au",
        "nz",
        "ca",
        "in",
        "my",
        "th",
        "vn",
        "eu",
        "qq",
        "vip",
        "163",
        "126",
        "139",
        "189",
        "sina",
        "sohu",
        "gmail",
        "outlook",
        "hotmail",
        "live",
        "msn",
        "yahoo",
        "icloud",
        "foxmail",
        "aliyun",
        "yeah",
        "tom",
        "21cn",
        "proton",
        "protonmail",
        "googlemail",
        "example",
    ]
)
_FORMS = frozenset(
    [
        "co",
        "ltd",
        "limited",
        "inc",
        "llc",
        "corp",
        "corporation",
        "company",
        "group",
        "gmbh",
        "ag",
        "sa",
        "sarl",
        "srl",
        "spa",
        "bv",
        "plc",
        "pte",
        "pty",
        "the",
        "and",
        "of",
    ]
)


def hosts(addresses: Iterable[str]) -> tuple[str, ...]:
    """The words of mail and page addresses that may be a brand; none for mails of everybody's providers."""
    found: dict[str, None] = {}
    for address in addresses:
        host = re.sub(r"^https?://", "", address.rpartition("@")[2].casefold()).split("/")[0]
        for word in host.split("."):
            bare = re.sub(r"[^a-z0-9]", "", word)
            if len(bare) >= 2 and word not in _NO_BRAND:
                found[bare] = None
    return tuple(found)


def company_agrees(text: str, brands: Iterable[str]) -> float:
    """0 to 1: how well a company's name and the words of its address go together."""
    return max((_company(text, brand) for brand in brands), default=0.0)


def name_agrees(name: str, mail: str) -> float:
    """0 to 1: how well a person's name and the part before the @ go together."""
    user = re.sub(r"[^a-z]+", " ", mail.partition("@")[0].casefold()).strip()
    if not user or not name:
        return 0.0
    return _name(name, user)


def without_mark(mail: str, name: str) -> str:
    """The mail without the letter of a label or a small drawing that eyes put before it: `Eji.xiaolan@` of 纪晓岚."""
    if not re.match(r"[EOMQ@][a-z]", mail) or not name:
        return mail
    if _HAN.search(name):
        parts = _syllables(re.sub(r"[^一-鿿]", "", name), is_person=True)
        starts = [parts[0], "".join(parts[1:])]
    else:
        starts = re.findall(r"[a-z]+", _plain(name))
    user = mail.partition("@")[0].casefold()
    begins = [user.startswith(start) for start in starts if len(start) > 1]
    stripped = [user[1:].startswith(start) for start in starts if len(start) > 1]
    return mail[1:] if any(stripped) and not any(begins) else mail


@lru_cache(maxsize=1024)
def _company(text: str, brand: str) -> float:
    words = _syllables(text) if _HAN.search(text) else re.findall(r"[a-z0-9]+", _plain(text))
    words = [word for word in words if word not in _FORMS]
    if not words:
        return 0.0
    whole = "".join(words)
    if len(brand) >= 3 and (brand in whole or (whole in brand and len(whole) >= 4)):
        return 1.0
    initials = "".join(word[0] for word in words)
    if len(brand) >= 3 and (initials.startswith(brand) or (brand in initials and len(brand) >= 4)):
        return 0.9
    if len(brand) == 2 and initials.startswith(brand):
        return 0.4
    share = _covered(brand, words)
    return 0.8 if share >= 0.8 else 0.5 if share >= 0.6 else 0.0


def _covered(brand: str, words: list[str]) -> float:
    """How much of the brand is made of whole words or syllables in their order: `xjsztz` of none."""
    at = covered = 0
    for word in words:
        place = brand.find(word, at) if len(word) > 1 else -1
        if place >= 0:
            covered += len(word)
            at = place + len(word)
    return covered / len(brand)


@lru_cache(maxsize=1024)
def _name(name: str, user: str) -> float:
    said = user.split()
    joined = "".join(said)
    if _HAN.search(name):
        parts = _syllables(re.sub(r"[^一-鿿]", "", name), is_person=True)
        if len(parts) < 2:
            return 0.0
        family, given = parts[0], "".join(parts[1:])
    else:
        parts = re.findall(r"[a-z]+", _plain(name))
        if len(parts) < 2:
            return 0.9 if parts and parts[0] in said else 0.0
        family, given = parts[-1], parts[0]
    if (family in joined or _turned(family) in joined) and (
        given in joined or any(len(p) > 2 and p in joined for p in parts)
    ):
        return 1.0 if given in joined else 0.8
    initials = "".join(part[0] for part in parts)
    if joined in (
        initials,
        family + initials[1:],
        initials[0] + given,
        initials[1:] + family,
        given[0] + family,
        parts[0] + "".join(p[0] for p in parts[1:]),
    ):
        return 0.9
    return 0.6 if len(given) > 3 and given in joined else 0.0


def _turned(family: str) -> str:
    return family.replace("lv", "lu")


def _syllables(text: str, *, is_person: bool = False) -> list[str]:
    """Each Chinese character as it is read, Latin words as they stand."""
    found: list[str] = []
    for run in re.findall(r"[一-鿿]+|[a-z0-9]+", fold(text)):
        found += read_name(run, is_person=is_person) if _HAN.search(run) else [run]
    return found


def _plain(text: str) -> str:
    """Small letters without accents."""
    import unicodedata

    folded = unicodedata.normalize("NFD", text.casefold())
    return "".join(sign for sign in folded if not unicodedata.combining(sign))
