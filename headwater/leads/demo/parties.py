"""Whom the demo company meets in its sales: competitors, groups of companies, teams, money of other lands."""

from datetime import timedelta
from decimal import Decimal
from random import Random

from headwater.currencies.services import save_rates
from headwater.kernel import clock, sql
from headwater.kernel.access import Access, system_access
from headwater.organization.models import User
from headwater.sales import services
from headwater.sales.types import Against

_RIVALS = (
    ("云鹤软件", "报价低，试用周期长", "实施慢，售后靠外包", "https://yunhe.example"),
    ("启明数科", "大客户案例多，品牌响", "价格高，定制排期长", "https://qiming.example"),
    ("蓝鲸科技", "销售自动化做得细", "报表弱，没有私有化部署", "https://lanjing.example"),
    ("自研系统", "客户自己的团队，沟通快", "人员流动后没人维护", ""),
)
_RATES = {"USD": "7.12", "EUR": "8.21", "HKD": "0.914", "JPY": "0.0471"}
_ROLES = ("decision_maker", "user", "technical", "purchasing", "finance", "coach")
_SALES = ("north", "north1", "north2", "south1", "south2")
_NOTES = ("报过一版价，比我们低一成", "已经做过演示", "客户去年用过他们的产品", "")
_WEEKS = 26


def rates(access: Access, random: Random) -> None:
    """Half a year of rates, a week apart."""
    today = clock.today()
    known = {}
    for currency, middle in _RATES.items():
        rate = Decimal(middle)
        for week in range(_WEEKS, -1, -1):
            rate *= Decimal(1) + Decimal(random.randint(-60, 60)) / 10_000
            known[currency, today - timedelta(weeks=week)] = rate.quantize(Decimal("0.000001"))
    save_rates(access, "CNY", known)


def races(access: Access, people: dict[str, User], random: Random) -> None:
    """Competitors in a part of the opportunities, teams and contacts with roles on the larger ones."""
    rivals = [
        services.create_competitor(
            access, {"name": name, "strengths": strengths, "weaknesses": weak, "website": site}
        )
        for name, strengths, weak, site in _RIVALS
    ]
    found = sql.rows(
        "SELECT o.id, o.account_id, o.status, o.owner_id, o.amount, EXISTS (SELECT 1 FROM"
        " sales_opportunityline l WHERE l.opportunity_id = o.id) AS has_lines FROM sales_opportunity o"
        " WHERE o.archived_at IS NULL ORDER BY o.amount DESC NULLS LAST, o.id LIMIT 60"
    )
    colleagues = [people[key].pk for key in _SALES]
    for place, row in enumerate(found):
        standings = [Against.AHEAD, Against.LEVEL, Against.BEHIND, Against.UNKNOWN]
        for number, rival in enumerate(random.sample(rivals, random.choice((0, 1, 1, 2)))):
            services.set_rival(
                access,
                row["id"],
                rival,
                standing=random.choice(standings).value,
                took_it=row["status"] == "lost" and number == 0,
                note=random.choice(_NOTES),
            )
        if place < 24:
            team = [one for one in colleagues if one != row["owner_id"]]
            for member, role in zip(random.sample(team, 2), ("presales", "delivery"), strict=True):
                services.set_member(
                    access, "opportunity", row["id"], member, role=role, may_edit=role == "presales"
                )
        people_there = sql.values(
            "SELECT id FROM sales_contact WHERE account_id = %s AND archived_at IS NULL ORDER BY id LIMIT 3",
            (row["account_id"],),
        )
        for contact, role in zip(people_there, random.sample(_ROLES, len(people_there)), strict=True):
            services.set_contact_role(access, row["id"], contact, role=role)
        if place % 5 == 2 and row["amount"] and not row["has_lines"]:
            in_dollars = {"currency": "USD", "amount": round(row["amount"] / 7, -2)}
            services.update_opportunity(access, row["id"], in_dollars)


def companies(access: Access, people: dict[str, User]) -> None:
    """A group with subsidiaries, a supplier and a partner, and a team on its account."""
    accounts = sql.values(
        "SELECT a.id FROM sales_account a WHERE a.archived_at IS NULL AND EXISTS"
        " (SELECT 1 FROM sales_opportunity o WHERE o.account_id = a.id) ORDER BY a.id LIMIT 6"
    )
    if len(accounts) < 6:
        return
    top, first, second, below, supplier, partner = accounts
    for child, parent in ((first, top), (second, top), (below, first)):
        services.update_account(access, child, {"parent": parent})
    services.tie(access, top, supplier, as_="supplier", note="服务器与存储")
    services.tie(access, top, partner, as_="partner")
    for user, role in zip((people["north1"], people["service"]), ("co_owner", "service"), strict=True):
        services.set_member(access, "account", top, user.pk, role=role, may_edit=role == "co_owner")


def play(people: dict[str, User]) -> None:
    """All of it, alike every time."""
    access, random = system_access("demo"), Random(20261123)
    rates(access, random)
    races(access, people, random)
    companies(access, people)
