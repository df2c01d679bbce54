"""The tracked site in the catalogue."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from headwater.kernel import text
from headwater.kernel.access import Access
from headwater.kernel.catalogue import Choice, Field, FieldType, RecordType, Verbs
from headwater.kernel.sql import Fragment, all_of
from headwater.tracking import services
from headwater.tracking.types import Consent

_CONSENT = pgettext_lazy("group of fields", "Consent")


def _search(access: Access, q: str, alias: str) -> Fragment:
    words = [text.fold(word) for word in q.split()[:5]]
    return all_of(
        Fragment(f"strpos(lower({alias}.name || ' ' || {alias}.domains), %s::text) > 0", (word,))
        for word in words
    )


def _consents() -> list[Choice]:
    return [Choice(one.value, one.label) for one in Consent]


def _kept(key: str, label: object, kind: FieldType, **options: object) -> Field:
    return Field(key, label, kind, editable=False, importable=False, in_form=False, nullable=False, **options)  # type: ignore[arg-type]


SITE = RecordType(
    key="tracking_site",
    plural="tracking_sites",
    label=pgettext_lazy("record", "Tracked site"),
    label_plural=_("Tracked sites"),
    table="tracking_site",
    url="/tracking/sites/{id}",
    icon="globe",
    verbs=Verbs(services.create_site, services.update_site, services.archive_sites),
    search=_search,
    fields=(
        Field("name", pgettext_lazy("tracked site", "Name"), FieldType.TEXT, required=True, nullable=False,
              max_length=120, in_list=True),
        Field("domains", _("Domains"), FieldType.TEXT, required=True, nullable=False, max_length=500,
              in_list=True, sortable=False,
              help=_("Like example.com, one after another, with subdomains. Other pages are refused.")),
        Field("is_active", _("Takes visits"), FieldType.BOOLEAN, nullable=False, in_list=True, default=True),
        Field("consent", _("Consent of visitors"), FieldType.PICKLIST, nullable=False, choices=_consents,
              default=Consent.ASK.value, in_list=True, group=_CONSENT,
              help=_("Do Not Track and Global Privacy Control are honoured whatever you choose.")),
        Field("consent_text", _("Words of the banner"), FieldType.LONG_TEXT, nullable=False, max_length=600,
              sortable=False, group=_CONSENT, help=_("Empty: words of ours, in the page's language.")),
        Field("privacy_url", _("Address of your privacy notice"), FieldType.URL, nullable=False,
              max_length=500, sortable=False, group=_CONSENT),
        Field("keep_days", _("Days to keep visits of unknown visitors"), FieldType.NUMBER, nullable=False,
              decimals=0, minimum=1, maximum=730, default=90, group=_CONSENT),
        _kept("key", _("Public key"), FieldType.TEXT, sortable=False, filterable=False),
        _kept("created_at", _("Created"), FieldType.DATETIME, in_list=True),
        _kept("updated_at", _("Changed"), FieldType.DATETIME),
    ),
)  # fmt: skip
