"""Company names in comparable form."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headwater.sales.names import company_key, key_similarity, name_pieces, similarity


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("深圳市华为技术有限公司", "华为技术"),
        ("华为技术（深圳）有限公司", "华为技术"),
        ("广东省深圳市华为技术有限责任公司", "华为技术"),
        ("华为技术", "华为技术"),
        ("Huawei Technologies Co., Ltd.", "huawei technologies"),
        ("ＨＵＡＷＥＩ　Technologies", "huawei technologies"),
        ("中国移动通信集团有限公司", "移动通信"),
        ("昆山沪光汽车电器股份有限公司", "沪光汽车电器"),
        ("北京银行", "北京银行"),  # without the place nothing is left that names it
        ("有限公司", "有限公司"),
        ("  ", ""),
    ],
)
def test_forms_and_regions_are_left_out(name: str, key: str) -> None:
    assert company_key(name) == key


def test_names_that_differ_in_form_or_region_are_the_same() -> None:
    assert similarity("北京字节跳动科技有限公司", "字节跳动科技") == 100


def test_a_brand_inside_a_full_name_is_close_but_not_the_same() -> None:
    assert 80 <= similarity("字节跳动", "北京字节跳动科技有限公司") < 100


def test_different_companies_of_one_city_are_not_alike() -> None:
    assert similarity("上海云杉科技有限公司", "上海远景科技有限公司") < 75


@given(st.text(max_size=60))
def test_any_text_has_a_stable_key(name: str) -> None:
    key = company_key(name)
    assert len(key) <= 200
    assert all(name_pieces(key)) or not key
    assert key_similarity(key, key) in (0, 100)


@given(
    st.text(alphabet="华为云科技深圳市有限公司集团abc ", max_size=20),
    st.text(alphabet="华为abc深圳市", max_size=12),
)
def test_likeness_does_not_depend_on_the_order(one: str, other: str) -> None:
    assert similarity(one, other) == similarity(other, one)
