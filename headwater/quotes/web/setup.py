"""How quotes are set up: logo, letterhead, and up to where each role goes by itself."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from headwater.currencies.queries import company_currency
from headwater.kernel.access import permit
from headwater.kernel.errors import Invalid
from headwater.organization.queries import role_sheets
from headwater.platform.files.services import download_response
from headwater.platform.settings import settings_list
from headwater.quotes import letterhead, services
from headwater.quotes.printing import numbers
from headwater.quotes.queries.limits import role_limits
from headwater.quotes.settings import LETTERHEAD
from headwater.ui.pages import FieldControl
from headwater.ui.responses import done, respond

_HOME = "/settings/quotes"


@dataclass(frozen=True, slots=True)
class LimitRow:
    """A role with two numbers; empty is without end."""

    role: int
    name: str
    discount: FieldControl
    amount: FieldControl


@dataclass(frozen=True, slots=True)
class SetupPage:
    """The whole screen."""

    logo: str
    facts: tuple[tuple[str, str], ...]
    may_write_settings: bool
    limits: tuple[LimitRow, ...]
    currency: str


@require_GET
def setup(request: HttpRequest) -> HttpResponse:
    """Look."""
    access = permit(request, "quotes.configure")
    logo = letterhead.present_logo()
    names = {sheet.role.pk: sheet.role.label for sheet in role_sheets()}
    group = str(LETTERHEAD)
    facts = tuple(
        (str(item.setting.label), str(item.value))
        for item in settings_list()
        if str(item.setting.group) == group and item.value
    )
    page = SetupPage(
        logo=f"{_HOME}/logo/{logo.sha256[:12]}.png" if logo else "",
        facts=facts,
        may_write_settings=access.may("settings.configure"),
        limits=tuple(
            LimitRow(
                one.role_id,
                names.get(one.role_id, ""),
                _number(
                    f"limits.{place}.discount_percent", _("Discount up to"), one.limit.discount_percent, "%"
                ),
                _number(f"limits.{place}.amount", _("Amount up to"), one.limit.amount, company_currency()),
            )
            for place, one in enumerate(role_limits())
        ),
        currency=company_currency(),
    )
    return respond(request, "quotes/setup.html", page)


def _number(name: str, label: str, value: Any, suffix: str) -> FieldControl:
    shown = "" if value is None else numbers.quantity(value).replace(",", "")
    return FieldControl(
        name, label, kind="number", value=shown, suffix=suffix, placeholder=_("without end"), max_length=20
    )


@require_POST
def save_limits(request: HttpRequest) -> HttpResponse:
    """Write the limits of all roles."""
    access = permit(request, "quotes.configure")
    data = request.POST
    wanted = []
    for place, role in enumerate(data.getlist("role")[:500]):
        if not (role.isdecimal() and len(role) < 19):
            raise Invalid.one("role", "value.record", _("There is no such role."))
        wanted.append(
            {
                "role": int(role),
                "discount_percent": data.get(f"limits.{place}.discount_percent", ""),
                "amount": data.get(f"limits.{place}.amount", ""),
            }
        )
    services.set_limits(access, wanted)
    return done(request, _("Saved"), go=_HOME)


@require_POST
def save_logo(request: HttpRequest) -> HttpResponse:
    """Take a picture as the logo, or do without."""
    access = permit(request, "quotes.configure")
    if "remove" in request.POST:
        letterhead.remove_logo(access)
        return done(request, _("Saved"), go=_HOME)
    upload = request.FILES.get("logo")
    if upload is None:
        raise Invalid.one("logo", "value.required", _("Choose a picture."))
    letterhead.set_logo(access, upload)
    return done(request, _("Saved"), go=_HOME)


@require_GET
def logo_picture(request: HttpRequest, mark: str) -> HttpResponseBase:
    """The logo as it lies there now."""
    access = permit(request, "quotes.view")
    found = letterhead.present_logo()
    if found is None:
        return HttpResponse(status=404)
    return download_response(access, found.pk, inline=True)
