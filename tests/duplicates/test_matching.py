"""The matching of records: comparable forms, keys, scores, and how good they are on a made Chinese set."""

import pytest

from headwater.duplicates.matching.addresses import read_address
from headwater.duplicates.matching.corpus import frequencies_of
from headwater.duplicates.matching.grouping import groups, pairs_by_keys, pairs_within
from headwater.duplicates.matching.keys import keys_of
from headwater.duplicates.matching.people import read_person
from headwater.duplicates.matching.profiles import Profile, read_profile
from headwater.duplicates.matching.scoring import LIKELY, Frequencies, Part, score
from tests.duplicates.people import people


def likely(one: Profile, other: Profile) -> bool:
    return score(one, other, Frequencies()).bits >= LIKELY


@pytest.mark.parametrize(
    ("text", "number", "street"),
    [
        ("1001 W. Roosevelt Rd", "1001", "roosevelt"),
        ("4119 West 16TH ST", "4119", "16"),
        ("北京市朝阳区建国路88号B座1201", "88", "建国路"),
        ("建国路８８号", "88", "建国路"),
        ("", "", ""),
    ],
)
def test_an_address_is_read_in_parts(text: str, number: str, street: str) -> None:
    read = read_address(text)
    assert (read.number, read.street) == (number, street)


def test_names_are_read_in_both_scripts() -> None:
    assert read_person("欧阳修").family == "欧阳"
    assert read_person("张先生").is_family_only
    assert not read_person("张伟").is_family_only
    assert read_person("王总").is_family_only
    assert read_person("Dr. John Smith").words == ("john", "smith")
    assert read_person("曾志伟").reading == ("zeng", "zhi", "wei")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        # One form or region more, the name written alike.
        ({"person": "李明华", "company": "深圳市云杉远景公司"}, {"person": "李明华", "company": "云杉远景"}),
        # Given and family name turned round, one letter wrong.
        (
            {"person": "mitchell green", "born": "19560409", "postcode": "2119"},
            {"person": "green mitchel", "born": "19560409", "postcode": "2119"},
        ),
        # Chinese and its pinyin at one company.
        (
            {"person": "王晓明", "company": "远景能源有限公司", "emails": ["x@yuanjing.cn"]},
            {"person": "Xiaoming Wang", "company": "远景能源", "website": "https://www.yuanjing.cn/"},
        ),
        ({"person": "张伟", "phones": ["+8613800138000"]}, {"person": "张玮", "phones": ["+8613800138000"]}),
    ],
)  # fmt: skip
def test_the_same_is_found_and_shares_a_key(one: dict[str, object], other: dict[str, object]) -> None:
    mine, theirs = read_profile(**one), read_profile(**other)  # type: ignore[arg-type]
    assert likely(mine, theirs)
    assert set(keys_of(mine)) & set(keys_of(theirs))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"person": "张伟"}, {"person": "张伟"}),  # a name that very many bear
        ({"person": "李明", "company": "云杉科技"}, {"person": "王芳", "company": "云杉科技"}),  # colleagues
        ({"company": "上海云杉科技有限公司"}, {"company": "上海远景科技有限公司"}),
        # One name, companies of two cities.
        ({"person": "唐宇航", "company": "南宁众合餐饮"}, {"person": "唐宇航", "company": "厦门众合餐饮"}),
        (
            {"person": "张伟", "phones": ["+8613800138000"]},
            {"person": "张伟", "phones": ["+8613900139000"]},
        ),
    ],
)
def test_what_differs_is_left_apart(one: dict[str, object], other: dict[str, object]) -> None:
    assert not likely(read_profile(**one), read_profile(**other))  # type: ignore[arg-type]


def test_a_score_tells_why_and_does_not_depend_on_the_order() -> None:
    one = read_profile(person="李明华", company="云杉科技有限公司", phones=["+8613800138000"])
    other = read_profile(person="李明华", company="云杉科技", phones=["+8613900139000"])
    there, back = score(one, other, Frequencies()), score(other, one, Frequencies())
    assert there.bits == back.bits
    assert {said.part: said.level for said in there.evidence} == {
        Part.PERSON: "exact",
        Part.COMPANY: "exact",
        Part.PHONE: "differs",
    }
    assert 50 < there.percent < 100


def test_a_telephone_that_many_places_share_weighs_little() -> None:
    one, other = (read_profile(company=name, phones=["+861088886666"]) for name in ("甲乙", "丙丁"))
    alone = score(one, other, Frequencies()).bits
    shared = score(one, other, Frequencies(spread={"+861088886666": 16})).bits
    assert shared < alone - 5


def test_a_key_that_too_many_share_finds_nobody() -> None:
    keys = dict.fromkeys(range(100), ("c:same",))
    assert pairs_by_keys(keys, most=60) == set()
    assert len(pairs_by_keys(dict.fromkeys(range(3), ("c:same",)))) == 3


def test_groups_are_connected_pairs() -> None:
    found = groups([(1, 2), (2, 3), (7, 8)])
    assert sorted(sorted(group) for group in found) == [[1, 2, 3], [7, 8]]
    assert len(pairs_within(found)) == 4


def test_chinese_people_and_companies_are_found() -> None:
    identities: dict[int, int] = {}
    profiles: dict[int, Profile] = {}
    for number, (identity, person) in enumerate(people(1500)):
        identities[number] = identity
        profiles[number] = read_profile(
            person=person.name,
            company=person.company,
            phones=[person.phone],
            emails=[person.email],
            address=person.address,
        )
    by_identity: dict[int, list[int]] = {}
    for number, identity in identities.items():
        by_identity.setdefault(identity, []).append(number)
    truth = pairs_within(by_identity.values())
    frequencies = frequencies_of(profiles)
    candidates = pairs_by_keys({number: keys_of(profile) for number, profile in profiles.items()})
    found = {
        pair for pair in candidates if score(profiles[pair[0]], profiles[pair[1]], frequencies).bits >= LIKELY
    }
    right = len(found & truth)
    assert len(candidates) < 20 * len(profiles)  # never every pair
    assert right / len(found) >= 0.95
    assert right / len(truth) >= 0.95
