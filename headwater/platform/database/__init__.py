"""The embedded PostgreSQL server: the wheel's binaries under a small supervisor of our own."""

from headwater.platform.database.binaries import MAJOR_VERSION, Binaries
from headwater.platform.database.errors import DatabaseRefused
from headwater.platform.database.server import EmbeddedServer, ServerUse

__all__ = ["MAJOR_VERSION", "Binaries", "DatabaseRefused", "EmbeddedServer", "ServerUse"]
