"""Sites, and browsers that visit them."""

import io
import itertools
import secrets
from collections.abc import Sequence
from typing import Any

import orjson

from headwater.kernel.access import system_access
from headwater.tracking import services
from headwater.tracking.collecting.buffer import Buffer
from headwater.tracking.collecting.directory import Directory
from headwater.tracking.collecting.door import Door
from headwater.tracking.collecting.writing import keep_events
from headwater.tracking.models import Site

CHROME = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36"
_numbers = itertools.count(1)


def make_site(**values: Any) -> Site:
    """A site of example.com."""
    given = {"name": f"官网{next(_numbers)}", "domains": "example.com", **values}
    return Site.objects.get(pk=services.create_site(system_access("tests"), given))


def visitor() -> str:
    """A browser's own key."""
    return secrets.token_hex(16)


class StraightBuffer(Buffer):
    """Writes at once, in the caller's transaction."""

    def put(self, events: Sequence[bytes]) -> int | None:
        keep_events(events)
        return 1

    def wait_for(self, ticket: int, within: float) -> bool:
        return True


def make_door() -> Door:
    """The door as in a web process, but for its thread."""
    return Door(StraightBuffer(keep_events), Directory())


def knock(door: Door, site_key: str, body: Any, **environ: str) -> tuple[int, dict[str, str]]:
    """POST /t/<key> as a page of example.com does; status and headers."""
    raw = body if isinstance(body, bytes) else orjson.dumps(body)
    told: list[Any] = []
    given = {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": f"/t/{site_key}",
        "CONTENT_LENGTH": str(len(raw)),
        "REMOTE_ADDR": "192.0.2.7",
        "HTTP_ORIGIN": "https://www.example.com",
        "HTTP_USER_AGENT": CHROME,
        "wsgi.input": io.BytesIO(raw),
    }
    assert door(given | environ, lambda status, headers: told.extend((status, headers))) == [b""]
    return int(told[0].split()[0]), dict(told[1])


def page(path: str = "/", ago: float = 0, title: str = "") -> dict[str, Any]:
    """A page view, `ago` seconds back."""
    return {"k": "page", "p": path, "n": title, "a": int(ago * 1000)}


def see(door: Door, site: Site, key: str, *events: dict[str, Any], **more: Any) -> None:
    """The browser tells, and a worker puts it in order."""
    assert knock(door, site.key, {"v": key, "e": list(events), **more})[0] == 204
    while services.take_arrived():
        pass
