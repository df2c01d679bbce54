"""What can be done with leads. Each verb takes an `Access`, keeps the invariants and leaves history."""

from headwater.leads.services.assigning import assign_lead, assign_leads
from headwater.leads.services.books import Book, lock_books, read_books
from headwater.leads.services.capturing import create_lead, update_lead
from headwater.leads.services.claiming import claim_lead, claim_leads
from headwater.leads.services.converting import Converted, conversion_of, convert_lead
from headwater.leads.services.duplicates import find_duplicates, look_up, similar_to
from headwater.leads.services.following import change_stage, change_stages
from headwater.leads.services.handing_on import LeftOut
from headwater.leads.services.indexing import index_leads
from headwater.leads.services.mapping import field_map, save_field_map
from headwater.leads.services.merging import merge_leads, undo_merge
from headwater.leads.services.offering import CustomerOffer, customer_offers
from headwater.leads.services.origins import read_origin
from headwater.leads.services.outcomes import Outcome, the_one
from headwater.leads.services.recapturing import Captured, OnDuplicate, capture_lead, inquire_again
from headwater.leads.services.refusing import stop_mail
from headwater.leads.services.releasing import (
    archive_leads,
    invalidate_leads,
    move_leads,
    reopen_leads,
    restore_leads,
    return_leads,
)
from headwater.leads.services.revealing import reveal_contact, reveals_today
from headwater.leads.services.unconverting import preview_undo, undo_conversion
from headwater.leads.services.viewing import view_pooled
from headwater.leads.services.waking import Inquiry, Reinquiry, wake

__all__ = [
    "Book",
    "Captured",
    "Converted",
    "CustomerOffer",
    "Inquiry",
    "LeftOut",
    "OnDuplicate",
    "Outcome",
    "Reinquiry",
    "archive_leads",
    "assign_lead",
    "assign_leads",
    "capture_lead",
    "change_stage",
    "change_stages",
    "claim_lead",
    "claim_leads",
    "conversion_of",
    "convert_lead",
    "create_lead",
    "customer_offers",
    "field_map",
    "find_duplicates",
    "index_leads",
    "inquire_again",
    "invalidate_leads",
    "lock_books",
    "look_up",
    "merge_leads",
    "move_leads",
    "preview_undo",
    "read_books",
    "read_origin",
    "reopen_leads",
    "restore_leads",
    "return_leads",
    "reveal_contact",
    "reveals_today",
    "save_field_map",
    "similar_to",
    "stop_mail",
    "the_one",
    "undo_conversion",
    "undo_merge",
    "update_lead",
    "view_pooled",
    "wake",
]
