"""Search: found by every piece people remember, and by nothing they may not know."""

from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headwater.kernel import sql
from headwater.kernel.sql import FALSE, Fragment
from headwater.platform.search import SearchRow, index, match, query_of, remove, tokens_of
from headwater.platform.search.readings import read_name, readings

ROWS = [
    SearchRow(1, ["张三", "华为技术有限公司"], ["+8613800138000"], ["zhangsan@huawei.com"]),
    SearchRow(2, ["曾小贤", "上海电子科技有限公司"], ["+8613912345678"], ["wx_zeng2020"]),
    SearchRow(3, ["单雄信", "西安钢铁集团"], ["010-12345678"], []),
    SearchRow(4, ["张伟", "ACME International Co., Ltd."], ["+8613800005678"], ["12345678@qq.com"]),
    SearchRow(5, ["欧阳娜娜", "重庆银行股份有限公司"], [], []),
    SearchRow(6, ["吕布", "北京字节跳动"], [], []),
]


@pytest.fixture
def stock(db: None) -> Iterator[None]:
    assert index("lead", ROWS) == 6
    index("account", [SearchRow(1, ["华为"])])
    return


def found(q: str, record_type: str = "lead") -> list[int]:
    condition = match(record_type, q, id_sql="t.id")
    return list(
        sql.values(
            f"SELECT t.id FROM generate_series(1, 6) AS t (id) WHERE {condition.text} ORDER BY 1",
            condition.params,
        )
    )


@pytest.mark.parametrize(
    ("q", "ids"),
    [
        ("张三", [1]),
        ("张", [1, 4]),
        ("华为", [1]),
        ("华为技术", [1]),
        ("华为技术有限公司", [1]),
        ("华为技术有限", [1]),
        ("电子科技有", [2]),
        ("为华", []),
        ("zs", [1]),
        ("ZS", [1]),
        ("ｚｓ", [1]),
        ("zhangsan", [1]),
        ("zhangs", [1]),
        ("zhang", [1, 4]),
        ("zxx", [2]),
        ("zeng", [2]),
        ("zengxiaoxian", [2]),
        ("cengxiaoxian", []),
        ("shanxiongxin", [3]),
        ("ouyang", [5]),
        ("oynn", [5]),
        ("chongqing", [5]),
        ("cqyh", [5]),
        ("xian", [3]),
        ("xiangang", [3]),
        ("dzkj", [2]),
        ("shdzkj", [2]),
        ("dianzi", [2]),
        ("zjtd", [6]),
        ("lvbu", [6]),
        ("13800138000", [1]),
        ("+86 138 0013 8000", [1]),
        ("138-0013", [1]),
        ("8000", [1, 4]),
        ("000", [1, 4]),
        ("5678", [2, 3, 4]),
        ("138", [1, 4]),
        ("12345678", [2, 3, 4]),
        ("010", [3]),
        ("acme", [4]),
        ("inter", [4]),
        ("national", []),
        ("huawei.com", [1]),
        ("zhangsan@huawei.com", [1]),
        ("zeng2020", [2]),
        ("wx", [2]),
        ("eng2020", []),
        ("张 华为", [1]),
        ("张 acme", [4]),
        ("张 nothing", []),
        ("华为 8000", [1]),
        ("", []),
        ("  -- ", []),
        ("'", []),
        ("a'b\\c & | ! :* <->", []),
        ("%_", []),
        ("\x00", []),
        ("😀", []),
        ("张" * 500, []),
    ],
)
def test_what_finds_what(stock: None, q: str, ids: list[int]) -> None:
    assert found(q) == ids


def test_record_types_are_apart(stock: None) -> None:
    assert found("华为", "account") == [1]
    assert found("张三", "account") == []


def test_contact_data_counts_only_where_it_may_be_known(stock: None) -> None:
    def known(q: str, *ids: int) -> list[int]:
        condition = match("lead", q, private=Fragment("t.id = ANY(%s)", (list(ids),)))
        return list(
            sql.values(
                f"SELECT t.id FROM generate_series(1, 6) AS t (id) WHERE {condition.text} ORDER BY 1",
                condition.params,
            )
        )

    assert known("5678", 2) == [2]
    assert known("138", 2) == []
    assert known("zhangsan", 2) == [1]  # by the name, not by the address
    assert known("huawei.com", 2) == [1]  # 华为, as it is read
    assert known("zhangsan@huawei", 1) == [1]
    assert known("张三", 2) == [1]
    assert known("acme", 2) == [4]


def test_entries_follow_their_records(stock: None) -> None:
    assert index("lead", [SearchRow(1, ["李四"])]) == 1
    assert index("lead", [SearchRow(1, ["李四"])]) == 0  # nothing to do
    assert found("张三") == []
    assert found("lisi") == [1]
    assert remove("lead", [1, 99]) == 1
    assert found("lisi") == []
    assert index("lead", []) == 0


def test_the_terms_are_looked_up_once_not_tried_on_each_record(stock: None) -> None:
    condition = match("lead", "138001", id_sql="t.id")
    page = f"SELECT t.id FROM leads_lead t WHERE {condition.text} ORDER BY t.created_at DESC LIMIT 7"
    plan = "\n".join(sql.values(f"EXPLAIN {page}", condition.params))
    assert "InitPlan" in plan
    assert "SubPlan" not in plan


def test_nothing_to_look_for_is_false() -> None:
    assert match("lead", " ") == FALSE
    assert query_of("...") is None


@pytest.mark.parametrize(
    ("name", "is_person", "read"),
    [
        ("曾国藩", True, "zeng guo fan"),
        ("单于", True, "shan yu"),
        ("单于婉儿", True, "chan yu wan er"),
        ("仇英", True, "qiu ying"),
        ("查理", True, "zha li"),
        ("厦门会计", False, "xia men kuai ji"),
        ("银行", False, "yin hang"),
        ("吕", True, "lv"),
        ("㐀", True, "㐀"),
    ],
)
def test_names_are_read_as_people_read_them(name: str, is_person: bool, read: str) -> None:
    assert " ".join(read_name(name, is_person=is_person)) == read


def test_every_reading_is_plain() -> None:
    assert len(readings()) > 20_000
    assert all(
        reading.isascii() and reading.isalpha() and reading.islower() for reading in readings().values()
    )


@settings(deadline=None, max_examples=200)
@given(st.text(max_size=60), st.text(max_size=30), st.text(max_size=30))
def test_tokens_are_clean_whatever_comes(name: str, phone: str, word: str) -> None:
    for token in tokens_of([name], [phone], [word]):
        assert token
        assert not any(char.isspace() or char in "'\\\x00" for char in token)
        assert len(token.encode()) < 200


@pytest.mark.django_db
@settings(deadline=None, max_examples=60)
@given(st.text(max_size=80))
def test_no_query_fails(q: str) -> None:
    condition = match("lead", q, id_sql="5", private=Fragment("TRUE AND TRUE"))
    sql.value(f"SELECT {condition.text}", condition.params)


@settings(deadline=None, max_examples=100)
@given(st.text(alphabet="张王李华为信科技公司有限上海银行重庆", min_size=2, max_size=12), st.data())
def test_every_piece_of_a_name_is_in_its_tokens(name: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(name) - 2))
    query = query_of(name[start : start + 2])
    tokens = tokens_of([name])
    assert query is not None
    if not name.endswith("公司"):
        assert query.anything.strip("()'") in tokens
