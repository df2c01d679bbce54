"""A made set of Chinese people and companies with known duplicates, and with people who only look alike."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace

FAMILIES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董潘袁蔡蒋余"
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超兰霞平刚桂英华玉建国文志红云飞鹏宇晨浩婷雪梅峰海波辉斌宁欣怡佳琪"
HOMOPHONES = {"伟": "玮", "静": "靖", "丽": "莉", "杰": "洁", "娟": "涓", "宇": "羽", "欣": "心", "佳": "嘉"}
CITIES = ("北京市", "上海市", "广东省深圳市", "浙江省杭州市", "四川省成都市", "湖北省武汉市", "江苏省苏州市")
BRANDS = "云杉远景星河蓝海瑞丰华宇金石天成博雅鼎新恒信中科大唐锦程翔宇腾达飞跃启明"
TRADES = ("科技", "信息技术", "贸易", "教育咨询", "文化传媒", "医药", "机械设备", "网络", "智能装备", "物流")
FORMS = ("有限公司", "有限责任公司", "股份有限公司", "集团有限公司")
STREETS = ("建国路", "中山路", "人民路", "科技园路", "文一西路", "天府大道", "解放大道", "星湖街")


@dataclass(frozen=True)
class Person:
    name: str
    company: str
    phone: str
    email: str
    address: str


def people(number: int, *, seed: int = 7) -> Iterator[tuple[int, Person]]:
    """`number` different people, and about half of them once more as somebody else would have typed them.

    Among the others are colleagues behind one switchboard, namesakes, and companies of one brand.
    """
    chance = random.Random(seed)
    before: list[Person] = []
    for identity in range(number):
        person = _person(chance, identity)
        if before and chance.random() < 0.4:
            person = _lookalike(chance, person, chance.choice(before))
        before.append(person)
        yield identity, person
        if chance.random() < 0.5:
            yield identity, _again(chance, person)


def _person(chance: random.Random, identity: int) -> Person:
    brand = "".join(chance.sample(BRANDS, 2)) + chance.choice(("", chance.choice(BRANDS)))
    return Person(
        name=chance.choice(FAMILIES) + "".join(chance.choices(GIVEN, k=chance.choice((1, 2, 2)))),
        company=chance.choice(CITIES) + brand + chance.choice(TRADES) + chance.choice(FORMS),
        phone=f"+861{chance.randint(30, 99)}{chance.randint(0, 99_999_999):08d}",
        email=f"u{identity}@{'qq.com' if chance.random() < 0.5 else f'c{identity}.cn'}",
        address=f"{chance.choice(CITIES)}{chance.choice(STREETS)}{chance.randint(1, 999)}号",
    )


def _lookalike(chance: random.Random, person: Person, known: Person) -> Person:
    """Somebody else who shares something with a person."""
    kind = chance.randrange(4)
    if kind == 0:  # a colleague
        return replace(person, company=known.company, address=known.address)
    if kind == 1:  # a colleague who left the number of the switchboard
        return replace(person, company=known.company, phone=known.phone)
    if kind == 2:  # a namesake
        return replace(person, name=known.name)
    brand = known.company[:5] if known.company[:3] in CITIES else known.company[6:8]
    return replace(
        person, company=chance.choice(CITIES) + brand + chance.choice(TRADES) + chance.choice(FORMS)
    )


def _again(chance: random.Random, person: Person) -> Person:
    """The same person, typed another way and with a part missing or changed."""
    changed = person
    company = person.company
    for city in CITIES:
        if company.startswith(city):
            company = company.removeprefix(city)
            company = chance.choice((company, f"{city.removesuffix('市')[-2:]}{company}", company))
            break
    for form in FORMS[::-1]:
        if company.endswith(form):
            company = company.removesuffix(form) + chance.choice(("", *FORMS))
            break
    if chance.random() < 0.15 and len(company) > 5:  # one character of the company is wrong
        at = chance.randrange(2, min(len(company), 6))
        company = company[:at] + chance.choice(BRANDS) + company[at + 1 :]
    changed = replace(changed, company=company)
    kind = chance.randrange(5)
    if kind == 0:
        changed = replace(changed, phone=f"+861{chance.randint(30, 99)}{chance.randint(0, 99_999_999):08d}")
    elif kind == 1:
        swapped = next((char for char in person.name[1:] if char in HOMOPHONES), "")
        changed = replace(
            changed, name=person.name.replace(swapped, HOMOPHONES[swapped]) if swapped else person.name
        )
    elif kind == 2:
        changed = replace(changed, email="", address="")
    elif kind == 3:
        changed = replace(changed, phone="", email="", address="")
    else:
        changed = replace(changed, phone="", name=person.name[0] + chance.choice(("总", "先生", "女士")))
    return changed
