"""Deliveries through a hook: signed, checked, kept and made into a lead, against a bare INSERT of the same."""

import time
from collections.abc import Iterator
from io import BytesIO
from itertools import count

import orjson
from django.core.wsgi import get_wsgi_application

from bench import floors
from bench.timing import Result, pair, wall
from headwater.hooks.models import Hook
from headwater.hooks.services import create_hook, secrets_of
from headwater.hooks.signing import Incoming, sign
from headwater.hooks.types import Signing
from headwater.kernel import clock
from headwater.kernel.access import system_access
from headwater.kernel.sql import execute

_STATEMENT = (
    "INSERT INTO hooks_delivery (hook_id, number, at, body, state, tries, code, detail, is_new)"
    " VALUES (%(hook)s, %(number)s, now(), %(body)s::jsonb, 'discarded', 0, '', '', FALSE) RETURNING *"
)


def hooks() -> Iterator[Result]:
    made = create_hook(system_access("bench"), {"name": f"bench {time.time()}", "preset": "generic"})
    Hook.objects.filter(pk=made).update(per_minute=0)
    hook = Hook.objects.get(pk=made)
    secret, application = secrets_of(hook)[0], get_wsgi_application()
    path, number = f"/hooks/{hook.key}", count(int(time.time()) % 10**6 * 100)
    database = floors.connect()
    insert = floors.writing(database, _STATEMENT)

    def send(name: str, mobile: str) -> None:
        raw = orjson.dumps({"name": "测试", "mobile": mobile, "company": "某司", "message": "想了解报价"})
        signed = sign(Signing.STANDARD, secret, Incoming(path, "", {}, raw), clock.now(), name)
        environ = {
            "REQUEST_METHOD": "POST",
            "PATH_INFO": path,
            "QUERY_STRING": "",
            "SERVER_NAME": "localhost",
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": "127.0.0.1",
            "CONTENT_TYPE": "application/json",
            "CONTENT_LENGTH": str(len(raw)),
            "wsgi.url_scheme": "http",
            "wsgi.errors": BytesIO(),
            "wsgi.input": BytesIO(raw),
            **{f"HTTP_{key.upper().replace('-', '_')}": value for key, value in signed.headers.items()},
        }
        status: list[str] = []
        parts = application(environ, lambda line, _headers, *_exc: status.append(line))
        answer = b"".join(parts)
        parts.close()
        if not status[0].startswith("200"):
            raise RuntimeError(f"{status[0]} {answer[:300]!r}")

    def new() -> None:
        step = next(number)
        send(f"m-{step}", f"142{step:08d}")

    def again() -> None:
        send("replayed", "14299999999")

    def bare() -> None:
        step = next(number)
        body = orjson.dumps({"name": "测试", "mobile": f"142{step:08d}", "message": "想了解报价"}).decode()
        insert({"hook": hook.pk, "number": f"bare-{step}", "body": body})

    product, floor = pair(wall, new, bare, batches=12, times=5)
    yield Result(
        "delivery to lead, one process",
        1000 / product,
        1000 / floor,
        "a second",
        "≥ 25 a second",
        1000 / product >= 25,
        "signed, kept, captured; floor: a bare INSERT of the delivery",
    )
    again()
    product, floor = pair(wall, again, bare, batches=12, times=5)
    yield Result(
        "replayed delivery, one process", 1000 / product, 1000 / floor, "a second", "≥ 100 a second",
        1000 / product >= 100, "checked, recognised, answered alike",
    )  # fmt: skip
    execute("UPDATE hooks_hook SET archived_at = now() WHERE id = %s", (hook.pk,))
