"""Which leads a bulk act means: ids as given, or those a filter finds within reach."""

from typing import Any

from django.utils.translation import gettext as _

from headwater.kernel import criteria, listing
from headwater.kernel.access import Access
from headwater.kernel.catalogue import record_type
from headwater.kernel.errors import Invalid
from headwater.leads.services.releasing import MAX_BATCH


def selected_ids(
    access: Access,
    *,
    ids: list[int] | None,
    where: dict[str, Any] | None,
    q: str = "",
    limit: int = MAX_BATCH,
) -> list[int]:
    """The ids, in order; refuses with `Invalid` when neither or both are given, or too many are meant."""
    if (ids is None) == (where is None):
        raise Invalid.one("ids", "selection.one", _("Give either ids or a filter."))
    if ids is not None:
        if any(not 0 < item < 2**63 for item in ids):
            raise Invalid.one("ids", "value.record", _("This must be the id of a record."))
        if not ids:
            raise Invalid.one("ids", "value.required", _("Choose at least one lead."))
        return list(dict.fromkeys(ids))
    kind = record_type("lead")
    view = access.also("leads.view")
    found = listing.matching_ids(view, kind, criteria.parse(where, kind, view), q=q, limit=limit + 1)
    if len(found) > limit:
        raise Invalid.one(
            "filter",
            "batch.too_large",
            _("The filter finds more than %(limit)s leads; narrow it.") % {"limit": limit},
        )
    return found
