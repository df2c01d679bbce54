"""Orders and payments as the import engine meets them (`headwater.platform.imports.importers.Importer`)."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from headwater.customization import importing
from headwater.kernel.access import Access
from headwater.kernel.catalogue import record_type
from headwater.kernel.errors import Text
from headwater.orders.importing import orders, payments, saving, targets
from headwater.orders.importing.options import complete_orders, complete_payments
from headwater.orders.picklists import PAYMENT_METHOD
from headwater.platform.imports.types import Column, ColumnPlan, Done, Policy, Target, Undone, Work

PAYMENT_PICKLISTS = {"method": PAYMENT_METHOD}


class OrderImporter:
    """Orders, one a row, with what they cost in all."""

    record = "order"
    permission = "orders.import"

    @property
    def label(self) -> Text:
        return record_type("order").label

    @property
    def label_plural(self) -> Text:
        return record_type("order").label_plural

    def targets(self, access: Access) -> list[Target]:
        return targets.order_targets(access)

    def example(self) -> list[list[str]]:
        """The template that the wizard offers."""
        return [
            [_("External number"), _("Order number"), _("Account (external number)"), _("Account"),
             _("Opportunity (external number)"), _("Ordered on"), _("Amount"), _("Currency"), _("Owner")],
            ["D-5001", "", "A-1001", "示例科技有限公司", "O-3001", "2026-11-20", "68000", "CNY", ""],
        ]  # fmt: skip

    def suggest(self, access: Access, columns: list[Column], plans: list[ColumnPlan]) -> dict[str, Any]:
        return {"policy": Policy.SKIP.value}

    def complete(self, access: Access, work: Work) -> dict[str, Any]:
        return complete_orders(access, work)

    def prepare(self, access: Access, work: Work) -> tuple[list[ColumnPlan], dict[str, Any]]:
        return importing.prepare(access, work, self.record, {})

    def session(self, access: Access, work: Work, *, writes: bool) -> orders.OrderSession:
        importing.look_again()  # the start, in another process, may just have made fields and choices
        return orders.OrderSession(access, work, writes=writes)

    def revert(self, access: Access, work: Work, rows: Sequence[Done]) -> list[Undone]:
        return saving.revert(access, work, rows, orders.load_slots)


class PaymentImporter:
    """Payments and refunds, added to the ledger; taken back by entries that void them."""

    record = "payment"
    permission = "payments.import"

    @property
    def label(self) -> Text:
        return record_type("payment").label

    @property
    def label_plural(self) -> Text:
        return record_type("payment").label_plural

    def targets(self, access: Access) -> list[Target]:
        return targets.payment_targets(access)

    def example(self) -> list[list[str]]:
        """The template that the wizard offers."""
        return [
            [_("External number"), _("Order (external number)"), _("Paid on"), _("Amount"), _("Currency"),
             _("Payment method"), _("Reference"), _("Note")],
            ["P-6001", "D-5001", "2026-11-21", "20400", "CNY", "", "ICBC-0001", ""],
        ]  # fmt: skip

    def suggest(self, access: Access, columns: list[Column], plans: list[ColumnPlan]) -> dict[str, Any]:
        return {"policy": Policy.SKIP.value}

    def complete(self, access: Access, work: Work) -> dict[str, Any]:
        return complete_payments(access, work)

    def prepare(self, access: Access, work: Work) -> tuple[list[ColumnPlan], dict[str, Any]]:
        return importing.prepare(access, work, self.record, {})

    def session(self, access: Access, work: Work, *, writes: bool) -> payments.PaymentSession:
        importing.look_again()
        return payments.PaymentSession(access, work, writes=writes)

    def revert(self, access: Access, work: Work, rows: Sequence[Done]) -> list[Undone]:
        return payments.revert(access, rows)
