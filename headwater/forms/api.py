"""JSON API of landing forms: what the screens do, with the same services."""

from dataclasses import asdict
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.urls import reverse

from headwater.forms import queries, schemas, services
from headwater.forms.models import Form
from headwater.forms.questions import Question, read_questions
from headwater.kernel.access import permit
from headwater.platform.api import (
    ApiRequest,
    Problem,
    RecordId,
    check_version,
    empty_response,
    json_response,
    record_router,
)

router = record_router("form")


@router.get("/{form_id}/questions", operation_id="form_questions", response=schemas.FormShape,
            summary="What a form asks, and its public addresses")  # fmt: skip
def questions(request: ApiRequest, form_id: RecordId) -> HttpResponse:
    return _shape(queries.form_by_id(permit(request, "forms.view"), form_id))


@router.put("/{form_id}/questions", operation_id="form_set_questions",
            response={200: schemas.FormShape, 404: Problem, 412: Problem, 422: Problem},
            summary="Set what a form asks, in this order")  # fmt: skip
def set_questions(request: ApiRequest, form_id: RecordId, body: schemas.QuestionsIn) -> HttpResponse:
    access = permit(request, "forms.edit")
    asked = [Question(one.key, one.label, one.help, one.required) for one in body.questions]
    services.set_questions(access, form_id, asked, version=check_version(request))
    return _shape(queries.form_by_id(access, form_id))


@router.get("/{form_id}/statistics", operation_id="form_statistics", response=schemas.FormFigures,
            summary="Views, starts, submissions and conversion by day and by source")  # fmt: skip
def statistics(request: ApiRequest, form_id: RecordId) -> HttpResponse:
    access = permit(request, "forms.view")
    queries.form_by_id(access, form_id)
    days = queries.figures(access, form_id)
    return json_response(
        {
            "total": _shown(queries.totals(days)),
            "days": [_shown(one) for one in days],
            "sources": [_shown(one) for one in queries.sources(access, form_id)],
        }
    )


@router.post("/{form_id}/restore", operation_id="form_restore", response={204: None, 404: Problem},
             summary="Open an archived form again")  # fmt: skip
def restore(request: ApiRequest, form_id: RecordId) -> HttpResponse:
    access = permit(request, "forms.delete")
    queries.form_by_id(access, form_id)
    services.restore_forms(access, [form_id])
    return empty_response()


def _shown(one: queries.Figures) -> dict[str, Any]:
    return asdict(one) | {"conversion": one.conversion}


def _shape(form: Form) -> HttpResponse:
    asked = [asdict(one) for one in read_questions(form.questions)]
    address = f"{settings.PUBLIC_URL}{reverse('public_form', args=[form.token])}"
    return json_response(
        {"url": address, "embed_url": f"{address}/embed", "questions": asked, "version": form.version},
        version=form.version,
    )


ROUTERS = {"/forms": router}
