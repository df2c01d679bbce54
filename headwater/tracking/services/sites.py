"""Making and changing tracked sites."""

import re
import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from headwater.kernel import clock
from headwater.kernel.access import Access
from headwater.kernel.catalogue import Cleaned, clean, record_type
from headwater.kernel.catalogue.values import to_json
from headwater.kernel.errors import Invalid, NotFound, Stale
from headwater.platform import audit
from headwater.platform.events import emit
from headwater.platform.shelving import name_once, shelve
from headwater.tracking.events import SitesChanged
from headwater.tracking.models import Site

_DOMAIN = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*")
_NAME = "tracking_site"


@transaction.atomic
def create_site(access: Access, values: Mapping[str, Any]) -> int:
    """A site with a public key of its own; its id. Refuses `Invalid`."""
    cleaned = _clean(access, values, partial=False)
    moment = clock.now()
    site = Site(
        key=secrets.token_hex(8),
        created_at=moment,
        updated_at=moment,
        created_by_id=access.user_id,
        custom=cleaned.custom,
        **{name: value for name, value in cleaned.fields.items() if value is not None},
    )
    _save(site)
    changes = {key: [None, to_json(value)] for key, value in cleaned.fields.items()}
    audit.record(access, _NAME, site.pk, "create", changes)
    emit(SitesChanged(ids=[site.pk]), access)
    return site.pk


@transaction.atomic
def update_site(
    access: Access, record_id: int, values: Mapping[str, Any], *, version: int | None = None
) -> None:
    """Change a site. Refuses `NotFound`, `Stale`, `Invalid`."""
    site = Site.objects.select_for_update(no_key=True).filter(pk=record_id, archived_at=None).first()
    if site is None:
        raise NotFound(record=_NAME, id=record_id)
    if version is not None and version != site.version:
        raise Stale(version=site.version)
    cleaned = _clean(access, values, partial=True)
    changes: dict[str, list[Any]] = {}
    for key, given in cleaned.fields.items():
        wanted = "" if given is None else given
        if getattr(site, key) != wanted:
            changes[key] = [to_json(getattr(site, key)), to_json(wanted)]
            setattr(site, key, wanted)
    for name, wanted in cleaned.custom.items():
        if site.custom.get(name) != wanted:
            changes[f"custom.{name}"] = [site.custom.get(name), wanted]
            site.custom[name] = wanted
    if changes:
        site.version += 1
        site.updated_at = clock.now()
        _save(site)
        audit.record(access, _NAME, site.pk, "update", changes)
        emit(SitesChanged(ids=[site.pk]), access)


@transaction.atomic
def archive_sites(access: Access, ids: Sequence[int]) -> int:
    """Put sites away: nothing more is taken in, what is there stays. How many."""
    return _shelve(access, ids, archived=True)


@transaction.atomic
def restore_sites(access: Access, ids: Sequence[int]) -> int:
    """Take sites up again. How many."""
    return _shelve(access, ids, archived=False)


def _shelve(access: Access, ids: Sequence[int], *, archived: bool) -> int:
    done = shelve(access, Site, _NAME, ids, archived=archived, constraint="tracking_site_name_once")
    if done:
        emit(SitesChanged(ids=done), access)
    return len(done)


def _clean(access: Access, values: Mapping[str, Any], *, partial: bool) -> Cleaned:
    cleaned = clean(record_type(_NAME), values, access, partial=partial)
    if "domains" in cleaned.fields:
        domains = (cleaned.fields["domains"] or "").lower().replace(",", " ").split()
        domains = [re.sub(r"^https?://", "", one).split("/")[0].split(":")[0] for one in domains]
        if not domains or any(not _DOMAIN.fullmatch(one) for one in domains):
            detail = _("Write domains like example.com, one after another.")
            raise Invalid.one("domains", "tracking.domain", detail)
        cleaned.fields["domains"] = " ".join(dict.fromkeys(domains))
    return cleaned


def _save(site: Site) -> None:
    with name_once("tracking_site_name_once"):
        site.save()
