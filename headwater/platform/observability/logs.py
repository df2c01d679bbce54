"""Structured log lines. Each carries the id of the request or job it belongs to."""

import logging

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from headwater.platform.context import request_id


def line_formatter(*, as_json: bool) -> logging.Formatter:
    """One line per record: JSON for machines, or aligned text for a person at a terminal.

    Lines of structlog and of the standard library come out alike, each where its logger's level says.
    """
    shared: list[Processor] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _add_request_id,
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.PositionalArgumentsFormatter(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    last: list[Processor] = [
        structlog.processors.format_exc_info,
        structlog.processors.JSONRenderer(ensure_ascii=False),
    ]
    if not as_json:
        last = [structlog.dev.ConsoleRenderer(colors=False)]
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[structlog.stdlib.ExtraAdder(), *shared],
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *last],
    )


def _add_request_id(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    if identifier := request_id():
        event.setdefault("request_id", identifier)
    return event
