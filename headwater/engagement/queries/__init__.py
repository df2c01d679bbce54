"""What can be read of follow-ups, tasks, comments and timelines."""

from headwater.engagement.queries.activities import (
    ActivityRow,
    get_activity,
    get_row,
    last_activities,
    versions_of,
)
from headwater.engagement.queries.comments import CommentRow
from headwater.engagement.queries.feed import FeedFilter, FeedPage, feed, feed_news
from headwater.engagement.queries.tasks import (
    TaskCounts,
    TaskGroups,
    TaskRow,
    my_tasks,
    open_tasks,
    task_counts,
    task_groups,
    task_row,
)
from headwater.engagement.queries.timeline import TimelinePage, group_choices, timeline, timeline_json

__all__ = [
    "ActivityRow",
    "CommentRow",
    "FeedFilter",
    "FeedPage",
    "TaskCounts",
    "TaskGroups",
    "TaskRow",
    "TimelinePage",
    "feed",
    "feed_news",
    "get_activity",
    "get_row",
    "group_choices",
    "last_activities",
    "my_tasks",
    "open_tasks",
    "task_counts",
    "task_groups",
    "task_row",
    "timeline",
    "timeline_json",
    "versions_of",
]
