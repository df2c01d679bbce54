"""The commands that act on people and data, run in this process."""

from pathlib import Path

import pytest

from headwater.entry import doctor
from headwater.entry.cli import main
from headwater.organization.queries import load_actor
from headwater.platform.observability.health import Finding
from headwater.platform.tokens.services import find_token

pytestmark = pytest.mark.django_db

ADMIN = ["createadmin", "--email", "chen@example.cn", "--name", "陈静", "--password", "a long password 3"]


def test_an_administrator_and_a_token_for_them(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(ADMIN) == 0
    assert "chen@example.cn is an administrator" in capsys.readouterr().out
    assert main(["token", "create", "--user", "Chen@Example.cn", "--days", "3"]) == 0
    secret = capsys.readouterr().out.strip()
    token = find_token(secret)
    assert token is not None
    assert token.expires_at is not None
    assert load_actor(token.user_id).may("users.view")


def test_refusals_are_words_and_a_status(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["createadmin", "--email", "chen@example.cn", "--password", "short"]) == 1
    told = capsys.readouterr()
    assert "password" in told.err
    assert main(["token", "create", "--user", "nobody@example.cn"]) == 1
    assert "nobody@example.cn" in capsys.readouterr().err
    assert main(["import", "leads", "/does/not/exist.csv", "--user", "nobody@example.cn"]) == 1
    assert "does not exist" in capsys.readouterr().err


def test_doctor_says_what_to_do(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "_assets", lambda: Finding("web build", True, "present"))
    assert main(["doctor"]) == 1, "no worker runs here"
    told = capsys.readouterr().out
    for line in (
        "ok   database",
        "ok   text",
        "ok   migrations",
        "BAD  worker",
        "-> Start `headwater worker`",
    ):
        assert line in told


def test_every_command_explains_itself(capsys: pytest.CaptureFixture[str]) -> None:
    for words in (["--help"], ["serve", "--help"], ["restore", "--help"]):
        with pytest.raises(SystemExit) as ended:
            main(words)
        assert ended.value.code == 0
    assert "--replace" in capsys.readouterr().out


def test_a_backup_does_not_overwrite(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    there = tmp_path / "there.tar"
    there.write_text("precious")
    assert main(["backup", str(there)]) == 1
    assert "exists" in capsys.readouterr().err
    assert there.read_text() == "precious"
