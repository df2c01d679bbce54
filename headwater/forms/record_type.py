"""The landing form in the catalogue."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from headwater.forms import services
from headwater.kernel import text
from headwater.kernel.access import Access
from headwater.kernel.catalogue import Field, FieldType, RecordType, Verbs
from headwater.kernel.sql import Fragment, all_of
from headwater.leads import picklists

_PAGE = pgettext_lazy("group of fields", "On the page")
_CONSENT = pgettext_lazy("group of fields", "Consent")
_AFTER = pgettext_lazy("group of fields", "Afterwards")
_WHERE = pgettext_lazy("group of fields", "Where leads go")

EDITED = (
    "name",
    "title",
    "intro",
    "submit_label",
    "consent_text",
    "thanks",
    "redirect_url",
    "source",
    "campaign",
    "pool",
    "business_line",
    "embed_origins",
)


def _search(access: Access, q: str, alias: str) -> Fragment:
    words = [text.fold(word) for word in q.split()[:5]]
    return all_of(
        Fragment(f"strpos(lower({alias}.name || ' ' || {alias}.title), %s::text) > 0", (word,))
        for word in words
    )


def _kept(key: str, label: object, kind: FieldType, **options: object) -> Field:
    return Field(key, label, kind, editable=False, importable=False, in_form=False, nullable=False, **options)  # type: ignore[arg-type]


FORM = RecordType(
    key="form",
    plural="forms",
    label=pgettext_lazy("record", "Landing form"),
    label_plural=_("Landing forms"),
    table="forms_form",
    url="/forms/{id}",
    icon="clipboard-list",
    verbs=Verbs(services.create_form, services.update_form, services.archive_forms),
    search=_search,
    fields=(
        Field("name", pgettext_lazy("form", "Name"), FieldType.TEXT, required=True, nullable=False,
              max_length=120, in_list=True, help=_("For yourselves; visitors do not see it.")),
        Field("title", pgettext_lazy("form", "Heading"), FieldType.TEXT, required=True, nullable=False,
              max_length=120, in_list=True, group=_PAGE),
        Field("intro", pgettext_lazy("form", "Introduction"), FieldType.LONG_TEXT, nullable=False,
              sortable=False, group=_PAGE, help=_("What they get, in a sentence or two.")),
        Field("submit_label", _("Words on the button"), FieldType.TEXT, nullable=False, max_length=40,
              group=_PAGE),
        Field("consent_text", _("Text to agree to"), FieldType.LONG_TEXT, nullable=False, sortable=False,
              group=_CONSENT,
              help=_("Each change is a new version, which leads keep with the moment. Empty: not asked.")),
        Field("thanks", _("Thank-you text"), FieldType.LONG_TEXT, nullable=False, sortable=False,
              group=_AFTER),
        Field("redirect_url", _("Or go on to this address"), FieldType.URL, nullable=False, max_length=500,
              group=_AFTER),
        Field("source", _("Source"), FieldType.LINK, relation="source", in_list=True, group=_WHERE),
        Field("campaign", _("Campaign"), FieldType.LINK, relation="campaign", in_list=True, group=_WHERE),
        Field("pool", _("Pool"), FieldType.LINK, relation="pool", group=_WHERE),
        Field("business_line", _("Business line"), FieldType.PICKLIST, nullable=False, group=_WHERE,
              choices=picklists.business_lines),
        Field("embed_origins", _("Pages that may embed it"), FieldType.TEXT, nullable=False, max_length=500,
              sortable=False, group=_WHERE,
              help=_("Addresses like https://www.example.com, one after another.")),
        _kept("token", _("Public address"), FieldType.TEXT, sortable=False, filterable=False),
        _kept("consent_version", _("Version of the consent text"), FieldType.NUMBER, decimals=0),
        _kept("created_at", _("Created"), FieldType.DATETIME, in_list=True),
        _kept("updated_at", _("Changed"), FieldType.DATETIME),
    ),
)  # fmt: skip
