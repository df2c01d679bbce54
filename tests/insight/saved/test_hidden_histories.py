"""What is hidden of a lead its history does not tell: who had it, where it lay, what became of it."""

import pytest

from tests.insight.saved.test_hidden_fields import fields

pytestmark = pytest.mark.django_db
PLACES = {"transfer.owner", "transfer.former_owner"}


def test_a_hidden_owner_is_not_told_by_who_was_given_the_lead() -> None:
    assert {"receiver.department", "giver.name"} | PLACES <= fields("lead_flow")
    hidden = fields("lead_flow", ("lead", "owner"))
    assert not PLACES & hidden
    assert not {key for key in hidden if key.startswith(("receiver.", "giver."))}
    assert {"transfer.pool", "transfer.to_status", "transfer.response_seconds"} <= hidden
    assert {"decision.owner", "owner.department"} <= fields("dispatch")
    hidden = fields("dispatch", ("lead", "owner"))
    assert not {key for key in hidden if key.startswith("owner.") or key == "decision.owner"}


def test_a_hidden_status_or_pool_is_not_told_by_the_last_change() -> None:
    assert not {"transfer.from_status", "transfer.to_status"} & fields("lead_flow", ("lead", "status"))
    assert "decision.is_converted" not in fields("dispatch", ("lead", "status"))
    assert not {"transfer.pool", "transfer.former_pool"} & fields("lead_flow", ("lead", "pool"))
    assert "decision.pool" not in fields("dispatch", ("lead", "pool"))
    assert "transfer.why" in fields("lead_flow", ("lead", "status"))
