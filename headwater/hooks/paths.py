"""Places in a delivery's body: `form.phone`, `answers[0].value`, `formDetail[type=name].value`, `"a.b"`.

A text that is itself JSON is looked into as if it were not a text: some platforms send it so.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

MOST = 200
_STEP = re.compile(
    r'(?P<dot>\.)?(?:"(?P<quoted>(?:[^"\\]|\\.)*)"|(?P<key>[^.\[\]"=\s][^.\[\]"=]*))'
    r"|\[(?P<index>[0-9]{1,4})\]"
    r'|\[(?P<by>[^=\[\]"]+)=(?:"(?P<is_quoted>(?:[^"\\]|\\.)*)"|(?P<is>[^\]"]*))\]'
)
_PLAIN = re.compile(r'[^.\[\]"=\s][^.\[\]"=]*')
_NAMES = ("key", "field", "name", "label", "title", "type")


class BadPath(ValueError):
    """A path that cannot be read."""


@dataclass(frozen=True, slots=True)
class Match:
    """The first object of a list whose `key` is `value`."""

    key: str
    value: str


Step = str | int | Match


def read(path: str) -> tuple[Step, ...]:
    """The steps of a path; raises `BadPath`."""
    path, at, steps = path.strip(), 0, list[Step]()
    if not path or len(path) > MOST:
        raise BadPath(path[:MOST])
    while at < len(path):
        found = _STEP.match(path, at)
        if found is None or (bool(found["dot"]) != (at > 0) and found["index"] is None and not found["by"]):
            raise BadPath(path)
        if found["index"] is not None:
            steps.append(int(found["index"]))
        elif found["by"]:
            wanted = _unquoted(found["is_quoted"]) if found["is_quoted"] is not None else found["is"]
            steps.append(Match(found["by"].strip(), wanted))
        else:
            steps.append(found["key"] if found["quoted"] is None else _unquoted(found["quoted"]))
        at = found.end()
    return tuple(steps)


def write(steps: Sequence[Step]) -> str:
    """The path of these steps; `read` gives them back."""
    text = ""
    for step in steps:
        if isinstance(step, int):
            text += f"[{step}]"
        elif isinstance(step, Match):
            value = step.value if _PLAIN.fullmatch(step.value) else _quoted(step.value)
            text += f"[{step.key}={value}]"
        else:
            key = step if _PLAIN.fullmatch(step) and step == step.strip() else _quoted(step)
            text += f".{key}" if text else key
    return text


def find(body: Any, steps: Sequence[Step]) -> Any:
    """What lies there; None when nothing does."""
    here = body
    for step in steps:
        here = opened(here)
        if isinstance(step, str) and isinstance(here, dict):
            here = here.get(step)
        elif isinstance(step, int) and isinstance(here, list):
            here = here[step] if step < len(here) else None
        elif isinstance(step, Match) and isinstance(here, list):
            here = next(
                (one for one in here if isinstance(one, dict) and str(one.get(step.key)) == step.value), None
            )
        else:
            return None
        if here is None:
            return None
    return here


def opened(value: Any) -> Any:
    """JSON that stands in a text as what it means; anything else as it is."""
    if isinstance(value, str) and value[:1] in ("{", "[") and value[-1:] in ("}", "]"):
        try:
            return orjson.loads(value)
        except orjson.JSONDecodeError:
            return value
    return value


@dataclass(frozen=True, slots=True)
class Leaf:
    """A line of the tree: a branch, or a value that can be taken."""

    path: str
    label: str
    depth: int
    value: Any
    is_branch: bool


def tree(body: Any, *, most: int = 400, deepest: int = 12) -> list[Leaf]:
    """Everything in a body that can be taken, branches before what they hold; at most `most` lines."""
    lines: list[Leaf] = []
    for leaf in _walk(body, (), deepest):
        lines.append(leaf)
        if len(lines) >= most:
            break
    return lines


def _walk(value: Any, steps: tuple[Step, ...], left: int) -> Iterator[Leaf]:
    value = opened(value)
    parts: list[tuple[Step, Any]] = []
    if isinstance(value, dict) and left:
        parts = list(value.items())
    elif isinstance(value, list) and left:
        name = _named_by(value)
        parts = [
            (Match(name, str(item[name])) if name else place, item) for place, item in enumerate(value[:50])
        ]
    if steps:
        last = steps[-1]
        label = last.value if isinstance(last, Match) else str(last)
        yield Leaf(write(steps), label, len(steps) - 1, None if parts else value, bool(parts))
    for step, item in parts:
        yield from _walk(item, (*steps, step), left - 1)


def _named_by(items: Sequence[Any]) -> str:
    """The key by which the objects of a list can be told apart whatever their order; empty without one."""
    if not items or not all(isinstance(item, Mapping) for item in items):
        return ""
    for name in _NAMES:
        found = [item.get(name) for item in items]
        is_named = len(items[0]) > 1 and all(isinstance(one, str) and one for one in found)
        if is_named and len(set(found)) == len(found):
            return name
    return ""


def _quoted(text: str) -> str:
    return orjson.dumps(text).decode()


def _unquoted(text: str) -> str:
    try:
        return str(orjson.loads(f'"{text}"'))
    except orjson.JSONDecodeError:
        raise BadPath(text) from None
