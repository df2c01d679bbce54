"""The competitor in the catalogue."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from headwater.kernel import text
from headwater.kernel.access import Access
from headwater.kernel.catalogue import Field, FieldType, RecordType, Verbs
from headwater.kernel.sql import Fragment, all_of
from headwater.sales.record_types import common
from headwater.sales.services import competitors


def _search(access: Access, q: str, alias: str) -> Fragment:
    words = [text.fold(word) for word in q.split()[:5]]
    return all_of(Fragment(f"strpos(lower({alias}.name), %s::text) > 0", (word,)) for word in words)


COMPETITOR = RecordType(
    key="competitor",
    plural="competitors",
    label=_("Competitor"),
    label_plural=_("Competitors"),
    table="sales_competitor",
    url="/competitors/{id}",
    icon="flag",
    is_customizable=True,
    search=_search,
    default_sort="name",
    verbs=Verbs(
        create=competitors.create_competitor,
        update=competitors.update_competitor,
        archive=competitors.archive_competitors,
    ),
    fields=(
        Field(
            "name",
            pgettext_lazy("competitor", "Name"),
            FieldType.TEXT,
            required=True,
            nullable=False,
            max_length=120,
            in_list=True,
            headers=("竞争对手", "竞品", "competitor"),
        ),
        Field("website", _("Website"), FieldType.URL, in_list=True),
        Field("strengths", _("Strengths"), FieldType.LONG_TEXT, sortable=False, in_list=True),
        Field("weaknesses", _("Weaknesses"), FieldType.LONG_TEXT, sortable=False, in_list=True),
        Field("note", _("Note"), FieldType.LONG_TEXT, sortable=False),
        Field(
            "created_at",
            _("Created"),
            FieldType.DATETIME,
            editable=False,
            in_form=False,
            importable=False,
            nullable=False,
            group=common.SYSTEM_GROUP,
        ),
    ),
)
