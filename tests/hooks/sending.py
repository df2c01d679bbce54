"""A sender: signs as the hook's preset wants it, and delivers through HTTP."""

import json
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.test import Client

from headwater.hooks import services
from headwater.hooks.models import Hook
from headwater.hooks.signing import Incoming, query_of, sign
from headwater.hooks.types import Signing
from headwater.kernel import clock
from headwater.kernel.access import system_access
from tests.leads.factories import make_pool

SYSTEM = system_access("tests")


def make_hook(name: str = "官网", preset: str = "generic", **values: Any) -> Hook:
    make_pool()
    return Hook.objects.get(pk=services.create_hook(SYSTEM, {"name": name, "preset": preset, **values}))


def person(number: int = 1, **values: Any) -> dict[str, Any]:
    return {"id": f"d-{number}", "name": "王芳", "mobile": f"138{number:08d}", "company": "云帆"} | values


def signed(
    hook: Hook, body: Any, *, number: str = "", secret: str = "", age: int = 0, kind: str = "application/json"
) -> tuple[str, bytes, dict[str, str]]:
    """Address, content and headers of a delivery."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    if kind != "application/json" and not isinstance(body, bytes):
        raw = urlencode(body).encode()
    path = f"/hooks/{hook.key}"
    made = sign(
        Signing(hook.signing),
        secret or services.secrets_of(hook)[0],
        Incoming(path, "", {}, raw),
        clock.now() - timedelta(seconds=age),
        number or "msg-1",
    )
    return f"{path}?{query_of(made)}" if made.query else path, raw, dict(made.headers)


def deliver(
    hook: Hook, body: Any, *, kind: str = "application/json", extra: dict[str, str] | None = None, **more: Any
) -> Any:
    address, raw, headers = signed(hook, body, kind=kind, **more)
    return Client().post(address, raw, content_type=kind, headers=headers | (extra or {}))
