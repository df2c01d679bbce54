"""Regions are found by what people write."""

import pytest

from headwater.customization.queries import code_of_path, path_of_code, picklist_choices, region_choices


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("广东省深圳市南山区", "440305"),
        ("广东深圳南山", "440305"),
        ("深圳南山", "440305"),
        ("深圳市", "440300"),
        ("广东", "440000"),
        ("广东省 / 深圳市 / 南山区", "440305"),
        ("广东 深圳", "440300"),
        ("440305", "440305"),
        ("4403", "440300"),
        ("44/4403/440305", "440305"),
        ("北京市海淀区", "110108"),
        ("北京海淀", "110108"),
        ("上海", "310000"),
        ("内蒙古", "150000"),
        ("广西南宁", "450100"),
        ("恩施", "422800"),
        ("新疆乌鲁木齐", "650100"),
        ("香港", "810000"),
    ],
)
def test_found(written: str, code: str) -> None:
    found = region_choices().find(written)
    assert found is not None
    assert code_of_path(found.value) == code


@pytest.mark.parametrize("written", ["", "火星", "广东火星", "999999", "朝阳区长安", "鼓楼区"])
def test_not_found_or_not_one_place(written: str) -> None:
    assert region_choices().find(written) is None


def test_every_region_is_found_by_its_own_path_and_name() -> None:
    regions = region_choices()
    for choice in regions:
        assert regions.find(regions.label(choice.value)) is not None, choice
        assert path_of_code(code_of_path(choice.value)) == choice.value
        assert choice.parent is None or choice.parent in regions.by_value


def test_it_is_the_picklist_region() -> None:
    assert picklist_choices("region")().label("44/4403/440305") == "广东省 / 深圳市 / 南山区"
