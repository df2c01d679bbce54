"""Where the data lives: the operator's `DATABASE_URL`, else the embedded server under `HEADWATER_HOME`."""

from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from headwater.config.embedded import EMBEDDED_NAME, EMBEDDED_PORT, EMBEDDED_USER, embedded_socket_dir
from headwater.config.env import BadEnvironment, env


def _options() -> dict[str, Any]:
    options: dict[str, Any] = {"pool": {"min_size": 0, "max_size": 20, "timeout": 15}}
    if env.prepared_statements:  # not behind a pooler in transaction mode
        options |= {"server_side_binding": True, "prepare_threshold": 5}
    return options


def database() -> dict[str, Any]:
    """Django's settings for the one database."""
    base: dict[str, Any] = {
        "ENGINE": "headwater.platform.database.backend",
        "CONN_HEALTH_CHECKS": True,  # a restarted database costs no request an error
        "OPTIONS": _options(),
        "DISABLE_SERVER_SIDE_CURSORS": not env.prepared_statements,
    }
    if not env.database_url:
        return base | {
            "NAME": EMBEDDED_NAME,
            "USER": EMBEDDED_USER,
            "HOST": str(embedded_socket_dir(env.home)),
            "PORT": EMBEDDED_PORT,
        }
    return base | _from_url("DATABASE_URL", env.database_url, base["OPTIONS"])


def databases() -> dict[str, dict[str, Any]]:
    """All of them: `reports`, where the operator names a replica or a role of its own for reports."""
    made = {"default": database()}
    if env.reports_url:
        own = made["default"] | {"OPTIONS": _options(), "TEST": {"MIRROR": "default"}}
        made["reports"] = own | _from_url("HEADWATER_REPORTS_URL", env.reports_url, own["OPTIONS"])
    return made


def _from_url(name: str, url: str, options: dict[str, Any]) -> dict[str, Any]:
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"} or not parts.path.strip("/"):
        raise BadEnvironment(f"{name}: use postgresql://user:password@host:port/name")
    query = dict(parse_qsl(parts.query))
    options |= {key: value for key, value in query.items() if key not in {"host", "port"}}
    return {
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.get("host") or unquote(parts.hostname or ""),
        "PORT": query.get("port") or str(parts.port or ""),
    }
