"""What may be done with a quote as it stands: the buttons of its page."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from headwater.kernel import listing
from headwater.kernel.access import Access
from headwater.kernel.catalogue import record_type
from headwater.quotes import services
from headwater.quotes.accepted import offers
from headwater.quotes.models import Quote, QuoteApproval, QuoteVersion
from headwater.quotes.types import OURS, QuoteState
from headwater.ui.pages import Action


@dataclass(frozen=True, slots=True)
class Chosen:
    """A quote with the version that is laid open."""

    access: Access
    quote: Quote
    shown: QuoteVersion
    versions: Sequence[QuoteVersion]
    approvals: Sequence[QuoteApproval]

    @property
    def base(self) -> str:
        return f"/quotes/{self.quote.pk}"

    @property
    def newest(self) -> QuoteVersion:
        return self.versions[0]

    @property
    def out(self) -> QuoteVersion | None:
        """What the customer has now."""
        return next((one for one in self.versions if one.state == QuoteState.SENT), None)

    @property
    def waiting(self) -> QuoteApproval | None:
        return next((one for one in self.approvals if one.decision is None), None)

    @property
    def may_edit(self) -> bool:
        """Holds the permission, and its reach covers this quote."""
        if not self.access.may("quotes.edit"):
            return False
        edit = self.access.also("quotes.edit")
        return bool(listing.ids_within(edit, record_type("quote"), [self.quote.pk]))

    @property
    def may_write(self) -> bool:
        """Whether the version laid open is a draft of the reader's."""
        return self.shown.pk == self.newest.pk and self.shown.state == QuoteState.DRAFT and self.may_edit

    def compare(self, one: QuoteVersion) -> tuple[Action, ...]:
        """What a version changed, for all but the first."""
        if one.number == 1:
            return ()
        return (
            Action(
                pgettext("quote", "What it changed"),
                icon="git-compare",
                dialog=f"{self.base}/versions/{one.number}/compare",
            ),
        )


def actions_of(chosen: Chosen) -> tuple[Action, ...]:
    """The acts that come next, the likeliest last."""
    paper = Action(
        pgettext("quote", "Document"),
        icon="file-text",
        href=f"{chosen.base}/versions/{chosen.shown.number}.pdf",
        download=True,
    )
    if chosen.shown.pk != chosen.newest.pk:
        return (paper, Action(_("To the newest version"), href=chosen.base, icon="arrow-right"))
    if chosen.newest.state == QuoteState.WAITING:
        return (paper, *_deciding(chosen))
    if not chosen.may_edit:
        return (paper,)
    return (paper, *_next(chosen))


def _deciding(chosen: Chosen) -> list[Action]:
    acts = []
    if chosen.may_edit:
        acts.append(Action(_("Back to draft"), icon="rotate-ccw", post=f"{chosen.base}/reopen"))
    if services.may_decide(chosen.access, chosen.quote, chosen.newest):
        acts.append(Action(_("Do not approve"), icon="circle-x", dialog=f"{chosen.base}/reject"))
        acts.append(Action(_("Approve"), icon="stamp", dialog=f"{chosen.base}/approve", kind="primary"))
    return acts


def _next(chosen: Chosen) -> list[Action]:
    base = chosen.base
    send = Action(_("Send"), icon="send", dialog=f"{base}/send", kind="primary")
    revise = Action(_("New version"), icon="copy-plus", post=f"{base}/revise")
    match QuoteState(chosen.newest.state):
        case QuoteState.DRAFT:
            write = Action(_("Write"), icon="square-pen", href=f"{base}/edit")
            if services.reasons_for(chosen.access, chosen.newest):
                ask = Action(_("Ask for approval"), icon="stamp", dialog=f"{base}/ask", kind="primary")
                return [write, ask]
            return [write, send]
        case QuoteState.APPROVED:
            return [Action(_("Back to draft"), icon="rotate-ccw", post=f"{base}/reopen"), send]
        case QuoteState.SENT:
            return [
                revise,
                Action(pgettext("act", "Declined"), icon="circle-x", dialog=f"{base}/decline"),
                Action(
                    pgettext("act", "Accepted"), icon="badge-check", dialog=f"{base}/accept", kind="primary"
                ),
            ]
        case QuoteState.ACCEPTED:
            return offers(chosen.access, chosen.newest.pk)
        case _:
            return [] if chosen.quote.state == QuoteState.ACCEPTED else [revise]


def more_of(chosen: Chosen) -> tuple[Action, ...]:
    """What is rarely done."""
    base, acts = chosen.base, []
    if chosen.may_edit:
        acts.append(Action(_("Rename"), icon="pencil", dialog=f"{base}/rename"))
        if chosen.out is not None:
            acts += [
                Action(_("Link for the customer"), icon="link", dialog=f"{base}/link"),
                Action(_("Mail it again"), icon="mail", dialog=f"{base}/mail"),
                Action(_("Withdraw"), icon="undo-2", dialog=f"{base}/withdraw", kind="danger"),
            ]
            if chosen.newest.state in OURS:
                acts.append(Action(pgettext("act", "Accepted"), icon="badge-check", dialog=f"{base}/accept"))
    if chosen.access.may("quotes.delete") and chosen.quote.state != QuoteState.ACCEPTED:
        acts.append(
            Action(
                _("Archive"),
                icon="archive",
                dialog=f"/quotes/archive?ids={chosen.quote.pk}&page=1",
                kind="danger",
            )
        )
    return tuple(acts)
