"""The tables of the room. Verbs live in `services`."""

from headwater.sales.models.accounts import Account
from headwater.sales.models.checklists import StageTick
from headwater.sales.models.competitors import Competitor, OpportunityCompetitor
from headwater.sales.models.contacts import Contact
from headwater.sales.models.history import OwnerChange, StageMove
from headwater.sales.models.lines import OpportunityLine
from headwater.sales.models.merges import Merge, MergedRecord
from headwater.sales.models.opportunities import Opportunity, OpportunityContact
from headwater.sales.models.pipelines import VERSIONS, Pipeline, Stage, StageItem
from headwater.sales.models.relations import AccountRelation
from headwater.sales.models.teams import AccountMember, OpportunityMember

__all__ = [
    "VERSIONS",
    "Account",
    "AccountMember",
    "AccountRelation",
    "Competitor",
    "Contact",
    "Merge",
    "MergedRecord",
    "Opportunity",
    "OpportunityCompetitor",
    "OpportunityContact",
    "OpportunityLine",
    "OpportunityMember",
    "OwnerChange",
    "Pipeline",
    "Stage",
    "StageItem",
    "StageMove",
    "StageTick",
]
