"""Measuring what changes data: each run is taken back."""

from collections.abc import Callable

from django.db import transaction


class _Undo(Exception):
    """Takes a measured change back."""


def undone(work: Callable[[], object]) -> Callable[[], None]:
    """`work` in a transaction, or a part of one, that is rolled back."""

    def run() -> None:
        try:
            with transaction.atomic():
                work()
                raise _Undo
        except _Undo:
            pass

    return run
