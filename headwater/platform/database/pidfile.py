"""What `postmaster.pid` says, and whether to believe it."""

import os
import subprocess
import sys
from pathlib import Path

NEVER_A_PID = 999_999_999  # above every system's limit, so PostgreSQL sees at once that nobody has it


def serving_pid(data: Path) -> int | None:
    """The number in `postmaster.pid` if that process is a PostgreSQL server working in `data`."""
    pid = _claimed_pid(data)
    return pid if pid is not None and _is_server_of(pid, data) else None


def forget_stale_owner(data: Path) -> None:
    """Make a left-behind `postmaster.pid` harmless; call only when `serving_pid` is None.

    An empty one would be refused for ever, so it goes. In any other the number may be a stranger by now,
    so it is replaced; the rest stays, because by it PostgreSQL finds sessions that outlived their postmaster.
    """
    path = data / "postmaster.pid"
    try:
        lines = path.read_text(errors="replace").split("\n")
    except FileNotFoundError:
        return
    if _claimed_pid(data) is None:
        path.unlink()
        return
    path.write_text("\n".join([str(NEVER_A_PID), *lines[1:]]))


def _claimed_pid(data: Path) -> int | None:
    try:
        pid = int((data / "postmaster.pid").read_text(errors="replace").split("\n")[0])
    except (OSError, ValueError):
        return None
    return pid if pid > 1 else None


def _is_server_of(pid: int, data: Path) -> bool:
    if not sys.platform.startswith("linux"):
        command = ["ps", "-o", "command=", "-p", str(pid)]
        told = subprocess.run(command, capture_output=True, text=True, check=False).stdout
        return "postgres" in told and str(data) in told
    try:
        program = Path(f"/proc/{pid}/exe").readlink()
        folder = Path(f"/proc/{pid}/cwd").readlink()
    except OSError:
        return False
    name = str(program).removesuffix(" (deleted)")
    return os.path.basename(name) == "postgres" and folder == data.resolve()  # noqa: PTH119
