"""The typed objects that templates of lists, records and forms get; nothing here touches data."""

from headwater.ui.pages.forms import FieldControl, FieldGroup, FormPage, Option
from headwater.ui.pages.lists import (
    Cell,
    Column,
    ColumnChoice,
    EmptyState,
    FilterChip,
    ListPage,
    Row,
)
from headwater.ui.pages.parts import Action, Refusal, Tab, Tag, Tile
from headwater.ui.pages.records import (
    Comment,
    Composer,
    ComposerKind,
    Fact,
    FactGroup,
    RecordPage,
    RelatedList,
    StageStep,
    TimelineDay,
    TimelineEvent,
    TimelinePage,
)

__all__ = [
    "Action",
    "Cell",
    "Column",
    "ColumnChoice",
    "Comment",
    "Composer",
    "ComposerKind",
    "EmptyState",
    "Fact",
    "FactGroup",
    "FieldControl",
    "FieldGroup",
    "FilterChip",
    "FormPage",
    "ListPage",
    "Option",
    "RecordPage",
    "Refusal",
    "RelatedList",
    "Row",
    "StageStep",
    "Tab",
    "Tag",
    "Tile",
    "TimelineDay",
    "TimelineEvent",
    "TimelinePage",
]
