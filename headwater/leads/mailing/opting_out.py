"""The link with which a customer has mail end: signed, without an end date, good for one lead."""

from django.conf import settings
from django.core import signing

from headwater.kernel.access import system_access
from headwater.kernel.errors import NotFound
from headwater.kernel.sql import value
from headwater.leads.services import stop_mail

_SALT = "headwater.routing.opt-out"


def opt_out_address(lead_id: int) -> str:
    """The page for one lead."""
    return f"{settings.PUBLIC_URL}/no-mail/{signing.Signer(salt=_SALT).sign(str(lead_id))}"


def has_opted_out(token: str) -> bool:
    """Whether mail to the lead of a link has ended; `NotFound` when it is no link of ours."""
    wish = value("SELECT do_not_email FROM leads_lead WHERE id = %s", (_lead_of(token),))
    if wish is None:
        raise NotFound(record="link", id=0)
    return bool(wish)


def opt_out(token: str) -> None:
    """No more mail to this lead; again it changes nothing. `NotFound` when it is no link of ours."""
    stop_mail(system_access("routing.opt-out"), _lead_of(token))


def _lead_of(token: str) -> int:
    try:
        return int(signing.Signer(salt=_SALT).unsign(token))
    except (signing.BadSignature, ValueError):
        raise NotFound(record="link", id=0) from None
