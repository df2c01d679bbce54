"""Somebody sends a form: all is checked, then it is one capture; nothing is said of whom we know."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from django.db import transaction
from django.utils.translation import gettext as _

from headwater.forms.events import FormSubmitted
from headwater.forms.models import Form, Submission
from headwater.forms.questions import askable_fields, read_questions
from headwater.kernel import clock
from headwater.kernel.access import Access, system_access
from headwater.kernel.catalogue import clean, flatten, record_type
from headwater.kernel.errors import Invalid, NotFound
from headwater.kernel.sql import execute, value
from headwater.leads.errors import Closed
from headwater.leads.services import capture_lead, update_lead
from headwater.platform.events import emit

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


@transaction.atomic
def submit(form_id: int, values: Mapping[str, Any], sent: Sent, *, has_consented: bool) -> None:
    """Take what was sent: a new lead, or another inquiry of the known one. Again with one nonce: nothing.

    Refuses `Invalid` with all complaints at once, by the keys of the questions and `consent`; `NotFound`
    for a closed form.
    """
    form = Form.objects.filter(pk=form_id, archived_at=None).first()
    if form is None:
        raise NotFound(record="form", id=form_id)
    access = system_access("forms.submit")
    given = _checked(access, form, values, has_consented=has_consented)
    moment = clock.now()
    submission_id = value(
        "INSERT INTO forms_submission (form_id, at, nonce, values, consent_version, is_proven, is_new)"
        " VALUES (%s, %s, %s, %s::jsonb, %s, %s, FALSE) ON CONFLICT DO NOTHING RETURNING id",
        (form_id, moment, sent.nonce, orjson.dumps(given).decode(), form.consent_version, sent.is_proven),
    )
    if submission_id is None:
        return
    consent = _consent(form) if form.consent_version else {}
    whole = given | _origin(form) | consent | _touch(sent)
    captured = capture_lead(access, whole, door=DOOR, key=f"form:{form_id}:{sent.nonce}")
    assert captured.lead_id is not None
    assert captured.touch_id is not None
    if not captured.is_new and consent:
        _renew_consent(access, captured.lead_id, consent)
    Submission.objects.filter(pk=submission_id).update(
        lead_id=captured.lead_id, touch_id=captured.touch_id, is_new=captured.is_new
    )
    emit(
        FormSubmitted(
            form_id=form_id, lead_id=captured.lead_id, touch_id=captured.touch_id, is_new=captured.is_new
        ),
        access,
    )


def count_view(form_id: int) -> None:
    """Somebody looks at the page."""
    _count(form_id, views=1)


def count_refused(form_id: int) -> None:
    """A robot was turned away."""
    _count(form_id, refused=1)


def _count(form_id: int, *, views: int = 0, refused: int = 0) -> None:
    execute(
        "INSERT INTO forms_formday (form_id, day, views, refused) VALUES (%s, %s, %s, %s)"
        " ON CONFLICT (form_id, day) DO UPDATE SET views = forms_formday.views + EXCLUDED.views,"
        " refused = forms_formday.refused + EXCLUDED.refused",
        (form_id, clock.today(), views, refused),
    )


def _checked(access: Access, form: Form, values: Mapping[str, Any], *, has_consented: bool) -> dict[str, Any]:
    """What belongs to the form's questions; everything that is wrong, told at once."""
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
    kind = record_type("lead")
    try:
        clean(kind, flatten(given), access, partial=True)
    except Invalid as refusal:
        complaints = dict(refusal.fields) | complaints
    if complaints:
        raise Invalid(fields=complaints)
    return given


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
