"""Sources, channels and campaigns by name: for files that write names, and for pickers."""

from headwater.acquisition.models import Campaign, Channel, Source


def source_names() -> list[tuple[int, str, str]]:
    """(id, key, name) of all sources; those still offered come last, so that a name means them."""
    found = Source.objects.order_by("-archived_at", "-id").values_list("id", "key", "name")
    return [(pk, key or "", name) for pk, key, name in found]


def channel_names() -> list[tuple[int, str]]:
    """(id, name) of the channels in use, the oldest last."""
    return list(Channel.objects.filter(archived_at=None).order_by("-id").values_list("id", "name"))


def campaign_names() -> list[tuple[int, str]]:
    """(id, name) of the campaigns in use, the oldest last."""
    return list(Campaign.objects.filter(archived_at=None).order_by("-id").values_list("id", "name"))


def campaign_name(campaign_id: int) -> str | None:
    """The name, also of an archived one."""
    return Campaign.objects.filter(pk=campaign_id).values_list("name", flat=True).first()


def offered_sources(*, limit: int = 200) -> list[tuple[int, str]]:
    """(id, name) of the sources that are offered, in their order."""
    found = Source.objects.filter(archived_at=None).order_by("position", "id").values_list("id", "name")
    return list(found[:limit])
