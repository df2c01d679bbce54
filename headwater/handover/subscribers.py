"""What follows from handovers: each receiver is told once, and so is who ordered it."""

from typing import Any

from headwater.engagement.queries.people import supervisors_of
from headwater.handover.events import HandoverFinished, HandoverUndone, TakeOverAnswered, TakeOverAsked
from headwater.handover.models import Handover, TakeOver
from headwater.handover.queries import counts_by_receiver
from headwater.kernel import sql
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


@subscriber("handover.tell-of-take-overs", TakeOverAsked, TakeOverAnswered)
def tell_of_take_overs(events: list[StoredEvent[Any]]) -> None:
    """Owner and manager hear that somebody asks; who asked hears the answer."""
    asked = TakeOver.objects.in_bulk([stored.event.take_over_id for stored in events])
    names = names_of({one for request in asked.values() for one in (request.asked_by_id, request.owner_id)})
    leads = sql.rows(
        "SELECT id, name FROM leads_lead WHERE id = ANY(%s::bigint[])",
        ([request.lead_id for request in asked.values()],),
    )
    titles = {row["id"]: row["name"] for row in leads}
    for stored in events:
        request = asked.get(stored.event.take_over_id)
        if request is None:
            continue
        url = f"/lookup/requests/{request.pk}"
        if isinstance(stored.event, TakeOverAsked):
            notify(
                {request.owner_id, *supervisors_of(request.owner_id)},
                "take_over.asked",
                params={"by": names.get(request.asked_by_id, ""), "name": titles.get(request.lead_id, "")},
                record_type="lead",
                record_id=request.lead_id,
                url=url,
                dedupe_key=f"take_over.asked:{request.pk}",
                but_not=request.asked_by_id,
            )
        else:
            notify(
                [request.asked_by_id],
                f"take_over.{request.answer}",
                params={"note": request.reply},
                record_type="take_over",
                record_id=request.pk,
                url=url,
                dedupe_key=f"take_over.answered:{request.pk}",
            )
