"""What is compared of a record, each value brought to its comparable form once."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from headwater.duplicates.matching.addresses import Address, read_address
from headwater.duplicates.matching.people import PersonName, read_person
from headwater.kernel.text import fold
from headwater.sales.names import company_key, name_pieces, region_of

# Mail hosts that everybody uses say nothing about a company.
PUBLIC_HOSTS = frozenset(
    re.findall(
        r"[\w.]+",
        "qq.com 163.com 126.com sina.com sina.cn sohu.com foxmail.com aliyun.com yeah.net 139.com "
        "189.cn 21cn.com gmail.com outlook.com hotmail.com yahoo.com icloud.com live.com msn.com "
        "example.com",
    )
)


@dataclass(frozen=True, slots=True)
class Profile:
    """One person or company in comparable form. What is unknown is empty and counts neither way."""

    person: PersonName = field(default_factory=PersonName)
    company: str = ""  # `company_key`
    pieces: tuple[str, ...] = ()  # of the company's name
    seat: str = ""  # the region in the company's name
    phones: frozenset[str] = frozenset()
    emails: frozenset[str] = frozenset()
    handles: frozenset[str] = frozenset()  # `wechat:...`, `qq:...`
    address: Address = field(default_factory=Address)
    born: str = ""  # yyyymmdd
    number: str = ""  # of an identity card, a tax number, a licence
    host: str = ""  # of website or mail, unless everybody has it


def read_profile(
    *,
    person: str = "",
    company: str = "",
    phones: Iterable[str | None] = (),
    emails: Iterable[str | None] = (),
    handles: Mapping[str, str | None] | None = None,
    address: str = "",
    locality: str = "",
    postcode: str = "",
    region: str = "",
    born: str = "",
    number: str = "",
    website: str = "",
) -> Profile:
    """The profile of values as stored; phones and e-mail addresses are normalised ones."""
    key = company_key(company) if company else ""
    mails = frozenset(mail for mail in emails if mail)
    named = {f"{kind}:{fold(value)}" for kind, value in (handles or {}).items() if value}
    return Profile(
        person=read_person(person) if person else PersonName(),
        company=key,
        pieces=name_pieces(key) if key else (),
        seat=region_of(company) if company else "",
        phones=frozenset(phone for phone in phones if phone),
        emails=mails,
        handles=frozenset(named),
        address=read_address(address, locality, postcode, region),
        born=born,
        number=number,
        host=_host(website, mails),
    )


@lru_cache(maxsize=65_536)
def _bare_host(website: str) -> str:
    bare = fold(website).split("//", 1)[-1].split("/", 1)[0].split(":", 1)[0]
    return bare.removeprefix("www.")


def _host(website: str, mails: frozenset[str]) -> str:
    for host in (
        _bare_host(website) if website else "",
        *(mail.rpartition("@")[2] for mail in sorted(mails)),
    ):
        if "." in host and host not in PUBLIC_HOSTS:
            return host
    return ""
