"""The first figures of a board, made while its reader is still arriving.

A board opens with the last known figures of its widgets. Who has none yet (newly joined, back after days)
would look at grey bars; so the board that opens first for them is computed when they sign in.
"""

from typing import Any

from django.http import HttpRequest
from django.utils import translation

from headwater.dashboards import queries
from headwater.dashboards.filters import read_filters
from headwater.kernel.access import load_actor, permit
from headwater.kernel.errors import DomainError
from headwater.platform.jobs import defer, task


@task("dashboards.prepare", queue="long", retries=0)
def prepare_board(*, user_id: int, language: str) -> None:
    """Compute those widgets of somebody's first board that have no figures at all."""
    with translation.override(language):
        try:
            access = permit(load_actor(user_id), "dashboards.view")
        except DomainError:  # they left meanwhile, or see no boards
            return
        board = queries.first_board(access)
        filters = read_filters({}, period=board.period)
        for known in queries.first_sight(access, board, filters):
            if known.result is None and known.definition is not None:
                queries.outcome(access, known.item, filters)


def prepare_after_sign_in(request: HttpRequest | None, user: Any, **_signal: Any) -> None:
    """A session begins."""
    language = translation.get_language() or "zh-hans"
    defer(prepare_board, queueing_lock=f"dashboards.prepare.{user.pk}", user_id=user.pk, language=language)
