"""What people said, as it was known when a month began."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

from headwater.kernel import sql
from headwater.kernel.access import Access
from headwater.targets.periods import Period, first_moment
from headwater.targets.queries.commitments import commitments
from headwater.targets.types import Grain

# Until somebody says something of a pipeline, its categories are only another reading of the stages.
_FIRST_WORD = """
SELECT least(
  (SELECT min(c.at) FROM targets_categoryentry c JOIN sales_opportunity o ON o.id = c.opportunity_id
    WHERE o.pipeline_id = %s),
  (SELECT min(a.at) FROM targets_adjustment a WHERE a.pipeline_id = %s),
  (SELECT min(s.at) FROM targets_submission s WHERE s.pipeline_id = %s)
)
"""


def said_by_people(access: Access, pipeline_id: int, months: Sequence[date]) -> dict[date, Decimal]:
    """The company's commit forecast for each month, as of its first moment; once somebody spoke."""
    began: datetime | None = sql.value(_FIRST_WORD, (pipeline_id,) * 3)
    if began is None:
        return {}
    return {
        month: commitments(
            access, pipeline_id, Period(month, Grain.MONTH), first_moment(month)
        ).total.commit.amount
        for month in months
        if first_moment(month) > began
    }
