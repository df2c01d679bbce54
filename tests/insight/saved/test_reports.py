"""Saved reports: kept, shared, copied, pinned, put away, passed on."""

from datetime import timedelta
from typing import Any

import pytest

from headwater.customization.services import create_field, retire_field
from headwater.insight import services
from headwater.insight.belongings import SAVED_REPORTS, saved_reports
from headwater.insight.demo import save_reports
from headwater.insight.errors import NotYourReport, ReportUnreadable
from headwater.insight.presets import PRESETS
from headwater.insight.queries import definition_of, get_report, reports_for, schedules_of
from headwater.insight.results import cached
from headwater.kernel import listing
from headwater.kernel.access import system_access
from headwater.kernel.catalogue import record_type
from headwater.kernel.errors import Forbidden, Invalid, NotFound, Stale
from headwater.organization.belongings import MOVED, RECEIVER_LEFT, UNFIT, Gift, Lent
from headwater.organization.models import User
from headwater.organization.services import deactivate_user
from headwater.platform import audit
from headwater.platform.events import drain
from tests.insight.saved.factories import LEADS, MINE, make_report
from tests.leads.factories import make_lead, make_pool
from tests.organization.factories import access, make_department, make_role, make_user

pytestmark = pytest.mark.django_db


_NEVER = timedelta()


def view(user: User) -> Any:
    return access(user, "reports.view")


def names(user: User, kind: str, q: str = "") -> list[str]:
    return [one.name for one in getattr(reports_for(view(user), q), kind)]


def test_the_way_of_a_report() -> None:
    anna = make_user("安娜", role="marketing")
    made = make_report(anna, " 每月 线索 ", LEADS)
    assert get_report(view(anna), made).name == "每月 线索"
    services.save_report(view(anna), {"definition": MINE, "description": "说明"}, made, 1)
    with pytest.raises(Stale):
        services.save_report(view(anna), {"name": "x"}, made, 1)
    (latest, _first) = audit.history("report", made).items
    assert latest.changes["definition.groupings"] == [
        [{"field": "lead.status"}],
        [{"field": "lead.owner"}],
    ]
    assert "definition.measures" not in latest.changes
    services.save_report(view(anna), {"name": get_report(view(anna), made).name}, made)
    assert get_report(view(anna), made).version == 2  # the same again is no change
    services.pin_report(view(anna), made)
    services.pin_report(view(anna), str(made))
    assert names(anna, "pinned") == ["每月 线索"]
    assert names(anna, "mine", "没有") == []
    assert services.archive_reports(view(anna), [made]) == 1
    assert names(anna, "mine") == []
    assert names(anna, "archived") == ["每月 线索"]
    with pytest.raises(NotFound):
        get_report(view(anna), made)
    again = make_report(anna, "每月 线索")
    with pytest.raises(Invalid):
        services.restore_reports(view(anna), [made])
    services.archive_reports(view(anna), [again])
    assert services.restore_reports(view(anna), [made]) == 1


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"name": ""}, "name"),
    ({"name": " \u3000 "}, "name"),
    ({"name": "长" * 121}, "name"),
    ({"name": "有了"}, "name"),
    ({"name": "有了 "}, "name"),
    ({"name": 5}, "name"),
    ({"description": "长" * 1001}, "description"),
    ({"definition": None}, "definition"),
    ({"definition": {}}, "dataset"),
    ({"definition": LEADS | {"measures": []}}, "measures"),
    ({"colour": "red"}, "colour"),
    ({"sharing": "nobody"}, "sharing"),
    ({"sharing": "selected"}, "sharing"),
    ({"sharing": "selected", "person_ids": [2**62]}, "person_ids"),
    ({"sharing": "selected", "person_ids": ["1"]}, "person_ids"),
    ({"sharing": "selected", "role_ids": [2**62]}, "role_ids"),
    ({"sharing": "selected", "department_ids": [2**62]}, "department_ids"),
]


def test_what_cannot_be_saved_is_refused_by_its_place() -> None:
    anna = make_user(role="marketing")
    make_report(anna, "有了")
    for values, field in REFUSED:
        with pytest.raises(Invalid) as refusal:
            services.save_report(view(anna), {"name": "新的", "definition": LEADS} | values)
        assert field in refusal.value.fields, values
    assert names(anna, "mine") == ["有了"]


def test_sharing_shows_the_report_but_each_sees_their_own_figures() -> None:
    department = make_department()
    anna, ben, cleo, dan = (
        make_user(role="marketing"),
        make_user(role="rep", department=department),
        make_user(role="rep"),
        make_user(role="service"),
    )
    pool = make_pool()
    for owner in (ben, ben, cleo):
        make_lead(pool=pool, owner=owner)
    drain()  # what is counted ahead catches up
    made = make_report(anna)
    with pytest.raises(NotFound):
        get_report(view(ben), made)
    services.share_report(view(anna), made, sharing="selected", department_ids=[department.pk])
    assert names(ben, "shared") == ["每月线索"]
    assert names(cleo, "shared") == []
    services.share_report(
        view(anna), made, sharing="selected", person_ids=[cleo.pk], role_ids=[anna.roles.get().pk]
    )
    assert names(ben, "shared") == []
    assert names(cleo, "shared") == ["每月线索"]
    services.share_report(view(anna), made, sharing="everyone")
    totals = {}
    for reader in (anna, ben, cleo):
        definition = definition_of(view(reader), get_report(view(reader), made))
        totals[reader.pk] = cached(view(reader), definition, max_age=_NEVER).total[0]
    assert totals == {anna.pk: 3, ben.pk: 2, cleo.pk: 1}
    # Who cannot open reports at all is refused by name; so is a role that cannot.
    blind: dict[str, Any]
    for blind in ({"person_ids": [dan.pk]}, {"role_ids": [make_role(grants={}).pk]}):
        with pytest.raises(Invalid) as refusal:
            services.share_report(view(anna), made, sharing="selected", **blind)
        assert next(iter(refusal.value.fields.values()))["code"] == "report.cannot_view"
    with pytest.raises(Forbidden):
        services.share_report(view(ben), make_report(ben), sharing="everyone")
    with pytest.raises(NotYourReport):
        services.save_report(view(ben), {"name": "我的"}, made)
    with pytest.raises(NotYourReport):
        services.archive_reports(view(ben), [made])
    copy = get_report(view(ben), services.copy_report(view(ben), made))
    assert (copy.is_mine, copy.sharing, copy.definition["groupings"]) == (
        True,
        "private",
        [{"field": "lead.owner"}],
    )


def test_presets_are_always_there_and_begin_reports_of_ones_own() -> None:
    anna = make_user(role="marketing")
    key = next(iter(PRESETS))
    preset = get_report(view(anna), key)
    assert preset.is_preset
    assert not preset.may_edit
    assert preset.url == f"/reports/preset/{key}"
    services.pin_report(view(anna), preset.key)
    assert [one.preset_key for one in reports_for(view(anna)).pinned] == [key]
    services.unpin_report(view(anna), key)
    first, second = (get_report(view(anna), services.copy_report(view(anna), key)) for _ in range(2))
    assert first.preset_key == key
    assert first.name == preset.name
    assert second.name == f"{preset.name} 2"
    with pytest.raises(NotFound):
        get_report(view(anna), "no-such-preset")


def test_a_report_over_a_field_that_is_gone_opens_with_the_reason_and_can_be_mended() -> None:
    anna = make_user(role="marketing")
    field = create_field(system_access("tests"), record="lead", label="装机量", type="number")
    made = make_report(anna, definition=LEADS | {"groupings": [{"field": f"lead.{field.key}"}]})
    retire_field(system_access("tests"), field.pk)
    (listed,) = reports_for(view(anna)).mine
    assert field.key in listed.problem
    assert listed.definition["groupings"]
    with pytest.raises(ReportUnreadable):
        definition_of(view(anna), listed)
    services.save_report(view(anna), {"name": "改名"}, made)  # its name has nothing to do with it
    services.save_report(view(anna), {"definition": LEADS}, made)
    assert reports_for(view(anna)).mine[0].problem == ""


def test_a_leavers_reports_pass_on_and_come_back() -> None:
    make_user(role="admin")
    anna, ben, dan = make_user(role="marketing"), make_user(role="manager"), make_user(role="service")
    shared = make_report(anna, sharing="everyone")
    private = make_report(anna, "私用")
    make_report(ben, "私用")
    gone = make_user(role="manager")
    deactivate_user(system_access("tests"), gone.pk)
    assert saved_reports([anna.pk, ben.pk]) == {anna.pk: 2, ben.pk: 1}
    by = system_access("tests")
    refused = SAVED_REPORTS.give(
        by, anna.pk, [Gift(shared, dan.pk), Gift(private, gone.pk), Gift(2**60, ben.pk)], mark="h"
    )
    assert [one.code for one in refused] == [UNFIT, RECEIVER_LEFT, MOVED]
    deactivate_user(system_access("tests"), anna.pk)
    assert names(ben, "shared") == ["每月线索"]  # works on although its owner left
    given = SAVED_REPORTS.give(by, anna.pk, [Gift(shared, ben.pk), Gift(private, ben.pk)], mark="h")
    assert [one.code for one in given] == ["", ""]
    assert names(ben, "mine") == ["每月线索", "私用", "私用 2"]
    back = SAVED_REPORTS.take_back(by, anna.pk, [Lent(private, ben.pk, None, {})], mark="h")
    assert back == {private: ""}
    assert names(ben, "mine") == ["每月线索", "私用"]


def test_the_palette_finds_reports_that_one_may_open() -> None:
    anna, ben = make_user(role="marketing"), make_user(role="rep")
    made = make_report(anna, "季度活动复盘")
    drain()

    def found(user: User) -> list[int]:
        kind = record_type("report")
        return [row["id"] for row in listing.fetch(view(user), kind, q="活动复盘", fields=["name"]).rows]

    assert found(anna) == [made]
    assert found(ben) == []


def test_the_demo_company_has_reports_and_a_schedule_that_rests() -> None:
    anna = make_user(role="marketing")
    save_reports({"marketing": anna.pk}, {})
    found = reports_for(view(anna)).mine
    assert [one.problem for one in found] == ["", "", ""]
    for one in found:
        assert cached(view(anna), definition_of(view(anna), one), max_age=_NEVER).measures
    (resting,) = [one for report in found for one in schedules_of(view(anna), report.id or 0)]
    assert resting.next_at is None
