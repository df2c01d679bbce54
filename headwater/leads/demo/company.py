"""Who works at the demo company, and its pools, sources, channels with their costs, and campaigns."""

from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone

from headwater.acquisition.queries import channel_names, source_by_key
from headwater.acquisition.services import add_channel_cost, ensure_campaigns
from headwater.kernel import clock
from headwater.kernel.access import Access, load_actor, permit, system_access
from headwater.organization import services as organization
from headwater.organization.models import User
from headwater.pools.services import create_pool, ensure_default_pool

PASSWORD = "huoshui-2026"  # noqa: S105 - printed at the start; the demo company has no secrets
DOMAIN = "yunfan.example"

# key: (name, role, department, title, reports to)
PEOPLE: dict[str, tuple[str, str, str, str, str]] = {
    "admin": ("林晓彤", "admin", "company", "系统管理员", ""),
    "director": ("陈志远", "manager", "sales", "销售总监", ""),
    "pools": ("王雨桐", "pool_admin", "sales", "线索池管理员", "director"),
    "mdr": ("何欣怡", "mdr", "marketing", "市场线索专员", "marketing"),
    "marketing": ("周佳怡", "marketing", "marketing", "市场经理", ""),
    "north": ("李泽宇", "manager", "north", "华北区经理", "director"),
    "north1": ("赵明轩", "rep", "north", "高级销售", "north"),
    "north2": ("郭梦琪", "rep", "north", "销售", "north"),
    "south": ("张嘉豪", "manager", "south", "华南区经理", "director"),
    "south1": ("朱欣怡", "rep", "south", "高级销售", "south"),
    "south2": ("刘俊杰", "rep", "south", "销售", "south"),
    "service": ("罗梦琪", "service", "service", "客服专员", ""),
}
SOURCES = {"website": 34, "search_ads": 26, "event": 10, "referral": 9, "online_chat": 12, "phone_in": 9}
CHANNELS = {"search_ads": "搜索竞价 SEM", "event": "线下活动", "website": "官网", "referral": "口碑传播"}
# Days ago between which leads come under a campaign, and the share of those days' leads that do.
CAMPAIGNS = {
    "2026 秋季线上研讨会": (50, 27, 0.22),
    "工业博览会展位": (26, 10, 0.2),
    "老客户转介绍计划": (60, 0, 0.08),
}
PLANNED = 90  # days since the first campaigns were entered
# What the paid channels cost in a month, the latest month last.
COSTS = {
    "搜索竞价 SEM": ("18600.00", "21400.00", "19850.00"),
    "信息流广告": ("9200.00", "8700.00", "10300.00"),
    "渠道代理": ("6000.00", "6000.00", "6000.00"),
    "线下活动": ("12000.00", "4500.00", "26800.00"),
}


@dataclass(frozen=True, slots=True)
class Company:
    """The set-up that history is played on."""

    people: dict[str, User]
    pools: dict[str, int]
    sources: dict[str, int]
    channels: dict[str, int]  # by the source that leads through them come by
    campaigns: list[tuple[int, int, int, float]]  # id, and when and how often leads come under it

    def id(self, key: str) -> int:
        return self.people[key].pk


def found(access: Access) -> Company:
    """Departments, people, pools, sources and campaigns."""
    departments = _departments(access)
    roles = organization.ensure_builtin_roles()
    people: dict[str, User] = {}
    for key in sorted(PEOPLE, key=lambda item: (PEOPLE[item][4] != "", PEOPLE[item][4] != "director")):
        name, role, department, title, manager = PEOPLE[key]
        people[key] = organization.create_user(
            access,
            email=f"{key}@{DOMAIN}",
            name=name,
            password=PASSWORD,
            department=departments[department],
            manager=people[manager].pk if manager else None,
            roles=[roles[role].pk],
            title=title,
        )
    _trip(access, people["south2"])
    pools = _pools(access, departments, people)
    entered = timezone.localtime(clock.now() - timedelta(days=PLANNED))
    with clock.freeze(entered.replace(hour=10, minute=12, second=0, microsecond=0)):
        planning = permit(load_actor(people["marketing"].pk), "campaigns.create")
        made = ensure_campaigns(planning, CAMPAIGNS)
    sources = {key: found for key in SOURCES if (found := source_by_key(key)) is not None}
    channels = _channels(access)
    return Company(people, pools, sources, channels, [(made[name], *run) for name, run in CAMPAIGNS.items()])


def _channels(access: Access) -> dict[str, int]:
    known = {name: found for found, name in channel_names()}
    for name, amounts in COSTS.items():
        last = clock.today()
        for amount in reversed(amounts if name in known else ()):
            first = last.replace(day=1)
            days = {"first_day": first.isoformat(), "last_day": last.isoformat()}
            add_channel_cost(access, known[name], {**days, "amount": amount})
            last = first - timedelta(days=1)
    return {source: known[name] for source, name in CHANNELS.items() if name in known}


def _departments(access: Access) -> dict[str, int]:
    made: dict[str, int] = {}
    tree = (
        ("company", "云帆智联科技", ""),
        ("sales", "销售部", "company"),
        ("north", "华北组", "sales"),
        ("south", "华南组", "sales"),
        ("marketing", "市场部", "company"),
        ("service", "客服部", "company"),
    )
    for key, name, parent in tree:
        made[key] = organization.create_department(access, name=name, parent=made.get(parent)).pk
    return made


def _trip(access: Access, user: User) -> None:
    """Somebody is away for three days next week, so that the pages of duty have something to show."""
    monday = timezone.localtime(clock.now()).replace(hour=9, minute=0, second=0, microsecond=0)
    monday += timedelta(days=7 - monday.weekday())
    ends = monday + timedelta(days=2, hours=9)
    organization.create_absence(
        access, user.pk, starts_at=monday, ends_at=ends, kind="trip", note="拜访佛山客户"
    )


def _pools(access: Access, departments: dict[str, int], people: dict[str, User]) -> dict[str, int]:
    administrator = {"kind": "user", "id": people["pools"].pk, "is_admin": True}

    def members(*keys: str) -> list[dict[str, object]]:
        return [administrator, *({"kind": "department", "id": departments[key]} for key in keys)]

    make = system_access("demo")
    return {
        "public": ensure_default_pool().pk,
        "north": create_pool(
            make,
            {"name": "华北区线索池", "description": "北京、天津、河北、山东", "daily_claim_limit": 12,
             "private_cap": 40, "position": 1, "members": members("north")},
        ),
        "south": create_pool(
            make,
            {"name": "华南区线索池", "description": "广东、广西、福建", "daily_claim_limit": 12,
             "private_cap": 40, "position": 2, "members": members("south")},
        ),
        "finance": create_pool(
            make,
            {"name": "金融行业线索池", "description": "由管理员分配给有行业经验的同事", "allows_claim": False,
             "position": 3, "members": members("north", "south")},
        ),
    }  # fmt: skip
