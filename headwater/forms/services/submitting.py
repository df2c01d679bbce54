"""Somebody sends a form: all is checked, then it is one capture; nothing is said of whom we know."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from headwater.forms.events import FormSubmitted
from headwater.forms.models import Form, Submission
from headwater.forms.queries import is_open
from headwater.forms.questions import askable_fields, read_questions
from headwater.forms.services.confirming import queue_confirmation
from headwater.forms.services.counting import came_from
from headwater.forms.services.filing import FILES, file_complaint, keep_files
from headwater.kernel import clock
from headwater.kernel.access import Access, system_access
from headwater.kernel.catalogue import clean, flatten, record_type
from headwater.kernel.errors import Invalid, NotFound
from headwater.kernel.sql import value
from headwater.leads.errors import CapReached, Closed, Inactive
from headwater.leads.services import Captured, capture_lead, update_lead
from headwater.leads.services.customers import customer_of
from headwater.platform.events import emit
from headwater.platform.files.services import attach

DOOR = "form"
CONSENT = "consent"
_UTM = ("source", "medium", "campaign", "term", "content")


@dataclass(frozen=True, slots=True)
class Sent:
    """How it came in: the page's nonce, and where they had come from."""

    nonce: str
    utm: Mapping[str, str]
    landing_page: str = ""
    is_proven: bool = False
    visitor: str = ""  # who they are among our website's visitors
    address: str = ""  # the network address that sends it


def submit(
    form_id: int,
    values: Mapping[str, Any],
    sent: Sent,
    *,
    has_consented: bool,
    files: Sequence["UploadedFile[Any]"] = (),
) -> None:
    """Take what was sent: a new lead, or another inquiry of the known one. Again with one nonce: nothing.

    Refuses `Invalid` with all complaints at once, by the keys of the questions, `consent` and `files`;
    `NotFound` for a form that is not open; `RateLimited` for too many files. Call it outside transactions.
    """
    form = Form.objects.filter(pk=form_id, archived_at=None).first()
    if form is None or not is_open(form):
        raise NotFound(record="form", id=form_id)
    access = system_access("forms.submit")
    given, cleaned = _checked(access, form, values, has_consented=has_consented, files=files)
    file_ids: list[int] = []
    if files:
        if Submission.objects.filter(form=form, nonce=sent.nonce).exists():
            return
        file_ids = keep_files(access, form, files, address=sent.address)
    with transaction.atomic():
        _record(access, form, given, cleaned, sent, file_ids)


def _record(
    access: Access,
    form: Form,
    given: Mapping[str, Any],
    cleaned: Mapping[str, Any],
    sent: Sent,
    file_ids: Sequence[int],
) -> None:
    """Submission, lead or touch, consent, files and mail: all of it or nothing."""
    source = came_from(sent.utm)
    submission_id = value(
        "INSERT INTO forms_submission"
        " (form_id, at, nonce, values, consent_version, is_proven, is_new, came_from)"
        " VALUES (%s, %s, %s, %s::jsonb, %s, %s, FALSE, %s) ON CONFLICT DO NOTHING RETURNING id",
        (
            form.pk,
            clock.now(),
            sent.nonce,
            orjson.dumps(given).decode(),
            form.consent_version,
            sent.is_proven,
            source,
        ),
    )
    if submission_id is None:
        return
    consent = _consent(form) if form.consent_version else {}
    whole = {**given, **_origin(form), **consent, **_touch(sent), "visitor": sent.visitor}
    captured = _capture(access, form, whole, cleaned, key=f"form:{form.pk}:{sent.nonce}")
    assert captured.lead_id is not None
    assert captured.touch_id is not None
    if not captured.is_new and consent:
        _renew_consent(access, captured.lead_id, consent)
    if file_ids:
        attach(access, file_ids, record_type="lead", record_id=captured.lead_id)
    Submission.objects.filter(pk=submission_id).update(
        lead_id=captured.lead_id, touch_id=captured.touch_id, is_new=captured.is_new
    )
    if form.mail_subject and form.consent_version and cleaned.get("email"):
        queue_confirmation(form, submission_id, captured.lead_id, cleaned["email"])
    emit(
        FormSubmitted(
            form_id=form.pk, lead_id=captured.lead_id, touch_id=captured.touch_id, is_new=captured.is_new
        ),
        access,
    )


def _capture(
    access: Access, form: Form, whole: Mapping[str, Any], cleaned: Mapping[str, Any], *, key: str
) -> Captured:
    """Through the door of all; a new lead goes to the form's person, unless it is somebody's customer."""
    if form.owner_id is not None and customer_of(cleaned) is None:
        try:
            with transaction.atomic():
                return capture_lead(access, {**whole, "owner": form.owner_id}, door=DOOR, key=key)
        except (CapReached, Inactive):  # no room, or no longer with us: as if nobody had been named
            pass
    return capture_lead(access, whole, door=DOOR, key=key)


def _checked(
    access: Access,
    form: Form,
    values: Mapping[str, Any],
    *,
    has_consented: bool,
    files: Sequence["UploadedFile[Any]"],
) -> tuple[dict[str, Any], dict[str, Any]]:
    """What belongs to the form's questions, as sent and as kept; everything that is wrong, told at once."""
    known = askable_fields()
    asked = [one for one in read_questions(form.questions) if one.key in known]
    given = {one.key: values[one.key] for one in asked if values.get(one.key) not in (None, "", [], False)}
    complaints = {
        one.key: {"code": "value.required", "detail": _("Please fill this in.")}
        for one in asked
        if one.required and one.key not in given
    }
    if form.consent_version and not has_consented:
        complaints[CONSENT] = {
            "code": "form.consent",
            "detail": _("Please agree, so that we may contact you."),
        }
    wrong = file_complaint(form, files)
    if wrong is not None:
        complaints[FILES] = wrong
    cleaned: dict[str, Any] = {}
    try:
        cleaned = clean(record_type("lead"), flatten(given), access, partial=True).fields
    except Invalid as refusal:
        complaints = dict(refusal.fields) | complaints
    if complaints:
        raise Invalid(fields=complaints)
    return given, cleaned


def _origin(form: Form) -> dict[str, Any]:
    found = {
        "source": form.source_id,
        "campaign": form.campaign_id,
        "pool": form.pool_id,
        "business_line": form.business_line or None,
    }
    return {key: item for key, item in found.items() if item is not None}


def _consent(form: Form) -> dict[str, Any]:
    told = _("Form “%(form)s”, version %(version)s") % {"form": form.name, "version": form.consent_version}
    return {
        "consent_basis": "form",
        "consent_at": clock.now().isoformat(),
        "consent_evidence": f"{form.consent_text}\n\n{told}",
    }


def _renew_consent(access: Access, lead_id: int, consent: Mapping[str, Any]) -> None:
    try:
        update_lead(access, lead_id, consent)
    except Closed:  # history stays as it is; the submission keeps what was agreed to
        return


def _touch(sent: Sent) -> dict[str, Any]:
    utm = {name: sent.utm[name][:500] for name in _UTM if sent.utm.get(name)}
    if sent.utm.get("referrer"):
        utm["referrer"] = sent.utm["referrer"][:500]
    return {
        "utm": utm,
        "keyword": utm.get("term", "")[:200],
        "landing_page": sent.landing_page[:500],
    }
