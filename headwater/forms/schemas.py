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


class FormDayOut(Schema):
    day: datetime.date
    views: int
    submissions: int
    new_leads: int
    refused: int = Field(description="Robots turned away.")
    conversion: float | None = Field(description="Submissions in percent of views.")


class FormFigures(Schema):
    """The last thirty days, newest first."""

    total: FormDayOut
    days: list[FormDayOut]
