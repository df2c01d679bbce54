"""Structured log lines. Each carries the id of the request or job it belongs to."""

import logging

import structlog
from structlog.typing import EventDict, WrappedLogger

from headwater.platform.context import request_id


def line_formatter(*, as_json: bool) -> logging.Formatter:
    """One line per record: JSON for machines, or aligned text for a person at a terminal."""
    shared = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _add_request_id,
    ]
    last = [structlog.processors.format_exc_info, structlog.processors.JSONRenderer(ensure_ascii=False)]
    if not as_json:
        last = [structlog.dev.ConsoleRenderer(colors=False)]
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *last],
    )


def _add_request_id(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    if identifier := request_id():
        event.setdefault("request_id", identifier)
    return event
