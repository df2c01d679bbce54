"""What can be done with quotes."""

from headwater.quotes.services.approving import (
    approve,
    ask_approval,
    may_decide,
    reasons_for,
    reject,
    set_limits,
)
from headwater.quotes.services.drafting import reopen, revise, write_draft
from headwater.quotes.services.papers import paper_name, paper_of
from headwater.quotes.services.quotes import (
    archive_quotes,
    create_quote,
    get_quote,
    restore_quotes,
    update_quote,
)
from headwater.quotes.services.sending import Letter, mail_again, out_version, send_quote
from headwater.quotes.services.settling import (
    accept,
    accept_by_link,
    decline,
    decline_by_link,
    expire_due,
    is_lapsed,
    note_opened,
    withdraw,
)

__all__ = [
    "Letter",
    "accept",
    "accept_by_link",
    "approve",
    "archive_quotes",
    "ask_approval",
    "create_quote",
    "decline",
    "decline_by_link",
    "expire_due",
    "get_quote",
    "is_lapsed",
    "mail_again",
    "may_decide",
    "note_opened",
    "out_version",
    "paper_name",
    "paper_of",
    "reasons_for",
    "reject",
    "reopen",
    "restore_quotes",
    "revise",
    "send_quote",
    "set_limits",
    "update_quote",
    "withdraw",
    "write_draft",
]
