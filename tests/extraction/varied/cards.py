"""One card: what stands on it, in which words, and what a reader is expected to tell of it."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field

from tests.extraction.varied import kept, last, later, taught

KEYS = ("mobile", "phone", "fax", "email", "website", "address", "wechat", "qq")
EXPECTED = ("name", "title", "company", "mobile", "phone", "email", "website", "address", "wechat", "qq")
SETS = {"taught": taught, "kept": kept, "later": later, "last": last}


@dataclass(frozen=True, slots=True)
class Text:
    """One printed line: how large, and whether it stands out."""

    words: str
    size: int
    bold: bool = False
    tone: str = "ink"


@dataclass(slots=True)
class Card:
    """The printed parts of a card and its truth."""

    number: int
    layout: str
    language: str
    company: list[Text] = field(default_factory=list)
    person: list[Text] = field(default_factory=list)
    contact: list[Text] = field(default_factory=list)
    slogan: str = ""
    brand: str = ""
    has_marks: bool = False  # small drawings instead of labels
    truth: dict[str, str] = field(default_factory=dict)


def make_card(which: str, number: int) -> Card:
    """The card of that number in that set: the same every time."""
    seeds = SETS[which]
    rng = random.Random(f"varied {which} {number}")
    english = number % 3 == 2
    rows = seeds.ENGLISH if english else seeds.CHINESE
    at = number // 3 if english else number // 3 * 2 + number % 3
    (name, latin, room, title, company, company_en, brand, host, address, slogan, title_en) = rows[at]
    card = Card(number, seeds.LAYOUTS[number % len(seeds.LAYOUTS)], "en" if english else "zh")
    card.slogan, card.brand = slogan, brand
    truth = {
        "name": name.removeprefix("Dr. "),
        "company": company.replace("|", ""),
        "title": f"{room} {title.replace('|', ' ')}".strip(),
    }
    _company(card, company, company_en, rng)
    _person(card, (name, latin, room, title, title_en), rng)
    values = _values(latin or name, host, english, rng, number)
    values["address"] = address.strip("|").replace("|", " " if english else "")
    labels = rng.choice(seeds.LABELS_EN if english else seeds.LABELS)
    card.has_marks = not labels[0]
    _contact(card, values, dict(zip(KEYS, labels, strict=True)), address.strip("|"), rng)
    truth |= {key: values[key] for key in values if key != "fax"}
    card.truth = {key: truth.get(key, "") for key in EXPECTED}
    return card


def count(which: str) -> int:
    """How many cards the set has."""
    return len(SETS[which].CHINESE) + len(SETS[which].ENGLISH)


def _company(card: Card, company: str, company_en: str, rng: random.Random) -> None:
    size = rng.choice([28, 32, 36])
    words = company.split("|")
    if len(words) == 1 and len(company) > 15 and rng.random() < 0.25 and card.language == "zh":
        at = rng.randint(len(company) // 2, len(company) - 5)
        words = [company[:at], company[at:]]
    card.company = [Text(one, size, bold=rng.random() < 0.7, tone="brand") for one in words]
    if company_en:
        card.company.append(Text(company_en, rng.choice([18, 20, 22]), tone="soft"))


def _person(card: Card, parts: Sequence[str], rng: random.Random) -> None:
    name, latin, room, title, title_en = parts
    large, middle = rng.choice([46, 54, 62]), rng.choice([22, 25, 28])
    titles = [Text(one, middle, tone=rng.choice(["ink", "soft"])) for one in title.split("|")]
    titles = [Text(room, middle), *titles] if room else titles
    style = rng.randrange(6)
    shown = " ".join(name) if style == 1 and len(name) == 2 and card.language == "zh" else name
    if style == 2 and len(titles) == 1 and len(title) < 16:
        card.person = [Text(f"{shown}  {title}", 36, bold=True)]
    elif style == 3 and len(titles) == 1:
        card.person = [*titles, Text(shown, large, bold=True)]
    elif style == 4 and len(titles) == 1 and len(title) < 16:
        card.person = [Text(f"{shown} / {title}", 34)]
    else:
        card.person = [Text(shown, large, bold=style != 5), *titles]
    if latin:
        at = next(at for at, line in enumerate(card.person) if name[0] in line.words and line.size > 30)
        if rng.random() < 0.3 and style not in (2, 4):
            card.person[at] = Text(f"{shown} {latin}", large - 14, bold=True)
        else:
            card.person.insert(at + 1, Text(latin, 23, tone="soft"))
    if title_en:
        card.person.append(Text(title_en, 20, tone="soft"))


def _values(latin: str, host: str, english: bool, rng: random.Random, number: int) -> dict[str, str]:
    """Unassigned numbers and addresses under `.example`."""
    code, other = f"{rng.randrange(10_000):04d}", f"{rng.randrange(10_000):04d}"
    end = (
        rng.choice(["com", "cn", "com.cn", "net", "io"])
        if not english
        else rng.choice(["com", "co", "io", "net"])
    )
    domain = f"{host}.example.{end}"
    words = [
        word
        for word in "".join(c if c.isascii() else " " for c in latin).lower().replace("'", "").split()
        if word.isalpha()
    ]
    users = (
        [".".join(words[:2]), words[0] + words[-1][0], words[0][0] + words[-1]]
        if words
        else ["info", "sales01", f"{host[0]}zx"]
    )
    values = {
        "email": f"{rng.choice(users)}@{domain}",
        "website": rng.choice([f"www.{domain}", f"https://{domain}", domain, f"http://www.{domain}"]),
    }
    if english:
        values["mobile"] = rng.choice(
            [
                f"+86 139 0000 {code}",
                f"+44 7700 900{code[:3]}",
                f"+1 202 555 01{code[:2]}",
                f"+65 8000 {code}",
                f"+33 6 39 98 {code[:2]} {code[2:]}",
            ]
        )
        values["phone"] = rng.choice(
            [
                f"+86 (21) 0000 {other}",
                f"+1-303-555-01{other[:2]}",
                f"+44 (0)20 7946 0{other[:3]}",
                f"+49 30 23125 {other[:3]}",
                f"+81-3-0000-{other}",
            ]
        )
        if rng.random() < 0.25:
            values["fax"] = f"+44 (0)20 7946 1{other[:3]}"
    else:
        values["mobile"] = rng.choice(
            ["1390000{}", "139 0000 {}", "139-0000-{}", "+86 139 0000 {}", "(86)1390000{}", "+86-1390000{}"]
        ).format(code)
        values["phone"] = rng.choice(
            [
                "0755-0000{}",
                "(021)0000 {}",
                "010-0000{}-8016",
                "400-000-{}",
                "400 000 {}",
                "+86 571 0000 {}",
                "0531 - 0000{}",
                "86-20-0000{}",
                "029-0000{}转602",
                "0000{}",
            ]
        ).format(other)
        if values["phone"].startswith("0000"):
            values["phone"] = f"8{values['phone'][1:]}"
        if rng.random() < 0.4:
            values["fax"] = f"0755-1111{other}"
        if rng.random() < 0.35:
            values["wechat"] = f"{host.replace('-', '')}{rng.choice(['_', '-', ''])}{code}"
        if rng.random() < 0.2:
            values["qq"] = f"2800{code}"
    for key, often in (("phone", 0.25), ("website", 0.25)):
        if rng.random() < often and number % 5:
            del values[key]
    return values


def _contact(
    card: Card, values: dict[str, str], labels: dict[str, str], address: str, rng: random.Random
) -> None:
    english = card.language == "en"
    size = rng.choice([20, 22, 24, 26])
    order = [key for key in KEYS if key in values]
    if rng.random() < 0.5:
        rng.shuffle(order)
    if not labels["phone"] and values.get("phone", "").startswith("8") and len(values["phone"]) == 8:
        values["phone"] = f"0755-{values['phone']}"  # eight bare digits without a label say nothing
    if not labels["mobile"] and not values["mobile"].startswith("+86") and english:
        values["mobile"] = (
            f"+86 139 0000 9{values['mobile'][-3:].strip():0>3}"  # a number that could only be a mobile
        )
    if not labels["wechat"]:
        values.pop("wechat", None)
    if "微信" in labels["mobile"]:
        values["wechat"] = "".join(sign for sign in values["mobile"] if sign.isdigit())[-11:]
    if not labels["qq"]:
        values.pop("qq", None)
    for key in order:
        if key not in values:
            continue
        if key == "address":
            lines = address.split("|")
            if len(lines) == 1 and len(address) > 24 and rng.random() < 0.35:
                cut = (
                    address.rfind(" ", 0, len(address) // 2 + 8) + 1
                    if card.language == "en"
                    else len(address) // 2 + 1
                )
                lines = [address[:cut].strip(), address[cut:]]
            if card.language == "zh" and rng.random() < 0.2:
                lines[-1] += rng.choice(["  邮编：518000", " (518000)", "  518000"])
            card.contact += [Text(labels[key] + lines[0], size), *(Text(one, size) for one in lines[1:])]
        elif key == "mobile" and rng.random() < 0.15:
            card.contact.append(Text(f"{labels[key]}{values[key]} / 13800000000", size))
        elif (
            key == "fax"
            and card.contact
            and rng.random() < 0.4
            and card.contact[-1].words.endswith(values.get("phone", "-"))
        ):
            last = card.contact.pop()
            card.contact.append(Text(f"{last.words}   {labels[key]}{values[key]}", size))
        else:
            card.contact.append(Text(labels[key] + values[key], size))
