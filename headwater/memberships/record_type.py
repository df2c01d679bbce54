"""The campaign member in the catalogue."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from headwater.kernel import text
from headwater.kernel.access import Access
from headwater.kernel.catalogue import Choice, Choices, Field, FieldType, RecordType, Verbs, record_type
from headwater.kernel.sql import Fragment, all_of, any_of
from headwater.memberships import services
from headwater.memberships.picklists import statuses
from headwater.memberships.types import OF, How

_HUES = {How.ADDED: "blue", How.IMPORTED: "violet", How.INQUIRED: "green"}
_HOW = Choices([Choice(how.value, how.label, _HUES[how]) for how in How])


def _of_either(column: str) -> str:
    """A value of the lead or of the contact that the member is."""
    return (
        f"COALESCE((SELECT ml.{column} FROM leads_lead ml WHERE ml.id = {{t}}.lead_id),"
        f" (SELECT mc.{column} FROM sales_contact mc WHERE mc.id = {{t}}.contact_id))"
    )


_COMPANY = (
    "COALESCE((SELECT ml.company FROM leads_lead ml WHERE ml.id = {t}.lead_id),"
    " (SELECT ma.name FROM sales_contact mc JOIN sales_account ma ON ma.id = mc.account_id"
    " WHERE mc.id = {t}.contact_id), '')"
)


def member_scope(access: Access, alias: str) -> Fragment:
    """Members whose lead or contact the reader may see; what is archived there is not shown here either."""
    parts = []
    for of in OF:
        kind = record_type(of)
        if not access.may(kind.permission("view")):
            continue
        within = kind.scope(access.also(kind.permission("view")), "mb_of")
        parts.append(
            Fragment(
                f"EXISTS (SELECT 1 FROM {kind.table} mb_of WHERE mb_of.id = {alias}.{of}_id"
                f" AND mb_of.archived_at IS NULL AND ({within.text}))",
                within.params,
            )
        )
    return any_of(parts)


def _search(access: Access, q: str, alias: str) -> Fragment:
    known = f"lower({NAME} || ' ' || {_COMPANY})".replace("{t}", alias)
    return all_of(Fragment(f"strpos({known}, %s::text) > 0", (text.fold(word),)) for word in q.split()[:5])


def _fixed(key: str, label: object, kind: FieldType, **options: object) -> Field:
    return Field(key, label, kind, editable=False, importable=False, in_form=False, **options)  # type: ignore[arg-type]


NAME = _of_either("name")

MEMBER = RecordType(
    key="campaign_member",
    plural="campaign_members",
    label=_("Campaign member"),
    label_plural=_("Campaign members"),
    table="memberships_member",
    icon="users-round",
    name_sql=NAME,
    default_sort="-joined_at",
    scope=member_scope,
    search=_search,
    verbs=Verbs(services.create_member, services.update_member, services.remove_members),
    fields=(
        _fixed("name", pgettext_lazy("campaign member", "Member"), FieldType.TEXT, sql=NAME, nullable=False,
               in_list=True, is_personal=True),
        _fixed("company", _("Company"), FieldType.TEXT, sql=_COMPANY, nullable=False, in_list=True),
        Field("campaign", _("Campaign"), FieldType.LINK, relation="campaign", required=True, nullable=False,
              in_form=False),
        Field("lead", _("Lead"), FieldType.LINK, relation="lead", in_form=False,
              help=_("Either a lead or a contact.")),
        Field("contact", _("Contact"), FieldType.LINK, relation="contact", in_form=False),
        Field("status", pgettext_lazy("campaign member", "Status"), FieldType.PICKLIST, choices=statuses,
              nullable=False, in_list=True),
        Field("joined_at", pgettext_lazy("campaign member", "Member since"), FieldType.DATETIME,
              nullable=False, in_list=True),
        Field("responded_at", pgettext_lazy("campaign member", "Responded on"), FieldType.DATETIME,
              in_list=True, help=_("The first reaction. A status that is a response fills it in.")),
        _fixed("how", pgettext_lazy("campaign member", "Came by"), FieldType.PICKLIST, choices=lambda: _HOW,
               nullable=False, in_list=True),
        _fixed("owner", _("Owner"), FieldType.USER, relation="user", sql=_of_either("owner_id"),
               in_list=True),
        Field("note", _("Note"), FieldType.TEXT, max_length=400, nullable=False),
        _fixed("created_at", _("Created"), FieldType.DATETIME, nullable=False),
        _fixed("updated_at", _("Last changed"), FieldType.DATETIME, nullable=False),
    ),
)  # fmt: skip
