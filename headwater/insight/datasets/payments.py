"""Orders and payments: one row an order with one of its payments."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from headwater.insight.datasets import parts
from headwater.insight.engine import Dataset, Node


def payments() -> Dataset:
    return Dataset(
        key="payments",
        label=_("Orders and payments"),
        description=_("One row is an order with one entry of its ledger; an order counts once in a group."),
        period="order.ordered_on",
        nodes=(
            parts.order_node(""),
            parts.owner_node("order"),
            Node(
                "account", "account", _("Account"), parent="order", on="{t}.id = {p}.account_id", shared=True,
                without=("phone", "note", "address"),
            ),
            parts.opportunity_node("order", on="{t}.id = {p}.opportunity_id", shared=True),
            parts.payment_node("order"),
            parts.person_node("credited", pgettext_lazy("payment", "Credited to"), "payment"),
        ),
    )  # fmt: skip
