"""Leads as the import engine meets them."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from headwater.acquisition.services import ensure_campaigns, ensure_sources
from headwater.customization import importing
from headwater.kernel.access import Access
from headwater.kernel.errors import Text
from headwater.leads.importing import options, reverting, targets
from headwater.leads.importing.writing import LeadSession
from headwater.leads.types import CONTACT_METHODS
from headwater.platform.imports.types import Column, ColumnPlan, Done, Guess, Policy, Target, Undone, Work

_REFERENCE_WORDS = ("id", "编号", "号码", "number", "no", "code", "key")


class LeadImporter:
    """See `headwater.platform.imports.importers.Importer`."""

    record = "lead"
    permission = "leads.import"
    label: Text = gettext_lazy("Lead")
    label_plural: Text = gettext_lazy("Leads")

    def targets(self, access: Access) -> list[Target]:
        return targets.targets(access)

    def example(self) -> list[list[str]]:
        """The template that the wizard offers."""
        return [
            [
                _("Name"), _("Company"), _("Job title"), _("Mobile"), _("E-mail"), _("WeChat"), _("Region"),
                _("Industry"), _("Source"), _("Requirement"),
            ],
            [
                "张三", "示例科技有限公司", "采购经理", "13800138000", "zhangsan@example.com", "zhangsan_wx",
                "广东省深圳市", "", "官网", "希望了解报价",
            ],
        ]  # fmt: skip

    def suggest(self, access: Access, columns: list[Column], plans: list[ColumnPlan]) -> dict[str, Any]:
        """A key of the file's own when no contact is mapped, and a column to name leads by."""
        found: dict[str, Any] = {"policy": Policy.SKIP.value}
        mapped = {plan.target for plan in plans}
        if not mapped & set(CONTACT_METHODS) and "external_id" not in mapped:
            key = _reference(columns, plans)
            if key is not None:
                plans[key].target = "external_id"
                mapped.add("external_id")
        if not mapped & {"name", "company", *targets.NAME_PARTS}:
            name = _reference(columns, plans)
            if name is None:
                name = next((plan.column for plan in plans if plan.target == "external_id"), None)
            found |= {"name_column": name, "name_prefix": _("Lead") + " "}
        return found

    def complete(self, access: Access, work: Work) -> dict[str, Any]:
        return options.complete(access, work)

    def prepare(self, access: Access, work: Work) -> tuple[list[ColumnPlan], dict[str, Any]]:
        ensure = {"source": ensure_sources, "campaign": ensure_campaigns}
        return importing.prepare(access, work, self.record, ensure)

    def session(self, access: Access, work: Work, *, writes: bool) -> LeadSession:
        importing.look_again()  # the start, in another process, may just have made fields and choices
        return LeadSession(access, work, writes=writes)

    def revert(self, access: Access, work: Work, rows: Sequence[Done]) -> list[Undone]:
        return reverting.revert(access, work, rows)


def _reference(columns: list[Column], plans: list[ColumnPlan]) -> int | None:
    """An unmapped column whose values all differ, one that is called a number or id first."""
    fitting = [
        column
        for column in columns
        if column.is_unique
        and not plans[column.index].target
        and column.guess in (Guess.TEXT, Guess.NUMBER, Guess.PICKLIST)
        and column.longest <= 60
    ]
    named = [column for column in fitting if any(word in column.header.lower() for word in _REFERENCE_WORDS)]
    return next((column.index for column in [*named, *fitting]), None)
