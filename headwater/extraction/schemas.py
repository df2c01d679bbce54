"""Shapes of the JSON API of the card scan and of pasted texts."""

from typing import Any

from ninja import Field, Schema

from headwater.extraction.reading.texts import MOST


class TextIn(Schema):
    text: str = Field(
        max_length=MOST, description="Free text, a chat message, a signature, a vCard or MECARD."
    )


class ReadFieldOut(Schema):
    """A value, and where it came from."""

    value: str = Field(description="As printed or written.")
    confidence: float = Field(description="0 to 1; below 0.8 a person should look.")
    lines: list[int] = Field(description="The lines it stands on.")
    place: list[float] | None = Field(
        None, description="Left, top, right, bottom in percent of the upright picture."
    )


class OtherOut(Schema):
    """What else could be a field's value."""

    field: str
    value: str
    confidence: float


class ReadOut(Schema):
    """One person's fields; `values` can be sent to `POST /leads` as they are."""

    fields: dict[str, ReadFieldOut]
    others: list[OtherOut]
    values: dict[str, str]
    known: list[dict[str, Any]] = Field(
        description="Leads with one of these contacts, as far as they may be told."
    )


class CardOut(ReadOut):
    lines: list[str] = Field(description="The card from top to bottom.")
    codes: list[str] = Field(description="The text of QR codes on it.")
    width: int
    height: int


class TextsOut(Schema):
    leads: list[ReadOut]
