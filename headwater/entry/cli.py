"""The `headwater` command: each subcommand is a few lines here, its work elsewhere and imported late."""

import argparse
import gc
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from headwater.entry.errors import CommandRefused
from headwater.entry.lifeline import end_with_parent
from headwater.entry.store import database_running
from headwater.platform.database import DatabaseRefused

Command = Callable[[argparse.Namespace], int]
_IMPORTS = [
    "people",
    "products",
    "accounts",
    "contacts",
    "leads",
    "opportunities",
    "orders",
    "payments",
    "activities",
]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the answer is the exit status."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    if os.environ.pop("HEADWATER_LIFELINE", ""):
        end_with_parent()
    if words[:1] == ["django"]:  # its options are Django's, not ours
        return _guarded(lambda: _django(words[1:]))
    options = _parser().parse_args(words)
    command: Command = options.command
    return _guarded(lambda: command(options))


def _guarded(run: Callable[[], int]) -> int:
    try:
        return run()
    except (DatabaseRefused, CommandRefused) as refused:
        print(refused, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="headwater", description="Headwater 活水: sales leads, self-hosted."
    )
    commands = parser.add_subparsers(required=True, metavar="command")

    def command(name: str, run: Command, text: str) -> argparse.ArgumentParser:
        made = commands.add_parser(name, help=text, description=text)
        made.set_defaults(command=run)
        return made

    command("serve", _serve, "run web and worker together (and the embedded database)")
    command("web", _web, "run one web process")
    command("worker", _worker, "run one worker process: jobs and event subscribers")
    migrate = command("migrate", _migrate, "bring the database to this release")
    migrate.add_argument("--quietly", action="store_true", help="tell only what goes wrong")

    admin = command("createadmin", _createadmin, "make an administrator")
    admin.add_argument("--email", required=True)
    admin.add_argument("--name", default="")
    admin.add_argument("--password", help="asked for (or read from standard input) when absent")

    demo = command("demo", _demo, "load the demo company")
    demo.add_argument("--if-empty", action="store_true", help="only into an installation without people")

    token = command("token", _token, "make API tokens")
    token.add_argument("action", choices=["create"])
    token.add_argument("--user", required=True, metavar="EMAIL")
    token.add_argument("--name", default="command line")
    token.add_argument("--days", type=int, default=365, help="how long it is valid")

    imports = command("import", _import, "import a file of records")
    imports.add_argument("record", choices=_IMPORTS)
    imports.add_argument("file", type=Path)
    imports.add_argument("--user", required=True, metavar="EMAIL", help="on whose behalf")
    imports.add_argument("--pool", help="name of the pool that leads go to")
    imports.add_argument(
        "--column",
        action="append",
        default=[],
        metavar="HEADER=FIELD",
        help="map a column; FIELD may be empty",
    )
    imports.add_argument(
        "--value",
        action="append",
        default=[],
        metavar="HEADER:WORD=WORD",
        help="read a word of a column as another",
    )
    imports.add_argument(
        "--option",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="an option of the wizard, e.g. policy=update",
    )

    backup = command("backup", _backup, "write database, files and key into one file")
    backup.add_argument("file", type=Path, nargs="?", help="default: headwater-DATE.tar in this folder")

    restore = command("restore", _restore, "bring a backup into an empty installation")
    restore.add_argument("file", type=Path)
    restore.add_argument("--replace", action="store_true", help="also into one that has data: it is lost")

    rollups = command("rollups", _rollups, "fill what is counted ahead anew, or check it")
    rollups.add_argument("action", choices=["rebuild", "verify"])
    rollups.add_argument("rollup", nargs="*", metavar="leads|follow_ups", help="default: all")

    command("doctor", _doctor, "check this installation and say what is wrong")
    command("django", lambda _: 0, "run one of Django's management commands")
    return parser


def _prepare_django() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "headwater.config.settings")
    import django

    django.setup()


def _django(words: Sequence[str]) -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "headwater.config.settings")
    from django.core.management import execute_from_command_line

    with database_running():
        execute_from_command_line(["headwater django", *words])
    return 0


def _serve(_options: argparse.Namespace) -> int:
    from headwater.entry.serve import serve

    return serve()


def _web(_options: argparse.Namespace) -> int:
    from headwater.entry.web import run_web

    with database_running():
        return run_web()


def _worker(_options: argparse.Namespace) -> int:
    from headwater.entry.worker import run_worker_process

    with database_running():
        return run_worker_process()


def _migrate(options: argparse.Namespace) -> int:
    with database_running():
        _prepare_django()
        from django.core.management import call_command

        gc.disable()  # past models are thousands of classes: a quarter of the time
        call_command("migrate", interactive=False, verbosity=0 if options.quietly else 1)
    return 0


def _createadmin(options: argparse.Namespace) -> int:
    from headwater.entry.people import create_administrator

    with database_running():
        _prepare_django()
        return create_administrator(email=options.email, name=options.name, password=options.password)


def _demo(options: argparse.Namespace) -> int:
    with database_running():
        _prepare_django()
        from headwater.entry.demo import load_demo

        return load_demo(only_if_empty=options.if_empty)


def _token(options: argparse.Namespace) -> int:
    from headwater.entry.people import create_token

    with database_running():
        _prepare_django()
        return create_token(email=options.user, name=options.name, days=options.days)


def _import(options: argparse.Namespace) -> int:
    from headwater.entry.importing import Wishes, import_file

    with database_running():
        _prepare_django()
        return import_file(
            "users" if options.record == "people" else options.record,
            options.file,
            email=options.user,
            pool=options.pool,
            wishes=Wishes(options.column, options.value, options.option),
        )


def _backup(options: argparse.Namespace) -> int:
    from headwater.entry.backup import back_up

    with database_running():
        _prepare_django()
        return back_up(options.file)


def _restore(options: argparse.Namespace) -> int:
    from headwater.entry.restore import restore

    with database_running():
        return restore(options.file, replace=options.replace)


def _rollups(options: argparse.Namespace) -> int:
    with database_running():
        _prepare_django()
        from headwater.entry import rollups
        from headwater.rollups.types import Key

        unknown = [one for one in options.rollup if one not in Key.values]
        if unknown:
            raise CommandRefused(f"There is no rollup {unknown[0]!r}: {', '.join(Key.values)}.")
        act = rollups.rebuild if options.action == "rebuild" else rollups.verify
        return act(options.rollup)


def _doctor(_options: argparse.Namespace) -> int:
    from headwater.entry.doctor import examine

    return examine()
