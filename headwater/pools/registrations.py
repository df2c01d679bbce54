"""What pools add to the house: permissions and the record type."""

from django.utils.translation import gettext_lazy as _

from headwater.customization.queries import picklist_choices
from headwater.kernel.access import Access, register_permission
from headwater.kernel.catalogue import Field, FieldType, RecordType, Verbs, register_record_type
from headwater.kernel.sql import TRUE, Fragment
from headwater.organization.belongings import register_belongings
from headwater.organization.builtin import register_role_grants
from headwater.pools import handing, services
from headwater.pools.queries import standing
from headwater.ui import navigation

_RULES = _("Rules")

FIELDS = (
    Field("name", _("Name"), FieldType.TEXT, required=True, nullable=False, max_length=80, in_list=True),
    Field("description", _("Description"), FieldType.LONG_TEXT, sortable=False),
    Field("business_line", _("Business line"), FieldType.PICKLIST, choices=picklist_choices("business_line"),
          in_list=True),
    Field("position", _("Position"), FieldType.NUMBER, nullable=False, decimals=0, minimum=0, maximum=10_000),
    Field("is_default", _("Takes leads without a pool"), FieldType.BOOLEAN, nullable=False, in_list=True),
    Field("allows_claim", _("Members may claim"), FieldType.BOOLEAN, group=_RULES, nullable=False,
          default=True, in_list=True),
    Field("masks_contacts", _("Hide phone and e-mail until owned"), FieldType.BOOLEAN, group=_RULES,
          nullable=False, default=True),
    Field("default_assignee", _("Default assignee"), FieldType.USER, relation="user", group=_RULES),
    Field("private_cap", _("Leads of this pool one person may hold"), FieldType.NUMBER, group=_RULES,
          decimals=0, minimum=0, maximum=100_000, in_list=True),
    Field("daily_claim_limit", _("Claims per person and day"), FieldType.NUMBER, group=_RULES,
          decimals=0, minimum=0, maximum=100_000, in_list=True),
    Field("cooldown_days", _("Cool-down in days"), FieldType.NUMBER, group=_RULES, nullable=False,
          default=7, decimals=0, minimum=0, maximum=3650, in_list=True),
    Field("hold_hours", _("Hours for administrators only"), FieldType.NUMBER, group=_RULES, nullable=False,
          default=0, decimals=0, minimum=0, maximum=8760),
    Field("calendar", _("Working calendar"), FieldType.LINK, relation="calendar", group=_RULES,
          help=_("Whose hours count where a rule goes by working time; the company's when empty.")),
    Field("created_at", _("Created"), FieldType.DATETIME, editable=False, nullable=False),
)  # fmt: skip


def _scope(access: Access, alias: str) -> Fragment:
    if access.reach.everyone:
        return TRUE
    return Fragment(f"{alias}.id = ANY(%s::bigint[])", (sorted(standing(access.actor).member),))


def _register_belongings() -> None:
    register_belongings(
        "pool_memberships",
        _("Memberships of pools"),
        count=handing.count_memberships,
        holding=handing.Memberships(),
        table="pools_pool",
        position=90,
        icon="waves",
    )
    register_belongings(
        "pool_defaults",
        _("Pools whose new leads go to this person"),
        count=handing.count_defaults,
        holding=handing.Defaults(),
        table="pools_pool",
        position=95,
        icon="waves",
    )


def register() -> None:
    group = _("Pools")
    _register_belongings()
    register_permission("pools.view", _("See pools"), group=group)
    for act, label in (
        ("create", _("Create pools")),
        ("edit", _("Edit pools")),
        ("delete", _("Close pools")),
    ):
        register_permission(f"pools.{act}", label, scoped=False, group=group)
    register_role_grants("pool_admin", {"pools.create": "all", "pools.edit": "all", "pools.delete": "all"})
    register_permission("pools.configure", _("Set up and administer all pools"), scoped=False, group=group)
    navigation.register(
        navigation.NavItem(
            "settings.pools",
            _("Pools"),
            "/settings/pools",
            "waves",
            group="objects",
            area="settings",
            permission="pools.configure",
            order=30,
            note=_("Who may claim what, how many, and what stays hidden"),
        )
    )
    register_record_type(
        RecordType(
            key="pool",
            plural="pools",
            label=_("Pool"),
            label_plural=_("Pools"),
            table="pools_pool",
            fields=FIELDS,
            scope=_scope,
            verbs=Verbs(services.create_pool, services.update_pool, services.archive_pools),
            url="/pools/{id}",
            icon="waves",
            default_sort="position",
        )
    )
