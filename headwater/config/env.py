"""The environment, read once and typed. Nothing else in the house looks at `os.environ`."""

import os
import secrets
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path


class BadEnvironment(SystemExit):
    """A setting in the environment cannot be used; the message says which and what it may be."""


def _flag(name: str, default: bool) -> bool:
    raw = os.environ.get(name, "").strip().lower()
    if raw in {"", None}:
        return default
    if raw in {"1", "true", "yes", "on"}:
        return True
    if raw in {"0", "false", "no", "off"}:
        return False
    raise BadEnvironment(f"{name}={raw!r}: use 1 or 0")


def _number(name: str, default: int) -> int:
    raw = os.environ.get(name, "").strip()
    if not raw:
        return default
    if not raw.isdigit():
        raise BadEnvironment(f"{name}={raw!r}: use a whole number")
    return int(raw)


def _words(name: str, default: str = "") -> list[str]:
    return [word.strip() for word in os.environ.get(name, default).split(",") if word.strip()]


@dataclass(frozen=True)
class Env:
    """What the operator decides from outside."""

    home: Path
    host: str
    port: int
    demo: bool
    debug: bool
    database_url: str
    reports_url: str
    public_url: str
    allowed_hosts: list[str]
    web_workers: int
    web_threads: int
    worker_concurrency: int
    prepared_statements: bool
    email_url: str
    email_from: str
    log_format: str
    metrics_token: str
    secret_key_override: str
    outgoing_allow: list[str]

    @cached_property
    def secret_key(self) -> str:
        """From the environment, or made once and kept in `home` readable by its owner only."""
        if self.secret_key_override:
            return self.secret_key_override
        path = self.home / "secret_key"
        try:
            return path.read_text().strip()
        except FileNotFoundError:
            self.home.mkdir(mode=0o700, parents=True, exist_ok=True)
            made = secrets.token_urlsafe(48)
            try:
                handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            except FileExistsError:  # another process was first: its key is the key
                return path.read_text().strip()
            with os.fdopen(handle, "w") as file:
                file.write(made)
            return made


def read() -> Env:
    """The environment of this process; refuses what it cannot use with words."""
    port = _number("HEADWATER_PORT", 8000)
    public_url = os.environ.get("HEADWATER_URL", "").rstrip("/") or f"http://localhost:{port}"
    return Env(
        home=Path(os.environ.get("HEADWATER_HOME") or "./.headwater").expanduser().resolve(),
        host=os.environ.get("HEADWATER_HOST") or "127.0.0.1",
        port=port,
        demo=_flag("HEADWATER_DEMO", True),
        debug=_flag("HEADWATER_DEBUG", False),
        database_url=os.environ.get("DATABASE_URL", ""),
        reports_url=os.environ.get("HEADWATER_REPORTS_URL", ""),
        public_url=public_url,
        allowed_hosts=_words("HEADWATER_ALLOWED_HOSTS", "*"),
        web_workers=_number("HEADWATER_WEB_WORKERS", 1),
        web_threads=_number("HEADWATER_WEB_THREADS", 4),
        worker_concurrency=_number("HEADWATER_WORKER_CONCURRENCY", 4),
        prepared_statements=_flag("HEADWATER_PREPARED_STATEMENTS", True),
        email_url=os.environ.get("HEADWATER_EMAIL_URL", ""),
        email_from=os.environ.get("HEADWATER_EMAIL_FROM", "Headwater <headwater@localhost>"),
        log_format=os.environ.get("HEADWATER_LOG_FORMAT", "json"),
        metrics_token=os.environ.get("HEADWATER_METRICS_TOKEN", ""),
        secret_key_override=os.environ.get("HEADWATER_SECRET_KEY", ""),
        outgoing_allow=[word.lower() for word in _words("HEADWATER_OUTGOING_ALLOW")],
    )


env = read()
