"""Free text and chat messages: one or several people with what they want."""

import re

from headwater.extraction.reading import contacts, people, places
from headwater.extraction.reading.cards import read_card
from headwater.extraction.reading.codes import is_card_code, read_code
from headwater.extraction.reading.findings import keep
from headwater.extraction.reading.mails import QuotedMail, first_mail
from headwater.extraction.reading.names import COMPOUND, SURNAMES
from headwater.extraction.reading.types import Extraction, Found, Line
from headwater.extraction.reading.words import LABEL, LEGAL_ZH, TITLE_END_ZH
from headwater.kernel.text import half_width

MOST = 20_000  # characters
MOST_LEADS = 50
_HAN = "一-鿿"
_CHAT_HEAD = re.compile(
    r"^\s*(?P<who>[^\s:：].{0,30}?)\s+(?P<when>(?:\d{2,4}[-/年.]\d{1,2}[-/月.]\d{1,2}日?\s+|(?:昨天|今天|星期.|周.|上午|下午|晚上)\s*)?\d{1,2}:\d{2}(?::\d{2})?)\s*$"
)
_BRACKET_HEAD = re.compile(r"^\s*[\[【](?:[^\]】]*\d{1,2}:\d{2}[^\]】]*)[\]】]\s*(?P<who>[^:：]{1,30})[:：]?")
_MEDIA = re.compile(
    r"\[(?:图片|语音|表情|视频|文件|动画表情|照片|位置|链接|微笑|抱拳|OK|强|玫瑰|呲牙|Image|Photo|Sticker)[^\]]{0,12}\]"
)
_SELF = re.compile(
    rf"(?:我叫|我是|本人|免贵姓|我姓|这边是|鄙人|联系人是?|找)\s*(?P<told>[{_HAN}A-Za-z][{_HAN}A-Za-z·\s]{{0,30}})"
)
_FROM = re.compile(
    rf"(?:我是|我们是|来自|这里是|这边是|在)\s*(?P<told>[{_HAN}A-Za-z0-9（）()·\s]{{2,40}}?)(?:的|,|，|。|、|;|；|!|！|$|\n)"
)
_CALLED = re.compile(
    rf"(?:(?<![{_HAN}])|(?<=客户)|(?<=联系)|(?<=[找是叫的]))(?P<name>[{''.join(sorted(SURNAMES))}][{_HAN}]{{0,2}}?)(?P<how>先生|女士|小姐|老师|总(?!监|经理|裁|部|价)|经理|工(?![程作厂])|主任|老板)"
)
_NEED = re.compile(
    r"想|要|需求|咨询|了解|采购|求购|求|报价|价格|多少钱|合作|试用|演示|方案|对接|购买|订|买|找|有没有|能否|能不能|可以.{0,6}吗|[?？]|预约|"
    r"interested|need|want|looking for|quote|price|demo|trial|would like|inquir",
    re.IGNORECASE,
)  # fmt: skip
# What is said after a name: `我是李明想问一下`.
_GOES_ON = re.compile(r"[想要在是做从来负电手微联和先女小老的找问看需打算咨预]|经理|主任|总")
_DOING = re.compile(r"做|卖|搞|想|要|有|找|干|咨询|个|一|网上|抖音|百度|朋友")
_BUDGET = re.compile(
    r"(?:预算|預算|budget)\D{0,8}?((?:¥|￥|RMB\s?)?\d[\d,.]*\s*(?:亿|千万|百万|万|w|千|k)?)", re.IGNORECASE
)
_GREETING = re.compile(
    r"^(?:您好|你好|hi|hello|hey|在吗|在么|亲|请问|麻烦|老师好|dear\s+\w+)[,，!！。~\s]*", re.IGNORECASE
)
_CUTS = re.compile(
    r"[，。;；!！?？\n\t、（）]|,(?!\s*(?:Ltd|Inc|LLC|GmbH|S\.A|Corp)\b)|[()](?![A-Za-z]{0,3}\))|\s+[|｜/\-–—]+\s+|^[\-–—\s]+"
    r"|(?<=[一-鿿])(?<!微信)(?<!信号)(?<!邮箱)(?<!地址)\s+(?=[一-鿿A-Za-z])|\s{2,}"
    r"|(?<!Co)(?<!Mr)(?<!Ms)(?<!Dr)(?<!Inc)(?<!Ltd)(?<! [A-Z])\.\s+(?=[A-Z])|(?<=Ltd|Inc)\.\s+(?=(?:Please|We|I|Our|Could|Can|Would|Interested|Looking|My|Kindly|Thanks)\b)|\s+from\s+|\s+at\s+(?=[A-Z])|(?<=[a-z])\s+of\s+(?=[A-Z])|\s+and\s+(?=I\b)",
    re.MULTILINE,
)
_PLACE_IN_NAME = re.compile(r"[（(]([一-鿿]{2,6})[)）](?=[一-鿿]{0,8}(?:公司|集团|事务所|厂))")
_INTRODUCED = re.compile(
    r"^(?:(?:我们?|我司|本)?公司(?:名称?)?(?:叫做?|是|为|名)|我们是|我们|我司|我是|我叫|我这边是|本人|我姓|这里是|这边是|来自|在|客户|联系人是?|负责人是?|名字叫"
    r"|(?:hi|hello|hey)?\s*(?:this is|i['’]?m|i am|my name is|we are|here is|contact)\b:?\s*)\s*[:：]?\s*",
    re.IGNORECASE,
)
_NOISE = re.compile(r"^(?:[\s,，。;；:：、!！|/\-—~（）()\[\]的是叫]|我(?!们))+|[\s,，;；:：、|/\-—（(\[]+$")
_CONTACT_WORDS = re.compile(
    r"(?:我的|我|他的|她的|my\s+)?(?:联系)?(?:手机号码?|手机|电话号?码?|电话|邮箱|微信号?|微信|qq号?|联系方式|tel|phone|mobile|email|e-mail|wechat)(?:和微信)?(?:同号)?(?:号)?(?:是|为|\s+is)?[:：\s]*$",
    re.IGNORECASE,
)


def read_texts(text: str) -> list[Extraction]:
    """The people in a text, in its order; a text that names nobody still gives one with what it says."""
    text = text[:MOST].replace("\r\n", "\n").replace("\r", "\n").strip()
    if not text:
        return []
    if is_card_code(text):
        codes = re.findall(r"BEGIN:VCARD.*?END:VCARD|MECARD:.*?;;", text, re.IGNORECASE | re.DOTALL) or [text]
        return [read_code(code) for code in codes[:MOST_LEADS]]
    found = _correspondence(text) or [read_one(block) for block in blocks(text)]
    return list({str(_values(one)): one for one in reversed(found)}.values())[::-1][:MOST_LEADS]


def _values(one: Extraction) -> list[tuple[str, str]]:
    return sorted((name, found.value) for name, found in one.fields.items())


def _correspondence(text: str) -> list[Extraction]:
    """Of mails with their heads one person a sender: who stands in the head also signs below."""
    part = first_mail(text)
    if part is None:
        return []
    writers: dict[str, Extraction] = {}
    others = _named(part[0])
    while part is not None and len(writers) < MOST_LEADS:
        mail, part = part[1], first_mail(part[1].text)
        signed = [read_one(block) for block in blocks(part[0] if part is not None else mail.text)]
        own = _signature(mail, signed)
        writers.setdefault(mail.sender, _writer(mail, own, signed))
        others += [one for one in signed if one is not own and one.has_contact]
    return [*writers.values(), *others]


def _named(text: str) -> list[Extraction]:
    """Who can be reached by what stands above the mails, such as a colleague's note with a number."""
    return [one for block in blocks(text) if (one := read_one(block)).has_contact]


def _signature(mail: QuotedMail, signed: list[Extraction]) -> Extraction:
    """What bears the writer's name, or is the only one and bears none."""
    name = _name_of(mail)
    same = [one for one in signed if name and one.value("name").casefold() == name.casefold()]
    alone = signed if len(signed) == 1 and not (name and signed[0].value("name")) else []
    return (same or alone or [Extraction()])[0]


def _name_of(mail: QuotedMail) -> str:
    known = people.chinese_name(mail.sender_name) or people.latin_name(mail.sender_name)
    return known[0] if known else ""


def _writer(mail: QuotedMail, own: Extraction, signed: list[Extraction]) -> Extraction:
    """Who wrote a mail, by its head and by how they sign."""
    fields, others = dict(own.fields), list(own.others)
    if "email" in fields and fields["email"].value != mail.sender:
        others.append(fields.pop("email"))
    fields["email"] = Found("email", mail.sender, 0.97)
    if name := _name_of(mail):
        fields["name"] = Found("name", name, 0.92)
    wish = next((one.fields["requirement"] for one in (own, *signed) if one.value("requirement")), None)
    about = "\n".join(part for part in (mail.subject, wish.value if wish else "") if part)
    if about:
        fields["requirement"] = Found("requirement", about, wish.confidence if wish else 0.75)
    return Extraction(fields, tuple(others))


def blocks(text: str) -> list[str]:
    """The text cut where somebody else begins: at blank lines, or line by line when each has a contact."""
    parts = [part.strip() for part in re.split(r"\n\s*\n", text) if part.strip()]
    found: list[str] = []
    for part in parts:
        found += _by_line(part)
    merged: list[str] = []
    for part in found:
        if merged and (not _has_contact(part) or not _has_contact(merged[-1])):
            merged[-1] += "\n" + part
        else:
            merged.append(part)
    return merged or [text]


def _by_line(part: str) -> list[str]:
    """Rows of a list each with its own number; rows without one belong to the row above."""
    rows = [row for row in part.split("\n") if row.strip()]
    labelled = [
        bool(re.match(r"\s*(?:姓名|联系人|客户姓名|客户|name|contact)\s*[:：]", row, re.IGNORECASE))
        for row in rows
    ]
    if sum(labelled) > 1:
        return _grouped(rows, labelled)
    numbers = [
        {number.text for _s, _e, number in contacts.phones(half_width(row)) if number.kind == "mobile"}
        for row in rows
    ]
    own = [bool(found) or bool(contacts.EMAIL.search(row)) for found, row in zip(numbers, rows, strict=True)]
    named = [_looks_named(row) for row in rows]
    begins = [has and name for has, name in zip(own, named, strict=True)]
    if sum(begins) > 1 and len(set().union(*numbers)) > 1:
        return _grouped(rows, begins)
    return [part]


def _grouped(rows: list[str], begins: list[bool]) -> list[str]:
    groups: list[list[str]] = []
    for row, begin in zip(rows, begins, strict=True):
        if begin or not groups:
            groups.append([row])
        else:
            groups[-1].append(row)
    return ["\n".join(group) for group in groups]


def _looks_named(row: str) -> bool:
    """Whether a row of a list names somebody beside the number."""
    return any(
        ((known := people.chinese_name(word)) is not None and known[1] >= 3)
        or people.latin_name(word) is not None
        for word in re.split(
            r"[\s,，;；|、/:：\t]+|(?<=[一-鿿])(?=\d)",
            re.sub(r"^\s*[\d一二三四五六七八九十]+[.、)）]\s*", "", row),
        )
    ) or bool(_CALLED.search(row))


def _has_contact(text: str) -> bool:
    flat = half_width(text)
    return bool(
        contacts.EMAIL.search(flat)
        or contacts.phones(flat)
        or re.search(r"微信|wechat|qq", flat, re.IGNORECASE)
    )


def read_one(text: str) -> Extraction:
    """One person's fields from one stretch of text."""
    senders, rows = _without_heads(text)
    rows = [re.sub(r"^\s*\d{1,2}[.、)）]\s*(?=\S)", "", row) for row in rows]
    body = "\n".join(rows)
    lines = [Line(row) for row in rows]
    structured = _is_structured(rows)
    told = read_card(lines if structured else [Line(word) for row in rows for word in _clauses(row)])
    fields, others = dict(told.fields), list(told.others)
    for name in ("name", "title", "company", "address"):
        if name in fields:
            fields[name] = Found(name, fields[name].value, min(fields[name].confidence, 0.9))
    _spoken(body, fields, others)
    _accounts(body, fields, others)
    if "name" not in fields:
        for sender in senders:
            known = people.chinese_name(sender) or people.latin_name(sender)
            if known:
                keep(fields, others, Found("name", known[0], 0.7))
    budget = _BUDGET.search(half_width(body))
    if budget and "budget" not in fields:
        keep(fields, others, Found("budget", contacts.amount(budget[1]), 0.85))
    if "requirement" not in fields:
        need, sure = _requirement(rows, fields, structured=structured)
        keep(fields, others, Found("requirement", need, sure))
    return Extraction(
        {name: Found(one.field, one.value, one.confidence) for name, one in fields.items()}, tuple(others)
    )


def _without_heads(text: str) -> tuple[list[str], list[str]]:
    """Who wrote, and what, without the chat program's heads and pictures' stand-ins."""
    senders: list[str] = []
    rows: list[str] = []
    for row in text.split("\n"):
        row = _MEDIA.sub("", row).strip()
        head = _CHAT_HEAD.match(row) or _BRACKET_HEAD.match(row)
        if head:
            senders.append(head["who"].strip(" :："))
            row = row[head.end() :].strip()
        elif re.fullmatch(rf"[{_HAN}A-Za-z· ]{{2,20}}[:：]", row) and not LABEL.search(half_width(row)):
            senders.append(row.strip(" :："))
            row = ""
        if row:
            rows.append(row)
    return list(dict.fromkeys(senders)), rows


def _is_structured(rows: list[str]) -> bool:
    """Labels or short lines, as a signature or a card typed off has them."""
    short = sum(len(row) <= 30 for row in rows)
    labelled = sum(bool(contacts.segments(row) and contacts.segments(row)[0].label) for row in rows)
    return len(rows) > 2 and (short >= 0.7 * len(rows) or labelled >= 2)


def _clauses(row: str) -> list[str]:
    """Stretches that say one thing each: `我是杭州云岫的李明` as its company and its name."""
    found: list[str] = []
    row = _PLACE_IN_NAME.sub("\ue000\\1\ue001", row)  # no cut within 某某（南京）有限公司
    for clause in (half for whole in _CUTS.split(row) for half in _after_colon(whole or "")):
        clause = clause.replace("\ue000", "(").replace("\ue001", ")")
        bare = _INTRODUCED.sub("", _GREETING.sub("", (clause or "").strip()))
        left, of, right = bare.partition("的")
        if of and (
            places.company_strength(left) >= 2 or people.chinese_name(right) or people.split_joined(right)
        ):
            found += [part for part in (left, right) if part]
        elif bare:
            found.append(bare)
    return found


def _after_colon(clause: str) -> list[str]:
    """`转发个客户给你：欧阳锋` in two, but no label from its value and no address of a page."""
    segments = contacts.segments(clause)
    if any(one.label for one in segments) or not re.search(r"[：:]\s*[^/\d]", clause):
        return [clause]
    return re.split(r"[：:]\s*(?![/\d])", clause)


def _spoken(body: str, fields: dict[str, Found], others: list[Found]) -> None:
    """`我是杭州云岫的李明`, `我叫李明`, `李总`, `王女士`."""
    where = next((one for one in _FROM.finditer(body) if not _DOING.match(one["told"])), None)
    if where and ("company" not in fields or fields["company"].confidence < 0.85):
        place = where["told"].strip()
        person = people.chinese_name(place)
        if (
            LEGAL_ZH.search(place)
            or places.company_strength(place) >= 2
            or body[where.end() - 1 : where.end()] == "的"
        ) and (person is None or person[1] < 3):
            sure = 0.9 if LEGAL_ZH.search(place) else 0.65
            fields["company"] = Found("company", places.cut_company(place)[0], sure)
    for match in _SELF.finditer(body):
        name = _leading_name(match["told"])
        if name is None and "的" in body[match.end("told") - len(match["told"]) : match.end("told") + 1]:
            name = _leading_name(body[match.start("told") :].split("的", 1)[-1][:12])
        if name:
            fields["name"] = Found("name", name, 0.92)
            break
    called = _CALLED.search(body)
    if called and called["name"][0] in SURNAMES and ("name" not in fields or fields["name"].confidence < 0.8):
        whole = called["name"] + called["how"]
        fields["name"] = Found(
            "name", whole if len(called["name"]) < 2 or called["how"] in "总工" else called["name"], 0.8
        )
    _apart(fields)
    if "name" in fields and "company" in fields and fields["name"].value in fields["company"].value:
        bare = fields["company"].value.replace(fields["name"].value, "").strip(" 的,，")
        if places.company_strength(bare) > 0:
            fields["company"] = Found("company", bare, fields["company"].confidence)
        else:
            del fields["company"]


def _apart(fields: dict[str, Found]) -> None:
    """A title does not hold the name, nor a department before it alone: `后勤处 何老师`."""
    if "title" in fields and "name" in fields and fields["name"].value in fields["title"].value:
        bare = fields["title"].value.replace(fields["name"].value, "").strip()
        del fields["title"]
        if people.is_title(bare):
            fields["title"] = Found("title", bare, 0.8)


def _leading_name(told: str) -> str | None:
    """The name that a stretch begins with: the longest that can be one, before a title or the end."""
    told = told.strip()
    han = re.match(rf"[{_HAN}]+", told)
    if han is None:
        latin = re.match(r"[A-Z][a-z]+(?:\s[A-Z][a-z]+){0,2}", told)
        return latin[0] if latin and not people.says_company(latin[0]) else None
    run = han[0]
    if "的" in run:
        head, tail = run.split("的", 1)
        return _leading_name(tail) if tail else _leading_name(head)
    called = re.match(
        r"([一-鿿])(先生|女士|小姐|总(?!监|经理|裁)|经理|老师|工(?!程)|主任|院长|校长|老板)", run
    )
    if called and called[1] in SURNAMES:
        return called[0]
    company, rest = places.cut_company(run)
    if rest and places.company_strength(company) >= 3:
        joined = people.split_joined(rest)
        return joined[0] if joined else None
    for length in (len(run), 4, 3, 2):
        if not 2 <= length <= min(4, len(run)) or (length == 4 and len(run) > 4 and run[:2] not in COMPOUND):
            continue
        known = people.chinese_name(run[:length])
        rest = run[length:]
        if known and known[1] >= 3 and (not rest or TITLE_END_ZH.search(rest) or _GOES_ON.match(rest)):
            return known[0]
    return None


def _accounts(body: str, fields: dict[str, Found], others: list[Found]) -> None:
    """`微信同号`."""
    if (
        "wechat" not in fields
        and "mobile" in fields
        and re.search(
            r"(?:微信|vx|wx|v信)\s*(?:号)?\s*(?:同号|同手机|同步|一样)|手机微信同号|同微信",
            body,
            re.IGNORECASE,
        )
    ):
        keep(fields, others, Found("wechat", re.sub(r"\D", "", fields["mobile"].value)[-11:], 0.9))


def _requirement(rows: list[str], fields: dict[str, Found], *, structured: bool) -> tuple[str, float]:
    """What they want: the sentences that say so, without numbers and addresses that have fields of their own."""
    known = [one.value for name, one in fields.items() if name not in ("requirement", "budget")]
    left: list[str] = []
    for row in rows:
        if structured and (contacts.segments(row) and contacts.segments(row)[0].label):
            continue
        for clause in re.split(r"(?<=[。！？!?\n;；])|(?<=[,，])", row):
            bare = clause
            for value in sorted(known, key=len, reverse=True):
                bare = bare.replace(value, " ")
            bare = contacts.EMAIL.sub(
                " ", contacts.PHONE.sub(" ", half_width(bare) if bare.isascii() else bare)
            )
            bare = _GREETING.sub("", bare.strip())
            bare = _CONTACT_WORDS.sub("", bare.strip(" ,，。;；"))
            bare = re.sub(r"^(?:我叫|我是|本人|我们是|来自|这边是)\s*的?\s*", "", bare.strip())
            bare = _NOISE.sub("", bare)
            if len(bare) >= 2 and not re.fullmatch(r"[\W\d_]+|谢谢.?|多谢.?|好的.?|嗯.?|先生|女士|的", bare):
                left.append(bare)
    wanted = [one for one in left if _NEED.search(one)]
    if not wanted:
        rest = [one for one in left if len(one) >= 6]
        return ("，".join(rest)[:2000], 0.5) if rest and not structured else ("", 0.0)
    first = left.index(wanted[0])
    last = len(left) - 1 - left[::-1].index(wanted[-1])
    return "，".join(left[first : last + 1])[:2000], 0.75
