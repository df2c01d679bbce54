"""What can be done with follow-ups, tasks, comments and timelines."""

from headwater.engagement.services.comments import (
    archive_comment,
    comment_on_activity,
    comment_on_record,
    edit_comment,
    like_activity,
    resolve_help,
    unlike_activity,
)
from headwater.engagement.services.editing import archive_activities, edit_activity, restore_activities
from headwater.engagement.services.history import (
    Moved,
    close_tasks,
    hand_over_tasks,
    link_history,
    move_history,
    move_history_back,
    unlink_history,
)
from headwater.engagement.services.recording import follow_up, record_activities, record_activity
from headwater.engagement.services.tasks import (
    archive_tasks,
    complete_task,
    complete_tasks,
    create_task,
    postpone_task,
    postpone_tasks,
    reopen_task,
    reopen_tasks,
    restore_tasks,
    update_task,
)

__all__ = [
    "Moved",
    "archive_activities",
    "archive_comment",
    "archive_tasks",
    "close_tasks",
    "comment_on_activity",
    "comment_on_record",
    "complete_task",
    "complete_tasks",
    "create_task",
    "edit_activity",
    "edit_comment",
    "follow_up",
    "hand_over_tasks",
    "like_activity",
    "link_history",
    "move_history",
    "move_history_back",
    "postpone_task",
    "postpone_tasks",
    "record_activities",
    "record_activity",
    "reopen_task",
    "reopen_tasks",
    "resolve_help",
    "restore_activities",
    "restore_tasks",
    "unlike_activity",
    "unlink_history",
    "update_task",
]
