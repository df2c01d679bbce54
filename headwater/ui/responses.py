"""Answers of screens: a page or the part of it that htmx asked for, toasts, redirects, refusals."""

import json
from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.loader import get_template

# Where htmx puts an answer decides which block of the page template it gets.
SLOTS: dict[str, str] = {
    "hw-dialog": "dialog",
    "hw-drawer": "dialog",
    "hw-list": "content",
    "hw-rows": "rows",
    "hw-record": "record",
    "hw-timeline": "timeline",
}


def is_htmx(request: HttpRequest) -> bool:
    """A request for a part: boosted links and history restores want the whole page."""
    headers = request.headers
    whole = headers.get("HX-Boosted") or headers.get("HX-History-Restore-Request")
    return headers.get("HX-Request") == "true" and not whole


def fragment_for(request: HttpRequest, fragments: Mapping[str, str] | None = None) -> str | None:
    """The block that the target of an htmx request stands for."""
    if not is_htmx(request):
        return None
    return {**SLOTS, **(fragments or {})}.get(request.headers.get("HX-Target", ""))


def respond(
    request: HttpRequest,
    template: str,
    page: Any,
    *,
    fragments: Mapping[str, str] | None = None,
    block: str | None = None,
    status: int = 200,
) -> HttpResponse:
    """Render `template` with `page`.

    For an htmx request only one block: `block` where given, else the one belonging to the target;
    `fragments` maps ids of elements to names of blocks and adds to `SLOTS`.
    """
    block = (block if is_htmx(request) and block else None) or fragment_for(request, fragments)
    html = get_template(template).render({"page": page, "fragment": block}, request)
    response = HttpResponse(html, status=status)
    response["Vary"] = "HX-Request, HX-Target, Cookie"
    return response


def render_block(request: HttpRequest, template: str, page: Any, block: str) -> str:
    """One block of a page template as text: for out-of-band swaps and tests."""
    return get_template(template).render({"page": page, "fragment": block}, request)


def trigger(response: HttpResponse, event: str, detail: Any = None) -> HttpResponse:
    """Let the browser raise `event` after the answer; several go together."""
    known = json.loads(response.get("HX-Trigger", "{}"))
    known[event] = {} if detail is None else detail
    response["HX-Trigger"] = json.dumps(known, default=str)  # ASCII: headers take nothing else
    return response


def toast(
    response: HttpResponse,
    text: Any,
    *,
    kind: str = "success",
    note: Any = "",
    undo: str | None = None,
    undo_label: Any = "",
) -> HttpResponse:
    """Show a toast with the answer; `undo` is an address that POST takes to reverse the act."""
    detail = {"text": str(text), "kind": kind, "note": str(note), "undo": undo, "undo_label": str(undo_label)}
    return trigger(response, "hw-toast", detail)


def done(
    request: HttpRequest,
    text: Any = "",
    *,
    go: str | None = None,
    undo: str | None = None,
    refresh: bool = True,
) -> HttpResponse:
    """The act succeeded.

    For htmx: closes the dialog, shows `text` as a toast, then goes to `go` or lets lists and records that
    listen to `hw-refresh` reload. Without htmx: redirects to `go` (or back) with `text` as a message.
    """
    if not is_htmx(request):
        if text:
            messages.success(request, str(text))
        return HttpResponseRedirect(go or request.headers.get("Referer", "/"), status=303)
    response = HttpResponse(status=204)
    trigger(response, "hw-close")
    if text and not go:
        toast(response, text, undo=undo)
    if go:
        if text:
            messages.success(request, str(text))
        response["HX-Redirect"] = go
    elif refresh:
        trigger(response, "hw-refresh")
    return response
