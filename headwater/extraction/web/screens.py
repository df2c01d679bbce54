"""/leads/scan and /leads/paste: read, look over, save; one after another."""

import base64
import hashlib
import json
import re
import secrets
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace

from django.core.files.base import ContentFile
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from headwater.extraction import services
from headwater.extraction.errors import PictureRefused
from headwater.extraction.ocr.keeper import MAX_BYTES, is_installed
from headwater.extraction.reading.texts import MOST
from headwater.extraction.reading.types import FIELDS
from headwater.extraction.services.saving import CARD, PASTE
from headwater.kernel import clock, text
from headwater.kernel.access import Access, permit
from headwater.kernel.catalogue import record_type
from headwater.kernel.errors import Conflict
from headwater.leads.errors import Duplicate
from headwater.leads.services import Captured, OnDuplicate
from headwater.leads.web.forms import known_of, place_control, placing
from headwater.platform.files.services import archive_file, store_file
from headwater.platform.idempotency import IdempotencyMismatch, StoredResponse, once
from headwater.ui import records
from headwater.ui.pages import FieldControl
from headwater.ui.responses import done, is_htmx, respond

# Shown even where nothing was read; the others only when something was.
ALWAYS = {"name", "company", "title", "mobile", "phone", "email", "wechat", "address", "requirement"}
COMMON = ("source", "campaign")
_KEY = re.compile("[0-9a-f]{32}")
_CSRF = "csrfmiddlewaretoken"


@dataclass(frozen=True, slots=True)
class Sheet:
    """One card or text to look over."""

    door: str
    controls: tuple[FieldControl, ...]
    others: tuple[tuple[str, str], ...]  # label and value of what else was read
    unsure: int
    picture: str = ""  # as a data address
    picture_id: int | None = None
    key: str = field(default_factory=lambda: secrets.token_hex(16))  # one sheet is saved once


@dataclass(frozen=True, slots=True)
class ReadPage:
    """Both pages; `sheets` are what was read just now."""

    title: str
    door: str
    common: tuple[FieldControl, ...]
    may_keep: bool
    is_installed: bool = True
    most: int = MOST
    megabytes: int = MAX_BYTES // 1024**2
    sheets: tuple[Sheet, ...] = ()
    saved: "Saved | None" = None


@dataclass(frozen=True, slots=True)
class Saved:
    """What became of a sheet."""

    name: str
    words: str
    href: str


@require_GET
def scan(request: HttpRequest) -> HttpResponse:
    """Take or choose pictures of cards; each becomes a sheet."""
    access = permit(request, "leads.create")
    return respond(request, "extraction/scan.html", _page(access, _("Scan business cards"), CARD))


@require_POST
def read_card(request: HttpRequest) -> HttpResponse:
    """One picture as a sheet to look over."""
    access = permit(request, "leads.create")
    upload = request.FILES.get("file")
    if upload is None:
        raise PictureRefused(reason="empty")
    read = services.read_picture(access, upload.read(MAX_BYTES + 1))
    kept = None
    if "keep" in request.POST and access.may("files.create"):
        called = _("Business card")
        name = f"{called} {clock.today():%Y-%m-%d}.jpg"
        kept = store_file(access, ContentFile(read.picture, name=name)).pk
    places = {
        name: f"{place.left:.2f} {place.top:.2f} {place.width:.2f} {place.height:.2f}"
        for name in read.extraction.fields
        if (place := read.place_of(name)) is not None
    }
    picture = "data:image/jpeg;base64," + base64.b64encode(read.picture).decode()
    sheet = _sheet(access, read, CARD, places=places, picture=picture, picture_id=kept)
    page = _page(access, "", CARD, sheets=[sheet])
    return respond(request, "extraction/scan.html", page, block="sheets")


@require_GET
def paste(request: HttpRequest) -> HttpResponse:
    """A text area whose text becomes sheets while it is typed."""
    access = permit(request, "leads.create")
    return respond(request, "extraction/paste.html", _page(access, _("Paste a text as leads"), PASTE))


@require_POST
def read_paste(request: HttpRequest) -> HttpResponse:
    """The people in a text as sheets."""
    access = permit(request, "leads.create")
    pasted = request.POST.get("text", "")[:MOST]
    sheets = [_sheet(access, read, PASTE) for read in services.read_words(access, pasted)]
    page = _page(access, _("Paste a text as leads"), PASTE, sheets=sheets)
    return respond(request, "extraction/paste.html", page, block="sheets")


@require_POST
def known(request: HttpRequest) -> HttpResponse:
    """Who has a contact of this sheet or looks like it, each with the way to record another inquiry."""
    return respond(request, "extraction/known.html", known_of(request), block="known")


@require_POST
def save(request: HttpRequest) -> HttpResponse:
    """One sheet as it was looked over becomes a lead, or another inquiry of a known one.

    A sheet carries a key: sent again, because the answer was lost on the way, it is answered as before.
    """
    access = permit(request, "leads.create")
    door = CARD if request.POST.get("door") == CARD else PASTE
    key = request.POST.get("key", "")
    if _KEY.fullmatch(key) and access.user_id is not None:
        sent = sorted((name, request.POST.getlist(name)) for name in request.POST if name != _CSRF)
        fingerprint = hashlib.sha256(repr(sent).encode()).digest()
        try:
            kept = once(
                access.user_id, f"sheet:{key}", fingerprint, lambda: _kept(_save(request, access, door))
            )
            saved = Saved(**json.loads(kept.body))
        except IdempotencyMismatch:  # corrected since: looked at anew, by its contacts
            saved = _save(request, access, door)
    else:
        saved = _save(request, access, door)
    if not is_htmx(request):
        return done(request, saved.words, go=saved.href or f"/leads/{'scan' if door == CARD else 'paste'}")
    page = _page(access, "", door, saved=saved)
    return respond(request, "extraction/scan.html", page, block="saved")


def _kept(saved: "Saved") -> StoredResponse:
    return StoredResponse(200, json.dumps(asdict(saved)).encode())


def _save(request: HttpRequest, access: Access, door: str) -> "Saved":
    kind = record_type("lead")
    values = records.submitted(request, kind, access, (*FIELDS, *COMMON)) | placing(request)
    picture = text.whole(request.POST.get("picture", ""))
    keeps = "keep" in request.POST
    try:
        captured = services.save_read(
            access,
            values,
            door=door,
            reinquire=request.POST.get("on_duplicate") == OnDuplicate.REINQUIRE,
            known=text.whole(request.POST.get("known", "")),
            confirmed=request.POST.get("on_similar") == "save",
            picture=picture if keeps else None,
        )
    except Duplicate as refusal:
        label = _("Record as another inquiry")
        refusal.facts["offer"] = {
            "name": "on_duplicate",
            "value": OnDuplicate.REINQUIRE.value,
            "label": label,
        }
        raise
    except Conflict as refusal:
        if refusal.facts.get("act") == "warn":
            refusal.facts["offer"] = {"name": "on_similar", "value": "save", "label": _("Save anyway")}
        raise
    if picture is not None and not keeps:
        archive_file(access, picture)
    return _saved(captured, str(values.get("name", "")))


def _saved(captured: Captured, name: str) -> Saved:
    href = f"/leads/{captured.lead_id}" if captured.lead_id is not None else ""
    if captured.is_new:
        return Saved(name, _("Lead saved"), href)
    if captured.lead_id is None:
        return Saved(name, _("Recorded; who takes care of this lead has been told."), "")
    if captured.is_woken:
        return Saved(name, _("The lead inquired again and is active"), href)
    return Saved(name, _("Recorded as an inquiry"), href)


def _page(
    access: Access, title: str, door: str, *, sheets: Sequence[Sheet] = (), saved: Saved | None = None
) -> ReadPage:
    kind = record_type("lead")
    known = kind.all_fields
    common = [
        made for key in COMMON if (made := records.control(known[key], kind, access, span=4)) is not None
    ]
    return ReadPage(
        title=title,
        door=door,
        common=(*common, replace(place_control(access, "me"), span=4)) if not (sheets or saved) else (),
        may_keep=access.may("files.create"),
        is_installed=is_installed(),
        sheets=tuple(sheets),
        saved=saved,
    )


def _sheet(
    access: Access,
    read: services.TextRead,
    door: str,
    *,
    places: dict[str, str] | None = None,
    picture: str = "",
    picture_id: int | None = None,
) -> Sheet:
    kind = record_type("lead")
    known = kind.all_fields
    controls: list[FieldControl] = []
    unsure = 0
    for key in FIELDS:
        found = read.extraction.fields.get(key)
        if found is None and key not in ALWAYS:
            continue
        made = records.control(known[key], kind, access, span=12 if key in ("address", "requirement") else 6)
        if made is None:
            continue
        attrs: dict[str, object] = {}
        if places and key in places:
            attrs["data-place"] = places[key]
        if found is not None and not found.is_sure:
            attrs["data-unsure"] = True
            unsure += 1
        controls.append(
            FieldControl(
                name=made.name,
                label=made.label,
                kind=made.kind,
                value=read.values.get(key, ""),
                required=made.required,
                span=made.span,
                max_length=made.max_length,
                rows=2,
                help=_("Please check") if "data-unsure" in attrs else "",
                attrs=attrs,
            )
        )
    return Sheet(
        door=door,
        controls=tuple(controls),
        others=tuple(
            (str(known[one.field].label) if one.field in known else one.field, one.value)
            for one in read.extraction.others
            if one.field in known
        ),
        unsure=unsure,
        picture=picture,
        picture_id=picture_id,
    )
