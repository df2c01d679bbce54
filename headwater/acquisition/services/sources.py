"""Sources and channels: added, renamed, ordered, retired. Leads keep the ones they came by."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from headwater.acquisition.errors import ChannelHasBranches, ChannelLoop, ChannelTooDeep
from headwater.acquisition.events import SourcesChanged
from headwater.acquisition.models import Channel, Source
from headwater.acquisition.services import writing
from headwater.customization.naming import free_name, identifier
from headwater.kernel import clock, sql, text
from headwater.kernel.access import Access
from headwater.kernel.catalogue import clean, record_type
from headwater.kernel.errors import Invalid
from headwater.platform import audit
from headwater.platform.events import emit

MAX_CHANNEL_LEVELS = 5


@transaction.atomic
def create_source(access: Access, values: Mapping[str, Any]) -> int:
    """A source; its `key` is made from the name when left out."""
    kind = record_type("source")
    cleaned = clean(kind, values, access)
    if not cleaned.fields.get("key"):
        taken = set(Source.objects.values_list("key", flat=True))
        cleaned.fields["key"] = free_name(identifier(cleaned.fields["name"], "source"), taken)
    cleaned.fields.setdefault("position", _next_position(Source))
    source = writing.insert(access, kind, Source(), cleaned)
    emit(SourcesChanged(record="source", ids=[source.pk]), access)
    return source.pk


@transaction.atomic
def update_source(
    access: Access, record_id: int, values: Mapping[str, Any], *, version: int | None = None
) -> None:
    """Rename or describe a source. Its key stays: integrations name it."""
    kind = record_type("source")
    source = writing.lock_record(access, Source, "source", record_id, version)
    cleaned = clean(kind, values, access, partial=True)
    if cleaned.fields.get("key", source.key) != source.key:
        raise Invalid.one("key", "source.key_fixed", _("The key of a source does not change."))
    if writing.change(access, kind, source, cleaned):
        emit(SourcesChanged(record="source", ids=[record_id]), access)


@transaction.atomic
def archive_sources(access: Access, ids: Sequence[int]) -> int:
    """Offer sources no more."""
    done = writing.set_archived(access, Source, "source", ids, archived=True)
    if done:
        emit(SourcesChanged(record="source", ids=done), access)
    return len(done)


@transaction.atomic
def restore_sources(access: Access, ids: Sequence[int]) -> int:
    """Offer retired sources again."""
    done = writing.set_archived(access, Source, "source", ids, archived=False)
    if done:
        emit(SourcesChanged(record="source", ids=done), access)
    return len(done)


@transaction.atomic
def ensure_sources(access: Access, names: Iterable[str]) -> dict[str, int]:
    """Each name given to an id, for imports: known by name or key, whatever the case; others become sources.

    Retired ones are used as they are and stay retired. Needs `sources.create` only for new names; a caller
    without it gets what is known.
    """
    given = [name for name in names if text.tidy(name)]
    wanted = {text.fold(name): text.tidy(name)[:80] for name in given}
    known: dict[str, int] = {}
    for source in Source.objects.order_by("-archived_at", "-id"):
        known |= {text.fold(source.key): source.pk, text.fold(source.name): source.pk}
    missing = [name for folded, name in wanted.items() if folded not in known]
    if missing and access.may("sources.create"):
        maker = access.also("sources.create") if access.actor.id is not None else access
        known |= {text.fold(name): create_source(maker, {"name": name}) for name in missing}
    return {name: known[text.fold(name)] for name in given if text.fold(name) in known}


@transaction.atomic
def create_channel(access: Access, values: Mapping[str, Any]) -> int:
    """A channel, below `parent` when given; its category then is the parent's."""
    kind = record_type("channel")
    cleaned = clean(kind, values, access)
    cleaned.fields.setdefault("position", _next_position(Channel))
    above = _parent(access, cleaned.fields.get("parent"))
    if above is not None:
        cleaned.fields["kind"] = above.kind
    channel = writing.insert(access, kind, Channel(), cleaned)
    Channel.objects.filter(pk=channel.pk).update(path=_path(channel.pk, above))
    emit(SourcesChanged(record="channel", ids=[channel.pk]), access)
    return channel.pk


@transaction.atomic
def update_channel(
    access: Access, record_id: int, values: Mapping[str, Any], *, version: int | None = None
) -> None:
    """Rename or move a channel; its branches come along. Refuses with `ChannelLoop`, `ChannelTooDeep`."""
    kind = record_type("channel")
    # One mover at a time: two moves that each look right could close a ring together.
    list(Channel.objects.select_for_update(no_key=True).order_by("id").values_list("id"))
    channel = writing.lock_record(access, Channel, "channel", record_id, version)
    cleaned = clean(kind, values, access, partial=True)
    old_path = channel.path
    above = _parent(access, cleaned.fields.get("parent", channel.parent_id))
    if above is not None:
        if above.path.startswith(old_path):
            raise ChannelLoop(name=channel.name)
        cleaned.fields["kind"] = above.kind
    changed = writing.change(access, kind, channel, cleaned)
    if not changed:
        return
    branches = Channel.objects.filter(path__startswith=old_path)
    new_path = _path(channel.pk, above)
    for branch in branches:
        branch.path = new_path + branch.path.removeprefix(old_path)
        branch.kind = channel.kind
        if branch.path.count("/") > MAX_CHANNEL_LEVELS:
            raise ChannelTooDeep(limit=MAX_CHANNEL_LEVELS)
    Channel.objects.bulk_update(branches, ["path", "kind"])
    emit(SourcesChanged(record="channel", ids=[branch.pk for branch in branches]), access)


@transaction.atomic
def archive_channels(access: Access, ids: Sequence[int]) -> int:
    """Offer channels no more; those below them first, or together with them."""
    for channel in Channel.objects.filter(pk__in=ids):
        branches = Channel.objects.filter(parent=channel, archived_at=None).exclude(pk__in=ids).count()
        if branches:
            raise ChannelHasBranches(name=channel.name, branches=branches)
    done = writing.set_archived(access, Channel, "channel", ids, archived=True)
    if done:
        emit(SourcesChanged(record="channel", ids=done), access)
    return len(done)


@transaction.atomic
def restore_channels(access: Access, ids: Sequence[int]) -> int:
    """Offer retired channels again, with those above them."""
    above = {int(part) for path in _paths(ids) for part in path.split("/") if part}
    done = writing.set_archived(access, Channel, "channel", sorted({*ids, *above}), archived=False)
    if done:
        emit(SourcesChanged(record="channel", ids=done), access)
    return len(done)


@transaction.atomic
def order_records(access: Access, record: str, ids: Sequence[int]) -> None:
    """Bring sources, or the channels under one parent, into this order."""
    sql.execute(
        f"UPDATE {record_type(record).table} t SET position = given.place * 10, updated_at = %s"
        " FROM unnest(%s::bigint[]) WITH ORDINALITY AS given (id, place) WHERE t.id = given.id",
        (clock.now(), list(ids)),
    )
    audit.record(access, record, None, "order", {"order": [None, list(ids)]})


def _paths(ids: Sequence[int]) -> list[str]:
    return list(Channel.objects.filter(pk__in=ids).values_list("path", flat=True))


def _parent(access: Access, parent_id: int | None) -> Channel | None:
    if parent_id is None:
        return None
    found = Channel.objects.filter(pk=parent_id, archived_at=None).first()
    if found is None:
        raise Invalid.one("parent", "value.record", _("There is no such record."))
    if found.path.count("/") >= MAX_CHANNEL_LEVELS:
        raise ChannelTooDeep(limit=MAX_CHANNEL_LEVELS)
    return found


def _path(channel_id: int, above: Channel | None) -> str:
    return f"{above.path if above is not None else ''}{channel_id}/"


def _next_position(model: type[Source] | type[Channel]) -> int:
    return int(model._default_manager.aggregate(last=Max("position"))["last"] or 0) + 10
