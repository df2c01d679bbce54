"""Tasks: one row a task."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from headwater.insight.datasets import parts
from headwater.insight.datasets.follow_ups import about_nodes
from headwater.insight.engine import Dataset, Node


def tasks() -> Dataset:
    return Dataset(
        key="tasks",
        label=pgettext_lazy("records", "Tasks"),
        description=_("One row is one task, with whose it is and the record it is about."),
        period="task.due_at",
        nodes=(
            Node(
                "task",
                "task",
                pgettext_lazy("record", "Task"),
                fields=(
                    parts.yes_no("is_done", _("Done"), "({t}.done_at IS NOT NULL)", nullable=False),
                    parts.yes_no(
                        "is_overdue",
                        _("Overdue now"),
                        "({t}.done_at IS NULL AND {t}.due_at IS NOT NULL AND {t}.due_at < now())",
                        nullable=False,
                    ),
                    parts.yes_no(
                        "is_in_time",
                        _("Done in time"),
                        "CASE WHEN {t}.done_at IS NOT NULL AND {t}.due_at IS NOT NULL"
                        " THEN {t}.done_at <= {t}.due_at END",
                    ),
                    parts.number(
                        "late_seconds",
                        _("Done late by"),
                        f"CASE WHEN {{t}}.done_at > {{t}}.due_at"
                        f" THEN {parts.seconds('{t}.due_at', '{t}.done_at')} END",
                    ),
                ),
                units={"late_seconds": "duration"},
                without=(*parts.NO_RECORD, "note"),
            ),
            parts.owner_node("task"),
            *about_nodes("task"),
        ),
    )
