"""The place where a room above says what it thinks of a record that somebody enters."""

from collections.abc import Mapping
from typing import Any, Protocol

from headwater.kernel.access import Access


class NewCheck(Protocol):
    def __call__(
        self, access: Access, record: str, values: Mapping[str, Any], *, confirmed: bool
    ) -> list[dict[str, Any]]:
        """Warnings about a new record; raises a refusal, and unless `confirmed` one for warnings too."""


_checks: list[NewCheck] = []


def register_new_check(check: NewCheck) -> None:
    """Have new leads, contacts and accounts looked at; `values` are normalised."""
    if check not in _checks:
        _checks.append(check)


def check_new(
    access: Access, record: str, values: Mapping[str, Any], *, confirmed: bool
) -> list[dict[str, Any]]:
    """What is to be said about a record before it is saved."""
    return [one for check in _checks for one in check(access, record, values, confirmed=confirmed)]
