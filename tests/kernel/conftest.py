"""The toy record types, registered only for these tests."""

from collections.abc import Iterator

import pytest

from headwater.kernel import access as access_module
from headwater.kernel.catalogue import records
from tests.kernel import toy


@pytest.fixture(scope="package", autouse=True)
def _toys() -> Iterator[None]:
    kinds, permissions = dict(records._types), dict(access_module._permissions)
    toy.register()
    yield
    records._types.clear()
    records._types.update(kinds)
    access_module._permissions.clear()
    access_module._permissions.update(permissions)


@pytest.fixture
def toys(db: None) -> None:
    toy.make_tables()
