"""What the room adds to the house."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext, pgettext_lazy

from headwater.currencies.uses import register_use
from headwater.customization.builtin import register_view
from headwater.customization.importing import register_extensible
from headwater.engagement.subjects import register_subject
from headwater.engagement.timeline import register_timeline_source
from headwater.kernel import sql
from headwater.kernel.access import Access, register_permission
from headwater.kernel.sql import Fragment
from headwater.leads.demo import register_demo_part
from headwater.orders import belongings, picklists, record_types, summary, timeline
from headwater.orders import settings as settings_of_room  # noqa: F401 - makes its settings known
from headwater.orders.demo import set_up_orders
from headwater.orders.importing import wizard
from headwater.orders.importing.importers import PAYMENT_PICKLISTS, OrderImporter, PaymentImporter
from headwater.orders.queries.orders import has_order, order_id_of_quote
from headwater.orders.record_types import ORDER, PAYMENT
from headwater.orders.web.money import check_file
from headwater.organization.belongings import register_belongings
from headwater.organization.builtin import register_role_grants
from headwater.platform.audit import register_acts
from headwater.platform.files.services import register_file_access
from headwater.platform.imports.importers import register_importer
from headwater.platform.notifications import register_kind
from headwater.quotes.accepted import register_offer
from headwater.quotes.queries import accepted_version
from headwater.sales.merging import register_rows
from headwater.sales.next_steps import register_next_step
from headwater.sales.related import register_related_list
from headwater.sales.summary import register_summary_part
from headwater.sales.types import Standing
from headwater.ui import navigation
from headwater.ui.navigation import Command, NavItem
from headwater.ui.pages import Action

GROUP = pgettext_lazy("group of permissions", "Orders and payments")


def register() -> None:
    """Called once when Django is ready."""
    from headwater.orders import subscribers, tasks  # noqa: F401 - they make themselves known

    record_types.register()
    picklists.register()
    _permissions()
    _views()
    _timelines()
    _related_lists()
    _notices()
    _navigation()
    _importers()
    register_belongings(
        "orders",
        _("Open orders"),
        count=belongings.open_orders,
        holding=belongings.ORDERS,
        record="order",
        parents=belongings.accounts_of,
        position=55,
        icon=ORDER.icon,
    )
    register_rows("account", "orders", "orders_order", "account_id", is_record=True)
    register_rows("contact", "orders", "orders_order", "contact_id", is_record=True)
    register_summary_part("orders", summary.money_of, position=40)
    register_file_access("payment", check_file)
    register_acts(lambda: {"move": pgettext("audit", "moved"), "void": pgettext("audit", "voided")})
    register_use("orders", _currencies)
    register_offer(_order_of_quote)
    register_next_step(_order_of_opportunity)
    register_demo_part(set_up_orders)


def _permissions() -> None:
    for code, label in {
        "orders.view": _("See orders"),
        "orders.create": _("Make orders"),
        "orders.edit": _("Change orders, their lines and payment plans"),
        "orders.delete": _("Archive orders"),
        "orders.assign": _("Assign orders"),
        "orders.import": _("Import orders"),
        "orders.export": _("Export orders"),
        "payments.view": _("See payments and receivables"),
        "payments.create": _("Record payments"),
        "payments.correct": _("Record refunds and void entries"),
        "payments.import": _("Import payments"),
        "payments.export": _("Export payments"),
    }.items():
        register_permission(code, label, group=GROUP)
    register_role_grants(
        "manager",
        {
            "orders.assign": "department_below",
            "orders.import": "department_below",
            "payments.correct": "department_below",
            "payments.import": "department_below",
        },
    )


def _views() -> None:
    mine = {"field": "owner", "op": "eq", "value": "@me"}
    is_active = {"field": "state", "op": "eq", "value": "active"}
    owed = {"field": "open", "op": "gt", "value": 0}
    register_view("order", "active", _("Active orders"), {"all": [is_active]})
    register_view("order", "mine", _("My orders"), {"all": [mine]})
    register_view("order", "open", _("Not fully paid"), {"all": [is_active, owed]}, "due_on")
    register_view(
        "order",
        "drafts",
        pgettext_lazy("orders", "Drafts"),
        {"all": [{"field": "state", "op": "eq", "value": "draft"}]},
    )
    register_view("order", "all", _("All orders"))
    register_view("payment", "all", _("All payments"))
    register_view(
        "payment",
        "month",
        pgettext_lazy("payments", "This month"),
        {"all": [{"field": "paid_on", "op": "within", "value": "this_month"}]},
    )
    register_view(
        "payment",
        "mine",
        _("Payments of my orders"),
        {"all": [{"field": "owner", "op": "eq", "value": "@me"}]},
    )


def _timelines() -> None:
    register_subject("order")
    register_timeline_source(
        "order_move",
        timeline.moves,
        label=pgettext_lazy("timeline", "Order"),
        group="sale",
        icon=ORDER.icon,
        hue="violet",
    )
    register_timeline_source(
        "order_money",
        timeline.entries,
        label=pgettext_lazy("timeline", "Money"),
        group="sale",
        icon=PAYMENT.icon,
        hue="green",
    )


def _of(column: str) -> Callable[[int], Fragment]:
    return lambda record_id: Fragment(f"t.{column} = %s", (record_id,))


def _paid_by(column: str) -> Callable[[int], Fragment]:
    """Entries of the orders that point to a record."""
    return lambda record_id: Fragment(
        f"t.order_id IN (SELECT ro.id FROM orders_order ro WHERE ro.{column} = %s)", (record_id,)
    )


def _related_lists() -> None:
    for on, column, position in (
        ("account", "account_id", 40),
        ("contact", "contact_id", 30),
        ("opportunity", "opportunity_id", 40),
    ):
        register_related_list(
            on,
            key="orders",
            label=ORDER.label_plural,
            record="order",
            where=_of(column),
            columns=("number", "state", "total", "open", "ordered_on"),
            sort="-ordered_on",
            position=position,
            new_url=f"/orders/new?{on}={{id}}",
        )
    for on, column in (("account", "account_id"), ("opportunity", "opportunity_id")):
        register_related_list(
            on,
            key="payments",
            label=PAYMENT.label_plural,
            record="payment",
            where=_paid_by(column),
            columns=("paid_on", "amount", "kind", "order"),
            sort="-paid_on",
            position=45,
        )


def _notices() -> None:
    register_kind(
        "order.assigned",
        icon=ORDER.icon,
        group=GROUP,
        label=_("Orders given to me"),
        text=_("%(by)s gave you the order %(number)s"),
    )
    register_kind(
        "order.assigned_many",
        icon=ORDER.icon,
        group=GROUP,
        label=_("Many orders given to me"),
        text=_("%(by)s gave you %(count)s orders"),
    )
    register_kind(
        "payment.received",
        icon=PAYMENT.icon,
        group=GROUP,
        label=_("Payments received for my orders"),
        text=_("%(account)s paid %(currency)s %(amount)s for order %(number)s"),
    )
    register_kind(
        "order.due",
        icon="calendar-clock",
        group=GROUP,
        label=_("Instalments of my orders falling due"),
        text=_("%(currency)s %(amount)s of order %(number)s (%(account)s) fall due on %(day)s"),
    )
    register_kind(
        "order.overdue",
        icon="hourglass",
        group=GROUP,
        label=_("Overdue instalments of my orders"),
        text=_("%(currency)s %(amount)s of order %(number)s (%(account)s) are overdue since %(day)s"),
    )


def _navigation() -> None:
    for key, label, icon, permission, order, words in (
        ("orders", ORDER.label_plural, ORDER.icon, "orders.view", 36, "order dingdan"),
        ("payments", PAYMENT.label_plural, PAYMENT.icon, "payments.view", 37, "payment refund huikuan"),
        (
            "receivables",
            pgettext_lazy("record", "Receivables"),
            "wallet",
            "payments.view",
            38,
            "receivables ageing overdue yingshou",
        ),
    ):
        navigation.register(
            NavItem(
                key, label, f"/{key}", icon, group="sales", permission=permission, order=order, keywords=words
            )
        )
    navigation.register_command(
        Command(
            "orders.new", _("New order"), "/orders/new", ORDER.icon, permission="orders.create", create=True
        )
    )


def _order_of_quote(access: Access, version_id: int) -> Action | None:
    """The button of an accepted quote: make its order, or open it."""
    made = order_id_of_quote(version_id)
    if made is not None:
        open_it = Action(ORDER.label, icon=ORDER.icon, href=ORDER.link(made))
        return open_it if access.may("orders.view") else None
    if not access.may("orders.create"):
        return None
    return Action(_("Make order"), icon=ORDER.icon, post=f"/orders/from-quote/{version_id}", kind="primary")


def _order_of_opportunity(access: Access, row: Mapping[str, Any]) -> Action | None:
    """The button of an opportunity whose quote was accepted, or that was won, while it has no order."""
    if row["status"] == Standing.LOST or not access.may("orders.create") or has_order(row["id"]):
        return None
    is_won = row["status"] == Standing.WON
    accepted = accepted_version(row["id"]) if access.may("quotes.view") else None
    if accepted is not None:
        act = _order_of_quote(access, accepted.pk)
        return act and replace(act, kind="primary" if is_won else "")
    href = f"/orders/new?opportunity={row['id']}"
    return Action(_("Make order"), icon=ORDER.icon, href=href, kind="primary") if is_won else None


def _importers() -> None:
    for importer in (OrderImporter(), PaymentImporter()):
        register_importer(importer)
    wizard.register()
    register_extensible("order", {})
    register_extensible("payment", PAYMENT_PICKLISTS)


def _currencies() -> dict[str, int]:
    """How many amounts there are in each currency."""
    rows = sql.rows("SELECT currency, count(*) AS held FROM orders_order GROUP BY currency")
    return {row["currency"]: row["held"] for row in rows}
