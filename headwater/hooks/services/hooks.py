"""Making and changing hooks: the record, its mapping, its secrets."""

import secrets
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from headwater.hooks import mapping, paths
from headwater.hooks.events import HooksChanged
from headwater.hooks.models import Hook
from headwater.hooks.presets import Preset, beginning
from headwater.hooks.signing import new_secret
from headwater.hooks.types import Signing
from headwater.kernel import clock
from headwater.kernel.access import Access
from headwater.kernel.catalogue import Cleaned, clean, record_type
from headwater.kernel.catalogue.values import to_json
from headwater.kernel.errors import Invalid, NotFound, Stale
from headwater.leads.services.capturing import known_relations
from headwater.platform import audit, encryption
from headwater.platform.events import emit
from headwater.platform.shelving import name_once, shelve

_PURPOSE = "hooks.secret"
_RELATIONS = ("source", "channel", "campaign", "pool", "owner")
_SHORTEST, _LONGEST = 8, 200
OVERLAP_HOURS = 24


@transaction.atomic
def create_hook(access: Access, values: Mapping[str, Any]) -> int:
    """A hook with all that its preset brings and a secret of its own; its id. Refuses `Invalid`."""
    cleaned = _clean(access, values, partial=False)
    attributes = _attributes(cleaned)
    start = beginning(attributes.get("preset") or Preset.GENERIC)
    signing = attributes.pop("signing", "") or start.signing
    attributes.setdefault("owner_id", access.user_id)
    moment = clock.now()
    hook = Hook(
        key=f"h_{secrets.token_urlsafe(15)}",
        secret=_sealed(new_secret(Signing(signing))),
        signing=signing,
        mapping=mapping.stored(start.rules),
        created_at=moment,
        updated_at=moment,
        created_by_id=access.user_id,
        custom=cleaned.custom,
        **({"id_path": start.id_path} | attributes),
    )
    _save(hook)
    changes = {key: [None, to_json(item)] for key, item in cleaned.fields.items()}
    audit.record(access, "hook", hook.pk, "create", changes)
    emit(HooksChanged(ids=[hook.pk]), access)
    return hook.pk


@transaction.atomic
def update_hook(
    access: Access, record_id: int, values: Mapping[str, Any], *, version: int | None = None
) -> None:
    """Change a hook. The preset stays as it was made. Refuses `NotFound`, `Stale`, `Invalid`."""
    hook = _lock(record_id, version)
    cleaned = _clean(access, values, partial=True)
    changes: dict[str, list[Any]] = {}
    for key, item in zip(cleaned.fields, _attributes(cleaned).items(), strict=True):
        name, wanted = item
        if getattr(hook, name) != wanted:
            changes[key] = [to_json(getattr(hook, name)), to_json(wanted)]
            setattr(hook, name, wanted)
    if "preset" in changes:
        raise Invalid.one("preset", "field.read_only", _("Make another hook for another sender."))
    for name, wanted in cleaned.custom.items():
        if hook.custom.get(name) != wanted:
            changes[f"custom.{name}"] = [hook.custom.get(name), wanted]
            hook.custom[name] = wanted
    if changes:
        _write(access, hook, "update", changes)


@transaction.atomic
def set_mapping(
    access: Access, hook_id: int, rules: Sequence[mapping.Rule], *, version: int | None = None
) -> None:
    """What becomes which field. Deliveries that failed are not tried again by it. Refuses `Invalid` ..."""
    hook = _lock(hook_id, version)
    wanted = mapping.stored(mapping.checked(rules))
    if wanted != hook.mapping:
        before = {one["field"]: one for one in hook.mapping}
        after = {one["field"]: one for one in wanted}
        fields = [key for key in before | after if before.get(key) != after.get(key)]
        hook.mapping = wanted
        changes = [{key: side[key] for key in fields if key in side} for side in (before, after)]
        _write(access, hook, "update", {"mapping": changes})


@transaction.atomic
def set_secret(
    access: Access, hook_id: int, *, secret: str | None = None, overlap_hours: int = OVERLAP_HOURS
) -> None:
    """Another secret, made here or brought by the sender; the old one is good for `overlap_hours` more.

    Refuses `NotFound`, `Invalid`.
    """
    hook = _lock(hook_id, None)
    given = None if secret is None else secret.strip()
    if given is not None and not (
        _SHORTEST <= len(given) <= _LONGEST and given.isascii() and given.isprintable()
    ):
        detail = _("A secret has %(least)s to %(most)s letters, digits and signs.")
        raise Invalid.one("secret", "hook.secret", detail % {"least": _SHORTEST, "most": _LONGEST})
    if not 0 <= overlap_hours <= 24 * 30:
        raise Invalid.one("overlap_hours", "hook.overlap", _("At most thirty days."))
    hook.previous_secret = hook.secret if overlap_hours else ""
    hook.previous_until = clock.now() + timedelta(hours=overlap_hours) if overlap_hours else None
    hook.secret = _sealed(given or new_secret(Signing(hook.signing)))
    until = hook.previous_until.isoformat() if hook.previous_until else None
    _write(access, hook, "rotate_secret", {"previous_until": [None, until]})


@transaction.atomic
def reveal_secret(access: Access, hook_id: int) -> str:
    """The secret in clear; that somebody looked is recorded. Refuses `NotFound`."""
    hook = _lock(hook_id, None)
    audit.record(access, "hook", hook_id, "reveal_secret", {})
    return encryption.decrypt(hook.secret, purpose=_PURPOSE)


def secrets_of(hook: Hook) -> list[str]:
    """The secrets that are good now, the present one first."""
    sealed = [hook.secret]
    if hook.previous_secret and hook.previous_until and clock.now() < hook.previous_until:
        sealed.append(hook.previous_secret)
    return [encryption.decrypt(one, purpose=_PURPOSE) for one in sealed]


@transaction.atomic
def archive_hooks(access: Access, ids: Sequence[int]) -> int:
    """Close hooks: their address is gone, what came stays. How many."""
    return _shelve(access, ids, archived=True)


@transaction.atomic
def restore_hooks(access: Access, ids: Sequence[int]) -> int:
    """Open archived hooks again at the same address. How many."""
    return _shelve(access, ids, archived=False)


def _shelve(access: Access, ids: Sequence[int], *, archived: bool) -> int:
    done = shelve(access, Hook, "hook", ids, archived=archived, constraint="hook_name_once")
    if done:
        emit(HooksChanged(ids=done), access)
    return len(done)


def _sealed(secret: str) -> str:
    return encryption.encrypt(secret, purpose=_PURPOSE)


def _lock(hook_id: int, version: int | None) -> Hook:
    hook = Hook.objects.select_for_update(no_key=True).filter(pk=hook_id, archived_at=None).first()
    if hook is None:
        raise NotFound(record="hook", id=hook_id)
    if version is not None and version != hook.version:
        raise Stale(version=hook.version)
    return hook


def _clean(access: Access, values: Mapping[str, Any], *, partial: bool) -> Cleaned:
    kind = record_type("hook")
    cleaned = clean(kind, values, access, partial=partial)
    known_relations(kind, cleaned, access)
    place = cleaned.fields.get("id_path")
    if place:
        try:
            paths.read(place)
        except paths.BadPath:
            raise Invalid.one("id_path", "hook.path", _("This is no place in a delivery.")) from None
    return cleaned


def _attributes(cleaned: Cleaned) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, item in cleaned.fields.items():
        column = Hook._meta.get_field(key)
        blank = None if key in _RELATIONS else column.get_default()  # type: ignore[union-attr]
        found[f"{key}_id" if key in _RELATIONS else key] = blank if item is None else item
    if "per_minute" in found:
        found["per_minute"] = int(found["per_minute"])
    return found


def _write(access: Access, hook: Hook, act: str, changes: Mapping[str, list[Any]]) -> None:
    hook.version += 1
    hook.updated_at = clock.now()
    _save(hook)
    audit.record(access, "hook", hook.pk, act, dict(changes))
    emit(HooksChanged(ids=[hook.pk]), access)


def _save(hook: Hook) -> None:
    with name_once("hook_name_once"):
        hook.save()
