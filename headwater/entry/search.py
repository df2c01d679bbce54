"""Global search: every record type that can be searched, in one answer for the palette."""

from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_GET

from headwater.handover.web.lookup import look_up_offer
from headwater.kernel import listing
from headwater.kernel.access import permit
from headwater.kernel.catalogue import RecordType, record_types
from headwater.kernel.errors import NotSignedIn
from headwater.ui.shell import actor_of

PER_TYPE = 6
_WORTH_ASKING = 4  # characters; fewer are neither a number nor a company
_DETAILS = ("company", "account", "title", "stage", "status", "mobile", "owner")


@require_GET
def search(request: HttpRequest) -> JsonResponse:
    """`{"groups": [{"label", "items": [{"label", "detail", "url", "icon"}]}]}` of what the reader may see."""
    actor = actor_of(request)
    if actor is None:
        raise NotSignedIn
    q = request.GET.get("q", "").strip()[:100]
    groups: list[dict[str, object]] = []
    for kind in record_types() if q else ():
        if kind.search is None or not kind.url or not actor.may(kind.permission("view")):
            continue
        access = permit(request, kind.permission("view"))
        known = kind.all_fields
        wanted = [_name(kind), *(key for key in _DETAILS if key in known)]
        found = listing.fetch(access, kind, q=q, fields=wanted, limit=PER_TYPE).rows
        if found:
            items = [_item(kind, row) for row in found]
            groups.append({"label": str(kind.label_plural), "items": items})
    if len(q) >= _WORTH_ASKING and not groups and actor.may("lookup.create"):
        groups.append(look_up_offer(q))
    response = JsonResponse({"groups": groups})
    response["Cache-Control"] = "no-store"
    return response


def _name(kind: RecordType) -> str:
    """The field that says what a record is called: orders have numbers."""
    return "name" if "name" in kind.all_fields else next(iter(kind.all_fields))


def _item(kind: RecordType, row: dict[str, object]) -> dict[str, str]:
    known = kind.all_fields
    details = []
    for key in _DETAILS:
        value = row.get(key)
        if isinstance(value, dict):
            value = value.get("name")
        if value and key in known:
            details.append(known[key].label_of(value))
        if len(details) == 2:
            break
    return {
        "label": str(row[_name(kind)]),
        "detail": " · ".join(details),
        "url": kind.link(int(str(row["id"]))),
        "icon": kind.icon,
    }
