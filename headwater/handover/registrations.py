"""What handovers add to the house."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext, pgettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from headwater.handover.demo import set_up_handovers
from headwater.kernel.access import permit, register_permission
from headwater.leads.demo import register_demo_part
from headwater.organization.builtin import register_role_grants
from headwater.organization.queries import people_choices
from headwater.platform.audit import Words, register_acts, register_words
from headwater.platform.notifications import register_kind
from headwater.sales.merging import leave_rows, register_rows
from headwater.ui import navigation
from headwater.ui.formats import hue
from headwater.ui.navigation import Command, NavItem
from headwater.ui.web import register_options


def _leavers(request: HttpRequest, q: str) -> list[dict[str, object]]:
    """Whose work the reader may hand over, those who left included."""
    reach = permit(request, "handover.run").reach
    among = None if reach.everyone else reach.people
    return [
        {
            "value": str(person.id),
            "label": person.name,
            "note": person.department if person.is_active else pgettext("handover", "has left"),
            "hue": hue(person.name),
        }
        for person in people_choices(q, among=among, limit=30, include_inactive=True)
    ]


def _received(params: Mapping[str, Any]) -> str:
    """Who handed what over, without the kinds of which there were none."""
    kinds = (
        ("leads", gettext("leads %(count)s")),
        ("account", gettext("accounts %(count)s")),
        ("contact", gettext("contacts %(count)s")),
        ("opportunity", gettext("opportunities %(count)s")),
        ("tasks", gettext("tasks %(count)s")),
        ("other", gettext("other %(count)s")),
    )
    told = [text % {"count": params[key]} for key, text in kinds if params.get(key)]
    head = pgettext("notification", "%(by)s handed the work of %(leaver)s over to you: %(what)s")
    return head % {
        "by": params.get("by", "—"),
        "leaver": params.get("leaver", "—"),
        "what": pgettext("between parts", ", ").join(told) or params.get("total", "—"),
    }


def register() -> None:
    leave_rows("handover_handoveritem", "record_id", "what was passed on is taken back by what it names")
    register_rows(
        "lead",
        "take_overs",
        "handover_takeover",
        "lead_id",
        only="NOT EXISTS (SELECT 1 FROM handover_takeover k WHERE k.lead_id = {to}"
        " AND k.asked_by_id = t.asked_by_id)",
    )
    """Called once when Django is ready."""
    from headwater.handover import settings, subscribers, tasks  # noqa: F401 - they make themselves known

    _register_handovers()
    _register_lookups()
    _register_words()
    register_demo_part(set_up_handovers)


def _register_words() -> None:
    register_acts(
        lambda: {
            "take_over_asked": pgettext_lazy("audit", "asked to take over"),
            "take_over_answered": pgettext_lazy("audit", "answered who wants to take over"),
        }
    )
    """What the audit says of handovers and look-ups."""
    register_words(
        "handover",
        Words(
            pgettext_lazy("audit", "Handover"),
            fields=lambda: {"status": _("Status"), "leaver": pgettext_lazy("handover", "Who leaves")},
            acts=lambda: {
                "finish": pgettext_lazy("audit", "finished"),
                "undo": pgettext_lazy("audit", "began to undo"),
                "undone": pgettext_lazy("audit", "undid"),
            },
        ),
    )
    register_words(
        "look_up",
        Words(
            pgettext_lazy("audit", "Look-up"),
            fields=lambda: {"found": pgettext_lazy("look-up", "Found"), "by": pgettext_lazy("look-up", "By")},
            acts=lambda: {"look_up": pgettext_lazy("audit", "looked up a customer")},
        ),
    )


def _register_handovers() -> None:
    register_permission(
        "handover.run",
        _("Hand over the work of people who leave, closing their accounts"),
        group=pgettext_lazy("group of permissions", "Organization"),
    )
    register_role_grants("manager", {"handover.run": "department_below"})
    group = pgettext_lazy("group of notifications", "Handover")
    register_kind(
        "handover.received",
        label=pgettext_lazy("notification", "Work handed over to me"),
        text="",
        compose=_received,
        icon="handshake",
        group=group,
    )
    register_kind(
        "handover.finished",
        label=pgettext_lazy("notification", "Handovers I ordered are done"),
        text=pgettext_lazy(
            "notification", "The handover of %(leaver)s is done: %(done)s handed over, %(kept)s stayed"
        ),
        icon="handshake",
        group=group,
    )
    register_kind(
        "handover.undone",
        label=pgettext_lazy("notification", "Handovers I took back are done"),
        text=pgettext_lazy(
            "notification", "The handover of %(leaver)s is taken back: %(back)s came back, %(left)s did not"
        ),
        icon="undo-2",
        group=group,
    )
    register_options("leaver", _leavers)
    navigation.register(
        NavItem(
            "handovers",
            pgettext_lazy("navigation", "Handovers"),
            "/handovers",
            "handshake",
            group="organization",
            area="settings",
            permission="handover.run",
            order=35,
            keywords="handover leaver offboarding lizhi jiaojie",
            note=_("Pass on the work of somebody who leaves"),
        )
    )
    navigation.register_command(
        Command(
            "handover.new",
            _("Hand over somebody's work"),
            "/handovers/new",
            "handshake",
            permission="handover.run",
            order=810,
            dialog=False,
            keywords="handover leaver offboarding lizhi jiaojie",
        )
    )


def _register_lookups() -> None:
    register_permission(
        "lookup.create",
        _("Look customers up across walls and ask for leads of others"),
        scoped=False,
        group=_("Leads"),
    )
    for role in ("rep", "mdr", "pool_admin", "manager"):
        register_role_grants(role, {"lookup.create": "all"})
    group = pgettext_lazy("group of notifications", "Handover")
    for kind, label, text in (
        (
            "asked",
            pgettext_lazy("notification", "Somebody asks for a lead of mine or my team"),
            pgettext_lazy("notification", "%(by)s asks to take “%(name)s” over"),
        ),
        (
            "accepted",
            pgettext_lazy("notification", "A lead I asked for is given to me"),
            pgettext_lazy("notification", "The lead you asked for is yours now. %(note)s"),
        ),
        (
            "declined",
            pgettext_lazy("notification", "A lead I asked for is not given to me"),
            pgettext_lazy("notification", "You were not given the lead you asked for. %(note)s"),
        ),
        (
            "void",
            pgettext_lazy("notification", "A lead I asked for changed hands otherwise"),
            pgettext_lazy(
                "notification", "The lead you asked for has changed hands in the meantime. %(note)s"
            ),
        ),
    ):
        register_kind(f"take_over.{kind}", label=label, text=text, icon="user-search", group=group)
    navigation.register(
        NavItem(
            "lookup",
            pgettext_lazy("navigation", "Look-up"),
            "/lookup",
            "user-search",
            permission="lookup.create",
            order=25,
            keywords="lookup duplicate zhuangdan chazhong",
        )
    )
