"""Pipelines and stages in the catalogue: for links, filters and pickers."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from headwater.kernel.catalogue import Choice, Choices, Field, FieldType, RecordType
from headwater.sales.types import Standing


def standings() -> Choices:
    """Open, won and lost."""
    return _STANDINGS


_COLORS = {Standing.OPEN: "blue", Standing.WON: "green", Standing.LOST: "gray"}
_STANDINGS = Choices(Choice(item.value, item.label, _COLORS[item]) for item in Standing)

PIPELINE = RecordType(
    key="pipeline",
    plural="pipelines",
    label=_("Pipeline"),
    label_plural=_("Pipelines"),
    table="sales_pipeline",
    icon="workflow",
    url="/opportunities?pipeline={id}",
    default_sort="position",
    fields=(
        Field("name", pgettext_lazy("pipeline", "Name"), FieldType.TEXT, required=True, nullable=False),
        Field("business_line", _("Business line"), FieldType.TEXT),
        Field("is_default", _("Default"), FieldType.BOOLEAN, nullable=False),
        Field("position", pgettext_lazy("order", "Position"), FieldType.NUMBER, decimals=0, nullable=False),
    ),
)

STAGE = RecordType(
    key="stage",
    plural="stages",
    label=pgettext_lazy("opportunity", "Stage"),
    label_plural=pgettext_lazy("opportunity", "Stages"),
    table="sales_stage",
    icon="flag",
    is_archivable=False,
    default_sort="pipeline,position",
    fields=(
        Field("name", pgettext_lazy("stage", "Name"), FieldType.TEXT, required=True, nullable=False),
        Field("pipeline", _("Pipeline"), FieldType.LINK, relation="pipeline", nullable=False),
        Field("kind", _("Stands for"), FieldType.PICKLIST, choices=standings, nullable=False),
        Field("probability", _("Probability"), FieldType.PERCENT, decimals=0, nullable=False),
        Field("days_until_stuck", _("Days until stuck"), FieldType.NUMBER, decimals=0),
        Field("color", _("Colour"), FieldType.TEXT, nullable=False),
        Field("position", pgettext_lazy("order", "Position"), FieldType.NUMBER, decimals=0, nullable=False),
    ),
)
