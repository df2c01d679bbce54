"""A history of three thousand sales comes in by four files, and comes to what plain arithmetic says."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from headwater.kernel import clock
from headwater.kernel.access import Access
from headwater.organization.models import Department, User
from headwater.platform.events import drain
from headwater.platform.imports import running, services
from headwater.platform.imports.models import ImportJob, ImportRow
from headwater.platform.imports.types import Status
from headwater.products.models import Product
from headwater.sales.models import Account, Opportunity, OpportunityLine, StageMove
from headwater.targets.queries.results import Asked, results
from headwater.targets.types import Dimension
from tests.imports.history import by_hand, make_files, quarter_of
from tests.organization.factories import access, make_user
from tests.products.factories import make_product
from tests.sales.factories import make_account, make_contact, stage

pytestmark = pytest.mark.django_db
STAGES = {"Prospecting": "初步接触", "Engaging": "需求确认", "Won": "赢单", "Lost": "输单"}


@pytest.fixture
def who() -> Access:
    return access(make_user("管理员", role="admin", email="boss@example.com"), "imports.view")


def upload(who: Access, record: str, text: str, **options: Any) -> ImportJob:
    file = SimpleUploadedFile(f"{record}.csv", text.encode())
    return services.create_import(who, record=record, upload=file, options=options)


def run(who: Access, job: ImportJob) -> ImportJob:
    services.start_import(who, job.pk)
    running.work_on(job.pk)
    job.refresh_from_db()
    assert job.status == Status.DONE, (job.error_code, job.error_detail)
    return job


def counts(job: ImportJob) -> tuple[int, int, int, int]:
    return job.created_count, job.updated_count, job.skipped_count, job.failed_count


def told(job: ImportJob) -> list[tuple[int, str, str]]:
    rows = ImportRow.objects.filter(job=job).exclude(code="").order_by("number")
    return list(rows.values_list("number", "outcome", "code"))


def pipeline(who: Access, text: str, **options: Any) -> ImportJob:
    """The wizard's step two: the file's words for stages are given ours."""
    job = upload(who, "opportunity", text, **options)
    plans = [dict(plan) for plan in job.mapping]
    for plan, column in zip(plans, job.columns, strict=True):
        if column["header"] == "deal_stage":
            plan["values"] = STAGES
    services.map_import(who, job.pk, wanted=plans)
    return run(who, job)


def read_from(who: Access, by: Dimension) -> dict[Any, tuple[Any, ...]]:
    """What the page of results says, in the form of `by_hand`."""
    found = results(who.also("opportunities.view"), by, Asked())
    rows = found.rows if by != Dimension.MONTH else (found.total,)
    return {
        f"{row.key.year}-Q{(row.key.month + 2) // 3}" if by == Dimension.QUARTER else row.label: (
            row.won_amount,
            row.win_rate,
            row.days_mean,
        )
        for row in rows
    }


def test_three_thousand_sales_come_to_what_arithmetic_says(who: Access) -> None:
    files = make_files()
    people = run(who, upload(who, "user", files.people))
    assert counts(people) == (30, 0, 0, 0), told(people)[:5]
    assert User.objects.count() == 37, "six managers came along, and who imports was there"
    agent = User.objects.exclude(manager=None).select_related("manager", "department").first()
    assert agent is not None
    assert agent.department is not None
    assert (agent.joined_at, agent.email.partition("@")[2]) == (None, "example.com")
    assert [role.key for role in agent.roles.all()] == ["rep"]
    assert Department.objects.count() == 4
    products = run(who, upload(who, "product", files.products))
    assert counts(products) == (9, 0, 0, 0), told(products)[:5]
    accounts = run(who, upload(who, "account", files.accounts))
    assert counts(accounts) == (80, 0, 0, 0), told(accounts)[:5]
    assert Account.objects.exclude(parent=None).count() == files.accounts.count("集团有限公司\r\n")
    job = pipeline(who, files.pipeline)
    assert counts(job) == (3000, 0, 0, 0), told(job)[:5]

    by: list[tuple[Dimension, Callable[[dict[str, str]], str]]] = [
        (Dimension.PERSON, lambda deal: deal["sales_agent"]),
        (Dimension.PRODUCT, lambda deal: deal["product"]),
        (Dimension.QUARTER, quarter_of),
        (Dimension.MONTH, lambda _deal: ""),
    ]
    for dimension, key in by:
        assert read_from(who, dimension) == by_hand(files.deals, key)

    won = [deal for deal in files.deals if deal["deal_stage"] == "Won"]
    assert OpportunityLine.objects.count() == 3000
    assert StageMove.objects.count() == 3000 + sum(
        deal["deal_stage"] in ("Won", "Lost") for deal in files.deals
    )
    first = Opportunity.objects.get(external_id=won[0]["opportunity_id"])
    steps = list(first.moves.order_by("at", "id").values_list("to_stage_id", "at"))
    assert steps == [(stage(0), first.created_at), (stage("won"), first.closed_at)], "it was open once"
    homeless = [deal for deal in files.deals if not deal["account"]]
    gathered = Opportunity.objects.filter(account__external_id="import:no-account")
    assert gathered.count() == len(homeless) > 100
    assert {one.status for one in gathered} == {"open"}
    undated = Opportunity.objects.get(
        external_id=next(one for one in files.deals if one["deal_stage"] == "Prospecting")["opportunity_id"]
    )
    assert (undated.closed_at, undated.created_at.date()) == (None, clock.now().date())

    again = [
        run(who, upload(who, record, text))
        for record, text in (
            ("user", files.people), ("product", files.products), ("account", files.accounts),
        )
    ] + [pipeline(who, files.pipeline, policy="update")]  # fmt: skip
    assert [counts(one) for one in again] == [(0, 0, 30, 0), (0, 0, 9, 0), (0, 0, 80, 0), (0, 0, 3000, 0)]
    assert read_from(who, Dimension.PERSON) == by_hand(files.deals, lambda deal: deal["sales_agent"])


def test_what_history_may_leave_out(who: Access) -> None:
    make_account("甲公司")
    make_product("标准版", list_price="500")
    boss, rep = make_user("周一"), make_user("吴二")
    left = make_user("郑三")
    User.objects.filter(pk=left.pk).update(is_active=False, deactivated_at=clock.now())
    text = (
        "account,product,sales_agent,deal_stage,engage_date,close_date,close_value\n"
        "甲公司,标准版,周一,Won,2025-01-01,2025-02-01,400\n"
        "甲公司,标准版;标准版,周一/吴二,Engaging,2025-03-01,2027-03-01,\n"
        "甲公司,,郑三,Lost,2025-01-01,2025-01-31,0\n"
        "甲公司,,郑三,Engaging,2025-01-02,,\n"
        "甲公司,不知道的,周一,Won,2025-01-01,2025-02-01,1\n"
        "甲公司,标准版,周一,Won,2025-03-02,2025-02-01,1\n"
        "甲公司,标准版,周一,Won,,2199-02-01,1\n"
        "甲公司,标准版,周一,Won,,,7.005\n"
    )
    job = pipeline(who, text)
    assert told(job) == [
        (4, "failed", "owner.inactive"),
        (5, "failed", "link.unknown"),
        (6, "failed", "closed.before_opened"),
        (7, "created", "import.day_missing"),
        (8, "created", "import.day_missing"),
    ]
    assert counts(job) == (5, 0, 0, 3)
    first, second, lost, ahead, undated = Opportunity.objects.order_by("id")
    assert (first.name, first.amount, first.owner_id) == ("甲公司 · 标准版 · 2025-01-01", 400, boss.pk)
    line = OpportunityLine.objects.get(opportunity=first)
    assert (line.unit_price, line.amount, first.amount_by_hand) == (400, 400, False)
    assert (second.amount, second.expected_close_on.isoformat()) == (500, "2027-03-01"), "by the list"  # type: ignore[union-attr]
    assert [one.user_id for one in second.team.all()] == [rep.pk]
    assert (lost.owner_id, lost.lost_reason) == (left.pk, "other")
    assert (ahead.status, ahead.closed_at) == ("won", ahead.created_at)
    assert (ahead.name, undated.name) == ("甲公司 · 标准版", "甲公司 · 标准版 · 2"), "two, not one"
    assert (undated.amount, undated.closed_at) == (Decimal("7.00"), undated.created_at)
    assert counts(pipeline(who, text)) == (0, 0, 5, 3), "known by name and day"
    assert Product.objects.count() == 1


def test_people_from_a_file(who: Access) -> None:
    text = (
        "姓名,邮箱,部门,上级,角色\n"
        "王一,wang1@example.com,销售部/华东组,李总,销售人员\n"
        "李总,li@example.com,销售部,,销售管理者\n"
        "赵二,,华东组,王一,不存在的角色\n"
        "钱三,不是邮箱,,,\n"
        "孙四,,销售部/华东组,没有这个人,\n"
    )
    job = run(who, upload(who, "user", text, manager_unknown="error", domain="example.com"))
    assert told(job) == [
        (3, "failed", "role.unknown"),
        (4, "failed", "value.email"),
        (5, "created", "user.unknown"),
    ]
    wang, sun = User.objects.get(name="王一"), User.objects.get(name="孙四")
    assert wang.manager is not None
    assert (wang.manager.name, wang.department.path.count("/")) == ("李总", 2)  # type: ignore[union-attr]
    assert (sun.email, sun.standing) == ("sunsi@example.com", "invited")
    changed = run(who, upload(who, "user", text.replace("销售部/华东组", "销售部"), policy="update"))
    assert counts(changed) == (0, 2, 1, 2)
    services.revert_import(who, job.pk)
    running.work_on(job.pk)
    assert User.objects.filter(deactivated_at=None).count() == 1, "who never joined is gone again"


def test_nobody_gives_by_a_file_what_they_do_not_hold(who: Access) -> None:
    from tests.organization.factories import make_role

    codes = ("imports.view", "imports.create", "users.view", "users.import", "users.create", "users.edit")
    office = make_role(grants=dict.fromkeys(codes, "all"))
    mine = access(make_user("人事", role=office), "imports.view")
    job = run(
        mine, upload(mine, "user", "姓名,邮箱,角色\n甲,a@example.com,管理员\n乙,b@example.com,\n", role="")
    )
    assert told(job) == [(1, "failed", "role.more_than_your_own")]
    assert counts(job) == (1, 0, 0, 1)


def test_rules_that_block_hold_for_accounts_and_contacts(who: Access) -> None:
    from headwater.duplicates.models import DuplicateRule

    DuplicateRule.objects.all().delete()
    for record, compare in (("account", {"company": "exact"}), ("contact", {"phone": "exact"})):
        DuplicateRule.objects.create(
            name=record, record=record, against=[record], compare=compare, at_least=50, act="block",
            is_active=True, created_at=clock.now(), updated_at=clock.now(),
        )  # fmt: skip
    make_account("深圳华东机械有限公司")
    make_contact("张三", phone="075512345678")
    drain()
    job = run(who, upload(who, "account", "客户名称,备注\n深圳华东机械股份有限公司,\n北京新公司,\n"))
    assert told(job) == [(1, "failed", "duplicate.blocked")]
    assert counts(job) == (1, 0, 0, 1)
    job = run(who, upload(who, "contact", "姓名,电话\n张三丰,0755-12345678\n李四,010-88886666\n"))
    assert told(job) == [(1, "failed", "duplicate.blocked")]


def test_companies_above_each_other(who: Access) -> None:
    text = "客户名称,上级公司\n甲,乙\n乙,丙\n丙,\n丁,丁\n戊,没有\n"
    job = run(who, upload(who, "account", text))
    assert counts(job) == (5, 0, 0, 0)
    assert told(job) == [(4, "created", "account.loop"), (5, "created", "link.unknown")]
    above = {one.name: one.parent and one.parent.name for one in Account.objects.select_related("parent")}
    assert above == {"甲": "乙", "乙": "丙", "丙": None, "丁": None, "戊": None}
    ring = run(who, upload(who, "account", "客户名称,上级公司\n丙,甲\n", policy="update"))
    assert told(ring) == [(1, "skipped", "account.loop")]
    moved = run(who, upload(who, "account", "客户名称,上级公司\n甲,丙\n", policy="update"))
    assert counts(moved) == (0, 1, 0, 0)
    services.revert_import(who, moved.pk)
    running.work_on(moved.pk)
    assert Account.objects.get(name="甲").parent_id == Account.objects.get(name="乙").pk
