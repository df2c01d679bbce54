"""Readable documentation of the API from its schema: plain HTML without script, for a strict CSP."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from ninja import NinjaAPI

Operation = tuple[str, str, dict[str, Any]]

_STYLE = Path(__file__).parent / "static" / "api" / "docs.css"


def stylesheet_view(request: HttpRequest) -> HttpResponse:
    response = HttpResponse(_STYLE.read_text(), content_type="text/css; charset=utf-8")
    response["Cache-Control"] = "public, max-age=3600"
    return response


def docs_view(api: NinjaAPI) -> Callable[[HttpRequest], HttpResponse]:
    """The page about `api`; the schema is read when it is first asked for."""

    def view(request: HttpRequest) -> HttpResponse:
        schema = api.get_openapi_schema()
        groups: dict[str, list[Operation]] = defaultdict(list)
        for place, item in schema["paths"].items():
            for method, operation in item.items():
                groups[(operation.get("tags") or ["General"])[0]].append((method, place, operation))
        return HttpResponse(_page(schema, groups))

    return view


def _page(schema: dict[str, Any], groups: dict[str, list[Operation]]) -> SafeString:
    info = schema["info"]
    return format_html(
        '<!doctype html><html lang="en"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<title>{}</title><link rel="stylesheet" href="docs.css">'
        '<h1>{}</h1><pre>{}</pre><p><a href="openapi.json">openapi.json</a></p><nav>{}</nav>{}</html>',
        info["title"],
        info["title"],
        info["description"],
        format_html_join("", '<a href="#{}">{}</a>', ((_anchor(tag), tag) for tag in groups)),
        format_html_join(
            "",
            '<h2 id="{}">{}</h2>{}',
            ((_anchor(tag), tag, _operations(found, schema)) for tag, found in groups.items()),
        ),
    )


def _anchor(tag: str) -> str:
    return tag.lower().replace(" ", "-")


def _operations(found: Iterable[Operation], schema: dict[str, Any]) -> SafeString:
    return format_html_join(
        "",
        '<details id="{}"><summary><b>{}</b><code>{}</code><span>{}</span></summary>'
        "<p>{}</p>{}{}{}</details>",
        (
            (
                operation.get("operationId", ""),
                method,
                place,
                operation.get("summary", ""),
                operation.get("description", ""),
                _parameters(operation),
                _body(operation, schema),
                _answers(operation, schema),
            )
            for method, place, operation in found
        ),
    )


def _parameters(operation: dict[str, Any]) -> SafeString:
    rows = [
        (
            parameter["name"],
            parameter["in"],
            _type(parameter.get("schema", {})),
            parameter.get("description") or parameter.get("schema", {}).get("description", ""),
        )
        for parameter in operation.get("parameters", [])
    ]
    return _table("Parameters", rows)


def _body(operation: dict[str, Any], schema: dict[str, Any]) -> SafeString:
    content = operation.get("requestBody", {}).get("content", {})
    for media, described in content.items():
        return _table(f"Body ({media})", _properties(described.get("schema", {}), schema))
    return mark_safe("")


def _answers(operation: dict[str, Any], schema: dict[str, Any]) -> SafeString:
    parts: list[SafeString] = []
    for status, answer in operation.get("responses", {}).items():
        contents: dict[str, dict[str, Any]] = answer.get("content", {})
        described: dict[str, Any] = next(iter(contents.values()), {}).get("schema", {})
        if described.get("$ref", "").endswith("/Problem"):
            parts.append(format_html("<p>{}: a problem</p>", status))
        else:
            parts.append(_table(f"Answer {status}", _properties(described, schema)))
    return format_html_join("", "{}", ((part,) for part in parts))


def _properties(described: dict[str, Any], schema: dict[str, Any]) -> list[tuple[str, str, str, str]]:
    described = _resolve(described, schema)
    required = set(described.get("required", ()))
    return [
        (name, "required" if name in required else "", _type(part), part.get("description", ""))
        for name, part in described.get("properties", {}).items()
    ]


def _resolve(described: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    reference = described.get("$ref", "")
    if not reference:
        return described
    found: dict[str, Any] = schema["components"]["schemas"].get(reference.rsplit("/", 1)[-1], {})
    return found


def _type(part: dict[str, Any]) -> str:
    if "$ref" in part:
        return str(part["$ref"]).rsplit("/", 1)[-1]
    if "anyOf" in part:
        return " | ".join(_type(one) for one in part["anyOf"])
    if part.get("type") == "array":
        return f"{_type(part.get('items', {}))}[]"
    return str(part.get("format") or part.get("type") or "any")


def _table(title: str, rows: list[tuple[str, str, str, str]]) -> SafeString:
    if not rows:
        return mark_safe("")
    return format_html(
        "<h4>{}</h4><table>{}</table>",
        title,
        format_html_join("", "<tr><td><code>{}</code></td><td>{}</td><td>{}</td><td>{}</td></tr>", rows),
    )
