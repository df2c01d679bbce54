"""Links to our own pages that tell who came by them: an id, a day and a signature, in a few characters."""

import base64
import hmac
import struct
from datetime import date
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from django.conf import settings
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from headwater.kernel import clock, listing
from headwater.kernel.access import Access
from headwater.kernel.catalogue import record_type
from headwater.kernel.errors import Invalid, NotFound
from headwater.tracking.queries import open_sites

PARAMETER = "hw_l"
GOOD_FOR = 180  # days
_EPOCH = date(2026, 1, 1)
_BODY = struct.Struct(">QH")  # lead, day


def link_for_lead(access: Access, lead_id: int, url: str) -> str:
    """The address with a mark of this lead. Refuses `NotFound`, and `Invalid` for pages not tracked."""
    if not listing.ids_within(access, record_type("lead"), [lead_id]):
        raise NotFound(record="lead", id=lead_id)
    try:
        parts = urlsplit(url.strip())
        host = (parts.hostname or "").lower()
    except ValueError:
        host = ""
    if not host or parts.scheme not in ("http", "https") or len(url) > 1000 or not _is_ours(host):
        raise Invalid.one("url", "tracking.foreign_page", _("Give the address of a page of a tracked site."))
    query = [pair for pair in parse_qsl(parts.query, keep_blank_values=True) if pair[0] != PARAMETER]
    query.append((PARAMETER, mark_of_lead(lead_id)))
    return urlunsplit(parts._replace(query=urlencode(query)))


def mark_of_lead(lead_id: int) -> str:
    """What stands in such a link."""
    body = _BODY.pack(lead_id, (clock.today() - _EPOCH).days)
    return base64.urlsafe_b64encode(body + _signature(body)).decode().rstrip("=")


def lead_of_mark(mark: str) -> int | None:
    """The lead of a mark; None for a forged one and for one that is too old."""
    try:
        raw = base64.urlsafe_b64decode(mark + "=" * (-len(mark) % 4))
    except ValueError:
        return None
    body, signature = raw[: _BODY.size], raw[_BODY.size :]
    if len(body) < _BODY.size or not hmac.compare_digest(signature, _signature(body)):
        return None
    lead_id, day = _BODY.unpack(body)
    age = (clock.today() - _EPOCH).days - day
    return int(lead_id) if 0 <= age <= GOOD_FOR else None


def _signature(body: bytes) -> bytes:
    made = salted_hmac("headwater.tracking.links", body, secret=settings.SECRET_KEY, algorithm="sha256")
    return made.digest()[:12]


def _is_ours(host: str) -> bool:
    domains = [one for site in open_sites() for one in site["domains"].split()]
    return any(host == one or host.endswith(f".{one}") for one in domains)
