"""The tree of channels."""

from dataclasses import dataclass

from headwater.acquisition.models import Channel
from headwater.acquisition.types import ChannelKind
from headwater.kernel.access import Access


@dataclass(frozen=True, slots=True)
class ChannelNode:
    """A channel with its depth; the list is in the order of the tree."""

    id: int
    name: str
    kind: ChannelKind
    parent_id: int | None
    depth: int
    description: str
    version: int
    is_retired: bool
    branches: int


def channel_tree(access: Access, *, retired: bool = False) -> list[ChannelNode]:
    """All channels depth-first, brothers in their order; `retired` adds the retired ones."""
    rows = list(Channel.objects.order_by("position", "name", "id"))
    if not retired:
        rows = [row for row in rows if row.archived_at is None]
    below: dict[int | None, list[Channel]] = {}
    known = {row.pk for row in rows}
    for row in rows:
        below.setdefault(row.parent_id if row.parent_id in known else None, []).append(row)
    nodes: list[ChannelNode] = []

    def walk(parent: int | None, depth: int) -> None:
        for row in below.get(parent, ()):
            nodes.append(
                ChannelNode(
                    row.pk, row.name, ChannelKind(row.kind), row.parent_id, depth, row.description,
                    row.version, row.archived_at is not None, len(below.get(row.pk, ())),
                )
            )  # fmt: skip
            walk(row.pk, depth + 1)

    walk(None, 0)
    return nodes
