"""What members add to the timeline of their campaign: who joined, responded and left, told together.

A campaign has thousands of members. What one file brought, or a day, or one act, is one entry; it counts
and names those whom its reader may see, and is not there for who may see none of them.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext, pgettext_lazy

from headwater.engagement.timeline import Entry, Found, Log, TimelineEvent, log, register_timeline_source
from headwater.kernel.access import Access, FieldRule
from headwater.kernel.catalogue import record_type
from headwater.kernel.errors import Text
from headwater.kernel.sql import rows
from headwater.memberships.record_type import NAME
from headwater.memberships.types import How
from headwater.ui.formats import number, series

NAMED = 3  # so many are named, the rest is counted

_ZONE = timezone.get_default_timezone_name()  # the company's: an IANA name, no quotes


def _day(column: str) -> str:
    return f"(m.{column} AT TIME ZONE '{_ZONE}')::date"


# Who inquires comes one by one for as long as a campaign runs: a week of them is told together.
_SPAN = (
    f"CASE m.how WHEN '{How.INQUIRED}' THEN date_trunc('week', m.joined_at AT TIME ZONE '{_ZONE}')::date"
    f" ELSE {_day('joined_at')} END"
)
# Each group bears the lowest id of its members: no two groups of one kind share a member.
_JOINED = f"""(SELECT m.campaign_id, m.how, m.import_id, {_SPAN} AS day, j.file_name,
   CASE m.how WHEN '{How.IMPORTED}' THEN j.user_id WHEN '{How.ADDED}' THEN m.created_by_id END AS actor_id,
   min(m.id) AS id, max(m.joined_at) AS at
 FROM memberships_member m LEFT JOIN platform_import j ON j.id = m.import_id
 GROUP BY 1, 2, 3, 4, 5, 6)"""
# Who joined by responding is told of as one who joined.
_LATER = "m.responded_at IS NOT NULL AND m.responded_at <> m.joined_at"
_RESPONDED = f"""(SELECT m.campaign_id, {_day("responded_at")} AS day, min(m.id) AS id,
   max(m.responded_at) AS at
 FROM memberships_member m WHERE {_LATER} GROUP BY 1, 2)"""
# All whom one act takes out share the moment.
_LEFT = """(SELECT m.campaign_id, m.archived_at AS at, min(m.id) AS id FROM memberships_member m
 WHERE m.archived_at IS NOT NULL GROUP BY 1, 2)"""


@dataclass(frozen=True, slots=True)
class _Seen:
    """Those of a group whom the reader may see."""

    members: int
    names: tuple[str, ...]


def _seen(
    access: Access, found: Sequence[Found], key: str, *, moment: str, where: str = "TRUE"
) -> dict[int, _Seen]:
    """The groups by id, without those of which the reader sees nobody; two queries.

    `key` (SQL over `m`) gives what the group's fact `key` says. A campaign's members are read once, from the
    beginning of the earliest group on.
    """
    if not access.may("campaign_members.view"):
        return {}
    kind = record_type("campaign_member")
    within = kind.scope(access.also("campaign_members.view"), "m")
    counted = rows(
        f"SELECT m.campaign_id, {key} AS key, count(*) AS members,"
        f" (array_agg(m.id ORDER BY m.id))[1:{NAMED}] AS ids FROM memberships_member m"
        f" WHERE m.campaign_id = ANY(%s::bigint[]) AND m.{moment} >= %s AND {where} AND ({within.text})"
        " GROUP BY 1, 2",
        ([row.record_id for row in found], min(_begins(row) for row in found), *within.params),
    )
    names: dict[int, str] = {}
    if access.field_rule(kind.key, "name") == FieldRule.VISIBLE:
        told = rows(
            f"SELECT m.id, {NAME.replace('{t}', 'm')} AS name FROM memberships_member m"
            " WHERE m.id = ANY(%s::bigint[])",
            ([one for row in counted for one in row["ids"]],),
        )
        names = {row["id"]: row["name"] for row in told}
    by_key = {(row["campaign_id"], row["key"]): row for row in counted}
    seen = {}
    for row in found:
        one = by_key.get((row.record_id, row.facts["key"]))
        if one is not None:
            seen[row.id] = _Seen(one["members"], tuple(names[i] for i in one["ids"] if i in names))
    return seen


def _begins(row: Found) -> datetime:
    """The first moment that a group can hold; groups are of a week at most."""
    return row.at - timedelta(days=8)


def _words(seen: _Seen) -> str:
    """Names, and how many besides."""
    rest = seen.members - len(seen.names)
    if not seen.names:
        return ngettext("%(count)s member", "%(count)s members", seen.members) % {
            "count": number(seen.members)
        }
    if not rest:
        return series(seen.names)
    names = {"names": series(seen.names), "count": number(rest)}
    return ngettext("%(names)s and %(count)s more", "%(names)s and %(count)s more", rest) % names


def _data(seen: _Seen, text: str, **more: Any) -> dict[str, Any]:
    return {"text": text, "members": seen.members, "names": list(seen.names)} | more


def _log(table: str, *, actor: str = "", facts: dict[str, str]) -> Callable[[Any], Log]:
    return log(table, of="campaign", key="campaign_id", actor=actor, facts=facts)


def _joined_key(row: str, span: str, by: str) -> str:
    person = f"CASE WHEN {row}.how = '{How.ADDED}' THEN {by} END"
    return f"concat({row}.how, '/', {row}.import_id, '/', {person}, '/', {span})"


@_log(
    _JOINED,
    actor="actor_id",
    facts={
        "how": "e.how",
        "import_id": "e.import_id",
        "file": "e.file_name",
        "key": _joined_key("e", "e.day", "e.actor_id"),
    },
)
def joined(access: Access, found: Sequence[Found]) -> list[Entry]:
    """Who became a member: of one file, added on one day, or by inquiring in one week."""
    seen = _seen(access, found, _joined_key("m", _SPAN, "m.created_by_id"), moment="joined_at")
    entries = []
    for row in found:
        if row.id in seen:
            one, facts = seen[row.id], row.facts
            text = _words(one)
            if facts["file"]:
                origin = pgettext("campaign member", "From “%(file)s”") % {"file": facts["file"]}
                text = f"{origin}\n{text}"
            import_id = facts["import_id"]
            entries.append(row.entry(kind=facts["how"], data=_data(one, text, import_id=import_id)))
    return entries


@_log(_RESPONDED, facts={"key": "e.day::text"})
def responded(access: Access, found: Sequence[Found]) -> list[Entry]:
    """Who, a member already, responded on a day."""
    key = f"{_day('responded_at')}::text"
    seen = _seen(access, found, key, moment="responded_at", where=_LATER)
    return [
        row.entry(kind="responded", data=_data(seen[row.id], _words(seen[row.id])))
        for row in found
        if row.id in seen
    ]


_BY = (
    "(SELECT json_build_array(u.id, u.name) FROM platform_audit a"
    " LEFT JOIN organization_user u ON u.id = a.actor_id WHERE a.record_type = 'campaign_member'"
    " AND a.record_id = e.id AND a.action = 'archive' ORDER BY a.id DESC LIMIT 1)"
)


@_log(_LEFT, facts={"key": "e.at::text", "by": _BY})
def left(access: Access, found: Sequence[Found]) -> list[Entry]:
    """Who was taken out by one act, or by taking an import back."""
    seen = _seen(access, found, "m.archived_at::text", moment="archived_at")
    entries = []
    for row in found:
        if row.id in seen:
            person, name = row.facts["by"] or (None, None)
            one = row.entry(kind="left", data=_data(seen[row.id], _words(seen[row.id])))
            entries.append(replace(one, actor_id=person, actor_name=name))
    return entries


# By the kind of an entry: what stands behind the name at its head, icon, hue.
_SHOWN: dict[str, tuple[Text, str, str]] = {
    How.ADDED: (pgettext_lazy("timeline", "added members"), "user-plus", "blue"),
    How.IMPORTED: (pgettext_lazy("timeline", "imported members"), "upload", "violet"),
    How.INQUIRED: (pgettext_lazy("timeline", "inquired"), "log-in", "green"),
    "week": (pgettext_lazy("timeline", "inquired that week"), "log-in", "green"),
    "responded": (pgettext_lazy("timeline", "responded"), "badge-check", "green"),
    "left": (pgettext_lazy("timeline", "took members out"), "user-minus", "gray"),
}


def member_event(entry: Entry, who: str) -> TimelineEvent:
    """Members who came or went together; those who acted themselves stand at the head."""
    count, text = entry.data["members"], entry.data["text"]
    is_week = entry.kind == How.INQUIRED and count > 1
    label, icon, hue = _SHOWN["week" if is_week else entry.kind]
    if entry.kind in (How.INQUIRED, "responded"):
        who = ngettext("%(count)s person", "%(count)s people", count) % {"count": number(count)}
        if entry.data["names"] and count == 1:
            who, text = text, ""
    elif count > 1:
        label = f"{label} · {number(count)}"
    return TimelineEvent(
        at=entry.at,
        who=who or _("System"),
        kind=label,
        icon=icon,
        hue=hue,
        text=text,
        is_system=True,
        key=f"{entry.source}-{entry.id}",
    )


def register() -> None:
    """Called from `registrations.py`."""
    for name, read, label in (
        ("member_joined", joined, pgettext_lazy("timeline", "Members joined")),
        ("member_responded", responded, pgettext_lazy("timeline", "Members responded")),
        ("member_left", left, pgettext_lazy("timeline", "Members left")),
    ):
        register_timeline_source(
            name, read, label=label, group="member", icon="users-round", hue="blue", show=member_event
        )
