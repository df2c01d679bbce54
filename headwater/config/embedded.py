"""Where the embedded server of a home folder is found: names only, nothing is read or started."""

import hashlib
import os
from pathlib import Path

EMBEDDED_USER = "headwater"
EMBEDDED_NAME = "headwater"


def embedded_location(home: Path) -> Path:
    """The embedded server's folder: `home/postgres`, or where that link leads."""
    return (home / "postgres").resolve()


def embedded_socket_dir(home: Path) -> Path:
    """The private socket folder of the embedded server; short, as a socket path has 107 bytes at most."""
    wanted = embedded_location(home) / "run"
    if len(os.fsencode(wanted)) <= 88:
        return wanted
    digest = hashlib.sha256(os.fsencode(wanted)).hexdigest()[:12]
    return Path("/tmp") / f"headwater-{digest}"  # noqa: S108 - its owner and mode are checked on use
