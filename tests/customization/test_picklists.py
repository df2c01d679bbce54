"""Picklists keep what records hold."""

import pytest
from django.utils.translation import override

from headwater.customization import services
from headwater.customization.builtin import register_picklist
from headwater.customization.errors import LastChoice, PicklistFixed
from headwater.customization.queries import get_picklist, picklist_choices, picklist_label
from headwater.kernel.errors import Invalid, NotFound
from headwater.platform.audit import history
from tests.customization.factories import ADMIN

pytestmark = pytest.mark.django_db


def labels(key: str) -> list[str]:
    return [str(choice.label) for choice in picklist_choices(key)().offered]


def test_builtin_lists_are_there_after_migrating() -> None:
    values = [choice.value for choice in picklist_choices("campaign_type")()]
    assert values[0] == "exhibition"
    assert get_picklist(ADMIN, "campaign_type").is_builtin


def test_builtin_labels_speak_the_readers_language_until_renamed() -> None:
    with override("en"):
        assert labels("campaign_type")[0] == "Exhibition"
    services.change_choice(ADMIN, "campaign_type", "exhibition", label="大型展会")
    with override("en"):
        assert labels("campaign_type")[0] == "大型展会"
    services.change_choice(ADMIN, "campaign_type", "exhibition", labels={"en": "Trade fair"})
    with override("en"):
        assert labels("campaign_type")[0] == "Trade fair"
    with override("zh-hans"):
        assert labels("campaign_type")[0] == "大型展会"
    services.change_choice(ADMIN, "campaign_type", "exhibition", label="", labels={})
    with override("en"):
        assert labels("campaign_type")[0] == "Exhibition"


def test_a_retired_choice_is_not_offered_and_keeps_its_label() -> None:
    services.retire_choice(ADMIN, "campaign_type", "email")
    assert "email" not in [choice.value for choice in picklist_choices("campaign_type")().offered]
    assert picklist_label("campaign_type", "email") not in ("", "email")
    assert picklist_choices("campaign_type")().find("email") is not None
    services.restore_choice(ADMIN, "campaign_type", "email")
    assert "email" in [choice.value for choice in picklist_choices("campaign_type")().offered]


def test_ensuring_again_leaves_the_administrators_work_alone() -> None:
    services.change_choice(ADMIN, "campaign_type", "email", label="邮件")
    services.retire_choice(ADMIN, "campaign_type", "email")
    services.order_choices(ADMIN, "campaign_type", ["webinar", "exhibition"])
    services.ensure_builtin_picklists()
    assert [choice.value for choice in picklist_choices("campaign_type")()][:2] == ["webinar", "exhibition"]
    assert picklist_label("campaign_type", "email") == "邮件"


def test_adding_knows_what_is_there_by_value_and_by_label() -> None:
    choices = [{"value": "red", "label": "红"}, "蓝"]
    services.create_picklist(ADMIN, label="颜色", key="colour", choices=choices)
    added = services.add_choices(ADMIN, "colour", ["红", " ＲＥＤ ", "绿", "绿 "])
    assert added == ["red", "red", "绿", "绿"]
    assert labels("colour") == ["红", "蓝", "绿"]


def test_adding_a_retired_choice_brings_it_back() -> None:
    services.create_picklist(ADMIN, label="颜色", key="colour", choices=["红", "蓝"])
    services.retire_choice(ADMIN, "colour", "红")
    assert services.add_choices(ADMIN, "colour", ["红"]) == ["红"]
    assert labels("colour") == ["红", "蓝"]


def test_the_last_choice_stays() -> None:
    services.create_picklist(ADMIN, label="颜色", key="colour", choices=["红", "蓝"])
    services.retire_choice(ADMIN, "colour", "红")
    with pytest.raises(LastChoice):
        services.retire_choice(ADMIN, "colour", "蓝")


def test_a_fixed_list_may_be_renamed_but_not_extended(monkeypatch: pytest.MonkeyPatch) -> None:
    from headwater.customization import builtin

    monkeypatch.setattr(builtin, "_picklists", dict(builtin._picklists))
    register_picklist("gate", "Gate", [("open", "Open"), ("shut", "Shut")], fixed=True)
    services.ensure_builtin_picklists()
    services.change_choice(ADMIN, "gate", "open", label="开", color="green")
    assert labels("gate") == ["开", "Shut"]
    with pytest.raises(PicklistFixed):
        services.add_choices(ADMIN, "gate", ["ajar"])
    with pytest.raises(PicklistFixed):
        services.retire_choice(ADMIN, "gate", "open")


def test_a_tree_retires_with_its_branches() -> None:
    services.create_picklist(
        ADMIN,
        label="产品",
        key="product_line",
        choices=["云", {"value": "云/存储", "label": "存储", "parent": "云"}, "端"],
    )
    assert picklist_label("product_line", "云/存储") == "云 / 存储"
    assert picklist_choices("product_line")().find("云/存储") is not None
    services.retire_choice(ADMIN, "product_line", "云")
    assert [choice.value for choice in picklist_choices("product_line")().offered] == ["端"]


def test_refusals() -> None:
    with pytest.raises(NotFound):
        services.retire_choice(ADMIN, "nothing", "x")
    with pytest.raises(NotFound):
        services.retire_choice(ADMIN, "campaign_type", "x")
    with pytest.raises(Invalid):
        services.change_choice(ADMIN, "campaign_type", "email", color="#ff0000")
    with pytest.raises(Invalid):
        services.create_picklist(ADMIN, label=" ")
    with pytest.raises(Invalid):
        services.create_picklist(ADMIN, label="活动类型", key="campaign_type")


def test_changes_are_audited() -> None:
    services.change_choice(ADMIN, "campaign_type", "email", color="red")
    card = get_picklist(ADMIN, "campaign_type")
    assert history("picklist", card.id).items[0].changes == {"email.color": ["", "red"]}
