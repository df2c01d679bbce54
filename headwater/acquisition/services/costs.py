"""What channels cost: written by period, corrected, archived. Nothing is deleted."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from headwater.acquisition.cost_fields import COST
from headwater.acquisition.events import ChannelCostsChanged
from headwater.acquisition.models import Channel, ChannelCost
from headwater.acquisition.types import MOST_COST_DAYS
from headwater.currencies.queries import company_currency
from headwater.kernel import clock
from headwater.kernel.access import Access
from headwater.kernel.catalogue import clean
from headwater.kernel.errors import Invalid, NotFound, Stale
from headwater.platform import audit
from headwater.platform.events import emit


@transaction.atomic
def add_channel_cost(access: Access, channel_id: int, values: Mapping[str, Any]) -> int:
    """Write what a channel cost in a period; its id. Retired channels take costs too: bills come late.

    Without a currency it is the company's. Refuses with `NotFound` for the channel, and with `Invalid`.
    """
    fields = clean(COST, values, access).fields
    if not Channel.objects.filter(pk=channel_id).exists():
        raise NotFound(record="channel", id=channel_id)
    fields = {key: value for key, value in fields.items() if value is not None}
    fields.setdefault("currency", company_currency())
    moment = clock.now()
    cost = ChannelCost(
        channel_id=channel_id, created_at=moment, updated_at=moment, created_by_id=access.user_id, **fields
    )
    _check_days(cost)
    cost.save()
    changes = {"channel": [None, channel_id]} | {key: [None, value] for key, value in fields.items()}
    audit.record(access, "channel_cost", cost.pk, "create", changes)
    emit(ChannelCostsChanged(channel_id=channel_id, ids=[cost.pk]), access)
    return cost.pk


@transaction.atomic
def change_channel_cost(
    access: Access, channel_id: int, cost_id: int, values: Mapping[str, Any], *, version: int | None = None
) -> None:
    """Correct a cost; the audit keeps what it was. Refuses with `NotFound`, `Stale`, `Invalid`."""
    cost = _locked(channel_id, cost_id, archived=False)
    if version is not None and version != cost.version:
        raise Stale(version=cost.version)
    fields = clean(COST, values, access, partial=True).fields
    if "currency" in fields and fields["currency"] is None:
        fields["currency"] = company_currency()
    if "note" in fields:
        fields["note"] = fields["note"] or ""
    changes = {
        key: [getattr(cost, key), value] for key, value in fields.items() if getattr(cost, key) != value
    }
    if not changes:
        return
    for key, (_before, after) in changes.items():
        setattr(cost, key, after)
    _check_days(cost)
    _write(access, cost, "update", changes)


@transaction.atomic
def archive_channel_cost(access: Access, channel_id: int, cost_id: int) -> None:
    """Count a cost no more; it can be brought back. Refuses with `NotFound`."""
    cost = _locked(channel_id, cost_id, archived=False)
    cost.archived_at = clock.now()
    _write(access, cost, "archive", {"archived": [False, True]})


@transaction.atomic
def restore_channel_cost(access: Access, channel_id: int, cost_id: int) -> None:
    """Count an archived cost again. Refuses with `NotFound`."""
    cost = _locked(channel_id, cost_id, archived=True)
    cost.archived_at = None
    _write(access, cost, "restore", {"archived": [True, False]})


def _locked(channel_id: int, cost_id: int, *, archived: bool) -> ChannelCost:
    found = (
        ChannelCost.objects.select_for_update(no_key=True)
        .filter(pk=cost_id, channel_id=channel_id, archived_at__isnull=not archived)
        .first()
    )
    if found is None:
        raise NotFound(record="channel_cost", id=cost_id)
    return found


def _write(access: Access, cost: ChannelCost, act: str, changes: Mapping[str, list[Any]]) -> None:
    cost.version += 1
    cost.updated_at = clock.now()
    cost.save()
    audit.record(access, "channel_cost", cost.pk, act, changes)
    emit(ChannelCostsChanged(channel_id=cost.channel_id, ids=[cost.pk]), access)


def _check_days(cost: ChannelCost) -> None:
    if cost.last_day < cost.first_day:
        raise Invalid.one("last_day", "cost.ends_before_start", _("It ends before it starts."))
    if (cost.last_day - cost.first_day).days >= MOST_COST_DAYS:
        words = _("A cost covers at most %(limit)s days: write one for each year.")
        raise Invalid.one("last_day", "cost.too_long", words % {"limit": MOST_COST_DAYS})
