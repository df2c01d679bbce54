"""Where log lines go and what they look like: one line each on standard error, JSON unless told otherwise."""

from typing import Any


def logging_settings(log_format: str) -> dict[str, Any]:
    """For `logging.config.dictConfig`; `log_format` is `json` or `text`."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "line": {
                "()": "headwater.platform.observability.logs.line_formatter",
                "as_json": log_format != "text",
            }
        },
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["stderr"], "level": "INFO"},
        "loggers": {
            "django": {"handlers": [], "level": "INFO", "propagate": True},
            # Every request has its own line already; 4xx answers are not warnings of ours.
            "django.request": {"handlers": [], "level": "ERROR", "propagate": True},
            "django.server": {"handlers": [], "level": "WARNING", "propagate": True},
            "_granian": {"handlers": [], "level": "ERROR", "propagate": True},
            "procrastinate": {"handlers": [], "level": "WARNING", "propagate": True},
        },
    }
