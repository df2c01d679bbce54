"""The opportunity in the catalogue."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from headwater.currencies.choices import currency_choices
from headwater.kernel.access import Access
from headwater.kernel.catalogue import Field, FieldType, RecordType, Verbs
from headwater.products.queries import product_choices
from headwater.sales import picklists
from headwater.sales.queries.pipelines import stages_by_id
from headwater.sales.record_types import common, scopes
from headwater.sales.record_types.pipeline import standings
from headwater.sales.services import opportunities


def _present(access: Access, rows: list[dict[str, Any]]) -> None:
    """The stage with its colour and kind, so that every list shows it alike."""
    if not any(isinstance(row.get("stage"), dict) for row in rows):
        return
    known = stages_by_id()
    for row in rows:
        shown = row.get("stage")
        stage = known.get(shown["id"]) if isinstance(shown, dict) else None
        if stage is not None:
            row["stage"] = {"id": stage.id, "name": stage.name, "color": stage.color, "kind": stage.kind}


_PRODUCTS = (
    "(SELECT jsonb_agg(DISTINCT l.product_id::text) FROM sales_opportunityline l"
    " WHERE l.opportunity_id = {t}.id)"
)

OPPORTUNITY = RecordType(
    key="opportunity",
    plural="opportunities",
    label=_("Opportunity"),
    label_plural=_("Opportunities"),
    table="sales_opportunity",
    url="/opportunities/{id}",
    icon="circle-dollar-sign",
    is_customizable=True,
    has_owner=True,
    scope=scopes.opportunities,
    search=scopes.searched("opportunity"),
    present=_present,
    verbs=Verbs(
        create=opportunities.create_opportunity,
        update=opportunities.update_opportunity,
        archive=opportunities.archive_opportunities,
    ),
    fields=(
        Field(
            "name",
            pgettext_lazy("opportunity", "Opportunity name"),
            FieldType.TEXT,
            required=True,
            nullable=False,
            max_length=200,
            in_list=True,
            headers=("商机名称", "商机", "项目名称", "opportunity"),
        ),
        Field(
            "account",
            _("Account"),
            FieldType.LINK,
            relation="account",
            required=True,
            nullable=False,
            in_list=True,
            headers=("客户", "客户名称", "account"),
        ),
        Field(
            "contact",
            _("Primary contact"),
            FieldType.LINK,
            relation="contact",
            headers=("联系人", "主要联系人"),
        ),
        Field(
            "pipeline",
            _("Pipeline"),
            FieldType.LINK,
            relation="pipeline",
            nullable=False,
            group=common.SALE_GROUP,
            headers=("销售管道", "管道"),
        ),
        Field(
            "stage",
            pgettext_lazy("opportunity", "Stage"),
            FieldType.LINK,
            relation="stage",
            nullable=False,
            in_list=True,
            group=common.SALE_GROUP,
            headers=("阶段", "销售阶段", "stage", "deal stage"),
        ),
        Field(
            "status",
            pgettext_lazy("opportunity", "Status"),
            FieldType.PICKLIST,
            choices=standings,
            nullable=False,
            editable=False,
            in_form=False,
            group=common.SALE_GROUP,
        ),
        Field(
            "amount",
            _("Amount"),
            FieldType.MONEY,
            minimum=0,
            decimals=2,
            in_list=True,
            group=common.SALE_GROUP,
            headers=("金额", "预计金额", "商机金额", "amount", "close value"),
        ),
        Field(
            "amount_by_hand",
            _("Amount set by hand"),
            FieldType.BOOLEAN,
            editable=False,
            in_form=False,
            importable=False,
            nullable=False,
            group=common.SALE_GROUP,
            help=_("With products the amount is their sum, unless somebody typed another one."),
        ),
        Field(
            "product",
            _("Products"),
            FieldType.MULTI_PICK,
            sql=_PRODUCTS,
            choices=product_choices,
            editable=False,
            in_form=False,
            importable=False,
            sortable=False,
            group=common.SALE_GROUP,
        ),
        Field(
            "currency",
            _("Currency"),
            FieldType.PICKLIST,
            choices=currency_choices,
            nullable=False,
            group=common.SALE_GROUP,
            help=_("Left empty, it is the company's own"),
            headers=("币种",),
        ),
        Field(
            "probability",
            _("Probability"),
            FieldType.PERCENT,
            minimum=0,
            maximum=100,
            decimals=0,
            nullable=False,
            group=common.SALE_GROUP,
            help=_("Left empty, it follows the stage"),
            headers=("赢率", "成功率", "probability"),
        ),
        Field(
            "expected_close_on",
            _("Expected close"),
            FieldType.DATE,
            in_list=True,
            group=common.SALE_GROUP,
            headers=("预计成交日期", "预计签单日期", "close date"),
        ),
        common.owner(),
        Field(
            "lost_reason",
            _("Lost reason"),
            FieldType.PICKLIST,
            choices=picklists.lost_reasons,
            group=common.SALE_GROUP,
            headers=("输单原因", "丢单原因"),
        ),
        Field("lost_note", _("Lost: remark"), FieldType.TEXT, max_length=500, group=common.SALE_GROUP),
        Field(
            "closed_at",
            _("Closed"),
            FieldType.DATETIME,
            editable=False,
            in_form=False,
            importable=False,
            group=common.SALE_GROUP,
        ),
        Field(
            "stage_entered_at",
            _("In this stage since"),
            FieldType.DATETIME,
            editable=False,
            in_form=False,
            importable=False,
            nullable=False,
            group=common.SALE_GROUP,
        ),
        Field(
            "business_line",
            _("Business line"),
            FieldType.PICKLIST,
            choices=picklists.business_lines,
            group=common.SALE_GROUP,
            headers=("业务线", "产品线"),
        ),
        Field("note", _("Note"), FieldType.LONG_TEXT, sortable=False, headers=("备注", "描述")),
        *common.origin(),
        *common.system(),
    ),
)
