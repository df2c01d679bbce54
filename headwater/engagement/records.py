"""The room's record types in the catalogue: follow-ups and tasks."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from headwater.customization.queries import picklist_choices
from headwater.engagement.queries.activities import activities_scope
from headwater.engagement.queries.tasks import tasks_scope
from headwater.engagement.subjects import cards
from headwater.engagement.types import OUTCOMES, ActivityKind, Priority, RecordRef, Repeat
from headwater.kernel.access import Access
from headwater.kernel.catalogue import Choice, Field, FieldType, RecordType, Verbs, register_record_type
from headwater.kernel.errors import Invalid

DEFAULT_OUTCOMES = (
    ("connected", pgettext_lazy("outcome", "Connected"), "green"),
    ("no_answer", pgettext_lazy("outcome", "No answer"), "amber"),
    ("call_back", pgettext_lazy("outcome", "Call back later"), "blue"),
    ("interested", pgettext_lazy("outcome", "Interested"), "green"),
    ("considering", pgettext_lazy("outcome", "Considering"), "teal"),
    ("not_now", pgettext_lazy("outcome", "No need now"), "gray"),
    ("refused", pgettext_lazy("outcome", "Refused"), "red"),
    ("wrong_number", pgettext_lazy("outcome", "Wrong number"), "red"),
)

Row = dict[str, Any]


def _choices(values: Iterable[tuple[Any, Any]]) -> tuple[Choice, ...]:
    return tuple(Choice(str(value), label) for value, label in values)


def _kinds() -> Sequence[Choice]:
    return _choices((kind.value, kind.label) for kind in ActivityKind)


def _repeats() -> Sequence[Choice]:
    return _choices((repeat.value, repeat.label) for repeat in Repeat if repeat.value)


def _priorities() -> Sequence[Choice]:
    return _choices((priority.value, priority.label) for priority in Priority)


def _name_records(access: Access, rows: list[Row]) -> None:
    """Fill `record` with the name of what the row is about, one query per type."""
    refs = {
        row["id"]: RecordRef(row["record_type"], int(row["record_id"]))
        for row in rows
        if row.get("record_type") and row.get("record_id")
    }
    known = cards(refs.values())
    for row in rows:
        card = known.get(refs[row["id"]]) if row["id"] in refs else None
        row["record"] = None if card is None else card.title


def _about() -> tuple[Field, ...]:
    """The record that a row is about; named at reading, chosen at making."""
    fixed: dict[str, Any] = {"editable": False, "importable": False, "in_form": False}
    return (
        Field(
            "record",
            _("Record"),
            FieldType.TEXT,
            sql="NULL::text",
            sortable=False,
            filterable=False,
            in_list=True,
            **fixed,
        ),
        Field("record_type", _("Record type"), FieldType.TEXT, sortable=False, max_length=40, **fixed),
        Field("record_id", _("Record number"), FieldType.NUMBER, sortable=False, decimals=0, **fixed),
    )


def _activity_fields() -> tuple[Field, ...]:
    return (
        Field(
            "occurred_at", pgettext_lazy("activity", "When"), FieldType.DATETIME, nullable=False, in_list=True
        ),
        Field(
            "kind",
            pgettext_lazy("activity", "Kind"),
            FieldType.PICKLIST,
            choices=_kinds,
            required=True,
            nullable=False,
            in_list=True,
        ),
        *_about(),
        Field("outcome", _("Outcome"), FieldType.PICKLIST, choices=picklist_choices(OUTCOMES), in_list=True),
        Field("content", _("Content"), FieldType.LONG_TEXT, in_list=True, sortable=False),
        Field(
            "author",
            _("Author"),
            FieldType.USER,
            relation="user",
            editable=False,
            in_list=True,
            in_form=False,
        ),
        Field(
            "duration_seconds", _("Duration (s)"), FieldType.NUMBER, decimals=0, minimum=0, maximum=86_400 * 7
        ),
        Field("next_at", pgettext_lazy("activity", "Next step"), FieldType.DATETIME, in_list=True),
        Field(
            "created_at",
            pgettext_lazy("activity", "Recorded at"),
            FieldType.DATETIME,
            nullable=False,
            editable=False,
            in_form=False,
        ),
        Field(
            "edited_at",
            pgettext_lazy("activity", "Edited at"),
            FieldType.DATETIME,
            editable=False,
            in_form=False,
        ),
    )


def _task_fields() -> tuple[Field, ...]:
    return (
        Field(
            "title",
            pgettext_lazy("task", "Title"),
            FieldType.TEXT,
            required=True,
            nullable=False,
            max_length=200,
            in_list=True,
        ),
        Field("kind", pgettext_lazy("activity", "Kind"), FieldType.PICKLIST, choices=_kinds, nullable=False),
        *_about(),
        Field("owner", _("Owner"), FieldType.USER, relation="user", in_list=True),
        Field("due_at", pgettext_lazy("task", "Due"), FieldType.DATETIME, in_list=True),
        Field("remind_at", pgettext_lazy("task", "Reminder"), FieldType.DATETIME),
        Field(
            "priority",
            _("Priority"),
            FieldType.PICKLIST,
            choices=_priorities,
            nullable=False,
            sortable=False,
            in_list=True,
        ),
        Field(
            "repeat", pgettext_lazy("task", "Repeats"), FieldType.PICKLIST, choices=_repeats, sortable=False
        ),
        Field("note", pgettext_lazy("task", "Note"), FieldType.LONG_TEXT, sortable=False),
        Field(
            "done_at",
            pgettext_lazy("task", "Done at"),
            FieldType.DATETIME,
            editable=False,
            in_list=True,
            in_form=False,
        ),
        Field("done_by", _("Done by"), FieldType.USER, relation="user", editable=False, in_form=False),
        Field("created_by", _("Created by"), FieldType.USER, relation="user", editable=False, in_form=False),
        Field(
            "created_at",
            pgettext_lazy("task", "Created at"),
            FieldType.DATETIME,
            nullable=False,
            editable=False,
            in_form=False,
        ),
    )


_EXTRAS = ("next_title", "file_ids", "participants", "messages")


def take_record(values: dict[str, Any]) -> RecordRef:
    """Take `record_type` and `record_id` out of raw values; raises `Invalid`."""
    record_type, record_id = values.pop("record_type", None), values.pop("record_id", None)
    if not isinstance(record_type, str) or not str(record_id).isdigit() or int(str(record_id)) >= 2**63:
        raise Invalid.one("record_id", "value.record", _("Name the record by record_type and record_id."))
    return RecordRef(record_type, int(str(record_id)))


def _create_activity(access: Access, values: Mapping[str, Any]) -> int:
    from headwater.engagement.services import follow_up
    from headwater.kernel import catalogue

    given = dict(values)
    ref = take_record(given)
    extras = {key: given.pop(key) for key in _EXTRAS if given.get(key) is not None}
    catalogue.clean(catalogue.record_type("activity"), given, access)  # every complaint at once
    return int(follow_up(access, ref.record_type, ref.record_id, **given, **extras).pk)


def _update_activity(
    access: Access, record_id: int, values: Mapping[str, Any], *, version: int | None
) -> None:
    from headwater.engagement.services import edit_activity

    edit_activity(access, record_id, values, version=version)


def _archive_activities(access: Access, ids: Sequence[int]) -> int:
    from headwater.engagement.services import archive_activities

    return archive_activities(access, ids)


def _create_task(access: Access, values: Mapping[str, Any]) -> int:
    from headwater.engagement.services import create_task

    return int(create_task(access, values).pk)


def _update_task(access: Access, record_id: int, values: Mapping[str, Any], *, version: int | None) -> None:
    from headwater.engagement.services import update_task

    update_task(access, record_id, values, version=version)


def _archive_tasks(access: Access, ids: Sequence[int]) -> int:
    from headwater.engagement.services import archive_tasks

    return archive_tasks(access, ids)


def register_records() -> None:
    """Make both types known."""
    register_record_type(
        RecordType(
            key="activity",
            plural="activities",
            label=pgettext_lazy("record", "Follow-up"),
            label_plural=pgettext_lazy("records", "Follow-ups"),
            table="engagement_activity",
            fields=_activity_fields(),
            scope=activities_scope,
            verbs=Verbs(create=_create_activity, update=_update_activity, archive=_archive_activities),
            present=_name_records,
            present_needs=("record_type", "record_id"),
            url="/work?activity={id}",
            icon="notebook-pen",
            name_sql="left({t}.content, 60)",
            default_sort="-occurred_at",
        )
    )
    register_record_type(
        RecordType(
            key="task",
            plural="tasks",
            label=pgettext_lazy("record", "Task"),
            label_plural=pgettext_lazy("records", "Tasks"),
            table="engagement_task",
            fields=_task_fields(),
            scope=tasks_scope,
            verbs=Verbs(create=_create_task, update=_update_task, archive=_archive_tasks),
            present=_name_records,
            present_needs=("record_type", "record_id"),
            url="/tasks?task={id}",
            icon="circle-check",
            name_sql="{t}.title",
            default_sort="due_at",
            has_owner=True,
        )
    )
