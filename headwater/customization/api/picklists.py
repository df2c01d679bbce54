"""Picklists and their choices."""

from typing import Annotated, Any

from django.http import HttpResponse
from ninja import Path, Query, Router, Schema
from pydantic import Field

from headwater.customization import services
from headwater.customization.queries import get_picklist, picklist_cards, picklist_choices
from headwater.customization.schemas import (
    ChoiceIn,
    ChoicePatch,
    ChoicesIn,
    ChoicesOut,
    PicklistIn,
    PicklistOut,
    PicklistPage,
    PicklistPatch,
    ValuesIn,
    choice_out,
    picklist_out,
)
from headwater.kernel.access import permit
from headwater.platform.api import (
    ApiRequest,
    Problem,
    created_response,
    idempotent,
    json_response,
)

router = Router(tags=["Picklists"])
Key = Annotated[str, Path(max_length=120)]
_REFUSALS = {404: Problem, 409: Problem, 422: Problem}


class ChoiceParams(Schema):
    parent: str | None = Field(
        None, max_length=200, description="Of trees: only the choices right below this one."
    )
    q: str = Field("", max_length=100)


@router.get("", operation_id="picklist_list", response=PicklistPage, summary="List picklists")
def list_picklists(request: ApiRequest) -> HttpResponse:
    """With their choices, retired ones too. Regions are asked for by branch."""
    cards = picklist_cards(permit(request, "picklists.view"))
    return json_response({"items": [picklist_out(card) for card in cards]})


@router.post(
    "", operation_id="picklist_create", response={201: PicklistOut, 422: Problem}, summary="Create a picklist"
)
@idempotent
def create_picklist(request: ApiRequest, body: PicklistIn) -> HttpResponse:
    """A list that several fields may share."""
    access = permit(request, "picklists.configure")
    row = services.create_picklist(
        access,
        label=body.label,
        key=body.key or "",
        choices=_choices(body.choices),
        description=body.help or "",
    )
    return created_response(
        picklist_out(get_picklist(access, row.key)), location=f"{request.path.rstrip('/')}/{row.key}"
    )


@router.get(
    "/{key}", operation_id="picklist_get", response={200: PicklistOut, 404: Problem}, summary="A picklist"
)
def get_one(request: ApiRequest, key: Key) -> HttpResponse:
    """With its choices in order."""
    return json_response(picklist_out(get_picklist(permit(request, "picklists.view"), key)))


@router.patch(
    "/{key}", operation_id="picklist_update", response={200: PicklistOut} | _REFUSALS, summary="Rename"
)
def update_picklist(request: ApiRequest, key: Key, body: PicklistPatch) -> HttpResponse:
    """Other words for the list itself."""
    access = permit(request, "picklists.configure")
    services.rename_picklist(access, key, label=body.label, help=body.help)
    return json_response(picklist_out(get_picklist(access, key)))


@router.get(
    "/{key}/choices",
    operation_id="picklist_choices",
    response={200: ChoicesOut, 404: Problem},
    summary="Choices",
)
def list_choices(request: ApiRequest, key: Key, params: Query[ChoiceParams]) -> HttpResponse:
    """What is offered; of a tree one branch at a time."""
    get_picklist(permit(request, "picklists.view"), key)
    offered = [
        choice
        for choice in picklist_choices(key)().offered
        if choice.parent == params.parent and (not params.q or params.q.lower() in str(choice.label).lower())
    ]
    return json_response({"items": [choice_out(choice) for choice in offered]})


@router.post(
    "/{key}/choices",
    operation_id="picklist_add",
    response={200: PicklistOut} | _REFUSALS,
    summary="Add choices",
)
def add_choices(request: ApiRequest, key: Key, body: ChoicesIn) -> HttpResponse:
    """What is there already stays; what was retired comes back."""
    access = permit(request, "picklists.configure")
    services.add_choices(access, key, _choices(body.choices))
    return json_response(picklist_out(get_picklist(access, key)))


@router.patch(
    "/{key}/choices",
    operation_id="picklist_change_choice",
    response={200: PicklistOut} | _REFUSALS,
    summary="Rename, colour, retire or restore a choice",
)
def change_choice(request: ApiRequest, key: Key, body: ChoicePatch) -> HttpResponse:
    """Records keep pointing to it by its value."""
    access = permit(request, "picklists.configure")
    services.change_choice(access, key, body.value, label=body.label, labels=body.labels, color=body.color)
    if body.is_retired is not None:
        act = services.retire_choice if body.is_retired else services.restore_choice
        act(access, key, body.value)
    return json_response(picklist_out(get_picklist(access, key)))


@router.put(
    "/{key}/order", operation_id="picklist_order", response={200: PicklistOut} | _REFUSALS, summary="Order"
)
def order_choices(request: ApiRequest, key: Key, body: ValuesIn) -> HttpResponse:
    """Those not named follow in their old order."""
    access = permit(request, "picklists.configure")
    services.order_choices(access, key, body.values)
    return json_response(picklist_out(get_picklist(access, key)))


def _choices(given: list[str | ChoiceIn]) -> list[Any]:
    return [item if isinstance(item, str) else item.model_dump(exclude_none=True) for item in given]
