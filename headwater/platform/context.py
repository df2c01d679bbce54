"""Which request or job is running: one id that ties its log lines, audit rows and events together."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_request_id: ContextVar[str] = ContextVar("request_id", default="")

MAX_LENGTH = 64


def request_id() -> str:
    """The id of the running request or job; empty outside of one."""
    return _request_id.get()


def new_request_id() -> str:
    """A fresh id: 16 hexadecimal digits, unguessable."""
    return secrets.token_hex(8)


@contextmanager
def running(identifier: str) -> Iterator[None]:
    """Everything within belongs to the request or job `identifier` (cut to 64 characters)."""
    token = _request_id.set(identifier[:MAX_LENGTH])
    try:
        yield
    finally:
        _request_id.reset(token)
