"""Who may read and add files of a follow-up."""

from headwater.engagement.errors import NotYours
from headwater.engagement.queries.activities import get_activity
from headwater.kernel.access import Access


def check_activity_file(access: Access, record_id: int, *, write: bool) -> None:
    """Files are seen with the follow-up; its author adds them. Raises `NotFound` or `NotYours`."""
    activity = get_activity(access.also("activities.view"), record_id)
    if write and activity.author_id != access.user_id:
        raise NotYours(record="activity", id=record_id)
