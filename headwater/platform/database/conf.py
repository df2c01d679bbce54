"""The configuration files written for the embedded server."""

from collections.abc import Mapping
from pathlib import Path

ROLE = "headwater"
OWN_SETTINGS = "headwater.conf"
MAP = "headwater"


def settings(*, socket_folder: Path, port: str, log_folder: Path, extra: Mapping[str, str]) -> dict[str, str]:
    """What the server runs with: fit for a small machine; `postgresql.conf` in the home folder wins."""
    return {
        "listen_addresses": "",
        "port": port,  # part of the socket's name
        "unix_socket_directories": '"' + str(socket_folder).replace('"', '""') + '"',
        "unix_socket_permissions": "0700",
        "max_connections": "100",
        "shared_buffers": "128MB",
        "work_mem": "16MB",
        "maintenance_work_mem": "256MB",
        "effective_cache_size": "1GB",
        "max_wal_size": "4GB",
        "random_page_cost": "1.1",
        "jit": "off",
        # On a small machine the start of a parallel worker costs more than it saves.
        "max_parallel_workers_per_gather": "0",
        "wal_compression": "off",  # the wheel has only pglz, measured six times slower on bulk writes
        "shared_preload_libraries": "pg_stat_statements",
        "timezone": "UTC",
        "log_timezone": "UTC",
        "logging_collector": "on",
        "log_directory": str(log_folder),
        "log_filename": "postgres-%a.log",
        "log_rotation_age": "1d",
        "log_rotation_size": "0",
        "log_truncate_on_rotation": "on",
        "log_min_duration_statement": "2s",
        "log_parameter_max_length": "0",  # values are people's data
        "log_parameter_max_length_on_error": "0",
        **extra,
    }


def render(values: Mapping[str, str], *, own: str) -> str:
    """As a PostgreSQL configuration file; `own` is the operator's text, last so that it wins."""
    return "\n".join([*(f"{name} = {quote(value)}" for name, value in values.items()), own, ""])


def quote(value: str) -> str:
    return "'" + value.replace("\\", "\\\\").replace("'", "''") + "'"


HOST_BASED = f"local all all peer map={MAP}\n"


def identities(names: set[str]) -> str:
    """Which system accounts may sign in as the one role, over the private socket only."""
    return "".join(f'{MAP} "{name}" {ROLE}\n' for name in sorted(names))
