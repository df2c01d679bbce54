"""The embedded server: what it is, how processes share it, what it survives and what it refuses."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import psycopg
import pytest

from headwater.platform.database import DatabaseRefused, EmbeddedServer
from headwater.platform.database.account import server_account
from tests.database.conftest import MakeServer


def ask(server: EmbeddedServer, statement: str) -> tuple[object, ...]:
    with psycopg.connect(server.url(), autocommit=True) as connection:
        cursor = connection.execute(statement)
        return (cursor.fetchone() or ()) if cursor.description else ()


def user_process(server: EmbeddedServer) -> "subprocess.Popen[str]":
    """Another process that uses the server until it is killed."""
    code = (
        "import sys, time; from pathlib import Path; from headwater.platform.database import EmbeddedServer\n"
        "use = EmbeddedServer(Path(sys.argv[1]), settings={'fsync': 'off'}).use(); print('up', flush=True)\n"
        "time.sleep(120)"
    )
    command = [sys.executable, "-c", code, str(server.home)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2])
    assert process.stdout is not None
    assert process.stdout.readline() == "up\n"
    return process


def test_chinese_works_whatever_the_environment_says(
    make_server: MakeServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("LC_ALL", "LANG", "LC_CTYPE"):
        monkeypatch.setenv(name, "C")
    monkeypatch.setenv("PGPORT", "1")
    server = make_server()
    with server.use():
        facts = (
            "select datlocprovider, datlocale, pg_encoding_to_char(encoding) from pg_database where datname="
        )
        assert ask(server, facts + "'headwater'") == ("b", "C.UTF-8", "UTF8")
        ask(server, "create extension pg_trgm")
        (trigrams,) = ask(server, "select cardinality(show_trgm('张伟科技'))")
        assert trigrams == 5
        assert ask(server, "select upper('é')") == ("É",)


def test_ships_safe_settings(make_server: MakeServer) -> None:
    server = make_server()
    with server.use():
        for name, wanted in {
            "data_checksums": "on",
            "wal_compression": "off",
            "jit": "off",
            "listen_addresses": "",
            "shared_preload_libraries": "pg_stat_statements",
            "random_page_cost": "1.1",
            "unix_socket_permissions": "0700",
        }.items():
            assert ask(server, f"show {name}") == (wanted,), name
        rules = "select count(*), min(type), min(auth_method) from pg_hba_file_rules"
        assert ask(server, rules) == (1, "local", "peer")


def test_the_operators_own_settings_win(make_server: MakeServer) -> None:
    server = make_server()
    server.home.mkdir()
    (server.home / "postgresql.conf").write_text("work_mem = '9MB'\n")
    with server.use():
        assert ask(server, "show work_mem") == ("9MB",)


def test_a_new_home_is_not_for_looking_around(make_server: MakeServer) -> None:
    server = make_server()
    with server.use():
        assert server.home.stat().st_mode & 0o066 == 0


def test_data_outlives_a_stop(make_server: MakeServer) -> None:
    server = make_server()
    with server.use():
        ask(server, "create table kept as select 7 as seven")
    assert server.running_pid() is None
    with server.use():
        assert ask(server, "select seven from kept") == (7,)


def test_the_last_user_stops_it(make_server: MakeServer) -> None:
    server = make_server()
    first, second = server.use(), server.use()
    assert first.close() is False
    assert ask(server, "select 1") == (1,)
    assert second.close() is True
    assert server.running_pid() is None
    assert second.close() is False


def test_many_processes_may_start_it_at_once(make_server: MakeServer) -> None:
    server = make_server()
    processes: list[subprocess.Popen[str]] = []
    threads = [threading.Thread(target=lambda: processes.append(user_process(server))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    use = server.use()
    pid = server.running_pid()
    assert pid is not None
    for process in processes:
        process.kill()
        process.wait()
    assert server.running_pid() == pid
    assert use.close() is True


def test_a_server_left_by_kill_is_adopted_and_stopped_at_last(make_server: MakeServer) -> None:
    server = make_server()
    killed = user_process(server)
    pid = server.running_pid()
    killed.kill()
    killed.wait()
    assert pid is not None
    assert server.running_pid() == pid
    use = server.use()
    assert server.running_pid() == pid
    assert use.close() is True
    assert server.running_pid() is None


def test_a_reused_process_number_is_left_in_peace(make_server: MakeServer) -> None:
    server = make_server()
    with server.use():
        pass
    # The worst stranger: under the server's own account, so that PostgreSQL itself believes the file.
    stranger = subprocess.Popen(["sleep", "60"], **server_account().subprocess_identity())
    try:
        lines = [str(stranger.pid), str(server.data), "1700000000", "5432", str(server.socket_folder), "", ""]
        (server.data / "postmaster.pid").write_text("\n".join(lines))
        assert server.running_pid() is None
        with server.use():
            assert ask(server, "select 1") == (1,)
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


@pytest.mark.parametrize("content", ["", "\n", "nonsense\n", "-3\n"])
def test_a_damaged_pid_file_does_not_matter(make_server: MakeServer, content: str) -> None:
    server = make_server()
    with server.use():
        pass
    (server.data / "postmaster.pid").write_text(content)
    with server.use():
        assert ask(server, "select 1") == (1,)


def test_committed_data_survives_kill_of_everything(make_server: MakeServer) -> None:
    server = make_server(synchronous_commit="on", fsync="on")
    use = server.use()
    ask(server, "create table kept as select generate_series(1, 50000) as n")
    pid = server.running_pid()
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    use.ensure_running()
    assert server.running_pid() not in {None, pid}
    assert ask(server, "select count(*) from kept") == (50000,)
    use.close()


def test_a_killed_postmaster_is_replaced_although_its_sessions_live_on(make_server: MakeServer) -> None:
    server = make_server()
    use = server.use()
    busy = psycopg.connect(server.url(), autocommit=True)
    # A session that does not look up from its work for a while, and so does not notice.
    work = threading.Thread(
        target=lambda: _swallow(busy, "select count(*) from generate_series(1, 30000000)")
    )
    work.start()
    time.sleep(0.3)
    pid = server.running_pid()
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    use.ensure_running()
    assert ask(server, "select 1") == (1,)
    work.join()
    use.close()


def _swallow(connection: "psycopg.Connection[tuple[object, ...]]", statement: str) -> None:
    with pytest.raises(psycopg.OperationalError):
        connection.execute(statement)
        time.sleep(1)  # now it waits for us, sees that its postmaster is gone, and goes too
        connection.execute("select 1")


@pytest.mark.parametrize(
    "name",
    ["with a space", 'it\'s "quoted" \\ 活水, 100%', "/".join(["a-rather-long-folder-name"] * 6)],
)
def test_any_path_will_do(make_server: MakeServer, name: str) -> None:
    server = make_server(name)
    with server.use():
        assert ask(server, "select 1") == (1,)
        folder = server.socket_folder
        assert folder.stat().st_mode & 0o077 == 0
        assert len(os.fsencode(folder / ".s.PGSQL.5432")) < 107


def test_a_short_socket_folder_taken_by_others_is_refused(make_server: MakeServer) -> None:
    server = make_server("/".join(["a-rather-long-folder-name"] * 6))
    server.socket_folder.mkdir(mode=0o755)
    try:
        with pytest.raises(DatabaseRefused, match="shorter path"):
            server.use()
    finally:
        server.socket_folder.rmdir()


def test_a_half_made_cluster_is_made_again(make_server: MakeServer) -> None:
    server = make_server()
    draft = server.home / "postgres" / "data.new"
    draft.mkdir(parents=True)
    (draft / "PG_VERSION").write_text("18\n")
    with server.use():
        assert ask(server, "select 1") == (1,)


def test_another_major_version_is_refused_with_the_way_out(make_server: MakeServer) -> None:
    server = make_server()
    server.data.mkdir(parents=True)
    (server.data / "PG_VERSION").write_text("17\n")
    with pytest.raises(DatabaseRefused, match=r"PostgreSQL 17.*headwater backup.*headwater restore"):
        server.use()
    assert [path.name for path in server.data.iterdir()] == ["PG_VERSION"]


def test_a_dying_postmaster_that_still_holds_its_socket_is_waited_for(make_server: MakeServer) -> None:
    server = make_server()
    with server.use():
        pass
    dying = socket.socket(socket.AF_UNIX)
    path = server.socket_folder / ".s.PGSQL.5432"
    dying.bind(str(path))
    dying.listen()
    end = threading.Timer(0.7, dying.close)
    end.start()
    with server.use():
        assert not end.is_alive()
        assert ask(server, "select 1") == (1,)


def test_a_server_elsewhere_on_the_same_folder_is_respected(make_server: MakeServer) -> None:
    server = make_server()
    with server.use():
        pass
    with socket.socket(socket.AF_UNIX) as elsewhere:
        elsewhere.bind(str(server.socket_folder / ".s.PGSQL.5432"))
        elsewhere.listen(1)  # its queue is full after two looks
        with pytest.raises(DatabaseRefused, match="not visible from here"):
            server.use()
    (server.socket_folder / ".s.PGSQL.5432").unlink()


def test_a_link_that_leads_nowhere_is_not_taken_for_a_new_installation(make_server: MakeServer) -> None:
    server = make_server()
    server.home.mkdir()
    (server.home / "postgres").symlink_to(server.home / "gone")
    with pytest.raises(DatabaseRefused, match="gone"):
        server.use()


def test_a_failing_start_shows_the_servers_own_words(make_server: MakeServer) -> None:
    server = make_server(work_mem="plenty")
    with pytest.raises(DatabaseRefused, match="plenty"):
        server.use()
