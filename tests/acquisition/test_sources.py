"""Sources and the channel tree."""

import pytest

from headwater.acquisition import services
from headwater.acquisition.errors import ChannelHasBranches, ChannelLoop, ChannelTooDeep
from headwater.acquisition.models import Channel, Source
from headwater.acquisition.queries import channel_tree, source_by_key, source_cards
from headwater.acquisition.services.builtin import ensure_first_sources
from headwater.kernel.errors import Invalid, Stale
from headwater.organization.models import User
from headwater.platform.audit import history
from tests.acquisition.factories import SYSTEM, make_channel, make_source
from tests.organization.factories import access, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def marketer() -> User:
    return make_user("赵敏", role="marketing")


def test_a_new_installation_has_the_usual_ones() -> None:
    assert source_by_key("website") is not None
    assert [node.depth for node in channel_tree(SYSTEM)][:3] == [0, 1, 1]
    count = Source.objects.count()
    ensure_first_sources()
    assert Source.objects.count() == count


def test_a_source_gets_a_key_that_stays() -> None:
    source = make_source("抖音广告")
    assert source.key == "dou_yin_guang_gao"
    services.update_source(SYSTEM, source.pk, {"name": "抖音", "description": "直播间"}, version=1)
    source.refresh_from_db()
    assert (source.name, source.key, source.version) == ("抖音", "dou_yin_guang_gao", 2)
    with pytest.raises(Stale):
        services.update_source(SYSTEM, source.pk, {"name": "x"}, version=1)
    with pytest.raises(Invalid):
        services.update_source(SYSTEM, source.pk, {"key": "other"})
    assert [entry.action for entry in history("source", source.pk).items] == ["update", "create"]


def test_names_are_used_once_among_the_living() -> None:
    first = make_source("展会甲")
    with pytest.raises(Invalid) as refusal:
        make_source("展会甲")
    assert refusal.value.fields["name"]["code"] == "name.taken"
    services.archive_sources(SYSTEM, [first.pk])
    make_source("展会甲")
    with pytest.raises(Invalid):
        services.restore_sources(SYSTEM, [first.pk])


def test_a_retired_source_is_not_offered() -> None:
    source = make_source("旧来源")
    assert services.archive_sources(SYSTEM, [source.pk]) == 1
    assert "旧来源" not in [card.name for card in source_cards(SYSTEM)]
    assert "旧来源" in [card.name for card in source_cards(SYSTEM, retired=True)]
    assert source_by_key(source.key) is None
    services.restore_sources(SYSTEM, [source.pk])
    assert source_by_key(source.key) == source.pk


def test_sources_take_the_order_given() -> None:
    first, second = make_source(), make_source()
    services.order_records(SYSTEM, "source", [second.pk, first.pk])
    names = [card.name for card in source_cards(SYSTEM)]
    assert names.index(second.name) < names.index(first.name)


def test_imports_find_sources_by_name_or_key_and_make_the_missing(marketer: User) -> None:
    known = make_source("Google")
    found = services.ensure_sources(
        access(marketer, "sources.view"), [" GOOGLE ", "google", "百度", "", "百度 "]
    )
    assert found == {" GOOGLE ": known.pk, "google": known.pk, "百度": found["百度"], "百度 ": found["百度"]}
    assert Source.objects.get(name="百度").pk == found["百度"]
    again = services.ensure_sources(access(marketer, "sources.view"), ["百度"])
    assert again == {"百度": found["百度"]}
    rep = make_user(role="rep")
    assert services.ensure_sources(access(rep, "sources.view"), ["百度", "神马"]) == {"百度": found["百度"]}


def test_channels_form_a_tree() -> None:
    root = make_channel("线下", kind="paid")
    branch = make_channel("展会", parent=root, kind="free")
    assert (branch.path, branch.kind) == (f"{root.pk}/{branch.pk}/", "paid")
    leaf = make_channel("高交会", parent=branch)
    other = make_channel("自有", kind="own")
    services.update_channel(SYSTEM, branch.pk, {"parent": other.pk})
    leaf.refresh_from_db()
    assert (leaf.path, leaf.kind) == (f"{other.pk}/{branch.pk}/{leaf.pk}/", "own")
    with pytest.raises(ChannelLoop):
        services.update_channel(SYSTEM, other.pk, {"parent": leaf.pk})
    with pytest.raises(ChannelHasBranches):
        services.archive_channels(SYSTEM, [branch.pk])
    assert services.archive_channels(SYSTEM, [branch.pk, leaf.pk]) == 2
    services.restore_channels(SYSTEM, [leaf.pk])
    branch.refresh_from_db()
    assert branch.archived_at is None, "what stands above comes back too"


def test_the_tree_has_a_bottom() -> None:
    parent: Channel | None = None
    for level in range(5):
        parent = make_channel(f"层{level}", parent=parent)
    with pytest.raises(ChannelTooDeep):
        make_channel("层5", parent=parent)
    root = make_channel("另一棵")
    make_channel("枝", parent=root)
    with pytest.raises(ChannelTooDeep):
        services.update_channel(SYSTEM, root.pk, {"parent": Channel.objects.get(name="层3").pk})
    with pytest.raises(Invalid):
        services.update_channel(SYSTEM, root.pk, {"parent": 999_999})
