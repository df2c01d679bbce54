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
from headwater.platform.audit.wording import (
    Words,
    act_words,
    register_acts,
    register_words,
    worded_things,
    words_of,
)

__all__ = [
    "AuditEntry",
    "Changes",
    "Entries",
    "Verification",
    "Words",
    "act_words",
    "acts_of",
    "entries",
    "history",
    "record",
    "record_alike",
    "record_many",
    "record_select",
    "register_acts",
    "register_words",
    "same_changes",
    "seal",
    "verify",
    "worded_things",
    "words_of",
]
