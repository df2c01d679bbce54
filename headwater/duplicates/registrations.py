"""What duplicates add to the house."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext, pgettext_lazy

from headwater.duplicates.demo import set_up_duplicates
from headwater.duplicates.services import block_rows, check_new, judge_rows, note_warned, similar_customers
from headwater.duplicates.types import State
from headwater.kernel.access import register_permission
from headwater.leads.demo import register_demo_part
from headwater.organization.builtin import register_role_grants
from headwater.platform.audit import Words, register_words
from headwater.platform.notifications import register_kind
from headwater.sales.checking import (
    register_block_check,
    register_new_check,
    register_row_judge,
    register_similar_search,
)
from headwater.sales.merging import leave_rows
from headwater.ui import navigation
from headwater.ui.navigation import NavItem


def _acts() -> dict[str, str]:
    return {
        State.DISMISSED.value: pgettext("audit", "kept apart"),
        State.OPEN.value: pgettext("audit", "put back into the list"),
    }


def register() -> None:
    group = _("Duplicates")
    register_permission("duplicates.view", _("See suggested duplicates"), scoped=False, group=group)
    register_permission("duplicates.edit", _("Dismiss suggested duplicates"), scoped=False, group=group)
    register_permission(
        "duplicates.configure", _("Set up rules about duplicates, start scans"), scoped=False, group=group
    )
    for role in ("manager", "pool_admin", "marketing", "mdr"):
        register_role_grants(role, {"duplicates.view": "all", "duplicates.edit": "all"})
    register_role_grants("rep", {"duplicates.view": "all", "duplicates.edit": "all"})
    register_new_check(check_new)
    register_block_check(block_rows)
    register_similar_search(similar_customers)
    register_row_judge(judge_rows, note_warned)
    _register_notifications()
    register_demo_part(set_up_duplicates)
    for table in ("duplicates_fingerprint", "duplicates_unpaired"):
        leave_rows(table, "record_id", "made anew from the record")
    for column in ("low_id", "high_id"):
        leave_rows("duplicates_candidate", column, "made anew by each scan")
        leave_rows("duplicates_suggestion", column, "a pair that was merged is marked so")
    register_words("duplicate_rule", Words(_("Duplicate rule")))
    register_words("suggestion", Words(_("Suggested duplicate"), acts=_acts))
    navigation.register(
        NavItem(
            "duplicates",
            pgettext_lazy("navigation", "Duplicates"),
            "/duplicates",
            "copy",
            permission="duplicates.view",
            order=36,
            keywords="duplicates merge chachong hebing",
        )
    )
    navigation.register(
        NavItem(
            "settings.duplicates",
            pgettext_lazy("navigation", "Duplicate rules"),
            "/settings/duplicates",
            "copy",
            group="process",
            area="settings",
            permission="duplicates.configure",
            order=28,
            keywords="duplicate rules chachong guize",
            note=_("What counts as the same customer"),
        )
    )
    from headwater.duplicates import subscribers  # noqa: F401 - they make themselves known


def _register_notifications() -> None:
    group = pgettext_lazy("group of notifications", "Leads")
    register_kind(
        "duplicate.suspected",
        label=pgettext_lazy("notification", "New leads of mine that may be known already"),
        text=pgettext_lazy(
            "notification", "“%(name)s” has come in and may be known already: %(percent)s %% likely"
        ),
        icon="copy",
        group=group,
    )
    register_kind(
        "duplicate.suspected_many",
        label=pgettext_lazy("notification", "Batches of new leads that may be known already"),
        text=pgettext_lazy("notification", "%(count)s leads have come in that may be known already"),
        icon="copy",
        group=group,
    )
