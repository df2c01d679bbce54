"""Every endpoint of the API as its own description lists it, with a minimal body for each."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from headwater.entry.api import api

METHODS = ("get", "post", "put", "patch", "delete")
# What everybody signed in may do with what is their own.
EVERYBODYS = ("/me", "/notifications", "/calendar")


@dataclass(frozen=True)
class Endpoint:
    """One operation: `path` holds ids as `{name}`; `body` is the least that its schema takes."""

    method: str
    path: str
    operation: str
    body: Any
    is_multipart: bool

    def __str__(self) -> str:
        return f"{self.method.upper()} {self.path}"

    @property
    def is_everybodys(self) -> bool:
        return self.path.removeprefix("/api/v1").startswith(EVERYBODYS)

    def at(self, record_id: int | str) -> str:
        """The address with every id filled in."""
        parts = [str(record_id) if part.startswith("{") else part for part in self.path.split("/")]
        return "/".join(parts)


@cache
def schema() -> dict[str, Any]:
    return dict(api.get_openapi_schema())


@cache
def endpoints() -> tuple[Endpoint, ...]:
    return tuple(_read())


def _read() -> Iterator[Endpoint]:
    for path, operations in schema()["paths"].items():
        for method in METHODS:
            if method in operations:
                content = operations[method].get("requestBody", {}).get("content", {})
                body = content.get("application/json", {}).get("schema")
                yield Endpoint(
                    method,
                    path,
                    operations[method].get("operationId", ""),
                    None if body is None else example(body),
                    "multipart/form-data" in content,
                )


def example(part: dict[str, Any]) -> Any:
    """The least value that a schema takes."""
    if "$ref" in part:
        return example(schema()["components"]["schemas"][part["$ref"].rsplit("/", 1)[1]])
    for word in ("allOf", "anyOf", "oneOf"):
        if word in part:
            return example(part[word][0])
    if "enum" in part:
        return part["enum"][0]
    kind = part.get("type")
    if kind == "object" or "properties" in part:
        needed = part.get("required", [])
        return {key: example(part["properties"][key]) for key in needed if key in part.get("properties", {})}
    plain: dict[Any, Any] = {"integer": 1, "number": 1, "boolean": True, "array": [], "null": None}
    return plain.get(kind, "x")
