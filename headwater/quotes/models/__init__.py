"""Tables of quotes: the quote, its versions and lines; approvals; papers, mails and what happened."""

from headwater.quotes.models.approvals import ApprovalLimit, QuoteApproval
from headwater.quotes.models.quotes import Quote, QuoteCounter, QuoteLine, QuoteVersion
from headwater.quotes.models.sendings import QuoteMail, QuotePaper, QuoteStep

__all__ = [
    "ApprovalLimit",
    "Quote",
    "QuoteApproval",
    "QuoteCounter",
    "QuoteLine",
    "QuoteMail",
    "QuotePaper",
    "QuoteStep",
    "QuoteVersion",
]
