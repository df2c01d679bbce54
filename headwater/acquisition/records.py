"""The record types of the room, as the catalogue speaks of them."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from headwater.acquisition import services
from headwater.acquisition.picklists import campaign_types
from headwater.acquisition.types import CampaignStatus, ChannelKind
from headwater.kernel import text
from headwater.kernel.access import Access
from headwater.kernel.catalogue import (
    Choice,
    Choices,
    Field,
    FieldType,
    RecordType,
    Verbs,
    register_record_type,
)
from headwater.kernel.sql import TRUE, Fragment, all_of

_KINDS = Choices(
    [
        Choice(ChannelKind.OWN, ChannelKind.OWN.label, "blue"),
        Choice(ChannelKind.PAID, ChannelKind.PAID.label, "orange"),
        Choice(ChannelKind.FREE, ChannelKind.FREE.label, "green"),
    ]
)
_STATUSES = Choices(
    [
        Choice(CampaignStatus.PLANNED, CampaignStatus.PLANNED.label, "gray"),
        Choice(CampaignStatus.ACTIVE, CampaignStatus.ACTIVE.label, "green"),
        Choice(CampaignStatus.COMPLETED, CampaignStatus.COMPLETED.label, "blue"),
        Choice(CampaignStatus.CANCELLED, CampaignStatus.CANCELLED.label, "red"),
    ]
)
_FACTS = pgettext_lazy("group of fields", "Facts")
_MONEY = pgettext_lazy("group of fields", "Time and money")
_SYSTEM = pgettext_lazy("group of fields", "System")

_MOMENTS = (
    Field(
        "created_at",
        _("Created"),
        FieldType.DATETIME,
        editable=False,
        nullable=False,
        in_form=False,
        group=_SYSTEM,
    ),
    Field(
        "updated_at",
        _("Last changed"),
        FieldType.DATETIME,
        editable=False,
        nullable=False,
        in_form=False,
        group=_SYSTEM,
    ),
)


def _search(access: Access, q: str, alias: str) -> Fragment:
    words = [text.fold(word) for word in q.split()[:5]]
    return all_of(Fragment(f"strpos(lower({alias}.name), %s::text) > 0", (word,)) for word in words)


def campaign_scope(access: Access, alias: str) -> Fragment:
    """Campaigns of the people within reach; those that belong to nobody are everybody's."""
    if access.reach.everyone:
        return TRUE
    return Fragment(
        f"({alias}.owner_id IS NULL OR {alias}.owner_id = ANY(%s::bigint[]))", (sorted(access.reach.people),)
    )


SOURCE = RecordType(
    key="source",
    plural="sources",
    label=_("Source"),
    label_plural=_("Sources"),
    table="acquisition_source",
    fields=(
        Field("name", _("Name"), FieldType.TEXT, required=True, nullable=False, max_length=80, in_list=True),
        Field("key", pgettext_lazy("source", "Key"), FieldType.TEXT, max_length=60, nullable=False),
        Field(
            "kind", _("Category"), FieldType.PICKLIST, choices=lambda: _KINDS, nullable=False,
            default=ChannelKind.OWN, in_list=True,
        ),
        Field("description", _("Description"), FieldType.TEXT, max_length=400, nullable=False, in_list=True),
        Field("position", _("Position"), FieldType.NUMBER, decimals=0, nullable=False, in_form=False),
        *_MOMENTS,
    ),
    verbs=Verbs(services.create_source, services.update_source, services.archive_sources),
    search=_search,

    icon="log-in",
    default_sort="position,name",
)  # fmt: skip

CHANNEL = RecordType(
    key="channel",
    plural="channels",
    label=_("Channel"),
    label_plural=_("Channels"),
    table="acquisition_channel",
    fields=(
        Field("name", _("Name"), FieldType.TEXT, required=True, nullable=False, max_length=80, in_list=True),
        Field(
            "kind", _("Category"), FieldType.PICKLIST, choices=lambda: _KINDS, nullable=False,
            default=ChannelKind.OWN, in_list=True,
        ),
        Field("parent", _("Above"), FieldType.LINK, relation="channel", in_list=True),
        Field("description", _("Description"), FieldType.TEXT, max_length=400, nullable=False, in_list=True),
        Field("path", _("Path"), FieldType.TEXT, editable=False, nullable=False, in_form=False),
        Field("position", _("Position"), FieldType.NUMBER, decimals=0, nullable=False, in_form=False),
        *_MOMENTS,
    ),
    verbs=Verbs(services.create_channel, services.update_channel, services.archive_channels),
    search=_search,

    icon="network",
    default_sort="path",
)  # fmt: skip

CAMPAIGN = RecordType(
    key="campaign",
    plural="campaigns",
    label=_("Campaign"),
    label_plural=_("Campaigns"),
    table="acquisition_campaign",
    fields=(
        Field(
            "name", _("Name"), FieldType.TEXT, required=True, nullable=False, max_length=120, in_list=True,
            group=_FACTS, headers=("活动名称", "市场活动", "campaign"),
        ),
        Field(
            "type", pgettext_lazy("campaign", "Type"), FieldType.PICKLIST, choices=campaign_types,
            in_list=True, group=_FACTS,
        ),
        Field(
            "status", pgettext_lazy("campaign", "Status"), FieldType.PICKLIST, choices=lambda: _STATUSES,
            nullable=False, default=CampaignStatus.PLANNED, in_list=True, group=_FACTS,
        ),
        Field("channel", _("Channel"), FieldType.LINK, relation="channel", group=_FACTS),
        Field("owner", _("Owner"), FieldType.USER, relation="user", in_list=True, group=_FACTS),
        Field("starts_on", _("Starts on"), FieldType.DATE, in_list=True, group=_MONEY),
        Field("ends_on", _("Ends on"), FieldType.DATE, in_list=True, group=_MONEY),
        Field("budget", _("Budget"), FieldType.MONEY, minimum=0, in_list=True, group=_MONEY),
        Field("cost", _("Actual cost"), FieldType.MONEY, minimum=0, in_list=True, group=_MONEY),
        Field(
            "expected_leads", _("Expected leads"), FieldType.NUMBER, minimum=0, maximum=1_000_000_000,
            decimals=0, group=_MONEY,
        ),
        Field(
            "description", _("Description"), FieldType.LONG_TEXT, nullable=False, group=_FACTS,
            sortable=False,
        ),
        *_MOMENTS,
    ),
    scope=campaign_scope,
    verbs=Verbs(services.create_campaign, services.update_campaign, services.archive_campaigns),
    search=_search,
    url="/campaigns/{id}",
    icon="megaphone",
    is_customizable=True,
    has_owner=True,
)  # fmt: skip


def register() -> None:
    """Make them known to the house."""
    for kind in (SOURCE, CHANNEL, CAMPAIGN):
        register_record_type(kind)
