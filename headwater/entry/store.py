"""The database of this installation, as the commands reach it."""

from collections.abc import Iterator
from contextlib import contextmanager

from headwater.config.env import env
from headwater.platform.database import EmbeddedServer, ServerUse


@contextmanager
def database_running() -> Iterator[ServerUse | None]:
    """Keep the embedded server running for the block; nothing to do for an external database."""
    if env.database_url:
        yield None
        return
    with EmbeddedServer(env.home).use() as use:
        yield use


def database_address() -> str:
    """As PostgreSQL's own programs take it."""
    return env.database_url or EmbeddedServer(env.home).url()
