"""The public page behind the link at the end of a mail to a customer."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from headwater.kernel.errors import NotFound
from headwater.leads.mailing.house import company_name
from headwater.leads.mailing.opting_out import has_opted_out, opt_out
from headwater.ui.responses import respond


@dataclass(frozen=True, slots=True)
class NoMailPage:
    """Asks once, then says that it is done; customers know the company, not this product."""

    company: str
    is_done: bool = False
    is_broken: bool = False


# The signature in the address is the whole right, and mail programs post to it by themselves (RFC 8058).
@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def no_mail(request: HttpRequest, token: str) -> HttpResponse:
    """Whoever has the link may have mail to that address end; looking at the page changes nothing."""
    try:
        if request.method == "POST":
            opt_out(token)
        page = NoMailPage(company_name(), is_done=has_opted_out(token))
    except NotFound:
        return respond(
            request, "routing/no_mail.html", NoMailPage(company_name(), is_broken=True), status=404
        )
    return respond(request, "routing/no_mail.html", page)
