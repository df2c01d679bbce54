"""Shapes of the JSON API of pools."""

from typing import Any

from ninja import Field, Schema


class MemberIn(Schema):
    kind: str = Field(description="user, department, role or everyone.")
    id: int | None = None
    is_admin: bool = False


class MembersIn(Schema):
    members: list[MemberIn] = Field(max_length=500)


class MembersOut(Schema):
    members: list[dict[str, Any]]
