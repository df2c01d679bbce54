"""Shapes of the JSON API of inbound mail."""

import datetime
from typing import Any

from ninja import Field, Schema


class CheckedOut(Schema):
    """What trying a mailbox came to."""

    ok: bool
    trouble: str = Field(description="Empty when all is well; else a code such as login or certificate.")
    words: str = Field(description="The same in plain words.")
    detail: str = Field(description="What the server or the system said.")
    count: int = Field(description="Mails in the folder.")
    folders: list[str] = Field(description="Where the folder is missing: those that there are.")


class PolledOut(Schema):
    taken: int = Field(description="New mails that came in.")
    trouble: str
    words: str


class StandingOut(Schema):
    """How reading goes, and the last thirty days."""

    is_on: bool
    checked_at: datetime.datetime | None
    trouble: str
    words: str
    mails: int
    new_leads: int
    attached: int
    aside: int


class DeliveredOut(Schema):
    """What became of a mail."""

    mail: int | None = Field(description="Null when it had come in before or nobody wants to hear of it.")
    repeated: bool
    put_aside: str = Field(description="Why it was put aside; empty when it was not.")


class MailFileOut(Schema):
    id: int
    name: str
    size: int
    content_type: str


class InboundMailOut(Schema):
    """A mail with its text."""

    id: int
    sender: str
    sender_name: str
    passed_on_by: str
    recipients: str
    subject: str
    text: str
    quoted: str
    at: datetime.datetime
    created_at: datetime.datetime
    state: str
    why: str
    mailbox: int | None
    record_type: str | None
    record_id: int | None
    is_cut: bool
    left_out: list[dict[str, Any]]
    files: list[MailFileOut]


class MailIdsIn(Schema):
    ids: list[int] = Field(max_length=200)


class AttachIn(Schema):
    record_type: str = Field(max_length=40, description="lead or contact.")
    record_id: int = Field(ge=1, lt=2**63)


class CountOut(Schema):
    count: int
