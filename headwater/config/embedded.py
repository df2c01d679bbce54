"""Where the embedded server of a home folder is found: names only, nothing is read or started."""

import hashlib
import os
from pathlib import Path

EMBEDDED_USER = "headwater"
EMBEDDED_NAME = "headwater"
EMBEDDED_PORT = "5432"


def embedded_location(home: Path) -> Path:
    """The embedded server's folder: `home/postgres`, or where that link leads."""
    return (home / "postgres").resolve()


def embedded_socket_dir(home: Path) -> Path:
    """The private socket folder of the embedded server.

    A socket's path has 107 bytes at most, and PostgreSQL's clients take a comma for the end of a host.
    """
    wanted = embedded_location(home) / "run"
    if len(os.fsencode(wanted)) <= 88 and "," not in str(wanted):
        return wanted
    digest = hashlib.sha256(os.fsencode(wanted)).hexdigest()[:12]
    return Path("/tmp") / f"headwater-{digest}"  # noqa: S108 - its owner and mode are checked on use
