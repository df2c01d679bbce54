"""Recording, correcting, liking and discussing follow-ups."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.template.loader import get_template
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from markupsafe import Markup

from headwater.engagement import queries, screens, services
from headwater.engagement.queries.comments import CommentRow, comments_by_id, get_comment
from headwater.engagement.services.chats import parse_chat
from headwater.engagement.subjects import check_visible, subject
from headwater.engagement.timeline import RecordRef
from headwater.engagement.types import ActivityKind
from headwater.engagement.web.moments import without_untouched
from headwater.engagement.wording import outcome_tag, said
from headwater.kernel.access import Access, permit
from headwater.kernel.catalogue import record_type as catalogued
from headwater.kernel.errors import Invalid, NotFound
from headwater.platform.files.services import store_file
from headwater.ui import records
from headwater.ui.pages import Tag
from headwater.ui.responses import done, is_htmx, respond, toast

CHATS = frozenset({ActivityKind.WECHAT, ActivityKind.QQ})


def _seen(request: HttpRequest, record_type: str) -> Access:
    """Access to see records of the type; `NotFound` for types without follow-ups."""
    subject(record_type)
    return permit(request, catalogued(record_type).permission("view"))


@require_GET
def timeline(request: HttpRequest, record_type: str, record_id: int) -> HttpResponse:
    """The timeline of a record, a filter of it or its next page."""
    access = _seen(request, record_type)
    check_visible(access, RecordRef(record_type, record_id))
    groups = [part for part in request.GET.get("kinds", "").split(",") if part]
    page = screens.timeline_page(
        access, record_type, record_id, groups=groups, cursor=request.GET.get("cursor") or None
    )
    return respond(request, "engagement/timeline.html", page, block="timeline")


@require_POST
def record(request: HttpRequest, record_type: str, record_id: int) -> HttpResponse:
    """What the composer sends. The text stays in the composer when it is refused."""
    access = permit(request, "activities.create")
    with _composer_names(), transaction.atomic():
        follow_up(access, request, record_type, record_id)
    is_contact = request.POST.get("kind") != ActivityKind.NOTE
    saved = _("Follow-up saved") if is_contact else _("Note saved; it is no follow-up")
    told = subject(record_type).told(access, record_id, is_contact)
    return done(request, _("%(saved)s. %(told)s") % {"saved": saved, "told": told} if told else saved)


def follow_up(access: Access, request: HttpRequest, record_type: str, record_id: int) -> int:
    """Record what a composer posted, its files included, through the record's own door."""
    post = request.POST
    kind, content = post.get("kind", ""), post.get("text", "")
    messages = parse_chat(content) if kind in CHATS else []
    subject(record_type).check(access, record_id, True)
    stored = [store_file(access, upload) for upload in request.FILES.getlist("files")]
    made = services.follow_up(
        access,
        record_type,
        record_id,
        kind=kind,
        outcome=post.get("outcome"),
        content="" if messages else content,
        next_at=post.get("next_at"),
        next_title=post.get("next_title", ""),
        duration_seconds=post.get("duration_seconds"),
        file_ids=[item.pk for item in stored],
        messages=messages,
    )
    return int(made.pk)


@contextmanager
def _composer_names() -> Iterator[None]:
    """The composer calls the content `text`: complaints go to that field."""
    try:
        yield
    except Invalid as refusal:
        raise Invalid(
            fields={"text" if key == "content" else key: value for key, value in refusal.fields.items()}
        ) from None


def _body(request: HttpRequest, activity_id: int) -> HttpResponse:
    """The follow-up after a change, for the place where it stands."""
    row = queries.get_row(permit(request, "activities.view"), activity_id)
    if not is_htmx(request):
        return done(request, go=f"/work?activity={activity_id}")
    here = urlsplit(request.headers.get("HX-Current-URL", "")).path
    on_its_page = here.startswith("/work") or (row.record is not None and here == row.record.url)
    context = {"row": row, "in_feed": on_its_page}
    return HttpResponse(get_template("engagement/activity.html").render(context, request))


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, activity_id: int) -> HttpResponse:
    """The form to correct a follow-up."""
    access = permit(request, "activities.edit")
    kind = catalogued("activity")
    keys = ["kind", "outcome", "content", "occurred_at", "duration_seconds"]
    if request.method == "POST":
        version = request.POST.get("version", "")
        present = vars(queries.get_activity(access, activity_id))
        services.edit_activity(
            access,
            activity_id,
            without_untouched(records.submitted(request, kind, access, keys=keys), present),
            version=int(version) if version.isdecimal() else None,
        )
        return done(request, _("Saved; the earlier text is kept"))
    activity = queries.get_activity(access, activity_id)
    row = {key: getattr(activity, key) for key in keys} | {"id": activity.pk, "version": activity.version}
    page = records.form_page(
        kind,
        access,
        title=_("Edit follow-up"),
        action=f"/follow-ups/{activity_id}/edit",
        row=row,
        keys=keys,
        hidden={"version": activity.version},
        cancel_href=f"/work?activity={activity_id}",
    )
    return respond(request, "ui/records/form.html", page)


@dataclass(frozen=True, slots=True)
class VersionShown:
    """One wording of a follow-up."""

    label: str
    text: Markup
    tag: Tag | None
    who: str = ""
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class VersionsPage:
    """What a follow-up said, the present first."""

    versions: tuple[VersionShown, ...]


@require_GET
def versions(request: HttpRequest, activity_id: int) -> HttpResponse:
    """Earlier versions of a follow-up."""
    now = queries.get_row(permit(request, "activities.view"), activity_id)
    earlier = [
        VersionShown(
            _("Version %(number)s") % {"number": item.version},
            said(item.content),
            outcome_tag(item.outcome),
            item.replaced_by.name if item.replaced_by else "",
            item.replaced_at,
        )
        for item in queries.versions_of(activity_id)
    ]
    page = VersionsPage((VersionShown(pgettext("version", "Now"), now.said, now.outcome_tag), *earlier))
    return respond(request, "engagement/versions.html", page)


@require_POST
def archive(request: HttpRequest, activity_id: int) -> HttpResponse:
    """Withdraw a follow-up; it can be taken back."""
    services.archive_activities(permit(request, "activities.delete"), [activity_id])
    return done(request, _("Follow-up deleted"), undo=f"/follow-ups/{activity_id}/restore")


@require_POST
def restore(request: HttpRequest, activity_id: int) -> HttpResponse:
    """Take a deletion back."""
    services.restore_activities(permit(request, "activities.delete"), [activity_id])
    return done(request, _("Restored"))


@require_POST
def like(request: HttpRequest, activity_id: int) -> HttpResponse:
    """Like, or take the like back."""
    access = permit(request, "activities.view")
    if request.POST.get("on") == "0":
        services.unlike_activity(access, activity_id)
    else:
        services.like_activity(access, activity_id)
    return _body(request, activity_id)


@dataclass(frozen=True, slots=True)
class SayPage:
    """The form of a comment."""

    action: str
    target: str
    is_help: bool
    content: str = ""
    version: int | None = None


@require_http_methods(["GET", "POST"])
def comment(request: HttpRequest, activity_id: int) -> HttpResponse:
    """The form of a comment on a follow-up, and what it sends."""
    if request.method == "GET":
        queries.get_activity(permit(request, "activities.view"), activity_id)
        page = SayPage(
            f"/follow-ups/{activity_id}/comment",
            f"#hw-activity-{activity_id}",
            is_help=request.GET.get("help") == "1",
        )
        return respond(request, "engagement/say.html", page, block="say")
    services.comment_on_activity(
        permit(request, "comments.create"),
        activity_id,
        content=request.POST.get("content", ""),
        is_help=request.POST.get("is_help") == "1",
    )
    return _body(request, activity_id)


@require_http_methods(["GET", "POST"])
def comment_on_record(request: HttpRequest, record_type: str, record_id: int) -> HttpResponse:
    """The dialog of a comment on a record, and what it sends."""
    ref = RecordRef(record_type, record_id)
    action = f"/comments/{record_type}/{record_id}"
    if request.method == "GET":
        check_visible(_seen(request, record_type), ref)
        page = SayPage(action, "", is_help=request.GET.get("help") == "1")
        return respond(request, "engagement/say_dialog.html", page)
    services.comment_on_record(
        permit(request, "comments.create"),
        ref,
        content=request.POST.get("content", ""),
        is_help=request.POST.get("is_help") == "1",
    )
    return done(request, _("Comment added"))


def _commented(request: HttpRequest, comment_id: int) -> CommentRow:
    access = permit(request, "comments.view")
    get_comment(access, comment_id)
    found = comments_by_id([comment_id]).get(comment_id)
    if found is None:
        raise NotFound(record="comment", id=comment_id)
    return found


def _after(request: HttpRequest, row: CommentRow, text: str, undo: str | None = None) -> HttpResponse:
    if row.activity_id is None:
        return done(request, text, undo=undo)
    response = _body(request, row.activity_id)
    return toast(response, text, undo=undo) if is_htmx(request) else response


@require_http_methods(["GET", "POST"])
def edit_comment(request: HttpRequest, comment_id: int) -> HttpResponse:
    """The dialog to change one's comment."""
    row = _commented(request, comment_id)
    if request.method == "GET":
        permit(request, "comments.edit")
        page = SayPage(
            f"/comments/{comment_id}/edit",
            f"#hw-activity-{row.activity_id}" if row.activity_id else "",
            is_help=row.is_help,
            content=row.content,
            version=row.version,
        )
        return respond(request, "engagement/say_dialog.html", page)
    version = request.POST.get("version", "")
    services.edit_comment(
        permit(request, "comments.edit"),
        comment_id,
        content=request.POST.get("content", ""),
        version=int(version) if version.isdecimal() else None,
    )
    return done(request, _("Saved"))


@require_POST
def archive_comment(request: HttpRequest, comment_id: int) -> HttpResponse:
    """Withdraw a comment."""
    row = _commented(request, comment_id)
    services.archive_comment(permit(request, "comments.delete"), comment_id)
    return _after(request, row, _("Comment deleted"))


@require_POST
def resolve(request: HttpRequest, comment_id: int) -> HttpResponse:
    """Mark a request for help as answered, or open it again."""
    row = _commented(request, comment_id)
    resolved = request.POST.get("on") != "0"
    services.resolve_help(permit(request, "comments.create"), comment_id, resolved=resolved)
    return _after(request, row, _("Marked as solved") if resolved else _("Open again"))
