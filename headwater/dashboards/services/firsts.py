"""Which dashboard opens first: for oneself, and for a role."""

from django.db import transaction

from headwater.dashboards.errors import NotSharedWithRole
from headwater.dashboards.models import FirstBoard
from headwater.dashboards.queries.boards import find_board, role_defaults
from headwater.dashboards.shapes import Board
from headwater.dashboards.types import Visibility
from headwater.kernel import clock
from headwater.kernel.access import Access
from headwater.kernel.errors import NotSignedIn
from headwater.organization.queries import get_role
from headwater.platform import audit


@transaction.atomic
def choose_first(access: Access, key: str) -> None:
    """What `/dashboards` opens for this person; "" for what their role opens."""
    if access.user_id is None:
        raise NotSignedIn
    if not key:
        FirstBoard.objects.filter(user_id=access.user_id).delete()
        return
    board = find_board(access, key)
    FirstBoard.objects.update_or_create(user_id=access.user_id, defaults=_points_to(board))


@transaction.atomic
def set_role_first(access: Access, role_id: int, key: str) -> None:
    """What opens for people of a role who chose nothing themselves; "" for the system's own.

    Refuses with `NotFound`, and with `NotSharedWithRole` what they could not see.
    """
    role = get_role(access, role_id, lock=True)
    before = role_defaults().get(role.pk, "")
    if key:
        board = find_board(access, key)
        seen = board.visibility == Visibility.EVERYONE or (
            board.visibility == Visibility.ROLES and role.pk in board.role_ids
        )
        if not seen:
            raise NotSharedWithRole(name=board.name, role=role.label)
        FirstBoard.objects.update_or_create(role_id=role.pk, defaults=_points_to(board))
    else:
        FirstBoard.objects.filter(role_id=role.pk).delete()
    if before != key:
        audit.record(access, "role", role.pk, "set_dashboard", {"dashboard": [before or None, key or None]})


def _points_to(board: Board) -> dict[str, object]:
    return {
        "dashboard_id": board.id,
        "builtin": "" if board.id is not None else board.key,
        "updated_at": clock.now(),
    }
