"""Every component in all its states on made-up data; addresses exist only while developing."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path

from headwater.kernel import clock
from headwater.kernel.errors import Conflict, Invalid
from headwater.ui.gallery import forms, lists, names, records
from headwater.ui.pages import EmptyState, FieldGroup, FormPage, TimelinePage
from headwater.ui.responses import done, respond


@dataclass(frozen=True, slots=True)
class GalleryPage:
    """What the gallery's template shows."""

    names: Any
    lists: Any
    forms: Any
    past: Any
    soon: Any
    later: Any


class Closed(Conflict):
    """A made-up refusal."""

    code = "gallery.closed"
    message = "线索已关闭，不能再分配。"
    remedy = "先重新打开它，或复制为新线索。"


def components(request: HttpRequest) -> HttpResponse:
    now = clock.now()
    page = GalleryPage(
        names, lists, forms, now - timedelta(hours=5), now + timedelta(hours=7), now + timedelta(days=3)
    )
    return respond(request, "ui/gallery/components.html", page)


def list_(request: HttpRequest) -> HttpResponse:
    if request.GET.get("state") == "empty":
        state = EmptyState(
            "还没有线索", "导入一份名单，或者新建第一条。", icon="users-round", actions=lists.ACTIONS
        )
        return respond(request, "ui/records/list.html", lists.list_page(request, rows=(), empty=state))
    return respond(request, "ui/records/list.html", lists.list_page(request))


def record(request: HttpRequest) -> HttpResponse:
    return respond(request, "ui/gallery/record.html", records.record_page())


def board(request: HttpRequest) -> HttpResponse:
    return respond(request, "ui/gallery/board.html", lists.board())


def form(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        if not request.POST.get("name"):
            raise Invalid(fields={"name": {"code": "value.required", "detail": "必填。"}})
        if request.POST.get("name") == "关闭":
            raise Closed
        return done(request, "已保存线索「" + request.POST["name"] + "」", undo="/_gallery/form/undo")
    page = FormPage(
        title="新建线索",
        action="/_gallery/form",
        groups=(
            FieldGroup(forms.form_controls()[:8], title="联系人"),
            FieldGroup(forms.form_controls()[8:], title="需求"),
        ),
        submit="保存线索",
        cancel_href="/_gallery/list",
        width="wide",
    )
    return respond(request, "ui/records/form.html", page)


def undo(request: HttpRequest) -> HttpResponse:
    return done(request, "已撤销")


def move(request: HttpRequest) -> HttpResponse:
    if request.POST.get("column") == "won":
        raise Closed
    return done(request, "", refresh=False)


def timeline(request: HttpRequest) -> HttpResponse:
    page = TimelinePage(days=records.timeline_days()[:2])
    return respond(request, "ui/gallery/timeline.html", page, block="timeline")


def options(request: HttpRequest) -> JsonResponse:
    q = request.GET.get("q", "")
    return JsonResponse({"items": [item for item in forms.PEOPLE_OPTIONS if q in str(item["label"])]})


def criteria_fields(request: HttpRequest) -> JsonResponse:
    return JsonResponse(forms.CRITERIA_FIELDS)


def search(request: HttpRequest) -> JsonResponse:
    return JsonResponse({"groups": forms.SEARCH_GROUPS})


def unread(request: HttpRequest) -> JsonResponse:
    return JsonResponse({"unread": 3})


def sign_in(request: HttpRequest) -> HttpResponse:
    return respond(request, "ui/gallery/sign_in.html", forms.sign_in_form())


urlpatterns = [
    path("_gallery", components),
    path("_gallery/list", list_),
    path("_gallery/record", record),
    path("_gallery/board", board),
    path("_gallery/form", form),
    path("_gallery/form/undo", undo),
    path("_gallery/move", move),
    path("_gallery/timeline", timeline),
    path("_gallery/options.json", options),
    path("_gallery/fields.json", criteria_fields),
    path("_gallery/search.json", search),
    path("_gallery/unread.json", unread),
    path("_gallery/sign-in", sign_in),
]
