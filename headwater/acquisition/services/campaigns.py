"""Campaigns: made, changed, archived."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from headwater.acquisition.events import (
    CampaignsArchived,
    CampaignsChanged,
    CampaignsCreated,
    CampaignsRestored,
)
from headwater.acquisition.models import Campaign
from headwater.acquisition.services import writing
from headwater.kernel import text
from headwater.kernel.access import Access
from headwater.kernel.catalogue import clean, record_type
from headwater.kernel.errors import Invalid
from headwater.platform.events import emit


@transaction.atomic
def create_campaign(access: Access, values: Mapping[str, Any]) -> int:
    """A campaign; without an owner it belongs to the one who acts."""
    kind = record_type("campaign")
    cleaned = clean(kind, values, access)
    if cleaned.fields.get("owner") is None:
        cleaned.fields["owner"] = access.user_id
    _owner_within(access, cleaned.fields["owner"])
    campaign = writing.insert(access, kind, Campaign(), cleaned)
    emit(CampaignsCreated(ids=[campaign.pk]), access)
    return campaign.pk


@transaction.atomic
def update_campaign(
    access: Access, record_id: int, values: Mapping[str, Any], *, version: int | None = None
) -> None:
    """Change a campaign within reach; refuses with `NotFound`, `Stale`, `Invalid`."""
    kind = record_type("campaign")
    campaign = writing.lock_record(access, Campaign, "campaign", record_id, version)
    cleaned = clean(kind, values, access, partial=True)
    if "owner" in cleaned.fields and cleaned.fields["owner"] != campaign.owner_id:
        _owner_within(access, cleaned.fields["owner"])
    changed = writing.change(access, kind, campaign, cleaned)
    if changed:
        emit(CampaignsChanged(ids=[record_id], fields=sorted(changed)), access)


@transaction.atomic
def archive_campaigns(access: Access, ids: Sequence[int]) -> int:
    """Put campaigns away; leads keep pointing to them. Restorable."""
    done = writing.set_archived(access, Campaign, "campaign", ids, archived=True)
    if done:
        emit(CampaignsArchived(ids=done), access)
    return len(done)


@transaction.atomic
def restore_campaigns(access: Access, ids: Sequence[int]) -> int:
    """Bring archived campaigns back."""
    done = writing.set_archived(access, Campaign, "campaign", ids, archived=False)
    if done:
        emit(CampaignsRestored(ids=done), access)
    return len(done)


@transaction.atomic
def ensure_campaigns(access: Access, names: Iterable[str]) -> dict[str, int]:
    """Each name given to an id, for imports; others become campaigns where the actor may create them."""
    given = [name for name in names if text.tidy(name)]
    wanted = {text.fold(name): text.tidy(name)[:120] for name in given}
    living = Campaign.objects.filter(archived_at=None)
    known = {text.fold(name): record_id for record_id, name in living.values_list("id", "name")}
    missing = [name for folded, name in wanted.items() if folded not in known]
    if missing and access.may("campaigns.create"):
        maker = access.also("campaigns.create") if access.actor.id is not None else access
        known |= {text.fold(name): create_campaign(maker, {"name": name}) for name in missing}
    return {name: known[text.fold(name)] for name in given if text.fold(name) in known}


def _owner_within(access: Access, owner_id: int | None) -> None:
    if owner_id is not None and owner_id != access.user_id and not access.reach.covers(owner_id):
        raise Invalid.one("owner", "owner.out_of_reach", _("You may not give records to this person."))
