"""The account in the catalogue."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from headwater.kernel.catalogue import Field, FieldType, Mask, RecordType, Verbs
from headwater.sales import picklists
from headwater.sales.record_types import common, scopes
from headwater.sales.services import accounts

ACCOUNT = RecordType(
    key="account",
    plural="accounts",
    label=_("Account"),
    label_plural=_("Accounts"),
    table="sales_account",
    url="/accounts/{id}",
    icon="building-2",
    is_customizable=True,
    has_owner=True,
    scope=scopes.accounts,
    search=scopes.searched("account"),
    verbs=Verbs(
        create=accounts.create_account, update=accounts.update_account, archive=accounts.archive_accounts
    ),
    fields=(
        Field(
            "name",
            pgettext_lazy("account", "Account name"),
            FieldType.TEXT,
            required=True,
            nullable=False,
            max_length=200,
            in_list=True,
            headers=("客户名称", "公司名称", "公司", "客户", "account", "company"),
        ),
        Field(
            "level",
            _("Account level"),
            FieldType.PICKLIST,
            choices=picklists.account_levels,
            in_list=True,
            headers=("客户级别", "级别"),
        ),
        common.owner(),
        Field(
            "parent",
            _("Parent company"),
            FieldType.LINK,
            relation="account",
            importable=False,
            group=common.COMPANY_GROUP,
        ),
        Field(
            "industry",
            _("Industry"),
            FieldType.PICKLIST,
            choices=picklists.industries,
            in_list=True,
            group=common.COMPANY_GROUP,
            headers=("行业", "所属行业", "sector"),
        ),
        Field(
            "company_size",
            _("Company size"),
            FieldType.PICKLIST,
            choices=picklists.company_sizes,
            group=common.COMPANY_GROUP,
            headers=("规模", "公司规模", "人数"),
        ),
        Field(
            "region",
            _("Region"),
            FieldType.CASCADE,
            choices=picklists.regions,
            in_list=True,
            group=common.COMPANY_GROUP,
            headers=("地区", "省市", "所在地"),
        ),
        Field(
            "address",
            _("Address"),
            FieldType.TEXT,
            max_length=300,
            group=common.CONTACT_GROUP,
            headers=("地址", "详细地址"),
        ),
        Field(
            "phone",
            _("Company phone"),
            FieldType.PHONE,
            mask=Mask.PHONE,
            group=common.CONTACT_GROUP,
            headers=("公司电话", "电话", "总机"),
        ),
        Field(
            "website",
            _("Website"),
            FieldType.URL,
            group=common.CONTACT_GROUP,
            headers=("网址", "网站", "官网"),
        ),
        Field("note", _("Note"), FieldType.LONG_TEXT, sortable=False, headers=("备注", "说明")),
        *common.origin(),
        *common.system(),
    ),
)
