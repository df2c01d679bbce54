"""What was learnt, as it is kept."""

from dataclasses import dataclass
from datetime import datetime

from headwater.forecasting.lessons import Lesson, lesson_from
from headwater.forecasting.models import Learnt


@dataclass(frozen=True, slots=True)
class Known:
    """A pipeline's lesson, and when it was made."""

    lesson: Lesson
    at: datetime


def lesson_of(pipeline_id: int) -> Known | None:
    """The lesson of a pipeline; None until its history was looked at."""
    found = Learnt.objects.filter(pipeline_id=pipeline_id).first()
    return None if found is None else Known(lesson_from(found.content), found.at)
