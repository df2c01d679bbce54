"""What the catalogue knows of the room's records."""

from headwater.kernel.catalogue import register_record_type
from headwater.sales.record_types.account import ACCOUNT
from headwater.sales.record_types.competitor import COMPETITOR
from headwater.sales.record_types.contact import CONTACT
from headwater.sales.record_types.opportunity import OPPORTUNITY
from headwater.sales.record_types.pipeline import PIPELINE, STAGE

__all__ = ["ACCOUNT", "COMPETITOR", "CONTACT", "OPPORTUNITY", "PIPELINE", "STAGE", "register"]


def register() -> None:
    """Make them known."""
    for kind in (PIPELINE, STAGE, ACCOUNT, CONTACT, OPPORTUNITY, COMPETITOR):
        register_record_type(kind)
