"""Follow-ups: one row a call, visit, chat …"""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from headwater.insight.datasets import parts, stories
from headwater.insight.engine import Dataset, Node
from headwater.kernel.catalogue import FieldType

_OF = "{{t}}.id = {{p}}.record_id AND {{p}}.record_type = '{record}'"


def of_record(record: str) -> str:
    """How a record is joined to what is said about it."""
    return _OF.format(record=record)


def about_nodes(parent: str) -> tuple[Node, ...]:
    """The lead, account or opportunity that a follow-up or task is about."""
    return (
        parts.lead_node(parent, on=of_record("lead")),
        Node(
            "account", "account", _("Account"), parent=parent, on=of_record("account"), shared=True,
            without=("phone", "note", "address"),
        ),
        parts.opportunity_node(parent, on=of_record("opportunity"), shared=True),
    )  # fmt: skip


def follow_ups() -> Dataset:
    return Dataset(
        key="follow_ups",
        label=pgettext_lazy("records", "Follow-ups"),
        description=_("One row is one follow-up, with who wrote it and the record it is about."),
        period="activity.occurred_at",
        rollups=stories.rollups("activity"),
        nodes=(
            Node(
                "activity",
                "activity",
                pgettext_lazy("record", "Follow-up"),
                fields=(
                    parts.derived(
                        "record_type",
                        _("Record type"),
                        FieldType.PICKLIST,
                        "{t}.record_type",
                        choices=parts.record_choices,
                        nullable=False,
                    ),
                    parts.yes_no(
                        "is_contact",
                        _("Real contact"),
                        "({t}.kind <> 'note')",
                        nullable=False,
                        help=_("A note to oneself is none."),
                    ),
                    parts.number(
                        "lead_number",
                        _("Number of the lead"),
                        "CASE WHEN {t}.record_type = 'lead' THEN {t}.record_id END",
                        help=_("Counts different leads quickly, also those that are out of reach by now."),
                    ),
                    parts.yes_no("has_next", _("Next step agreed"), "({t}.next_at IS NOT NULL)"),
                ),
                units={"duration_seconds": "duration"},
                without=("record", "record_id", "content"),
            ),
            parts.person_node("author", _("Author"), "activity", "author_id"),
            *about_nodes("activity"),
        ),
    )
