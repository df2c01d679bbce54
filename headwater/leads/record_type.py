"""The lead in the catalogue: its fields, who sees it, how it is found."""

from collections.abc import Callable, Sequence

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from headwater.kernel.access import Access
from headwater.kernel.catalogue import Choice, Choices, Field, FieldType, Mask, RecordType, Verbs
from headwater.kernel.sql import Fragment
from headwater.leads import picklists
from headwater.leads.masking import mask_pooled, unmasked
from headwater.leads.queries import lead_scope
from headwater.leads.services import archive_leads, create_lead, update_lead
from headwater.leads.services.outcomes import the_one
from headwater.leads.types import Stage, Status
from headwater.platform.search import match

_CONTACT = _("Contact")
_COMPANY = _("Company")
_NEED = _("Need")
_ORIGIN = _("Origin")
_CONSENT = _("Consent")
_FLOW = _("Flow")

STATUS_COLORS = {
    Status.POOLED: "gray",
    Status.ASSIGNED: "blue",
    Status.FOLLOWING: "violet",
    Status.CONVERTED: "green",
    Status.INVALID: "gray",
}
STAGE_COLORS = {
    Stage.UQL: "gray",
    Stage.MQL: "blue",
    Stage.SQL: "violet",
    Stage.WON: "green",
    Stage.DISQUALIFIED: "gray",
}


def _fixed(colors: dict[Status, str] | dict[Stage, str]) -> Callable[[], Sequence[Choice]]:
    known = Choices(Choice(item.value, item.label, color) for item, color in colors.items())
    return lambda: known


def _flow(key: str, label: object, kind: FieldType, **options: object) -> Field:
    """A field that operations keep; nobody types it."""
    return Field(key, label, kind, group=_FLOW, editable=False, importable=False, **options)  # type: ignore[arg-type]


FIELDS: tuple[Field, ...] = (
    Field(
        "name", pgettext_lazy("lead", "Name"), FieldType.TEXT, required=True, nullable=False, in_list=True,
        group=_CONTACT, max_length=120, is_personal=True,
        headers=("姓名", "联系人", "客户姓名", "线索名称", "称呼", "contact", "full name", "lead name"),
    ),
    Field(
        "company", _("Company"), FieldType.TEXT, nullable=False, in_list=True, group=_CONTACT, max_length=200,
        headers=("公司", "公司名称", "单位", "企业名称", "客户名称", "account", "organization"),
    ),
    Field("title", _("Job title"), FieldType.TEXT, nullable=False, group=_CONTACT, max_length=80,
          headers=("职位", "职务", "position", "job title")),
    Field("mobile", _("Mobile"), FieldType.PHONE, group=_CONTACT, in_list=True, max_length=20,
          mask=Mask.PHONE, is_personal=True,
          headers=("手机", "手机号", "手机号码", "移动电话", "联系电话", "电话", "mobile phone", "cell")),
    Field("phone", _("Phone"), FieldType.PHONE, group=_CONTACT, max_length=20, mask=Mask.PHONE,
          is_personal=True, headers=("座机", "固话", "办公电话", "telephone", "tel", "phone number")),
    Field("email", _("E-mail"), FieldType.EMAIL, group=_CONTACT, max_length=254, mask=Mask.EMAIL,
          is_personal=True, headers=("邮箱", "电子邮箱", "电子邮件", "email address", "mail")),
    Field("wechat", _("WeChat"), FieldType.TEXT, group=_CONTACT, max_length=64, mask=Mask.TEXT,
          is_personal=True, headers=("微信", "微信号", "weixin")),
    Field("qq", _("QQ"), FieldType.TEXT, group=_CONTACT, max_length=20, mask=Mask.TEXT, is_personal=True,
          pattern=r"[1-9][0-9]{4,11}", headers=("QQ号", "QQ号码")),
    Field("intent", _("Intent level"), FieldType.PICKLIST, nullable=False, group=_NEED, in_list=True,
          choices=picklists.intents, headers=("意向", "意向程度", "意向度")),
    Field("requirement", _("Requirement"), FieldType.LONG_TEXT, nullable=False, group=_NEED, sortable=False,
          headers=("需求", "需求描述", "备注", "留言", "description", "notes", "message")),
    Field("budget", _("Budget"), FieldType.MONEY, group=_NEED, minimum=0, headers=("预算", "预计金额")),
    Field("tags", _("Tags"), FieldType.MULTI_PICK, nullable=False, group=_NEED, sortable=False,
          choices=picklists.tags, headers=("标签",)),
    Field("industry", _("Industry"), FieldType.PICKLIST, nullable=False, group=_COMPANY,
          choices=picklists.industries, headers=("行业", "所属行业")),
    Field("company_size", _("Company size"), FieldType.PICKLIST, nullable=False, group=_COMPANY,
          choices=picklists.company_sizes, headers=("公司规模", "人数", "规模", "employees")),
    Field("region", _("Region"), FieldType.CASCADE, nullable=False, group=_COMPANY,
          choices=picklists.regions, headers=("地区", "省市", "所在地", "城市", "省份")),
    Field("address", _("Address"), FieldType.TEXT, nullable=False, group=_COMPANY,
          headers=("地址", "详细地址")),
    Field("website", _("Website"), FieldType.URL, nullable=False, group=_COMPANY, headers=("网址", "官网")),
    Field("source", _("Source"), FieldType.LINK, relation="source", group=_ORIGIN, in_list=True,
          headers=("来源", "线索来源", "客户来源", "lead source")),
    Field("channel", _("Channel"), FieldType.LINK, relation="channel", group=_ORIGIN,
          headers=("渠道", "推广渠道")),
    Field("campaign", _("Campaign"), FieldType.LINK, relation="campaign", group=_ORIGIN,
          headers=("市场活动", "活动", "活动名称")),
    Field("business_line", _("Business line"), FieldType.PICKLIST, nullable=False, group=_ORIGIN,
          choices=picklists.business_lines, headers=("业务线", "产品线")),
    Field("designated_rep", _("Rep asked for"), FieldType.USER, relation="user", group=_ORIGIN,
          help=_("The customer asked to be served by this person."), headers=("指定销售",)),
    Field("external_id", _("External id"), FieldType.TEXT, group=_ORIGIN, max_length=120,
          help=_("Its key in the system it came from."), headers=("外部编号", "prospect id", "lead id")),
    Field("consent_basis", _("Consent basis"), FieldType.PICKLIST, nullable=False, group=_CONSENT,
          choices=picklists.consent_bases, headers=("授权依据",)),
    Field("consent_at", _("Consent given"), FieldType.DATETIME, group=_CONSENT, headers=("授权时间",)),
    Field("consent_evidence", _("Consent wording"), FieldType.LONG_TEXT, nullable=False, group=_CONSENT,
          sortable=False),
    Field("do_not_call", _("Do not call"), FieldType.BOOLEAN, nullable=False, group=_CONSENT,
          headers=("拒接电话", "do not call")),
    Field("do_not_email", _("Do not e-mail"), FieldType.BOOLEAN, nullable=False, group=_CONSENT,
          headers=("拒收邮件", "do not email")),
    _flow("stage", _("Stage"), FieldType.PICKLIST, nullable=False, in_list=True,
          choices=_fixed(STAGE_COLORS)),
    _flow("status", _("Status"), FieldType.PICKLIST, nullable=False, in_list=True,
          choices=_fixed(STATUS_COLORS)),
    _flow("owner", _("Owner"), FieldType.USER, relation="user", in_list=True),
    _flow("pool", _("Pool"), FieldType.LINK, relation="pool", in_list=True),
    _flow("home_pool", _("Belongs to pool"), FieldType.LINK, relation="pool"),
    _flow("next_follow_at", _("Next follow-up"), FieldType.DATETIME, in_list=True),
    _flow("last_activity_at", _("Last follow-up"), FieldType.DATETIME, in_list=True),
    _flow("recycle_due_at", _("Taken back"), FieldType.DATETIME),
    _flow("first_response_due_at", _("First follow-up until"), FieldType.DATETIME),
    _flow("follow_due_at", _("Follow-up due"), FieldType.DATETIME),
    _flow("protected_until", _("Protected until"), FieldType.DATETIME),
    _flow("recycle_rule", _("Recycling rule"), FieldType.TEXT, nullable=False),
    _flow("rounds", _("Times taken back"), FieldType.NUMBER, nullable=False, decimals=0),
    _flow("got", _("Got by"), FieldType.PICKLIST, nullable=False, choices=picklists.gots),
    _flow("assigned_at", _("Got by owner"), FieldType.DATETIME),
    _flow("placed_at", _("Here since"), FieldType.DATETIME, nullable=False),
    _flow("claimable_at", _("Claimable from"), FieldType.DATETIME),
    _flow("stage_at", _("Stage since"), FieldType.DATETIME, nullable=False),
    _flow("invalid_reason", _("Invalid reason"), FieldType.PICKLIST, nullable=False,
          choices=picklists.invalid_reasons),
    _flow("disqualify_reason", _("Disqualify reason"), FieldType.PICKLIST, nullable=False,
          choices=picklists.disqualify_reasons),
    _flow("created_at", _("Created"), FieldType.DATETIME, nullable=False),
    _flow("updated_at", _("Changed"), FieldType.DATETIME, nullable=False),
)  # fmt: skip


def _search(access: Access, q: str, alias: str) -> Fragment:
    return match("lead", q, id_sql=f"{alias}.id", private=unmasked(access, alias))


def _archive(access: Access, ids: Sequence[int]) -> int:
    outcomes = archive_leads(access, ids)
    if len(outcomes) == 1:
        the_one(outcomes)
    return sum(outcome.ok for outcome in outcomes)


LEAD = RecordType(
    key="lead",
    plural="leads",
    label=_("Lead"),
    label_plural=_("Leads"),
    table="leads_lead",
    fields=FIELDS,
    scope=lead_scope,
    verbs=Verbs(create_lead, update_lead, _archive),
    present=mask_pooled,
    present_needs=("pool",),
    search=_search,
    url="/leads/{id}",
    icon="user-round",
    is_customizable=True,
    has_owner=True,
)
