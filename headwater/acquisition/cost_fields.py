"""A cost of a channel as forms and the API speak of it; it is read with its channel, never listed alone."""

from django.utils.translation import gettext_lazy as _

from headwater.currencies.choices import currency_choices
from headwater.kernel.catalogue import Field, FieldType, RecordType

COST = RecordType(
    key="channel_cost",
    plural="channels",  # who may change channels may say what they cost
    label=_("Channel cost"),
    label_plural=_("Channel costs"),
    table="acquisition_channelcost",
    icon="wallet",
    fields=(
        Field("first_day", _("First day"), FieldType.DATE, required=True, nullable=False),
        Field("last_day", _("Last day"), FieldType.DATE, required=True, nullable=False),
        Field(
            "amount",
            _("Amount"),
            FieldType.MONEY,
            required=True,
            nullable=False,
            minimum=0.01,
            decimals=2,
            help=_("Without what campaigns of this channel cost: reports add that by themselves."),
        ),
        Field("currency", _("Currency"), FieldType.PICKLIST, choices=currency_choices, nullable=False),
        Field("note", _("Note"), FieldType.TEXT, max_length=400, nullable=False),
    ),
)
