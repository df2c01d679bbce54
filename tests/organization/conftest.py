"""The built-in roles are there, also in a template database that is older than they are."""

import pytest

from headwater.kernel import access
from headwater.organization.services import ensure_builtin_roles


@pytest.fixture
def scoped_permissions(monkeypatch: pytest.MonkeyPatch) -> None:
    """`test.view` and `test.edit`: permissions with a scope that belong to no room."""
    monkeypatch.setattr(access, "_permissions", dict(access._permissions))
    access.register_permission("test.view", "View tests")
    access.register_permission("test.edit", "Edit tests")


@pytest.fixture(autouse=True)
def builtin_roles(request: pytest.FixtureRequest) -> None:
    """Write what is missing of the built-in roles."""
    if request.node.get_closest_marker("django_db"):
        request.getfixturevalue("_django_db_helper")
        ensure_builtin_roles()
