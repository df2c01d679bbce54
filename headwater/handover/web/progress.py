"""The list of handovers, the page of one with progress and result, and taking it back."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_GET, require_POST

from headwater.handover import services
from headwater.handover.models import Handover
from headwater.handover.queries import get_handover, handovers_within, items_of, lines_of
from headwater.handover.types import REASONS, UNDO_FOR, Account, State, Status, Undone
from headwater.handover.web.pages import HandoverPage, ListLine, ListPage
from headwater.handover.web.wizard import RUN
from headwater.kernel import clock
from headwater.kernel.access import Access, permit
from headwater.organization.queries import names_of
from headwater.ui.pages import Tile
from headwater.ui.responses import done, respond

HUES = {Status.RUNNING: "blue", Status.DONE: "green", Status.UNDOING: "amber", Status.UNDONE: "gray"}
PAGE = 30
SHOWN = 100


@require_GET
def handovers(request: HttpRequest) -> HttpResponse:
    """All handovers of people within reach, newest first."""
    access = permit(request, RUN)
    raw = request.GET.get("before", "")
    before = int(raw) if raw.isascii() and raw.isdigit() and len(raw) < 19 else None
    found = handovers_within(access, before_id=before, limit=PAGE + 1)
    names = names_of({one.started_by_id for one in found if one.started_by_id})
    lines = tuple(
        ListLine(
            one.pk,
            one.leaver.name,
            str(Status(one.status).label),
            HUES[Status(one.status)],
            Status(one.status).is_working,
            one.total,
            one.done_count,
            one.kept_count,
            names.get(one.started_by_id or 0, ""),
            one.started_at,
        )
        for one in found[:PAGE]
    )
    following = f"/handovers?before={lines[-1].id}" if len(found) > PAGE else ""
    return respond(request, "handover/list.html", ListPage(lines, following))


@require_GET
def handover(request: HttpRequest, handover_id: int) -> HttpResponse:
    """Progress while it works, the result after; the working page asks again by itself."""
    access = permit(request, RUN)
    found = get_handover(access, handover_id)
    page = _page(access, found)
    return respond(request, "handover/page.html", page, fragments={"handover-live": "live"})


@require_POST
def undo(request: HttpRequest, handover_id: int) -> HttpResponse:
    """Take it back; the page shows how far that is."""
    found = services.undo_handover(permit(request, RUN), handover_id)
    return done(request, _("Taking it back"), go=f"/handovers/{found.pk}")


def _page(access: Access, found: Handover) -> HandoverPage:
    status = Status(found.status)
    is_undo = status in (Status.UNDOING, Status.UNDONE)
    until = found.finished_at + UNDO_FOR if found.finished_at else None
    kept = items_of(found.pk, state=State.KEPT, limit=SHOWN) if found.kept_count else []
    left = items_of(found.pk, undone=Undone.LEFT, limit=SHOWN) if found.left_count else []
    rest = sum(services.holdings_of(access, found.leaver_id).values()) if status == Status.DONE else 0
    title = {
        Status.RUNNING: pgettext("handover", "Handing over"),
        Status.DONE: pgettext("handover", "Handed over"),
        Status.UNDOING: pgettext("handover", "Taking back"),
        Status.UNDONE: pgettext("handover", "Taken back"),
    }[status]
    worked = found.back_count + found.left_count if is_undo else found.done_count + found.kept_count
    return HandoverPage(
        id=found.pk,
        leaver_id=found.leaver_id,
        leaver=found.leaver.name,
        title=title,
        status=status.value,
        label=str(status.label),
        hue=HUES[status],
        is_working=status.is_working,
        worked=worked,
        total=found.done_count if is_undo else found.total,
        tiles=_tiles(found, is_undo=is_undo),
        note=found.note,
        account=str(Account(found.account).label),
        by=names_of([found.started_by_id or 0]).get(found.started_by_id or 0, ""),
        started_at=found.started_at,
        finished_at=found.finished_at,
        lines=tuple(lines_of(found.pk)),
        kept=tuple((item, str(REASONS.get(item.code, item.code))) for item in kept),
        kept_more=max(0, found.kept_count - len(kept)),
        left=tuple((item, str(REASONS.get(item.undo_code, item.undo_code))) for item in left),
        left_more=max(0, found.left_count - len(left)),
        footprints=tuple(services.footprints_of(access, found.leaver_id)),
        rest=rest,
        can_undo=status == Status.DONE
        and until is not None
        and clock.now() <= until
        and found.done_count > 0,
        undo_until=until,
        can_see_people=access.may("users.view"),
        undo_question=_undo_question(found),
        is_inactive=found.leaver.deactivated_at is not None,
        reactivate=reverse("person_reactivate", args=[found.leaver_id]) if access.may("users.delete") else "",
    )


def _undo_question(found: Handover) -> str:
    facts = {"count": found.done_count, "name": found.leaver.name}
    question = ngettext(
        "Give %(name)s back the %(count)s item, if the receiver still has it?",
        "Give %(name)s back those of the %(count)s items that the receivers still have?",
        found.done_count,
    )
    account = _("The account stays deactivated.") if found.leaver.deactivated_at else ""
    return f"{question % facts} {account}".rstrip()


def _tiles(found: Handover, *, is_undo: bool) -> tuple[Tile, ...]:
    if is_undo:
        return (
            Tile(_("Came back"), str(found.back_count), icon="undo-2"),
            Tile(_("Left where they are"), str(found.left_count), icon="minus"),
        )
    return (
        Tile(_("Handed over"), str(found.done_count), icon="check"),
        Tile(_("Stayed"), str(found.kept_count), icon="minus"),
        Tile(_("Over the cap"), str(found.over_cap_count), icon="gauge"),
        Tile(
            _("Sign-ins ended"),
            str(found.sessions_ended + found.tokens_ended),
            icon="log-out",
            note=_("%(sessions)s sessions, %(tokens)s API tokens")
            % {"sessions": found.sessions_ended, "tokens": found.tokens_ended},
        ),
    )
