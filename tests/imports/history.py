"""An invented history of sales as four files, and what it comes to by plain arithmetic."""

import csv
import io
import random
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

Row = dict[str, str]
_FAMILY = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏"
_GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超兰霞平刚桂英华玉萍红玲"
_PLACES = ["华东", "华南", "华北", "西南"]
STAGES = ("Prospecting", "Engaging", "Won", "Lost")


@dataclass(frozen=True)
class Files:
    """The texts of the files, and the deals as the generator knows them."""

    people: str
    products: str
    accounts: str
    pipeline: str
    deals: list[Row]


def _text(rows: Iterable[Row]) -> str:
    rows = list(rows)
    out = io.StringIO()
    writer = csv.DictWriter(out, rows[0].keys())
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def make_files(*, deals: int = 3000, seed: int = 20261122) -> Files:
    """Four files that belong together; the same for the same seed."""
    dice = random.Random(seed)
    names = [f"{family}{given}" for family in _FAMILY for given in _GIVEN]
    dice.shuffle(names)
    managers, agents = names[:6], names[6:36]
    people = [
        {"sales_agent": agent, "manager": managers[place % 6], "regional_office": _PLACES[place % 4]}
        for place, agent in enumerate(agents)
    ]
    products = [
        {"product": f"{series} {kind}", "series": series, "sales_price": str(dice.randint(50, 30_000))}
        for series in ("云杉", "银杏", "水杉")
        for kind in ("基础版", "专业版", "旗舰版")
    ]
    accounts = []
    for number in range(80):
        place = dice.choice(_PLACES)
        above = f"{place}{number // 2:02}集团有限公司" if number % 9 == 5 else ""
        accounts.append(
            {
                "account": f"{place}{number:02}集团有限公司",
                "sector": dice.choice(["制造业", "金融", "零售与电商"]),
                "year_established": str(dice.randint(1980, 2020)),
                "revenue": f"{dice.randint(1, 9999)}.{dice.randint(0, 99):02}",
                "employees": str(dice.randint(5, 30_000)),
                "office_location": place,
                "subsidiary_of": above,
            }
        )
    known = {one["account"] for one in accounts}
    for one in accounts:
        if one["subsidiary_of"] not in known:
            one["subsidiary_of"] = ""
    rows = [_deal(dice, number, people, products, accounts) for number in range(deals)]
    return Files(_text(people), _text(products), _text(accounts), _text(rows), rows)


def _deal(
    dice: random.Random, number: int, people: list[Row], products: list[Row], accounts: list[Row]
) -> Row:
    stage = dice.choices(STAGES, (6, 18, 48, 28))[0]
    product = dice.choice(products)
    begun = date(2024, 10, 1) + timedelta(days=dice.randint(0, 600))
    ended = begun + timedelta(days=dice.randint(0, 138))
    is_closed = stage in ("Won", "Lost")
    value = ""
    if stage == "Won":
        value = f"{int(product['sales_price']) * dice.randint(80, 120) // 100}.{dice.randint(0, 99):02}"
    elif stage == "Lost":
        value = "0"
    return {
        "opportunity_id": f"D{number:06X}",
        "sales_agent": dice.choice(people)["sales_agent"],
        "product": product["product"],
        "account": dice.choice(accounts)["account"] if is_closed or dice.random() < 0.4 else "",
        "deal_stage": stage,
        "engage_date": "" if stage == "Prospecting" else begun.isoformat(),
        "close_date": ended.isoformat() if is_closed else "",
        "close_value": value,
    }


@dataclass
class Result:
    """What a group of deals came to."""

    won_amount: Decimal = Decimal(0)
    won: int = 0
    lost: int = 0
    days: int = 0

    def figures(self, places: str) -> tuple[Decimal, Decimal | None, Decimal | None]:
        """Won amount, win rate in percent, mean days from opening to closing of what was won."""
        closed = self.won + self.lost
        rate = Decimal(100 * self.won) / closed if closed else None
        days = Decimal(self.days) / self.won if self.won else None
        exact = Decimal(places)
        return (
            self.won_amount,
            None if rate is None else rate.quantize(exact, ROUND_HALF_UP),
            None if days is None else days.quantize(exact, ROUND_HALF_UP),
        )


def by_hand(
    deals: Iterable[Row], key: Callable[[Row], Any], places: str = "0.01"
) -> dict[Any, tuple[Any, ...]]:
    """Results of closed deals by a key, with nothing but the file and arithmetic."""
    groups: dict[Any, Result] = defaultdict(Result)
    for deal in deals:
        if deal["deal_stage"] not in ("Won", "Lost"):
            continue
        group = groups[key(deal)]
        if deal["deal_stage"] == "Lost":
            group.lost += 1
            continue
        group.won += 1
        group.won_amount += Decimal(deal["close_value"])
        ended, begun = date.fromisoformat(deal["close_date"]), date.fromisoformat(deal["engage_date"])
        group.days += (ended - begun).days
    return {name: group.figures(places) for name, group in groups.items()}


def quarter_of(deal: Row) -> str:
    """2025-Q3 of the day on which a deal was closed."""
    day = date.fromisoformat(deal["close_date"])
    return f"{day.year}-Q{(day.month + 2) // 3}"
