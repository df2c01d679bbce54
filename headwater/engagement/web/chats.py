"""Chats: the dialog that takes one in, all messages of one, and files of the timeline."""

from dataclasses import dataclass
from datetime import datetime

from django.http import FileResponse, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from headwater.engagement import queries
from headwater.engagement.queries.activities import ChatLine
from headwater.engagement.services.chat_files import PICTURE
from headwater.engagement.services.chat_imports import CHATS, ChatPreview, import_chat, preview_chat
from headwater.engagement.subjects import check_visible, subject
from headwater.engagement.types import ActivityKind, RecordRef
from headwater.kernel.access import permit
from headwater.kernel.text import whole
from headwater.platform.files.services import download_response, store_file
from headwater.ui.responses import done, respond

_SHOWN = 12


@dataclass(frozen=True, slots=True)
class ChatPage:
    """The dialog: first empty, then with what was read."""

    url: str
    kinds: tuple[ActivityKind, ...]
    preview: ChatPreview | None = None
    kind: str = ""
    text: str = ""
    file_ids: tuple[int, ...] = ()

    @property
    def lines(self) -> list[ChatLine]:
        """The beginning of what is new; pictures are stored later and stand as words."""
        if self.preview is None:
            return []
        return [
            ChatLine(
                item["sender"],
                item["at"] and datetime.fromisoformat(item["at"]),
                PICTURE.sub("[图片]", item["text"]),
            )
            for item in self.preview.messages[:_SHOWN]
        ]


@dataclass(frozen=True, slots=True)
class WholePage:
    lines: list[ChatLine]


@require_http_methods(["GET", "POST"])
def add_chat(request: HttpRequest, record_type: str, record_id: int) -> HttpResponse:
    """Give a chat; write what was looked at."""
    access = permit(request, "activities.create")
    ref = RecordRef(record_type, record_id)
    subject(record_type)
    url = f"/chats/{record_type}/{record_id}"
    if request.method == "GET":
        check_visible(access, ref)
        return respond(request, "engagement/chat_import.html", ChatPage(url, CHATS))
    made = import_chat(
        access,
        ref,
        kind=request.POST.get("kind", ""),
        text=request.POST.get("text", ""),
        file_ids=_ids(request),
        us=request.POST.getlist("us")[:100],
    )
    if made is None:
        return done(request, _("There is nothing new in it."))
    count = len(made.messages or ())
    return done(request, ngettext("%(num)s message added", "%(num)s messages added", count) % {"num": count})


@require_POST
def preview(request: HttpRequest, record_type: str, record_id: int) -> HttpResponse:
    """What would be written: new messages, who speaks, what is there already."""
    access = permit(request, "activities.create")
    ref = RecordRef(record_type, record_id)
    subject(record_type)
    check_visible(access, ref)
    stored = tuple(store_file(access, upload).pk for upload in request.FILES.getlist("files")[:20])
    kind, text = request.POST.get("kind", ""), request.POST.get("text", "")
    found = preview_chat(access, ref, kind=kind, text=text, file_ids=stored)
    page = ChatPage(f"/chats/{record_type}/{record_id}", CHATS, found, kind, text, stored)
    return respond(request, "engagement/chat_import.html", page)


def _ids(request: HttpRequest) -> list[int]:
    return [one for one in map(whole, request.POST.getlist("file_ids")) if one is not None][:20]


@require_GET
def whole_chat(request: HttpRequest, activity_id: int) -> HttpResponse:
    """All messages of a chat."""
    row = queries.get_row(permit(request, "activities.view"), activity_id)
    target = f"hw-chat-{activity_id}"
    return respond(request, "engagement/chat_whole.html", WholePage(row.chat), fragments={target: "whole"})


@require_GET
def file(request: HttpRequest, file_id: int) -> FileResponse:
    """A file of a record, by whoever sees the record; pictures in place when asked."""
    access = permit(request, "files.view")
    return download_response(access, file_id, inline=request.GET.get("inline") == "1")
