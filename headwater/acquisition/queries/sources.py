"""Sources for settings and for doors that name one by its key."""

from dataclasses import dataclass

from headwater.acquisition.models import Source
from headwater.acquisition.types import ChannelKind
from headwater.kernel.access import Access


@dataclass(frozen=True, slots=True)
class SourceCard:
    """A source on the settings page."""

    id: int
    name: str
    key: str
    kind: ChannelKind
    description: str
    version: int
    is_retired: bool


def source_cards(access: Access, *, retired: bool = False) -> list[SourceCard]:
    """The sources in their order."""
    rows = Source.objects.filter(archived_at__isnull=not retired).order_by("position", "name")
    return [
        SourceCard(
            row.pk,
            row.name,
            row.key,
            ChannelKind(row.kind),
            row.description,
            row.version,
            row.archived_at is not None,
        )
        for row in rows
    ]


def source_by_key(key: str) -> int | None:
    """The id of a source that still is offered, by its permanent key ("website", "import" ...)."""
    return Source.objects.filter(key=key, archived_at=None).values_list("id", flat=True).first()
