"""A delivery's body: read within limits, cleaned of what must not be kept, shown without showing numbers."""

import re
from typing import Any
from urllib.parse import parse_qsl

import orjson

from headwater.hooks.errors import Tangled, Unreadable

MOST_BYTES = 256 * 1024
MOST_VALUES = 1000
DEEPEST = 12

SEALED = "•••"
_SECRET = re.compile(r"(secret|token|passw(or)?d|signature|^sign$|id_?(card|number)|身份证)", re.IGNORECASE)
_NUMBER = re.compile(r"(?<!\d)(\+?\d[\d -]{5,18}\d)(?!\d)")
_DAY = re.compile(r"(19|20)\d\d-\d\d?-\d\d?")
_EMAIL = re.compile(r"([\w.+-])[\w.+-]*@")


def read_body(content_type: str, raw: bytes) -> dict[str, Any] | list[Any]:
    """The body as objects and lists; NUL characters are dropped. Refuses `Unreadable`, `Tangled`."""
    kind = content_type.partition(";")[0].strip().lower()
    body: Any
    if kind == "application/x-www-form-urlencoded" and raw[:1] not in (b"{", b"["):
        body = _form(raw)
    else:
        try:
            body = orjson.loads(raw)
        except orjson.JSONDecodeError:
            raise Unreadable from None
    if not isinstance(body, dict | list) or not body:
        raise Unreadable
    _measure(body)
    return _clean(body, "")  # type: ignore[no-any-return]


def _form(raw: bytes) -> dict[str, Any]:
    try:
        pairs = parse_qsl(raw.decode(), keep_blank_values=True, max_num_fields=MOST_VALUES)
    except UnicodeDecodeError:
        raise Unreadable from None
    except ValueError:
        raise Tangled(values=MOST_VALUES, depth=DEEPEST) from None
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key not in found:
            found[key] = value
        elif isinstance(found[key], list):
            found[key].append(value)
        else:
            found[key] = [found[key], value]
    return found


def _measure(body: Any) -> None:
    """Refuses what is too much to look at, without recursion."""
    level, count = [body], 0
    for _depth in range(DEEPEST + 1):
        below: list[Any] = []
        for one in level:
            items = one.values() if isinstance(one, dict) else one
            count += len(one)
            below += [item for item in items if isinstance(item, dict | list)]
        if count > MOST_VALUES:
            break
        if not below:
            return
        level = below
    raise Tangled(values=MOST_VALUES, depth=DEEPEST)


def _clean(value: Any, key: str) -> Any:
    if isinstance(value, dict):
        return {name.replace("\x00", ""): _clean(item, name) for name, item in value.items()}
    if isinstance(value, list):
        return [_clean(item, key) for item in value]
    if key and value not in (None, "") and _SECRET.search(key):
        return SEALED
    return value.replace("\x00", "") if isinstance(value, str) else value


def shown(value: Any) -> Any:
    """For people's eyes: the shape of numbers and addresses without themselves."""
    if isinstance(value, dict):
        return {name: shown(item) for name, item in value.items()}
    if isinstance(value, list):
        return [shown(item) for item in value]
    if isinstance(value, bool) or value is None:
        return value
    text = str(value)
    hidden = _EMAIL.sub(r"\1***@", _NUMBER.sub(_middle, text))
    return value if hidden == text else hidden


def _middle(found: re.Match[str]) -> str:
    digits = found[1]
    if _DAY.match(digits):
        return digits
    return f"{digits[:3]}****{digits[-4:]}" if len(digits) >= 10 else f"{digits[:2]}***"
