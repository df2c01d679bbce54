"""The jobs of the kept answers."""

from datetime import datetime

from headwater.platform.idempotency.once import remove_expired
from headwater.platform.jobs import periodic


@periodic("20 3 * * *", name="idempotency.remove-expired")
def remove_old_answers(at: datetime) -> None:
    remove_expired()
