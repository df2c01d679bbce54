"""From lines and texts to fields: no picture, no database."""

import pytest

from headwater.extraction.reading import contacts, people
from headwater.extraction.reading.cards import ordered, read_card
from headwater.extraction.reading.codes import read_code, read_with_codes
from headwater.extraction.reading.texts import MOST_LEADS, read_texts
from headwater.extraction.reading.types import Box, Extraction, Line


def card(*rows: str | tuple[str, int]) -> Extraction:
    """A card whose rows stand one below the other; a number is the height of the letters."""
    lines, top = [], 50.0
    for row in rows:
        text, size = row if isinstance(row, tuple) else (row, 30)
        lines.append(Line(text, Box(60, top, 60 + size * len(text), top + size), 0.99, size))
        top += size * 1.6
    return read_card(ordered(lines))


def told(found: Extraction) -> dict[str, str]:
    return {name: one.value for name, one in found.fields.items()}


def test_a_card_with_labels() -> None:
    found = card(
        ("杭州云岫信息技术有限公司", 40), ("欧阳静怡", 70), "市场部 副经理", "手机：138 0000 0003", "电话：0571-00000001 转 808",
        "传真：0571-00000002", "邮箱：oy@yunxiu.example.com", "网址：www.yunxiu.example.com", "微信：oy_jingyi", "QQ：10000001",
        "地址：浙江省杭州市滨江区云栖路18号2幢905室  邮编：310000",
    )  # fmt: skip
    assert told(found) == {
        "company": "杭州云岫信息技术有限公司", "name": "欧阳静怡", "title": "市场部 副经理", "mobile": "138 0000 0003",
        "phone": "0571-00000001 转 808", "email": "oy@yunxiu.example.com", "website": "www.yunxiu.example.com",
        "wechat": "oy_jingyi", "qq": "10000001", "address": "浙江省杭州市滨江区云栖路18号2幢905室",
    }  # fmt: skip
    assert all(one.is_sure and one.lines for one in found.fields.values())


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        # The title before the name, letters as labels, a fax that is no phone, a slogan.
        (["采购主管", ("贺伟", 66), ("星图科技", 38), "T 010-00000001 F 010-00000002", "M 13800000001", "诚信为本 · 创新致远"],
         {"name": "贺伟", "title": "采购主管", "company": "星图科技", "phone": "010-00000001", "mobile": "13800000001"}),
        # Name and title on one line, without the blank; a second mobile stays with the others.
        ([("沈若溪销售总监", 40), ("华岭律师事务所", 38), "13800000001 / 13900000002"],
         {"name": "沈若溪", "title": "销售总监", "company": "华岭律师事务所", "mobile": "13800000001"}),
        # English, with an address on two lines.
        ([("Northwind Analytics Ltd.", 36), ("JAMES CARTER", 50), "Vice President, Asia Pacific", "Mobile: +44 7700 900123",
          "james@northwind.example.com", "Address: 12 Kings Road, London", "SW6 4UX, United Kingdom"],
         {"name": "JAMES CARTER", "title": "Vice President, Asia Pacific", "company": "Northwind Analytics Ltd.",
          "email": "james@northwind.example.com", "mobile": "+44 7700 900123",
          "address": "12 Kings Road, London SW6 4UX, United Kingdom"}),
        # Two tongues: the Chinese words are the ones; two companies: the larger one.
        ([("上海澄迈国际贸易（集团）有限公司", 40), ("Shanghai Chengmai Trading Group Ltd.", 20), "子公司：宁波云岫软件有限公司",
          ("许诺 Kevin Xu", 50), "总经理", "General Manager", "手机/Mobile: 138-0000-0001"],
         {"name": "许诺", "title": "总经理", "company": "上海澄迈国际贸易(集团)有限公司", "mobile": "138-0000-0001"}),
        # Labels that are in no list; a trade that is; the code of China without its +.
        ([("山东齐民农业发展有限公司", 40), ("贾思勰", 60), "婚礼策划师", "Mob.188 0000 1292 | Off.800-000-2183",
          "Net.www.qimin.example.cn", "Loc.山东省寿光市文家街道菜都路316号", "86 535 0001292"],
         {"name": "贾思勰", "title": "婚礼策划师", "company": "山东齐民农业发展有限公司", "mobile": "188 0000 1292",
          "phone": "800-000-2183", "website": "www.qimin.example.cn", "address": "山东省寿光市文家街道菜都路316号"}),
        # An address known by the post code beside its town.
        ([("Baltic Cold Chain GmbH", 40), ("Tomasz Zielinski", 50), "Purchasing Manager", "Hafenstrasse 27, 20457 Hamburg, Germany"],
         {"name": "Tomasz Zielinski", "title": "Purchasing Manager", "company": "Baltic Cold Chain GmbH",
          "address": "Hafenstrasse 27, 20457 Hamburg, Germany"}),
        # Traditional characters, numbers of Taiwan.
        ([("宏遠精密工業股份有限公司", 40), ("葉家豪", 60), "協理", "手機：0900-000-004", "電話：(02) 0000-0004",
          "地址：新北市板橋區文化路二段100號9樓"],
         {"name": "葉家豪", "title": "協理", "company": "宏遠精密工業股份有限公司", "mobile": "0900-000-004",
          "phone": "(02) 0000-0004", "address": "新北市板橋區文化路二段100號9樓"}),
        # A long name on two lines, a branch, a department above the title.
        ([("青岛海川供应链管理", 40), ("股份有限公司", 40), ("上海分公司", 30), ("向 晓 东", 60), "大客户部", "总监", "13800000009"],
         {"name": "向晓东", "company": "青岛海川供应链管理股份有限公司上海分公司", "title": "大客户部 总监", "mobile": "13800000009"}),
    ],
)  # fmt: skip
def test_cards_of_many_kinds(rows: list[str | tuple[str, int]], expected: dict[str, str]) -> None:
    assert told(card(*rows)) == expected


def test_columns_and_seams() -> None:
    lines = [
        Line("电话", Box(60, 300, 120, 330), 0.99, 30),
        Line("010-00000001", Box(180, 301, 400, 331), 0.99, 30),
        Line("上海澄迈贸易", Box(60, 50, 300, 90), 0.99, 40),
        Line("易有限公司", Box(284, 50, 480, 90), 0.99, 40),
    ]
    found = read_card(ordered(lines))
    assert told(found) == {"company": "上海澄迈贸易有限公司", "phone": "010-00000001"}


def test_what_is_unsure_says_so() -> None:
    lines = [Line("贺伟", Box(0, 0, 99, 50), 0.6, 50), Line("13800000001", Box(0, 90, 99, 120), 0.99, 30)]
    found = read_card(ordered(lines))
    assert not found.fields["name"].is_sure
    assert found.fields["mobile"].is_sure


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("张三丰 13800000001 想了解CRM系统的报价", {"name": "张三丰", "mobile": "13800000001", "requirement": "想了解CRM系统的报价"}),
        ("您好，我是杭州云岫信息技术有限公司的李明，电话13800000002，想要20个账号，预算5万，微信同号",
         {"name": "李明", "company": "杭州云岫信息技术有限公司", "mobile": "13800000002", "wechat": "13800000002", "budget": "50000",
          "requirement": "想要20个账号"}),
        ("姓名：王小美\n电话：138 0000 0003\n公司：南京蓝鲸教育集团\n需求：想预约产品演示",
         {"name": "王小美", "mobile": "138 0000 0003", "company": "南京蓝鲸教育集团", "requirement": "想预约产品演示"}),
        ("马晓峰 2026-11-20 14:32\n[图片]\n我想买一台示波器，联系我 13800000041",
         {"name": "马晓峰", "mobile": "13800000041", "requirement": "想买一台示波器"}),
        ("客户刘女士，手机13800000031，孩子高二，想咨询暑期英语培训班",
         {"name": "刘女士", "mobile": "13800000031", "requirement": "想咨询暑期英语培训班"}),
        ("王建国，某某集团采购主管，加微信wangjg_88聊，想要你们的报价单和案例",
         {"name": "王建国", "company": "某某集团", "title": "采购主管", "wechat": "wangjg_88", "requirement": "想要你们的报价单和案例"}),
        ("This is John Smith from Northwind Analytics Ltd. I'm interested in a demo. john@northwind.example.com",
         {"name": "John Smith", "company": "Northwind Analytics Ltd", "email": "john@northwind.example.com"}),
        ("随便看看", {}),
    ],
)  # fmt: skip
def test_texts(text: str, expected: dict[str, str]) -> None:
    (found,) = read_texts(text)
    values = told(found)
    if "requirement" not in expected:
        values.pop("requirement", None)
    assert values == expected


def test_several_people_in_one_text() -> None:
    rows = "1. 陈晓东 13800000005 采购部经理\n2. 刘婷 13800000006 深圳市锐捷达精密机械有限公司\n3. 欧阳静 13800000007 要报价"
    found = [told(one) for one in read_texts(rows)]
    assert [one["name"] for one in found] == ["陈晓东", "刘婷", "欧阳静"]
    assert [one["mobile"] for one in found] == ["13800000005", "13800000006", "13800000007"]
    assert found[1]["company"] == "深圳市锐捷达精密机械有限公司"
    apart = read_texts(
        "我叫赵敏，13800000011，想试用一下\n\n我是成都天府医院的周主任，电话028-00001234，需要采购设备"
    )
    assert [one.value("name") for one in apart] == ["赵敏", "周主任"]
    assert len(read_texts("\n".join(f"陈晓东 138{n:08d}" for n in range(200)))) == MOST_LEADS


def test_codes() -> None:
    vcard = (
        "BEGIN:VCARD\r\nVERSION:3.0\r\nN:诸葛;明轩;;;\r\nORG:星图科技;研发部\r\nTITLE:架构师\r\nTEL;TYPE=CELL:138\r\n 00000021\r\n"
        "TEL;TYPE=FAX:010-00000009\r\nEMAIL:zg@startu.example.com\r\nADR;TYPE=WORK:;;云栖路18号;杭州市;浙江省;310000;中国\r\nEND:VCARD"
    )
    assert told(read_code(vcard)) == {
        "name": "诸葛明轩", "company": "星图科技", "title": "研发部 架构师", "mobile": "13800000021",
        "email": "zg@startu.example.com", "address": "浙江省杭州市云栖路18号",
    }  # fmt: skip
    quoted = "BEGIN:VCARD\nVERSION:2.1\nFN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=E6=B2=88=E8=8B=A5=\n=E6=BA=AA\nEND:VCARD"
    assert told(read_code(quoted)) == {"name": "沈若溪"}
    assert told(read_code("MECARD:N:Bennett,Olivia;TEL:+12125550123;EMAIL:ob@example.com;;")) == {
        "name": "Olivia Bennett", "phone": "+12125550123", "email": "ob@example.com",
    }  # fmt: skip
    assert read_code("https://example.com").fields == {}
    # What the code says wins; where the card says the same it keeps its place.
    lines = ordered(
        [Line("沈若溪", Box(0, 0, 200, 60), 0.9, 60), Line("13800000009", Box(0, 90, 200, 120), 0.9, 30)]
    )
    both = read_with_codes(lines, ["BEGIN:VCARD\nFN:沈若溪\nTEL;TYPE=CELL:13800000001\nEND:VCARD"])
    assert told(both) == {"name": "沈若溪", "mobile": "13800000001"}
    assert both.fields["name"].lines == (0,)
    assert [one.value for one in both.others] == ["13800000009"]


def test_numbers_of_other_countries() -> None:
    assert contacts.region_of("台北市信義區") == "TW"
    assert contacts.international("02-2345-6789", "TW") == "+886223456789"
    assert contacts.international("0571-00000001", "CN") == "0571-00000001"
    assert contacts.phones("2026-11-22 100平米") == []


def test_names_are_no_titles() -> None:
    assert people.split_joined("区域经理") is None
    assert people.split_joined("沈若溪销售总监") == ("沈若溪", "销售总监")
    assert people.chinese_name("陆—鸣") == ("陆一鸣", 4.0)
    assert people.chinese_name("项目") is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        " " * 30_000,
        "1" * 20_000,
        "@." * 10_000,
        "我是" * 10_000,
        "电话：" * 6_000,
        "a.b" * 7000,
        "(" * 20_000,
        "\n\n" * 5000,
    ],
)
def test_odd_texts_are_read_quickly(text: str) -> None:
    import time

    began = time.perf_counter()
    read_texts(text)
    assert time.perf_counter() - began < 5


def test_who_stands_in_the_head_of_a_mail_signs_below_it() -> None:
    """One person a sender; whoever else can be reached comes after them, and nobody twice."""
    head = "发件人: 王建国 <wang@huaxin.example>\n发送时间: 2026年11月20日 10:12\n收件人: us@yunfan.example\n主题: 询价\n\n"
    signed = "王建国\n华信科技有限公司 采购经理\n手机：13900001234"
    (one,) = read_texts(f"{head}您好，我们想了解贵司的系统。\n\n{signed}")
    assert {name: one.value(name) for name in ("name", "email", "mobile", "company", "title")} == {
        "name": "王建国", "email": "wang@huaxin.example", "mobile": "13900001234",
        "company": "华信科技有限公司", "title": "采购经理",
    }  # fmt: skip
    assert one.value("requirement") == "询价\n我们想了解贵司的系统"
    english = "From: Anna Becker <anna@nordwind.example>\nTo: us@yunfan.example\nSubject: Pricing\n\nCould you quote 60 users?"
    later = f"小李，请跟进，分机 010-88886666\n\n{english}\n\n{head}{signed}"
    found = read_texts(later)
    assert [(each.value("name"), each.value("email")) for each in found[:2]] == [
        ("Anna Becker", "anna@nordwind.example"), ("王建国", "wang@huaxin.example"),
    ]  # fmt: skip
    assert [each.value("phone") for each in found[2:]] == ["010-88886666"]
    assert len(read_texts(f"{signed}\n\n{signed}")) == 1
    assert read_texts("From: nobody\nTo: nobody\nSubject: x")[0].value("email") == ""
