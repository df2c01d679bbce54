"""The tables of the room. Verbs live in `services`."""

from headwater.sales.models.accounts import Account
from headwater.sales.models.contacts import Contact
from headwater.sales.models.history import OwnerChange, StageMove
from headwater.sales.models.merges import Merge, MergedRecord
from headwater.sales.models.opportunities import Opportunity, OpportunityContact
from headwater.sales.models.pipelines import Pipeline, Stage

__all__ = [
    "Account",
    "Contact",
    "Merge",
    "MergedRecord",
    "Opportunity",
    "OpportunityContact",
    "OwnerChange",
    "Pipeline",
    "Stage",
    "StageMove",
]
