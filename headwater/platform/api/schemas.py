"""Schemas for the documentation of records; answers themselves are written without them."""

from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Annotated, Any

from ninja import Schema
from pydantic import ConfigDict, Field, WithJsonSchema, create_model

from headwater.kernel.catalogue import Field as RecordField
from headwater.kernel.catalogue import FieldType, RecordType

# Answers write decimals as exact JSON numbers; pydantic alone would describe them as texts.
DecimalOut = Annotated[Decimal, WithJsonSchema({"type": "number"})]


class Link(Schema):
    """A record that another one points to."""

    id: int
    name: str | None = None


class Problem(Schema):
    """A refusal (RFC 9457, `application/problem+json`)."""

    type: str
    title: str
    status: int
    code: str = Field(description="Stable, for programs.")
    detail: str = Field(description="What happened, in the caller's language.")
    remedy: str = Field(description="What to do next; may be empty.")
    facts: dict[str, Any] = Field(description="The rule, its limit, the present value, the fields.")
    request_id: str


_OUT: dict[FieldType, Any] = {
    FieldType.NUMBER: float,
    FieldType.MONEY: float,
    FieldType.PERCENT: float,
    FieldType.DATE: date,
    FieldType.DATETIME: datetime,
    FieldType.BOOLEAN: bool,
    FieldType.MULTI_PICK: list[str],
    FieldType.USER: Link,
    FieldType.DEPARTMENT: Link,
    FieldType.LINK: Link,
}
_IN: dict[FieldType, Any] = _OUT | {
    FieldType.NUMBER: float | str,
    FieldType.MONEY: float | str,
    FieldType.PERCENT: float | str,
    FieldType.DATE: str,
    FieldType.DATETIME: str,
    FieldType.USER: int,
    FieldType.DEPARTMENT: int,
    FieldType.LINK: int,
}


def _note(field: RecordField) -> str:
    # Choices are kept by administrators, in the database; the shape of the API must not wait for it.
    is_choice = field.type in (FieldType.PICKLIST, FieldType.MULTI_PICK, FieldType.CASCADE)
    parts = [str(field.label), str(field.help), "A value of the field's picklist." if is_choice else ""]
    return " ".join(part for part in parts if part)


def record_schema(kind: RecordType) -> type[Schema]:
    """What an answer about one record holds; with `fields=` only those asked for."""
    return _record_schema(kind.key, kind.fields)


@cache
def _record_schema(key: str, fields: tuple[RecordField, ...]) -> type[Schema]:
    properties: dict[str, Any] = {
        field.key: (_OUT.get(field.type, str) | None, Field(None, description=_note(field)))
        for field in fields
    }
    properties = {
        "id": (int, ...),
        "version": (int | None, Field(None, description="Sent as ETag; give it back in If-Match.")),
        "custom": (dict[str, Any] | None, Field(None, description="Custom fields by name.")),
    } | properties
    return create_model(f"{_camel(key)}Out", __base__=Schema, __config__=None, **properties)


@cache
def page_schema(item: type[Schema]) -> type[Schema]:
    """A page of `item`."""
    name = item.__name__.removesuffix("Out") + "Page"
    properties: dict[str, Any] = {
        "items": (list[item], ...),  # type: ignore[valid-type]
        "next": (str | None, Field(None, description="The cursor of the next page; null on the last.")),
        "total": (int | None, Field(None, description="How many there are; null on pages after the first.")),
        "total_is_capped": (bool, Field(False, description="There are more than `total`.")),
    }
    return create_model(name, __base__=Schema, **properties)


def input_schema(kind: RecordType, *, partial: bool) -> dict[str, Any]:
    """The JSON schema of a create or update body, inline."""
    properties: dict[str, Any] = {}
    required: list[str] = []
    for field in kind.fields:
        if not field.editable:
            continue
        annotation = _IN.get(field.type, str)
        name = field.key
        properties[name] = (annotation | None, Field(None, description=_note(field)))
        if field.required and not partial and field.default is None:
            required.append(name)
    properties["custom"] = (dict[str, Any] | None, Field(None, description="Custom fields by name."))
    model = create_model(f"{_camel(kind.key)}In", __config__=ConfigDict(extra="forbid"), **properties)
    schema = model.model_json_schema()
    for part in schema["properties"].values():
        part.pop("default", None)
        part.pop("title", None)
    if required:
        schema["required"] = required
    return schema


def body(schema: dict[str, Any]) -> dict[str, Any]:
    """The `openapi_extra` of an endpoint that reads its body by itself."""
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": schema}}}}


def _camel(key: str) -> str:
    return "".join(part.title() for part in key.split("_"))
