"""The contact in the catalogue."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from headwater.kernel.catalogue import Field, FieldType, Mask, RecordType, Verbs
from headwater.sales import picklists
from headwater.sales.record_types import common, scopes
from headwater.sales.services import contacts

CONTACT = RecordType(
    key="contact",
    plural="contacts",
    label=pgettext_lazy("record", "Contact"),
    label_plural=_("Contacts"),
    table="sales_contact",
    url="/contacts/{id}",
    icon="contact",
    is_customizable=True,
    has_owner=True,
    scope=scopes.contacts,
    search=scopes.searched("contact"),
    verbs=Verbs(
        create=contacts.create_contact, update=contacts.update_contact, archive=contacts.archive_contacts
    ),
    fields=(
        Field(
            "name",
            pgettext_lazy("contact", "Name"),
            FieldType.TEXT,
            required=True,
            nullable=False,
            max_length=100,
            in_list=True,
            is_personal=True,
            headers=("姓名", "联系人", "联系人姓名", "name"),
        ),
        Field(
            "account",
            _("Account"),
            FieldType.LINK,
            relation="account",
            in_list=True,
            headers=("客户", "客户名称", "公司"),
        ),
        Field(
            "title",
            pgettext_lazy("contact", "Job title"),
            FieldType.TEXT,
            max_length=100,
            in_list=True,
            headers=("职位", "职务"),
        ),
        Field(
            "department",
            pgettext_lazy("contact", "Department"),
            FieldType.TEXT,
            max_length=100,
            headers=("部门",),
        ),
        Field(
            "mobile",
            _("Mobile"),
            FieldType.PHONE,
            mask=Mask.PHONE,
            in_list=True,
            is_personal=True,
            group=common.CONTACT_GROUP,
            headers=("手机", "手机号", "手机号码", "mobile"),
        ),
        Field(
            "phone",
            _("Phone"),
            FieldType.PHONE,
            mask=Mask.PHONE,
            is_personal=True,
            group=common.CONTACT_GROUP,
            headers=("电话", "座机"),
        ),
        Field(
            "email",
            _("E-mail"),
            FieldType.EMAIL,
            mask=Mask.EMAIL,
            in_list=True,
            is_personal=True,
            group=common.CONTACT_GROUP,
            headers=("邮箱", "电子邮箱", "email", "e-mail"),
        ),
        Field(
            "wechat",
            _("WeChat"),
            FieldType.TEXT,
            max_length=64,
            mask=Mask.TEXT,
            is_personal=True,
            group=common.CONTACT_GROUP,
            headers=("微信", "微信号"),
        ),
        Field(
            "qq",
            _("QQ"),
            FieldType.TEXT,
            max_length=20,
            pattern=r"[1-9][0-9]{4,11}",
            mask=Mask.TEXT,
            is_personal=True,
            group=common.CONTACT_GROUP,
            headers=("QQ", "QQ号"),
        ),
        common.owner(),
        Field("note", _("Note"), FieldType.LONG_TEXT, sortable=False, headers=("备注",)),
        Field("do_not_call", _("Do not call"), FieldType.BOOLEAN, group=common.CONSENT_GROUP, nullable=False),
        Field(
            "do_not_email", _("Do not e-mail"), FieldType.BOOLEAN, group=common.CONSENT_GROUP, nullable=False
        ),
        Field(
            "consent_basis",
            _("Consent basis"),
            FieldType.PICKLIST,
            choices=picklists.consent_bases,
            group=common.CONSENT_GROUP,
        ),
        Field("consent_at", _("Consent given at"), FieldType.DATETIME, group=common.CONSENT_GROUP),
        Field(
            "consent_evidence",
            _("Consent evidence"),
            FieldType.LONG_TEXT,
            sortable=False,
            group=common.CONSENT_GROUP,
        ),
        *common.origin(),
        *common.system(),
    ),
)
