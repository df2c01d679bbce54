"""The landing form in the catalogue."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from headwater.forms import services
from headwater.forms.types import MOST_FILES, MOST_MEGABYTES, FilesKind
from headwater.kernel import text
from headwater.kernel.access import Access
from headwater.kernel.catalogue import Choice, Field, FieldType, RecordType, Verbs
from headwater.kernel.sql import Fragment, all_of
from headwater.leads import picklists

_PAGE = pgettext_lazy("group of fields", "On the page")
_CONSENT = pgettext_lazy("group of fields", "Consent")
_AFTER = pgettext_lazy("group of fields", "Afterwards")
_WHERE = pgettext_lazy("group of fields", "Where leads go")
_FILES = pgettext_lazy("group of fields", "Files")
_MAIL = pgettext_lazy("group of fields", "Confirmation by e-mail")
_WHEN = pgettext_lazy("group of fields", "Opening")

EDITED = (
    "name",
    "title",
    "intro",
    "submit_label",
    "consent_text",
    "thanks",
    "redirect_url",
    "mail_subject",
    "mail_text",
    "files_most",
    "files_megabytes",
    "files_kind",
    "files_label",
    "files_required",
    "source",
    "campaign",
    "owner",
    "pool",
    "business_line",
    "opens_at",
    "closes_at",
    "embed_origins",
)


def _search(access: Access, q: str, alias: str) -> Fragment:
    words = [text.fold(word) for word in q.split()[:5]]
    return all_of(
        Fragment(f"strpos(lower({alias}.name || ' ' || {alias}.title), %s::text) > 0", (word,))
        for word in words
    )


def _kinds() -> tuple[Choice, ...]:
    return tuple(Choice(kind.value, kind.label) for kind in FilesKind)


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
        Field("mail_subject", _("Subject of the mail"), FieldType.TEXT, nullable=False, max_length=120,
              sortable=False, group=_MAIL,
              help=_("Goes to the e-mail address that they left, once a day at most. Empty: no mail.")),
        Field("mail_text", _("Text of the mail"), FieldType.LONG_TEXT, nullable=False, sortable=False,
              max_length=4000, group=_MAIL,
              help=_("{name}, {company} and {form} are filled in. Below it stands how to have mail end.")),
        Field("files_most", _("Files at most"), FieldType.NUMBER, nullable=False, decimals=0, minimum=0,
              maximum=MOST_FILES, sortable=False, group=_FILES, help=_("0: visitors can send none.")),
        Field("files_kind", _("Kinds of files"), FieldType.PICKLIST, nullable=False, sortable=False,
              group=_FILES, choices=_kinds),
        Field("files_megabytes", _("Largest file (MB)"), FieldType.NUMBER, nullable=False, decimals=0,
              minimum=1, maximum=MOST_MEGABYTES, sortable=False, group=_FILES),
        Field("files_label", _("How to ask for files"), FieldType.TEXT, nullable=False, max_length=120,
              sortable=False, group=_FILES),
        Field("files_required", _("At least one file is required"), FieldType.BOOLEAN, nullable=False,
              sortable=False, group=_FILES),
        Field("source", _("Source"), FieldType.LINK, relation="source", in_list=True, group=_WHERE),
        Field("campaign", _("Campaign"), FieldType.LINK, relation="campaign", in_list=True, group=_WHERE),
        Field("owner", _("Give leads to"), FieldType.USER, relation="user", group=_WHERE,
              help=_("New leads, while there is room. Else, and for customers, as without it.")),
        Field("pool", _("Pool"), FieldType.LINK, relation="pool", group=_WHERE),
        Field("business_line", _("Business line"), FieldType.PICKLIST, nullable=False, group=_WHERE,
              choices=picklists.business_lines),
        Field("opens_at", _("Opens"), FieldType.DATETIME, group=_WHEN),
        Field("closes_at", _("Closes"), FieldType.DATETIME, group=_WHEN),
        Field("embed_origins", _("Pages that may embed it"), FieldType.TEXT, nullable=False, max_length=500,
              sortable=False, group=_WHERE,
              help=_("Addresses like https://www.example.com, one after another.")),
        _kept("token", _("Public address"), FieldType.TEXT, sortable=False, filterable=False),
        _kept("consent_version", _("Version of the consent text"), FieldType.NUMBER, decimals=0),
        _kept("created_at", _("Created"), FieldType.DATETIME, in_list=True),
        _kept("updated_at", _("Changed"), FieldType.DATETIME),
    ),
)  # fmt: skip
