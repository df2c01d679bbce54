"""Which system account the server runs under: our own, or a service account when we are root."""

import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

from headwater.platform.database.errors import DatabaseRefused

SERVICE_ACCOUNT = "headwater"


class _Identity(TypedDict, total=False):
    user: int
    group: int
    extra_groups: list[int]


@dataclass(frozen=True)
class Account:
    """A system account; `is_other` when it is not the one this process runs under."""

    name: str
    uid: int
    gid: int
    is_other: bool

    def subprocess_identity(self) -> _Identity:
        """The arguments of `subprocess.run` that make a child run under this account."""
        if not self.is_other:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def own(self, path: Path) -> None:
        """Give one file or folder, never its parents, to this account."""
        if self.is_other:
            os.chown(path, self.uid, self.gid, follow_symlinks=False)

    def can(self, *command: str) -> bool:
        """Whether this account can run the command (so reach, read and execute what it needs)."""
        try:
            done = subprocess.run(
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                cwd="/",
                check=False,
                **self.subprocess_identity(),
            )
        except OSError:
            return False
        return done.returncode == 0

    def reaches(self, folder: Path) -> bool:
        """Whether this account may enter the folder: PostgreSQL refuses to run as root."""
        return not self.is_other or self.can("/bin/sh", "-c", 'cd "$1"', "sh", str(folder))


def server_account() -> Account:
    """The account that will own the data and run the server; made once when we are root."""
    uid = os.geteuid()
    if uid != 0:
        try:
            entry = pwd.getpwuid(uid)
        except KeyError:
            raise DatabaseRefused(
                f"The account with number {uid} has no name on this system, and PostgreSQL needs one. "
                "Add it to /etc/passwd, run as a named account, or set DATABASE_URL to an external server."
            ) from None
        return Account(entry.pw_name, uid, entry.pw_gid, is_other=False)
    try:
        entry = pwd.getpwnam(SERVICE_ACCOUNT)
    except KeyError:
        _make_service_account()
        entry = pwd.getpwnam(SERVICE_ACCOUNT)
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid, is_other=True)


def _make_service_account() -> None:
    """Add the system account: no home, no shell, no password."""
    commands = {
        "useradd": ["--system", "--user-group", "--no-create-home", "--home-dir", "/nonexistent"],
        "adduser": ["-S", "-D", "-H", "-h", "/nonexistent"],  # BusyBox
    }
    for program, options in commands.items():
        found = shutil.which(program, path="/usr/sbin:/sbin:/usr/bin:/bin")
        if found is None:
            continue
        shell = ["--shell", "/usr/sbin/nologin"] if program == "useradd" else ["-s", "/sbin/nologin"]
        done = subprocess.run(
            [found, *options, *shell, SERVICE_ACCOUNT], capture_output=True, text=True, check=False
        )
        if done.returncode in {0, 9}:  # 9: another process made it first
            return
    raise DatabaseRefused(
        f"PostgreSQL does not run as root, and the system account {SERVICE_ACCOUNT!r} could not be made. "
        f"Make it (useradd --system {SERVICE_ACCOUNT}), run Headwater as a plain account, "
        "or set DATABASE_URL to an external server."
    )
