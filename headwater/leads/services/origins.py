"""Where a capture says that somebody came from, in the words of programs: names and keys for ids."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from headwater.acquisition.queries import campaign_names, channel_names, source_names
from headwater.kernel.errors import Invalid

_UTM = ("source", "medium", "campaign", "term", "content")


def _sources() -> Iterable[tuple[int, tuple[str, ...]]]:
    return ((source_id, (key, name)) for source_id, key, name in source_names())


def _channels() -> Iterable[tuple[int, tuple[str, ...]]]:
    return ((channel_id, (name,)) for channel_id, name in channel_names())


def _campaigns() -> Iterable[tuple[int, tuple[str, ...]]]:
    return ((campaign_id, (name,)) for campaign_id, name in campaign_names())


_KNOWN: dict[str, Callable[[], Iterable[tuple[int, tuple[str, ...]]]]] = {
    "source": _sources,
    "channel": _channels,
    "campaign": _campaigns,
}


def read_origin(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values with source, channel and campaign as ids and `utm_*` gathered in `utm`.

    A source may be named by its key or name, the others by name. Refuses `Invalid` for unknown ones.
    """
    found = dict(values)
    for key, known in _KNOWN.items():
        given = found.get(key)
        if isinstance(given, str) and given.strip() and not given.strip().isdecimal():
            found[key] = _named(key, given.strip().casefold(), known())
    flat = {name: found.pop(f"utm_{name}") for name in _UTM if f"utm_{name}" in found}
    flat = {name: given for name, given in flat.items() if given not in (None, "")}
    utm = found.get("utm") or {}
    if flat and isinstance(utm, dict):
        found["utm"] = flat | utm
    return found


def _named(key: str, given: str, known: Iterable[tuple[int, tuple[str, ...]]]) -> int:
    found = {name.casefold(): record_id for record_id, names in known for name in names}
    if given not in found:
        raise Invalid.one(key, "value.record", _("There is no such record."))
    return found[given]
