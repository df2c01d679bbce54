"""The audit log, read: who did what to which record, and what it was before."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET

from headwater.kernel.access import ActorKind, permit
from headwater.kernel.catalogue import RecordType, record_types
from headwater.organization import queries
from headwater.organization.builtin import BUILTIN_ROLES
from headwater.platform import audit
from headwater.platform.audit import AuditEntry
from headwater.ui.pages import FieldControl, Option
from headwater.ui.responses import respond


@dataclass(frozen=True, slots=True)
class Change:
    """A field with what it was and what it became."""

    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class AuditLine:
    """One act in words."""

    entry: AuditEntry
    who: str
    by_machine: bool
    act: str
    thing: str
    href: str
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class AuditPage:
    """A page of the log."""

    lines: tuple[AuditLine, ...]
    filters: tuple[FieldControl, ...]
    is_filtered: bool
    next_href: str
    newest_href: str


@require_GET
def log(request: HttpRequest) -> HttpResponse:
    """Newest first, narrowed by record type, person and days."""
    access = permit(request, "audit.view")
    given = request.GET
    who = int(given["who"]) if given.get("who", "").isdecimal() else None
    before = int(given["before"]) if given.get("before", "").isdecimal() else None
    since, until = _days(given.get("days", ""))
    found = audit.entries(
        access,
        record_type=given.get("record") or None,
        record_id=int(given["id"]) if given.get("id", "").isdecimal() else None,
        actor_id=who,
        since=since,
        until=until,
        before_id=before,
        limit=50,
    )
    kept = {key: value for key, value in given.items() if key != "before" and value}
    base = reverse("audit")
    names = _names(found.items)
    page = AuditPage(
        lines=tuple(_line(entry, names) for entry in found.items),
        filters=_filters(given, who),
        is_filtered=bool(kept),
        next_href=f"{base}?{urlencode(kept | {'before': found.next})}" if found.next else "",
        newest_href=f"{base}?{urlencode(kept)}" if before else "",
    )
    return respond(request, "organization/audit.html", page, fragments={"hw-audit": "log"})


def _days(raw: str) -> tuple[datetime | None, datetime | None]:
    """The moments a `2026-11-01 - 2026-11-21` stands for; whole days in the reader's time zone."""
    parts = [parse_date(part.strip()) for part in raw.split(" - ")] if raw else []
    days = [part for part in parts if part is not None]
    if not days:
        return None, None
    return _midnight(days[0]), _midnight(days[-1] + timedelta(days=1))


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _filters(given: Any, who: int | None) -> tuple[FieldControl, ...]:
    kinds = tuple(Option(kind.key, kind.label) for kind in record_types())
    others = tuple(Option(key, label) for key, label in _other_things().items())
    person = queries.names_of([who]) if who else {}
    return (
        FieldControl(
            "record",
            pgettext("audit", "Record"),
            kind="select",
            value=given.get("record", ""),
            placeholder=_("All records"),
            options=(*kinds, *others),
        ),
        FieldControl(
            "who",
            pgettext("audit", "Who"),
            kind="user",
            value=str(who or ""),
            placeholder=_("Everybody"),
            options=tuple(Option(str(pk), name) for pk, name in person.items()),
            options_url="/options/user.json",
        ),
        FieldControl(
            "days", _("Days"), kind="daterange", value=given.get("days", ""), placeholder=_("All days")
        ),
    )


Names = dict[tuple[str, int], str]
# What people do to their own account is recorded by the system: nobody was signed in yet, or still is.
_BY_THEMSELVES = frozenset(
    {"join", "sign_in", "sign_in_failed", "sign_out", "password", "factor_added", "factor_removed"}
)


def _names(entries: list[AuditEntry]) -> Names:
    """Names of the people and departments that the entries speak of, in two queries."""
    people, departments = set(), set()
    for entry in entries:
        if entry.record_id is not None and entry.record_type == "user":
            people.add(entry.record_id)
        if entry.record_id is not None and entry.record_type == "department":
            departments.add(entry.record_id)
        for key, pair in entry.changes.items():
            target = _relation(entry.record_type, key)
            ids = {value for value in pair if isinstance(value, int) and not isinstance(value, bool)}
            people |= ids if target == "user" else set()
            departments |= ids if target == "department" else set()
    found: Names = {("user", pk): name for pk, name in queries.names_of(people).items()}
    if departments:
        tree = queries.department_tree(include_archived=True)
        found |= {("department", node.id): node.name for node in tree if node.id in departments}
    return found


def _kind(key: str) -> RecordType | None:
    return next((kind for kind in record_types() if kind.key == key), None)


def _relation(record: str, key: str) -> str:
    kind = _kind(record)
    field = kind.field(key) if kind else None
    return field.relation if field else ""


def _line(entry: AuditEntry, names: Names) -> AuditLine:
    kind = _kind(entry.record_type)
    label = str(kind.label) if kind else _other_things().get(entry.record_type, entry.record_type)
    name = names.get((entry.record_type, entry.record_id or 0), "")
    href = kind.link(entry.record_id) if kind and kind.url and entry.record_id else ""
    by_themselves = entry.record_type == "user" and entry.action in _BY_THEMSELVES and name
    return AuditLine(
        entry=entry,
        who=name if by_themselves else entry.actor_name,
        by_machine=not by_themselves and entry.actor_kind != ActorKind.PERSON,
        act=audit.act_words(entry.record_type, entry.action),
        thing="" if by_themselves else f"{label} {name or _number(entry.record_id)}".strip(),
        href="" if by_themselves else href,
        changes=tuple(_change(entry.record_type, key, pair, names) for key, pair in entry.changes.items()),
    )


def _number(record_id: int | None) -> str:
    return "" if record_id is None else f"#{record_id}"


def _change(record: str, key: str, pair: list[Any], names: Names) -> Change:
    kind, target = _kind(record), _relation(record, key)
    field = kind.field(key) if kind else None

    def told(value: Any) -> str:
        return names.get((target, value), "") if target and isinstance(value, int) else ""

    def shown(value: Any) -> str:
        if key == "roles" and isinstance(value, list):
            value = [BUILTIN_ROLES[item].name if item in BUILTIN_ROLES else item for item in value]
        label = field.label_of(str(value)) if field and value is not None and field.choices() else ""
        return told(value) or label or _shown(value)

    words = audit.words_of(record)
    own = words.fields() if words else {}
    label = str(field.label) if field else str(own.get(key) or _other_fields().get(key, key))
    return Change(label, shown(pair[0]), shown(pair[-1]))


def _other_fields() -> dict[str, str]:
    return {
        "roles": _("Roles"),
        "ip": _("Address"),
        "active": pgettext("person", "Active"),
        "archived": pgettext("department", "Archived"),
        "language": _("Language"),
        "theme": _("Colours"),
        "time_zone": _("Time zone"),
        "name": _("Name"),
        "scopes": _("Permissions"),
        "description": _("Description"),
        "revoked_at": pgettext("token", "Revoked"),
        "sessions": _("Sessions"),
        "type": _("Kind"),
        "hours": _("Hours"),
        "user": _("Person"),
        "starts_at": pgettext("absence", "From"),
        "ends_at": pgettext("absence", "Until"),
        "kind": _("Kind"),
        "note": pgettext("absence", "Note"),
    }


def _shown(value: Any) -> str:
    if value is None or value == "" or value == []:
        return ""
    if value is True:
        return _("Yes")
    if value is False:
        return _("No")
    if isinstance(value, list):
        return ", ".join(_shown(item) for item in value)[:200]
    return str(value)[:200]


def _other_things() -> dict[str, str]:
    return {
        "role": _("Role"),
        "token": _("API token"),
        "setting": _("Setting"),
        "import": _("Import"),
        "absence": _("Absence"),
        "group_bot": _("Group bot"),
        "escalation": _("Escalation"),
        "delivery": pgettext("notification on its way", "Delivery"),
        **{key: str(label) for key, label in audit.worded_things().items()},
    }
