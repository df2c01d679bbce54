"""The web process: granian serving the WSGI application with threads."""

import os
from typing import Any

from headwater.config.env import env


def run_web() -> int:
    """Serve until SIGTERM or SIGINT; a worker process that dies is replaced."""
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    from headwater.config.logs import logging_settings

    (env.home / "static").mkdir(parents=True, exist_ok=True)
    Granian(
        "headwater.entry.wsgi:application",
        address=env.host,
        port=env.port,
        interface=Interfaces.WSGI,
        workers=env.web_workers,
        blocking_threads=env.web_threads,
        backpressure=env.web_threads * 16,
        respawn_failed_workers=True,
        respawn_interval=0.5,
        workers_kill_timeout=20,
        log_level=LogLevels.warning,
        log_dictconfig=logging_settings(env.log_format),
    ).serve(target_loader=load_application, wrap_loader=False)
    return 0


def load_application(_target: str | None = None) -> Any:
    """Runs inside each of granian's worker processes, which must not outlive the web process."""
    from headwater.entry.lifeline import end_with_parent

    end_with_parent()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "headwater.config.settings")
    from headwater.entry.wsgi import application
    from headwater.insight.engine import share_threads

    share_threads(env.web_threads)
    load_addresses()
    return application


def load_addresses() -> None:
    """Import every page and endpoint now: what is broken shows at the start, and no first visitor waits."""
    from django.urls import get_resolver

    _ = get_resolver().url_patterns
