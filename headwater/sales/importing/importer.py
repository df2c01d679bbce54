"""Accounts, contacts and opportunities as the import engine meets them."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from headwater.acquisition.services import ensure_campaigns, ensure_sources
from headwater.customization import importing
from headwater.kernel.access import Access
from headwater.kernel.errors import Text
from headwater.platform.imports.types import Column, ColumnPlan, Done, Policy, Target, Undone, Work
from headwater.sales.importing import options, reverting, targets
from headwater.sales.importing.history import COLLECT, ensure_gathering_account
from headwater.sales.importing.shapes import BY_NUMBER, SHAPES, Shape
from headwater.sales.importing.writing import SalesSession


class SalesImporter:
    """See `headwater.platform.imports.importers.Importer`."""

    def __init__(self, shape: Shape) -> None:
        kind = shape.kind.record_type
        self.shape = shape
        self.record = shape.key
        self.permission = f"{kind.plural}.import"
        self.label: Text = kind.label
        self.label_plural: Text = kind.label_plural

    def targets(self, access: Access) -> list[Target]:
        return targets.targets(access, self.shape)

    def example(self) -> list[list[str]]:
        """The template that the wizard offers."""
        return {"account": _accounts, "contact": _contacts, "opportunity": _opportunities}[self.record]()

    def suggest(self, access: Access, columns: list[Column], plans: list[ColumnPlan]) -> dict[str, Any]:
        found: dict[str, Any] = {"policy": Policy.SKIP.value}
        mapped = {plan.target for plan in plans}
        if "stage" in mapped and "lost_reason" not in mapped:
            found["lost_reason"] = "other"  # history seldom says why
        if self.record == "opportunity" and access.may("accounts.create"):
            named = [column for column, plan in zip(columns, plans, strict=True) if plan.target == "account"]
            rows = max((column.filled for column in columns), default=0)
            if named and named[0].filled < rows and f"account{BY_NUMBER}" not in mapped:
                found["account_missing"] = COLLECT  # nothing is lost for want of a customer
        return found

    def complete(self, access: Access, work: Work) -> dict[str, Any]:
        return options.complete(access, work, self.shape)

    def prepare(self, access: Access, work: Work) -> tuple[list[ColumnPlan], dict[str, Any]]:
        ensure = {"source": ensure_sources, "campaign": ensure_campaigns}
        plans, kept = importing.prepare(access, work, self.record, ensure)
        if work.options.get("account_missing") == COLLECT:
            makes = access.also("accounts.create")
            kept["account"] = ensure_gathering_account(makes, work.options.get("owner"))
        return plans, kept

    def session(self, access: Access, work: Work, *, writes: bool) -> SalesSession:
        importing.look_again()  # the start, in another process, may just have made fields and choices
        return SalesSession(access, work, self.shape, writes=writes)

    def revert(self, access: Access, work: Work, rows: Sequence[Done]) -> list[Undone]:
        return reverting.revert(access, work, self.shape, rows)


def importers() -> list[SalesImporter]:
    return [SalesImporter(shape) for shape in SHAPES.values()]


def _accounts() -> list[list[str]]:
    return [
        [_("External number"), _("Account name"), _("Parent company"), _("Owner"), _("Industry"),
         _("Region"), _("Address"), _("Company phone"), _("Website"), _("Note")],
        ["A-1001", "示例科技有限公司", "", "", "", "广东省深圳市", "南山区科技园 1 号", "0755-12345678",
         "https://example.com", ""],
    ]  # fmt: skip


def _contacts() -> list[list[str]]:
    return [
        [_("External number"), _("Name"), _("Account (external number)"), _("Account"), _("Job title"),
         _("Mobile"), _("E-mail"), _("WeChat"), _("Owner")],
        ["C-2001", "张三", "A-1001", "示例科技有限公司", "采购经理", "13800138000", "zhangsan@example.com",
         "zhangsan_wx", ""],
    ]  # fmt: skip


def _opportunities() -> list[list[str]]:
    return [
        [_("External number"), _("Opportunity name"), _("Account (external number)"), _("Account"),
         _("Primary contact (external number)"), _("Product"), _("Stage"), _("Amount"),
         _("Expected close"), _("Owner"), _("Created there at"), _("Closed there at")],
        ["O-3001", "示例科技年度采购", "A-1001", "示例科技有限公司", "C-2001", "", "", "68000", "2026-12-31",
         "", "2026-11-02", ""],
    ]  # fmt: skip
