"""What follows from handovers: each receiver is told once, and so is who ordered it."""

from typing import Any

from headwater.handover.events import HandoverFinished, HandoverUndone
from headwater.handover.models import Handover
from headwater.handover.queries import counts_by_receiver
from headwater.organization.queries import names_of
from headwater.platform.events import StoredEvent, subscriber
from headwater.platform.notifications import Notice, notify, notify_each

_SHOWN = ("leads", "account", "contact", "opportunity", "tasks")


@subscriber("handover.tell", HandoverFinished, HandoverUndone)
def tell(events: list[StoredEvent[Any]]) -> None:
    """One notification a receiver, with counts; one to who ordered it, who may have left the page."""
    for stored in events:
        handover = Handover.objects.select_related("leaver").filter(pk=stored.event.handover_id).first()
        if handover is None:
            continue
        if isinstance(stored.event, HandoverFinished):
            _tell_receivers(handover, stored.id)
            _tell_orderer(
                handover,
                handover.started_by_id,
                "handover.finished",
                {"done": handover.done_count, "kept": handover.kept_count},
            )
        else:
            _tell_orderer(
                handover,
                handover.undo_by_id,
                "handover.undone",
                {"back": handover.back_count, "left": handover.left_count},
            )


def _tell_receivers(handover: Handover, event_id: int) -> None:
    by = names_of([handover.started_by_id or 0]).get(handover.started_by_id or 0, "")
    notices = []
    for user_id, counts in counts_by_receiver(handover.pk).items():
        other = sum(number for key, number in counts.items() if key not in _SHOWN)
        params = {key: counts.get(key, 0) for key in _SHOWN} | {
            "by": by,
            "leaver": handover.leaver.name,
            "total": sum(counts.values()),
            "other": other,
        }
        url = "/leads?view=mine" if counts.get("leads") else "/"
        notices.append(
            Notice(user_id, params, "handover", handover.pk, url, f"handover.received:{event_id}:{user_id}")
        )
    if notices:
        notify_each(notices, "handover.received")


def _tell_orderer(handover: Handover, user_id: int | None, kind: str, counts: dict[str, int]) -> None:
    if user_id is not None:
        notify(
            [user_id],
            kind,
            params={"leaver": handover.leaver.name, **counts},
            record_type="handover",
            record_id=handover.pk,
            url=f"/handovers/{handover.pk}",
            dedupe_key=f"{kind}:{handover.pk}:{handover.version}",
        )
