"""Who did what to which record, with the values before and after. Rows are added and never change.

A background job seals finished rows into a chain of digests, so that a later change shows.
"""

from headwater.platform.audit.queries import AuditEntry, Entries, acts_of, entries, history
from headwater.platform.audit.recording import (
    Changes,
    record,
    record_alike,
    record_many,
    record_select,
    same_changes,
)
from headwater.platform.audit.sealing import Verification, seal, verify

__all__ = [
    "AuditEntry",
    "Changes",
    "Entries",
    "Verification",
    "acts_of",
    "entries",
    "history",
    "record",
    "record_alike",
    "record_many",
    "record_select",
    "same_changes",
    "seal",
    "verify",
]
