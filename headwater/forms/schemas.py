"""Shapes of the JSON API of landing forms."""

import datetime

from ninja import Field, Schema


class QuestionIn(Schema):
    """A field of the lead as the form asks for it; empty words are the field's own."""

    key: str = Field(max_length=100)
    label: str = Field("", max_length=120)
    help: str = Field("", max_length=300)
    required: bool = False


class QuestionsIn(Schema):
    questions: list[QuestionIn] = Field(max_length=30)


class FormShape(Schema):
    """What the form asks, and where it stands."""

    url: str
    embed_url: str
    questions: list[QuestionIn]
    version: int


class FormTotalOut(Schema):
    views: int
    starts: int = Field(description="Visitors who began to fill it in; counted where there is JavaScript.")
    submissions: int
    new_leads: int
    refused: int = Field(description="Robots turned away.")
    conversion: float | None = Field(description="Submissions in percent of views.")


class FormDayOut(FormTotalOut):
    day: datetime.date


class FormSourceOut(FormTotalOut):
    came_from: str = Field(
        description="utm_source, else the host of the page before; empty: unknown; *: all beyond the first"
        " forty of a day."
    )


class FormFigures(Schema):
    """The last thirty days, newest first, and by where people came from."""

    total: FormTotalOut
    days: list[FormDayOut]
    sources: list[FormSourceOut]
