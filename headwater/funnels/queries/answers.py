"""Results of questions: kept a minute, cut to what the reader may see."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

import orjson

from headwater.insight.drawing.view import key_text
from headwater.insight.engine import Definition, Result, Row
from headwater.insight.engine.results import Value
from headwater.insight.results import cached
from headwater.kernel.access import Access

FRESH = timedelta(minutes=1)
RECORDS = "/funnel/records"


def answer(access: Access, raw: Mapping[str, Any]) -> Result:
    """Raises what the engine raises."""
    return cached(access, Definition.parse(raw, access), FRESH)


def ratio(part: Value, whole: Value) -> Decimal | None:
    """In percent to one decimal; None where there is nothing to divide by."""
    if not isinstance(part, int | Decimal) or not isinstance(whole, int | Decimal) or not whole:
        return None
    return (Decimal(part) * 100 / Decimal(whole)).quantize(Decimal("0.1"))


def row_of(result: Result, key: str) -> Row | None:
    """The row of a group by the JSON of its key."""
    wanted = orjson.loads(key)
    return next((row for row in result.rows if json_key(row) == wanted), None)


def json_key(row: Row) -> Any:
    """A row's first key as JSON has it."""
    return orjson.loads(orjson.dumps(row.keys[0], default=str))


def key_json(row: Row) -> str:
    """The text of a row's first key for an address."""
    return orjson.dumps(row.keys[0], default=str).decode()


def records_address(question: str, period: str, measure: str, keys: Sequence[Any], **more: str) -> str:
    """The records behind a number of a question."""
    params = {"what": question, "period": period, **more, "m": measure, "k": key_text(list(keys))}
    return f"{RECORDS}?{urlencode({name: value for name, value in params.items() if value})}"


def days_between(since: date | None, until: date | None) -> str:
    """Two days as the address has a period."""
    return f"{since.isoformat()}..{until.isoformat()}" if since and until else "all"
