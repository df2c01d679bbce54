"""What the room adds to the house."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from headwater.customization.builtin import register_view
from headwater.engagement.timeline import register_timeline_source
from headwater.kernel.access import Access, register_permission
from headwater.kernel.catalogue import register_record_type
from headwater.kernel.sql import Fragment
from headwater.leads.demo import register_demo_part
from headwater.organization.belongings import register_belongings
from headwater.organization.builtin import register_role_grants
from headwater.platform.files.services import register_file_access
from headwater.platform.notifications import register_kind
from headwater.quotes import audit_words, belongings, settings, summary, timeline  # noqa: F401 - settings make themselves known
from headwater.quotes.demo import set_up_quotes
from headwater.quotes.letterhead import check_letterhead_file
from headwater.quotes.models import Quote
from headwater.quotes.printing.document import LETTERHEAD
from headwater.quotes.queries import OF
from headwater.quotes.record_type import QUOTE
from headwater.quotes.services.papers import check_quote_file
from headwater.sales.merging import register_rows
from headwater.sales.next_steps import register_next_step
from headwater.sales.related import register_related_list
from headwater.sales.summary import register_summary_part
from headwater.sales.types import Standing
from headwater.ui import navigation
from headwater.ui.navigation import Command, NavItem
from headwater.ui.pages import Action

SALES = pgettext_lazy("group of permissions", "Sales")


def register() -> None:
    """Called once when Django is ready."""
    from headwater.quotes import subscribers, tasks  # noqa: F401 - they make themselves known

    register_record_type(QUOTE)
    audit_words.register()
    _permissions()
    _views()
    _timelines()
    _notices()
    _places()
    _related()
    register_file_access("quote", check_quote_file)
    register_file_access(LETTERHEAD, check_letterhead_file)
    register_rows("contact", "quotes", "quotes_quoteversion", "contact_id")
    register_belongings(
        "quote_approval",
        _("Quotes to approve"),
        count=belongings.waiting_approvals,
        holding=belongings.APPROVALS,
        table=belongings.NAMED,
        position=70,
        icon="stamp",
    )
    register_next_step(_quote_of_opportunity)
    register_summary_part("quotes", summary.past, position=40, on=("account", "opportunity"))
    register_demo_part(set_up_quotes)


def _permissions() -> None:
    for act, label in {
        "view": _("See quotes"),
        "create": _("Make quotes"),
        "edit": _("Write and send quotes"),
        "delete": _("Put quotes away"),
        "approve": _("Approve quotes of others"),
        "export": _("Export quotes"),
    }.items():
        register_permission(f"quotes.{act}", label, group=SALES)
    register_permission(
        "quotes.configure", _("Set the letterhead and limits of quotes"), scoped=False, group=SALES
    )
    register_role_grants("manager", {"quotes.export": "department_below"})


def _quote_of_opportunity(access: Access, row: Mapping[str, Any]) -> Action | None:
    """The button of an open opportunity that nothing was offered for yet."""
    if row["status"] != Standing.OPEN or not access.may("quotes.create"):
        return None
    if Quote.objects.filter(opportunity_id=row["id"], archived_at=None).exists():
        return None
    return Action(_("New quote"), icon=QUOTE.icon, href=f"/quotes/new?opportunity={row['id']}")


def _views() -> None:
    def state(*values: str) -> dict[str, object]:
        return {"all": [{"field": "state", "op": "in", "value": list(values)}]}

    register_view("quote", "all", _("All quotes"))
    register_view("quote", "open", _("In work"), state("draft", "waiting", "approved"))
    register_view("quote", "waiting", _("Waiting for approval"), state("waiting"))
    register_view("quote", "out", _("With the customer"), state("sent"), "valid_until")
    register_view("quote", "accepted", pgettext_lazy("quotes", "Accepted"), state("accepted"), "-settled_at")


def _timelines() -> None:
    register_timeline_source(
        "quote",
        timeline.steps,
        label=pgettext_lazy("timeline", "Quote"),
        group="sale",
        icon="file-text",
        hue="blue",
        show=timeline.show_step,
    )
    register_timeline_source(
        "quote_mail",
        timeline.mails,
        label=pgettext_lazy("timeline", "Quote by mail"),
        group="message",
        icon="mail",
        hue="blue",
        show=timeline.show_mail,
    )


def _notices() -> None:
    for key, label, text in (
        (
            "approval_asked",
            _("Quotes I am to approve"),
            _("%(by)s asks you to approve quote %(number)s for %(account)s"),
        ),
        (
            "approved",
            _("My quotes that were approved"),
            _("%(by)s approved quote %(number)s for %(account)s"),
        ),
        (
            "rejected",
            _("My quotes that were not approved"),
            _("%(by)s did not approve quote %(number)s for %(account)s"),
        ),
        ("accepted", _("Quotes accepted by customers"), _("%(who)s accepted quote %(number)s")),
        ("declined", _("Quotes declined by customers"), _("%(who)s declined quote %(number)s")),
        (
            "expired",
            _("Quotes that nobody answered in time"),
            _("Quote %(number)s for %(account)s has expired"),
        ),
        (
            "mail_failed",
            _("Quotes that did not arrive by mail"),
            _("The mail with quote %(number)s could not be delivered"),
        ),
    ):
        register_kind(f"quote.{key}", icon="file-text", group=SALES, label=label, text=text)


def _places() -> None:
    navigation.register(
        NavItem(
            "quotes",
            QUOTE.label_plural,
            "/quotes",
            "file-text",
            group="sales",
            permission="quotes.view",
            order=35,
            keywords="quote quotation offer baojia",
        )
    )
    navigation.register_command(
        Command(
            "quotes.new",
            _("New quote"),
            "/quotes/new",
            "file-text",
            permission="quotes.create",
            create=True,
            order=60,
            keywords="quote offer baojia",
        )
    )
    navigation.register(
        NavItem(
            "settings.quotes",
            pgettext_lazy("settings", "Quotes"),
            "/settings/quotes",
            "file-text",
            group="process",
            area="settings",
            permission="quotes.configure",
            order=60,
            note=_("Letterhead and logo, and up to where each role sends quotes without approval"),
            keywords="letterhead logo approval limit baojia",
        )
    )


def _related() -> None:
    for record, position in (("opportunity", 20), ("account", 30)):
        register_related_list(
            record,
            key="quotes",
            label=QUOTE.label_plural,
            record="quote",
            where=_where(record),
            columns=("number", "total", "state", "valid_until"),
            position=position,
            new_url="/quotes/new?opportunity={id}" if record == "opportunity" else "",
        )


def _where(record: str):  # type: ignore[no-untyped-def]
    return lambda record_id: Fragment(OF[record], (record_id,))
