"""Who is behind a session; the password itself is django-allauth's business."""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend

from headwater.organization.models import User
from headwater.organization.queries import company_stamp, person_remembered


class RememberingBackend(AuthenticationBackend):  # type: ignore[misc]
    """Takes the person of a session from memory while nothing about the company changes."""

    def get_user(self, user_id: Any) -> User | None:
        """The active person with the stamp they were read under; None for everybody else."""
        stamp = company_stamp()
        user = person_remembered(int(user_id), stamp)
        if user is None or not user.is_active:
            return None
        user.stamp = stamp
        return user
