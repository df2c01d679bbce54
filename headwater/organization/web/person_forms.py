"""The form of a person: what it shows, and what it sent as the services take it."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from headwater.kernel.access import Access
from headwater.organization.models import User
from headwater.organization.types import Level
from headwater.organization.web.controls import (
    chosen_id,
    department_control,
    person_control,
    roles_control,
)
from headwater.ui.pages import FieldControl, FieldGroup, FormPage, Option


def submitted(request: HttpRequest) -> Any:
    """What the form sent; refuses `Invalid` ids."""
    given = request.POST
    values: dict[str, Any] = {key: given[key] for key in ("name", "email", "mobile", "title") if key in given}
    values["department"] = chosen_id(given.get("department", ""), "department")
    values["manager"] = chosen_id(given.get("manager", ""), "manager")
    values["roles"] = [int(key) for key in given.getlist("roles") if key.isdecimal()]
    if given.get("level", "").isdecimal():
        values["level"] = int(given["level"])
    cap = given.get("private_cap", "").strip()
    values["private_cap"] = int(cap) if cap.isdecimal() else (cap or None)
    values["is_on_duty"] = given.get("is_on_duty") == "true"
    return values


def person_form(access: Access, user: User | None, *, action: str, title: str) -> FormPage:
    """The form for a new person, or filled with `user`."""
    department = "" if user is None or user.department_id is None else str(user.department_id)
    chosen = [] if user is None else [str(pk) for pk in user.roles.values_list("pk", flat=True)]
    plain = (
        FieldControl(
            "name",
            pgettext("person", "Name"),
            value=user.name if user else "",
            required=True,
            span=6,
            max_length=60,
            autofocus=user is None,
        ),
        FieldControl(
            "email", _("E-mail"), kind="email", value=user.email if user else "", required=True, span=6
        ),
        FieldControl("mobile", _("Mobile"), kind="phone", value=user.mobile if user else "", span=6),
        FieldControl(
            "title", pgettext("person", "Job title"), value=user.title if user else "", span=6, max_length=80
        ),
    )
    place = (
        department_control("department", _("Department"), department, span=6),
        person_control("manager", _("Reports to"), user.manager if user else None, span=6),
        roles_control(access, chosen),
    )
    selling = (
        FieldControl(
            "level",
            pgettext("person", "Level"),
            kind="segments",
            value=str(user.level if user else Level.REGULAR.value),
            options=tuple(Option(str(value), label) for value, label in Level.choices),
            help=_("Better leads may go to higher levels."),
            span=6,
        ),
        FieldControl(
            "private_cap",
            _("Private cap"),
            kind="number",
            value="" if user is None or user.private_cap is None else str(user.private_cap),
            placeholder=_("As the company's setting"),
            help=_("How many open leads this person may hold."),
            span=6,
        ),
        FieldControl(
            "is_on_duty",
            _("On duty: new leads may be given to this person"),
            kind="switch",
            value=user.is_on_duty if user else True,
        ),
    )
    return FormPage(
        title=title,
        action=action,
        groups=(
            FieldGroup(plain),
            FieldGroup(place, title=_("Place in the company")),
            FieldGroup(selling, title=_("Selling")),
        ),
        submit=_("Save") if user else _("Invite"),
        cancel_href=reverse("people"),
        hidden={"version": user.version} if user else {},
        width="wide",
    )
