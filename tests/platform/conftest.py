"""What the tests of the platform share."""

import pytest

from headwater.kernel.access import Access, system_access


@pytest.fixture
def access() -> Access:
    return system_access("tests")
