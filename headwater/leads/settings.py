"""What an administrator sets for leads as a whole."""

from django.utils.translation import gettext_lazy as _

from headwater.platform.settings import Setting, SettingType, register_setting

_GROUP = _("Leads")

PRIVATE_CAP = register_setting(
    "leads.private_cap",
    50,
    type=SettingType.NUMBER,
    label=_("Open leads one person may hold"),
    group=_GROUP,
    help=_("Counts leads that are assigned or being followed. A person's own cap goes before it."),
    minimum=0,
    maximum=100_000,
)
LEVEL_CAPS: Setting[dict[str, int]] = register_setting(
    "leads.level_caps",
    {},
    type=SettingType.JSON,
    label=_("Caps by level of rep"),
    group=_GROUP,
    help=_('For example {"1": 30, "3": 80}; a level that is not named has the general cap.'),
)
REVEALS_PER_DAY = register_setting(
    "leads.reveals_per_day",
    30,
    type=SettingType.NUMBER,
    label=_("Hidden numbers one person may have shown per day"),
    group=_GROUP,
    help=_("0 means no limit."),
    minimum=0,
    maximum=100_000,
)
VIEWS_PER_DAY = register_setting(
    "leads.pool_views_per_day",
    0,
    type=SettingType.NUMBER,
    label=_("Pooled leads one person may open per day"),
    group=_GROUP,
    help=_("Counts leads of pools that one does not administer, each once a day. 0 means no limit."),
    minimum=0,
    maximum=100_000,
)
WOKEN_STAGE = register_setting(
    "leads.woken_stage",
    "UQL",
    type=SettingType.CHOICE,
    label=_("Stage of a lead that inquires again"),
    group=_GROUP,
    help=_("For leads in a pool or invalid. A disqualified one always begins anew."),
    choices=(("UQL", _("Begins anew (UQL)")), ("keep", _("Stays as it was"))),
)
RESTORE_DAYS = 30
UNDO_CONVERSION_DAYS = register_setting(
    "leads.undo_conversion_days",
    30,
    type=SettingType.NUMBER,
    label=_("Days a conversion can be undone"),
    group=_GROUP,
    help=_("Only while no work was done on what it made."),
    minimum=0,
    maximum=3650,
)

PROTECTIONS = register_setting(
    "leads.protections",
    5,
    type=SettingType.NUMBER,
    label=_("Leads one person may have protected at a time"),
    group=_GROUP,
    help=_("A protected lead is not taken back until the day chosen."),
    minimum=0,
    maximum=10_000,
)
PROTECT_DAYS = register_setting(
    "leads.protect_days",
    30,
    type=SettingType.NUMBER,
    label=_("Days a lead may be protected"),
    group=_GROUP,
    minimum=1,
    maximum=3650,
)
WARNING_HOURS = register_setting(
    "leads.warning_hours",
    2,
    type=SettingType.NUMBER,
    label=_("Working hours before an unheeded warning goes up a step"),
    group=_GROUP,
    help=_("From the rep to the manager, then to the one above. 0 means never."),
    minimum=0,
    maximum=720,
)
ROUNDS_HOURS = register_setting(
    "leads.rounds_hours",
    8,
    type=SettingType.NUMBER,
    label=_("Working hours before a lead that keeps coming back goes up a step"),
    group=_GROUP,
    help=_("Asks who had it last to settle what becomes of it, then those above. 0 means nobody is asked."),
    minimum=0,
    maximum=720,
)
