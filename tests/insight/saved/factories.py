"""Reports for tests."""

from typing import Any

from headwater.insight.services import save_report
from headwater.organization.models import User
from tests.organization.factories import access

LEADS: dict[str, Any] = {
    "dataset": "leads",
    "groupings": [{"field": "lead.status"}],
    "measures": [{"key": "m1", "agg": "count", "of": "lead", "label": "线索"}],
    "chart": {"kind": "bar"},
}
MINE: dict[str, Any] = LEADS | {"groupings": [{"field": "lead.owner"}]}


def make_report(owner: User, name: str = "每月线索", definition: Any = None, **values: Any) -> int:
    """A report of the owner's."""
    given = {"name": name, "definition": definition or MINE} | values
    return save_report(access(owner, "reports.view"), given)
