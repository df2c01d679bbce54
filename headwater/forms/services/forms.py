"""Making and changing landing forms. Whatever they ask people to agree to is kept, version by version."""

import re
import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from headwater.forms.events import FormsChanged
from headwater.forms.models import ConsentText, Form
from headwater.forms.questions import Question, checked, first_questions, stored
from headwater.kernel import clock
from headwater.kernel.access import Access
from headwater.kernel.catalogue import Cleaned, clean, record_type
from headwater.kernel.catalogue.values import to_json
from headwater.kernel.errors import Invalid, NotFound, Stale
from headwater.leads.mailing.words import unknown_places
from headwater.leads.services.capturing import known_relations
from headwater.platform import audit
from headwater.platform.events import emit
from headwater.platform.shelving import name_once, shelve

_ORIGIN = re.compile(r"https?://(\*\.)?[a-z0-9.-]+(:[0-9]{1,5})?", re.IGNORECASE)
_RELATIONS = ("source", "campaign", "pool", "owner")
MAIL_PLACES = ("name", "company", "form")


@transaction.atomic
def create_form(access: Access, values: Mapping[str, Any]) -> int:
    """A form with the usual questions; its id. Refuses `Invalid`."""
    cleaned = _clean(access, values, partial=False)
    moment = clock.now()
    form = Form(
        token=secrets.token_urlsafe(9),
        questions=stored(first_questions()),
        created_at=moment,
        updated_at=moment,
        created_by_id=access.user_id,
        custom=cleaned.custom,
        **_attributes(cleaned),
    )
    form.consent_version = 1 if form.consent_text else 0
    _agree(form)
    _save(form)
    _keep_consent(access, form)
    audit.record(
        access, "form", form.pk, "create", {key: [None, to_json(v)] for key, v in cleaned.fields.items()}
    )
    emit(FormsChanged(ids=[form.pk]), access)
    return form.pk


@transaction.atomic
def update_form(
    access: Access, record_id: int, values: Mapping[str, Any], *, version: int | None = None
) -> None:
    """Change a form; another consent text is a new version. Refuses `NotFound`, `Stale`, `Invalid`."""
    form = _lock(record_id, version)
    cleaned = _clean(access, values, partial=True)
    changes: dict[str, list[Any]] = {}
    for key, value in zip(cleaned.fields, _attributes(cleaned).items(), strict=True):
        name, wanted = value
        if getattr(form, name) != wanted:
            changes[key] = [to_json(getattr(form, name)), to_json(wanted)]
            setattr(form, name, wanted)
    for name, wanted in cleaned.custom.items():
        if form.custom.get(name) != wanted:
            changes[f"custom.{name}"] = [form.custom.get(name), wanted]
            form.custom[name] = wanted
    if not changes:
        return
    _agree(form)
    if "consent_text" in changes:
        last = form.consents.order_by("-version").values_list("version", flat=True).first() or 0
        form.consent_version = last + 1 if form.consent_text else 0
        _keep_consent(access, form)
    _write(access, form, changes)


@transaction.atomic
def set_questions(
    access: Access, form_id: int, questions: Sequence[Question], *, version: int | None = None
) -> None:
    """What the form asks, in this order. Refuses `NotFound`, `Stale`, `Invalid`."""
    form = _lock(form_id, version)
    wanted = stored(checked(questions))
    if wanted != form.questions:
        before = [one["key"] for one in form.questions]
        form.questions = wanted
        _write(access, form, {"questions": [before, [one["key"] for one in wanted]]})


@transaction.atomic
def archive_forms(access: Access, ids: Sequence[int]) -> int:
    """Close forms: their page says so, what was sent stays. How many."""
    return _shelve(access, ids, archived=True)


@transaction.atomic
def restore_forms(access: Access, ids: Sequence[int]) -> int:
    """Open archived forms again. How many."""
    return _shelve(access, ids, archived=False)


def _shelve(access: Access, ids: Sequence[int], *, archived: bool) -> int:
    done = shelve(access, Form, "form", ids, archived=archived, constraint="form_name_once")
    if done:
        emit(FormsChanged(ids=done), access)
    return len(done)


def _lock(form_id: int, version: int | None) -> Form:
    form = Form.objects.select_for_update(no_key=True).filter(pk=form_id, archived_at=None).first()
    if form is None:
        raise NotFound(record="form", id=form_id)
    if version is not None and version != form.version:
        raise Stale(version=form.version)
    return form


def _clean(access: Access, values: Mapping[str, Any], *, partial: bool) -> Cleaned:
    kind = record_type("form")
    cleaned = clean(kind, values, access, partial=partial)
    known_relations(kind, cleaned, access)
    origins = (cleaned.fields.get("embed_origins") or "").split()
    wrong = [one for one in origins if not _ORIGIN.fullmatch(one)]
    if wrong:
        detail = _("Write addresses like https://www.example.com, one after another.")
        raise Invalid.one("embed_origins", "form.origin", detail)
    return cleaned


def _attributes(cleaned: Cleaned) -> dict[str, Any]:
    attributes: dict[str, Any] = {}
    for key, value in cleaned.fields.items():
        column: Any = Form._meta.get_field(key)
        attributes[column.attname] = column.get_default() if value is None and not column.null else value
    return attributes


def _agree(form: Form) -> None:
    """What the parts of a form demand of each other. Refuses `Invalid` with all complaints."""
    wrong: dict[str, dict[str, str]] = {}

    def complain(key: str, code: str, detail: str) -> None:
        wrong.setdefault(key, {"code": code, "detail": detail})

    if bool(form.mail_subject) != bool(form.mail_text):
        key = "mail_text" if form.mail_subject else "mail_subject"
        complain(key, "value.required", _("A mail needs both a subject and a text."))
    if form.mail_text and not form.consent_text:
        detail = _("A mail goes only to those who agreed: give the page a text to agree to.")
        complain("mail_text", "form.mail_needs_consent", detail)
    for key in ("mail_subject", "mail_text"):
        unknown = unknown_places(getattr(form, key), MAIL_PLACES)
        if unknown:
            detail = _("Not to be filled in: %(names)s") % {"names": ", ".join(unknown[:5])[:120]}
            complain(key, "form.unknown_place", detail)
    if form.opens_at and form.closes_at and form.closes_at <= form.opens_at:
        complain("closes_at", "form.closes_first", _("It must close after it opens."))
    if wrong:
        raise Invalid(fields=wrong)


def _keep_consent(access: Access, form: Form) -> None:
    if form.consent_version:
        ConsentText.objects.create(
            form=form,
            version=form.consent_version,
            text=form.consent_text,
            at=clock.now(),
            by_id=access.user_id,
        )


def _write(access: Access, form: Form, changes: Mapping[str, list[Any]]) -> None:
    form.version += 1
    form.updated_at = clock.now()
    _save(form)
    audit.record(access, "form", form.pk, "update", dict(changes))
    emit(FormsChanged(ids=[form.pk]), access)


def _save(form: Form) -> None:
    with name_once("form_name_once"):
        form.save()
