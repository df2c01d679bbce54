"""Saved reports as the catalogue speaks of them."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from headwater.insight.queries.reports import report_scope
from headwater.insight.types import ReportSharing
from headwater.kernel.access import Access
from headwater.kernel.catalogue import Choice, Choices, Field, FieldType, RecordType
from headwater.kernel.sql import Fragment
from headwater.platform import search


def _search(access: Access, q: str, alias: str) -> Fragment:
    return search.match("report", q, id_sql=f"{alias}.id")


def _sharings() -> Choices:
    return Choices(Choice(one.value, one.label) for one in ReportSharing)


def _system(key: str, label: Any, kind: FieldType, **more: Any) -> Field:
    return Field(key, label, kind, editable=False, in_form=False, importable=False, **more)


REPORT = RecordType(
    key="report",
    plural="reports",
    label=_("Report"),
    label_plural=pgettext_lazy("saved", "Reports"),
    table="insight_report",
    url="/reports/{id}",
    icon="chart-column",
    scope=report_scope,
    search=_search,
    default_sort="name",
    fields=(
        Field(
            "name",
            pgettext_lazy("report", "Name"),
            FieldType.TEXT,
            required=True,
            nullable=False,
            max_length=120,
            in_list=True,
        ),
        Field("description", pgettext_lazy("report", "Description"), FieldType.LONG_TEXT, in_list=True),
        _system(
            "sharing",
            pgettext_lazy("report", "Shared with"),
            FieldType.PICKLIST,
            choices=_sharings,
            in_list=True,
        ),
        _system("owner", pgettext_lazy("report", "Owner"), FieldType.USER, relation="user", in_list=True),
        _system("created_at", _("Created"), FieldType.DATETIME, nullable=False),
        _system("updated_at", _("Changed"), FieldType.DATETIME, nullable=False),
    ),
)
