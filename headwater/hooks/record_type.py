"""The hook in the catalogue."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from headwater.hooks import services
from headwater.hooks.presets import Preset
from headwater.hooks.types import Signing
from headwater.kernel import text
from headwater.kernel.access import Access
from headwater.kernel.catalogue import Choice, Choices, Field, FieldType, RecordType, Verbs
from headwater.kernel.sql import Fragment, all_of
from headwater.leads import picklists

_DOOR = pgettext_lazy("group of fields", "The door")
_WHERE = pgettext_lazy("group of fields", "Where leads go")
_PRESETS = Choices(Choice(item.value, item.label) for item in Preset)
_SIGNINGS = Choices(Choice(item.value, item.label) for item in Signing)

EDITED = (
    "name",
    "is_active",
    "owner",
    "signing",
    "id_path",
    "per_minute",
    "source",
    "channel",
    "campaign",
    "pool",
    "business_line",
)


def _search(access: Access, q: str, alias: str) -> Fragment:
    words = [text.fold(word) for word in q.split()[:5]]
    return all_of(Fragment(f"strpos(lower({alias}.name), %s::text) > 0", (word,)) for word in words)


def _kept(key: str, label: object, kind: FieldType, **options: object) -> Field:
    return Field(key, label, kind, editable=False, importable=False, in_form=False, nullable=False, **options)  # type: ignore[arg-type]


HOOK = RecordType(
    key="hook",
    plural="hooks",
    label=pgettext_lazy("record", "Hook"),
    label_plural=_("Hooks"),
    table="hooks_hook",
    url="/hooks/{id}",
    icon="webhook",
    verbs=Verbs(services.create_hook, services.update_hook, services.archive_hooks),
    search=_search,
    fields=(
        Field("name", pgettext_lazy("hook", "Name"), FieldType.TEXT, required=True, nullable=False,
              max_length=120, in_list=True, help=_("Whom it is for, in your words.")),
        Field("preset", pgettext_lazy("hook", "Sender"), FieldType.PICKLIST, required=True, nullable=False,
              choices=lambda: _PRESETS, in_list=True,
              help=_("Brings way of signing, mapping and a sample; all of it can be changed afterwards.")),
        Field("is_active", _("Takes deliveries"), FieldType.BOOLEAN, nullable=False, in_list=True,
              group=_DOOR),
        Field("signing", _("Way of signing"), FieldType.PICKLIST, nullable=False, group=_DOOR,
              choices=lambda: _SIGNINGS),
        Field("id_path", _("Place of its number"), FieldType.TEXT, nullable=False, max_length=200,
              sortable=False, filterable=False, group=_DOOR,
              help=_("Two deliveries with one number are one. Without a number the whole body tells.")),
        Field("per_minute", _("Deliveries a minute from one address"), FieldType.NUMBER, nullable=False,
              decimals=0, minimum=0, maximum=100_000, group=_DOOR, help=_("0: no limit.")),
        Field("owner", _("Who looks after it"), FieldType.USER, relation="user", in_list=True, group=_DOOR,
              help=_("Is told when deliveries fail.")),
        Field("source", _("Source"), FieldType.LINK, relation="source", in_list=True, group=_WHERE),
        Field("channel", _("Channel"), FieldType.LINK, relation="channel", group=_WHERE),
        Field("campaign", _("Campaign"), FieldType.LINK, relation="campaign", in_list=True, group=_WHERE),
        Field("pool", _("Pool"), FieldType.LINK, relation="pool", group=_WHERE),
        Field("business_line", _("Business line"), FieldType.PICKLIST, nullable=False, group=_WHERE,
              choices=picklists.business_lines),
        _kept("key", _("Public address"), FieldType.TEXT, sortable=False, filterable=False),
        _kept("created_at", _("Created"), FieldType.DATETIME, in_list=True),
        _kept("updated_at", _("Changed"), FieldType.DATETIME),
    ),
)  # fmt: skip
