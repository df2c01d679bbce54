"""POST /t/<key>: the one address of the product that is answered before Django.

A visitor's click must cost next to nothing: no session, no middleware, no database. The answer is 204 at
once; 400 for what does not fit, 403 for foreign pages, 404 for unknown keys, 413 and 429 for too much, 503
while there is no room. The network address is looked at for the limit alone and goes nowhere.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import msgspec
from prometheus_client import Counter

from headwater.kernel import clock
from headwater.platform.observability.metrics import REGISTRY
from headwater.tracking.collecting.buffer import Buffer
from headwater.tracking.collecting.directory import Directory, Known
from headwater.tracking.collecting.rates import Rates
from headwater.tracking.collecting.shapes import Kept, Sent
from headwater.tracking.collecting.writing import keep_events
from headwater.tracking.origins import origin_of

Environ = dict[str, Any]
StartResponse = Callable[..., Any]
Application = Callable[[Environ, StartResponse], Iterable[bytes]]

MOST_BYTES = 16_384
FORGET_WITHIN = 5.0  # seconds: whoever withdraws is told only what has been written

# What calls itself a robot, a preview or a script. Others look like people, and count as such.
_ROBOTS = re.compile(
    r"bot\b|bot[/;]|crawl|spider|slurp|preview|headless|lighthouse|pingdom|monitor|curl/|wget/|python-|java/|go-http"
    r"|scrapy|phantom|facebookexternalhit|bytespider|yisou|sogou web|360spider",
    re.IGNORECASE,
)
_HOST = re.compile(r"https?://([a-z0-9.-]+)(:[0-9]+)?", re.IGNORECASE)
_STATUS = {
    204: "204 No Content",
    400: "400 Bad Request",
    403: "403 Forbidden",
    404: "404 Not Found",
    413: "413 Content Too Large",
    429: "429 Too Many Requests",
    503: "503 Service Unavailable",
}

EVENTS = Counter("headwater_tracking_events", "Tracked events by what became of them.", ["outcome"],
                 registry=REGISTRY)  # fmt: skip

_decoder = msgspec.json.Decoder(Sent)
_encoder = msgspec.json.Encoder()


class Door:
    """Takes the events of all sites."""

    def __init__(self, buffer: Buffer | None = None, directory: Directory | None = None) -> None:
        self.buffer = buffer or Buffer(keep_events)
        self.directory = directory or Directory()
        self.rates = Rates()

    def __call__(self, environ: Environ, start_response: StartResponse) -> list[bytes]:
        site, origin = self._site(environ)
        if site is None:
            status = 404 if self.directory.is_read else 503
        else:
            status = self._take(environ, site) if origin else 403
        headers = [("Content-Length", "0"), ("Cache-Control", "no-store"), ("Vary", "Origin")]
        if site is not None and origin:
            headers.append(("Access-Control-Allow-Origin", origin))
        if status in (429, 503):
            headers.append(("Retry-After", "10"))
        start_response(_STATUS[status], headers)
        return [b""]

    def _site(self, environ: Environ) -> tuple[Known | None, str]:
        """The site of the address, and the page's origin when it belongs to the site."""
        self.directory.refresh()
        key = environ["PATH_INFO"][3:]
        if key not in self.directory.sites:
            self.directory.refresh(wait=True)  # another caller may be reading of it right now
        site = self.directory.sites.get(key)
        origin = environ.get("HTTP_ORIGIN", "")
        found = _HOST.fullmatch(origin) if site is not None else None
        return site, origin if site and found and site.allows(found[1].lower()) else ""

    def _take(self, environ: Environ, site: Known) -> int:
        raw = _body(environ)
        if raw is None:
            return _told("too_large", 413)
        if b"\\u0000" in raw:
            return _told("malformed", 400)
        try:
            sent = _decoder.decode(raw)
        except (msgspec.MsgspecError, UnicodeDecodeError):
            return _told("malformed", 400)
        if not self.rates.takes(environ.get("REMOTE_ADDR", ""), len(sent.e) + 1, self.directory.per_minute):
            return _told("limited", 429, len(sent.e))
        if sent.x:
            return self._forget(site, sent)
        if environ.get("HTTP_DNT") == "1" or environ.get("HTTP_SEC_GPC") == "1":
            return _told("unwanted", 204, len(sent.e))
        if _ROBOTS.search(environ.get("HTTP_USER_AGENT") or "python-"):  # every browser has a name
            return _told("robot", 204, len(sent.e))
        if self.buffer.put(list(map(_encoder.encode, _rows(site, sent)))) is None:
            return _told("no_room", 503, len(sent.e))
        return _told("taken", 204, len(sent.e))

    def _forget(self, site: Known, sent: Sent) -> int:
        """A withdrawal is not answered before it is safe."""
        row = Kept(site.id, sent.v, clock.now().timestamp(), "forget")
        ticket = self.buffer.put([_encoder.encode(row)])
        if ticket is None or not self.buffer.wait_for(ticket, FORGET_WITHIN):
            return _told("no_room", 503)
        return _told("forgotten", 204)


def _rows(site: Known, sent: Sent) -> Sequence[Kept]:
    now = clock.now().timestamp()
    rows = [Kept(site.id, sent.v, now - one.a / 1000, one.k, one.p, one.n, one.d) for one in sent.e]
    if rows and sent.o is not None:
        rows[0].o, rows[0].g = sent.o, origin_of(sent.o)
    if sent.l:
        rows.append(Kept(site.id, sent.v, now, "link", d=sent.l))
    return rows


def _body(environ: Environ) -> bytes | None:
    """The body, unread when it claims to be too large; None then."""
    claimed = environ.get("CONTENT_LENGTH") or ""
    if claimed and (not claimed.isdigit() or len(claimed) > 9 or int(claimed) > MOST_BYTES):
        return None
    raw: bytes = environ["wsgi.input"].read(int(claimed) if claimed else MOST_BYTES + 1)
    return raw if len(raw) <= MOST_BYTES else None


def _told(outcome: str, status: int, count: int = 1) -> int:
    EVENTS.labels(outcome).inc(count)
    return status


def with_door(application: Application, door: Door | None = None) -> Application:
    """The application behind the door: what is not for the door goes on to it."""
    chosen = door or Door()

    def answer(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] == "POST" and environ["PATH_INFO"].startswith("/t/"):
            return chosen(environ, start_response)
        return application(environ, start_response)

    return answer
