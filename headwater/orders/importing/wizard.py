"""The third step of the wizard for orders and payments."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from headwater.kernel.access import Access
from headwater.kernel.errors import Text
from headwater.leads.importing.web.higher import register_higher
from headwater.leads.importing.web.pages import OptionsPage
from headwater.leads.importing.web.words import steps
from headwater.orders.importing.options import ORDER_KEYS, PAYMENT_KEYS
from headwater.orders.types import OrderState
from headwater.organization.queries import people_by_id
from headwater.platform.imports.models import ImportJob
from headwater.platform.imports.types import Policy
from headwater.ui.pages import FieldControl, Option

_REASONS: dict[str, Text] = {
    "payment.over": gettext_lazy("More than is open"),
    "payment.order_state": gettext_lazy("The order takes no money"),
    "payment.no_rate": gettext_lazy("No rate for the currency on that day"),
    "payment.refund_too_much": gettext_lazy("More than was received"),
    "order.has_money": gettext_lazy("Money was recorded: the amount stays"),
    "value.date_out_of_range": gettext_lazy("Lies too far away"),
    "value.date_ahead": gettext_lazy("Lies ahead"),
}


def register() -> None:
    """Called from `registrations.py`."""
    register_higher(
        "order",
        note=gettext_lazy("Each points to its company, and to the opportunity that it came from."),
        options=ORDER_KEYS,
        page=_order_page,
        reasons=_REASONS,
    )
    register_higher(
        "payment",
        note=gettext_lazy("Each points to its order; refunds are negative."),
        options=PAYMENT_KEYS,
        page=_payment_page,
        reasons=_REASONS,
    )


def _page(job: ImportJob, **parts: object) -> OptionsPage:
    given: dict[str, object] = {
        "id": job.pk,
        "file_name": job.file_name,
        "rows": job.row_count,
        "naming": (),
        "reference": None,
        "reference_samples": (),
        "steps": steps(),
    }
    return OptionsPage(**(given | parts))  # type: ignore[arg-type]


def _order_page(access: Access, job: ImportJob) -> OptionsPage:
    updates = access.may("orders.edit")
    notes = {Policy.SKIP: _("The record stays as it is; the row is reported.")}
    if updates:
        notes |= {
            Policy.FILL: _("Only what the record lacks is taken from the file."),
            Policy.UPDATE: _("Values of the file replace those of the record; blank cells change nothing."),
        }
    person = str(job.options.get("owner") or access.user_id)
    known = people_by_id([int(person)]) if person.isdecimal() else {}
    shown = tuple(Option(str(one.id), one.name) for one in known.values())
    report = Option("error", _("Report the row"))
    states = tuple(Option(one.value, one.label) for one in (OrderState.ACTIVE, OrderState.DRAFT))
    return _page(
        job,
        policy=_policy(job, notes),
        places=(
            FieldControl(
                "owner",
                _("Owner, where the row names none"),
                "user",
                person,
                shown,
                "/options/user.json",
                span=6,
            ),
            _select(
                job,
                "owner_unknown",
                _("Where nobody here has the name"),
                (report, Option("default", _("Take the person above"))),
            ),
        ),
        origin=(
            _select(
                job,
                "links_unknown",
                _("Where the linked record is not here"),
                (report, Option("leave", _("Import it without the link"))),
            ),
            _select(job, "state", _("State, where the row says none"), states),
        ),
        recognised_by=_("An order is recognised by its external number, else by its own number."),
        places_title=_("Whose they are"),
    )


def _payment_page(access: Access, job: ImportJob) -> OptionsPage:
    notes = {
        Policy.SKIP: _("The entry stays as it is; the row is reported."),
        Policy.CREATE: _("Rows without a number of their own are recorded again."),
    }
    over = (Option("error", _("Report the row")), Option("credit", _("Keep what is too much as credit")))
    return _page(
        job,
        policy=_policy(job, notes),
        places=(_select(job, "over", _("Where more was paid than is open"), over),),
        origin=(),
        recognised_by=_(
            "A payment is recognised by its external number, else by order, day, amount and reference."
        ),
        places_title=pgettext_lazy("import", "What is too much"),
    )


def _policy(job: ImportJob, notes: dict[Policy, str]) -> FieldControl:
    options = tuple(Option(policy.value, policy.label, note) for policy, note in notes.items())
    value = str(job.options.get("policy") or Policy.SKIP.value)
    return FieldControl("policy", _("When a record exists already"), "radio", value, options)


def _select(job: ImportJob, key: str, label: str, options: tuple[Option, ...]) -> FieldControl:
    """A choice that always has a value; the first one unless chosen."""
    value = str(job.options.get(key) or options[0].value)
    return FieldControl(key, label, "select", value, options, required=True, span=6)
