"""What happened in the room."""

from headwater.platform.events import Event


class ActivityRecorded(Event):
    """Follow-ups on records of one type; both lists run in step."""

    name = "activity.recorded"
    record_type: str
    activity_ids: list[int]
    record_ids: list[int]


class ActivityEdited(Event):
    name = "activity.edited"
    activity_id: int
    record_type: str
    record_id: int


class ActivitiesCorrected(Event):
    """What a file said of follow-ups that were there was written into them, or taken back."""

    name = "activity.corrected"
    activity_ids: list[int]


class ActivitiesArchived(Event):
    name = "activity.archived"
    activity_ids: list[int]


class ActivitiesRestored(Event):
    name = "activity.restored"
    activity_ids: list[int]


class ActivityLiked(Event):
    name = "activity.liked"
    activity_id: int
    user_id: int


class CommentAdded(Event):
    """`mentions` are the people named in it; those who are asked for help where `is_help`."""

    name = "comment.added"
    comment_id: int
    record_type: str
    record_id: int
    activity_id: int | None
    mentions: list[int]
    is_help: bool


class TasksAssigned(Event):
    """Tasks given to somebody by somebody else."""

    name = "task.assigned"
    task_ids: list[int]
    owner_id: int


class TasksCompleted(Event):
    name = "task.completed"
    task_ids: list[int]
