"""Which records a bulk act means: ids as given, or those a filter finds within reach."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from headwater.kernel import criteria, listing
from headwater.kernel.access import Access
from headwater.kernel.catalogue import RecordType
from headwater.kernel.criteria import Criteria
from headwater.kernel.errors import Invalid

MAX_BATCH = 10_000


def selected_ids(
    access: Access, kind: RecordType, *, ids: Sequence[int] | None, where: Any = None, q: str = ""
) -> list[int]:
    """The ids, in order; refuses with `Invalid` when neither or both are given, or too many are meant."""
    if (ids is None) == (where is None):
        raise Invalid.one("ids", "selection.one", _("Give either ids or a filter."))
    if ids is not None:
        if any(not 0 < one < 2**63 for one in ids):
            raise Invalid.one("ids", "value.record", _("This must be the id of a record."))
        return list(dict.fromkeys(ids))
    view = access.also(kind.permission("view"))
    return matching_ids(view, kind, criteria.parse(where, kind, view), q=q)


def matching_ids(view: Access, kind: RecordType, wanted: Criteria, *, q: str = "") -> list[int]:
    """The ids of what a filter finds; refuses with `Invalid` more than `MAX_BATCH`."""
    found = listing.matching_ids(view, kind, wanted, q=q, limit=MAX_BATCH + 1)
    if len(found) > MAX_BATCH:
        raise Invalid.one(
            "filter",
            "batch.too_large",
            _("The filter finds more than %(limit)s records; narrow it.") % {"limit": MAX_BATCH},
        )
    return found
