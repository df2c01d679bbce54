"""Fields that several of the room's records have."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from headwater.kernel.catalogue import Field, FieldType

CONTACT_GROUP = pgettext_lazy("group of fields", "Contact")
COMPANY_GROUP = pgettext_lazy("group of fields", "Company")
SALE_GROUP = pgettext_lazy("group of fields", "Sale")
ORIGIN_GROUP = pgettext_lazy("group of fields", "Origin")
CONSENT_GROUP = pgettext_lazy("group of fields", "Consent")
SYSTEM_GROUP = pgettext_lazy("group of fields", "System")


def owner(*, in_list: bool = True) -> Field:
    return Field(
        "owner",
        _("Owner"),
        FieldType.USER,
        relation="user",
        in_list=in_list,
        headers=("负责人", "所有者", "销售", "owner", "sales rep", "sales agent"),
    )


def origin() -> tuple[Field, ...]:
    """Where a record comes from."""
    return (
        Field(
            "source", _("Source"), FieldType.LINK, relation="source", group=ORIGIN_GROUP, headers=("来源",)
        ),
        Field(
            "campaign",
            _("Campaign"),
            FieldType.LINK,
            relation="campaign",
            group=ORIGIN_GROUP,
            headers=("市场活动", "活动"),
        ),
        Field(
            "external_id",
            _("External number"),
            FieldType.TEXT,
            max_length=100,
            group=ORIGIN_GROUP,
            help=_("The number of this record in another system"),
            headers=("外部编号", "external id"),
        ),
    )


def system() -> tuple[Field, ...]:
    """What the house writes by itself."""
    return (
        _system("last_activity_at", _("Last follow-up"), in_list=True),
        _system("created_at", _("Created"), nullable=False),
        _system("updated_at", _("Changed"), nullable=False),
        Field(
            "created_by",
            _("Created by"),
            FieldType.USER,
            relation="user",
            editable=False,
            in_form=False,
            importable=False,
            group=SYSTEM_GROUP,
        ),
    )


def _system(key: str, label: object, *, nullable: bool = True, in_list: bool = False) -> Field:
    return Field(
        key,
        label,  # type: ignore[arg-type]
        FieldType.DATETIME,
        editable=False,
        in_form=False,
        importable=False,
        nullable=nullable,
        in_list=in_list,
        group=SYSTEM_GROUP,
    )
