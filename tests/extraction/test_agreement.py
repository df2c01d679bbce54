"""What agrees with what on a card, what is told by its place, and what eyes mistake."""

import pytest

from headwater.extraction.reading import people, places
from headwater.extraction.reading.agreement import company_agrees, hosts, name_agrees, without_mark
from headwater.extraction.reading.cards import ordered, read_card
from headwater.extraction.reading.texts import read_texts
from headwater.extraction.reading.types import Box, Extraction, Line


def card(*rows: tuple[str, int]) -> dict[str, str]:
    """The fields of a card whose rows stand one below the other in letters of these heights."""
    lines, top = [], 40.0
    for text, size in rows:
        lines.append(Line(text, Box(60, top, 60 + size * len(text) * 0.7, top + size), 0.99, size))
        top += size * 1.5
    return values(read_card(ordered(lines)))


def values(found: Extraction) -> dict[str, str]:
    return {name: one.value for name, one in found.fields.items()}


def test_names_and_mails_agree() -> None:
    assert hosts(["li@mail.yunxiu.example.com.cn", "https://www.yunxiu.example.com.cn/a"]) == ("yunxiu",)
    assert hosts(["123456@qq.com"]) == ()
    assert company_agrees("杭州云岫信息技术有限公司", ["yunxiu"]) == 1.0
    assert company_agrees("Norrsken Timber AB", ["norrskentimber"]) == 1.0
    assert company_agrees("杭州云岫信息技术有限公司", ["lanjing"]) == 0.0
    assert name_agrees("林书言", "lin.shuyan@yunxiu.cn") == 1.0
    assert name_agrees("Björn Lindqvist", "blindqvist@norrsken.se") >= 0.8
    assert name_agrees("林书言", "sales@yunxiu.cn") == 0.0
    assert without_mark("Eji.xiaolan@luanyang.cn", "纪晓岚") == "ji.xiaolan@luanyang.cn"
    assert without_mark("Emma.li@luanyang.cn", "Emma Li") == "Emma.li@luanyang.cn"


def test_what_no_list_knows_is_told_by_its_place() -> None:
    """A brand without a form, a title that is in no list, the name of a people without surnames."""
    rows = [("数澜互动", 36), ("Datalan Interactive", 22), ("漆雕玉", 60), ("舞美设计", 26)]
    assert card(*rows, ("E yu@datalan.example.com", 22)) == {
        "company": "数澜互动",
        "name": "漆雕玉",
        "title": "舞美设计",
        "email": "yu@datalan.example.com",
    }
    rows = [("Quinta do Vale", 34), ("Isabel Teixeira", 50), ("Enóloga", 24)]
    assert card(*rows, ("isabel@quintadovale.example.pt", 22)) == {
        "company": "Quinta do Vale",
        "name": "Isabel Teixeira",
        "title": "Enóloga",
        "email": "isabel@quintadovale.example.pt",
    }


@pytest.mark.parametrize(
    ("rows", "address"),
    [
        (["12 Rue du Rhône", "1204 Genève", "Switzerland"], "12 Rue du Rhône 1204 Genève Switzerland"),
        (["716 Ramirez Parks", "Reevesfurt, MI 16480"], "716 Ramirez Parks Reevesfurt, MI 16480"),
        (["9 Kelly Turnpike", "New Charlotte", "W4 0DR"], "9 Kelly Turnpike New Charlotte W4 0DR"),
        (["Office: 8 avenue Foch, 69006 Lyon, France"], "8 avenue Foch, 69006 Lyon, France"),
        (["营业地址 陕西省西安市锦业路1号都市之门B座", "1601-1605室"], "陕西省西安市锦业路1号都市之门B座1601-1605室"),
        (["「地址」苏州市金鸡湖大道1355号"], "苏州市金鸡湖大道1355号"),
    ],
)  # fmt: skip
def test_addresses_of_many_shapes(rows: list[str], address: str) -> None:
    found = card(("Jean-Luc Moreau", 50), ("Sales Manager", 26), *((row, 22) for row in rows))
    assert found["address"] == address
    assert "phone" not in found


def test_labels_twice_and_eyes_mended() -> None:
    found = card(("谌龙飞/党委副书记", 34), ("传真Fax：0755-11113492", 22), ("电话Tel：010-00003492", 22),
                 ("微信WeChat：wxlong2135", 22), ("厦内市思明路1号中建大廈35层", 22), ("W/Wwww.xingyezh.example.io", 22))  # fmt: skip
    assert found == {
        "name": "谌龙飞", "title": "党委副书记", "phone": "010-00003492", "wechat": "wxlong2135",
        "address": "厦门市思明路1号中建大厦35层", "website": "www.xingyezh.example.io",
    }  # fmt: skip


def test_companies_of_many_countries() -> None:
    for name in (
        "Meble Sp. z o.o.",
        "Lumière Optique SARL",
        "Merlion Bank Berhad",
        "Fjordmark Seafood AS",
        "Volga Chem 0OO",
    ):
        assert places.company_strength(name) >= 4, name
    for title in ("Group CFO", "Managing Director, Greater China", "Gerente de Compras"):
        assert people.is_title(title), title
        assert not places.company_strength(title), title
    assert people.latin_name("Hendrik van der Berg") is not None
    assert people.latin_name("Dr. Anil Deshpande, PhD") == ("Anil Deshpande", 2.0)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("我是宁波海晏纺织的采购经理俞敏之，电话13900001201", {"name": "俞敏之", "company": "宁波海晏纺织", "title": "采购经理"}),
        ("转发个客户给你：欧阳锋，白驼山药业有限公司总经理，要做净化工程", {"name": "欧阳锋", "company": "白驼山药业有限公司", "title": "总经理"}),
        ("我司：东莞捷成塑胶五金厂，联系人：郑成功 13900001230（微信同号）", {"name": "郑成功", "company": "东莞捷成塑胶五金厂", "mobile": "13900001230"}),
        ("贾宝玉 荣国府置业（南京）有限公司 副总经理 M 13900002203", {"company": "荣国府置业(南京)有限公司", "title": "副总经理"}),
        ("I'm Emily Watson, operations manager at Fernhill Dental Ltd. Please call. emily@fernhill.example.co.uk",
         {"name": "Emily Watson", "title": "operations manager", "company": "Fernhill Dental Ltd"}),
        ("Want 200 grinders, we are Sandbrew Coffee LLC. WhatsApp +971 50 000 1224 - Omar Haddad", {"name": "Omar Haddad"}),
    ],
)  # fmt: skip
def test_messages(text: str, expected: dict[str, str]) -> None:
    (found,) = read_texts(text)
    told = values(found)
    assert {name: told.get(name) for name in expected} == expected
