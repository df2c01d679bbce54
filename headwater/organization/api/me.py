"""Who I am; my tokens, sessions and notifications."""

from typing import Any

from allauth.usersessions.models import UserSession
from django.http import HttpResponse
from ninja import Router

from headwater.kernel.access import permit
from headwater.kernel.errors import Forbidden, Invalid, NotFound
from headwater.organization import services
from headwater.organization.devices import device_of
from headwater.organization.models import User
from headwater.organization.schemas import Me, MeIn, SwitchIn, TokenIn, TokenOut
from headwater.platform.api import (
    ApiRequest,
    Problem,
    RecordId,
    created_response,
    empty_response,
    json_response,
)
from headwater.platform.notifications import Channel, set_switch, switches_of
from headwater.platform.tokens.models import ApiToken
from headwater.platform.tokens.services import create_token, revoke_token, tokens_of

router = Router(tags=["Me"])
tokens = Router(tags=["Tokens"])


def _person(request: ApiRequest) -> User:
    assert request.actor.id is not None
    return User.objects.select_related("department", "manager").get(pk=request.actor.id)


def _described(request: ApiRequest, user: User) -> dict[str, Any]:
    actor, token = request.actor, getattr(request, "token", None)
    return {
        "id": user.pk,
        "name": user.name,
        "email": user.email,
        "mobile": user.mobile,
        "title": user.title,
        "department": _link(user.department),
        "manager": _link(user.manager),
        "language": user.language,
        "theme": user.theme,
        "time_zone": user.time_zone,
        "is_on_duty": user.is_on_duty,
        "roles": [
            {"id": role.pk, "key": role.key, "name": role.label} for role in user.roles.order_by("position")
        ],
        "permissions": {code: scope.value for code, scope in sorted(actor.permissions.items())},
        "people": {scope.value: sorted(people) for scope, people in actor.people.items()},
        "field_rules": [
            {"record": record, "field": field, "rule": rule.value}
            for (record, field), rule in sorted(actor.field_rules.items())
        ],
        "token": None if token is None else {"id": token.pk, "name": token.name, "scopes": token.scopes},
    }


def _link(record: Any) -> dict[str, Any] | None:
    return None if record is None else {"id": record.pk, "name": record.name}


@router.get("", operation_id="me", summary="Who I am", response={200: Me})
def me(request: ApiRequest) -> HttpResponse:
    """The caller with roles, permissions, reach and field rules."""
    user = _person(request)
    return json_response(_described(request, user), version=user.version)


@router.patch("", operation_id="me_update", summary="Change my profile", response={200: Me, 422: Problem})
def update_me(request: ApiRequest, given: MeIn) -> HttpResponse:
    """Name, mobile, title, language, appearance, duty."""
    access = permit(request, "users.view")
    services.update_profile(access, **given.model_dump(exclude_unset=True, exclude_none=True))
    user = _person(request)
    return json_response(_described(request, user), version=user.version)


@router.get("/sessions", operation_id="my_sessions", summary="Where I am signed in")
def sessions(request: ApiRequest) -> HttpResponse:
    """Devices and addresses of my browser sessions."""
    user = _person(request)
    lines = [
        {
            "id": item.pk,
            "device": device_of(item.user_agent).label,
            "ip": item.ip,
            "created_at": item.created_at,
            "last_seen_at": item.last_seen_at,
        }
        for item in UserSession.objects.purge_and_list(user)
    ]
    return json_response({"items": lines})


@router.delete(
    "/sessions/{session_id}",
    operation_id="my_session_end",
    summary="Sign out one of my sessions",
    response={204: None, 404: Problem},
)
def end_session(request: ApiRequest, session_id: RecordId) -> HttpResponse:
    """Ends at once."""
    session = UserSession.objects.filter(pk=session_id, user_id=request.actor.id).first()
    if session is None:
        raise NotFound(record="session", id=session_id)
    session.end()
    return empty_response()


@router.get("/notification-switches", operation_id="my_switches", summary="What I am told")
def switches(request: ApiRequest) -> HttpResponse:
    """Every kind of notification with my choice per channel."""
    assert request.actor.id is not None
    items = [
        {
            "kind": item.kind.key,
            "label": item.kind.label,
            "in_app": item.in_app,
            "email": item.email,
            "bot": item.bot,
        }
        for item in switches_of(request.actor.id)
    ]
    return json_response({"items": items})


@router.put(
    "/notification-switches",
    operation_id="my_switch_set",
    summary="Turn a kind of notification on or off",
    response={204: None, 404: Problem, 422: Problem},
)
def set_my_switch(request: ApiRequest, given: SwitchIn) -> HttpResponse:
    """Repeating it does nothing."""
    assert request.actor.id is not None
    if given.channel not in Channel.values:
        raise Invalid.one("channel", "value.choice", ", ".join(Channel.values))
    set_switch(request.actor.id, given.kind, Channel(given.channel), is_on=given.is_on)
    return empty_response()


def _shown(token: ApiToken, secret: str | None = None) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "id": token.pk,
        "name": token.name,
        "prefix": token.prefix,
        "scopes": token.scopes,
        "created_at": token.created_at,
        "expires_at": token.expires_at,
        "revoked_at": token.revoked_at,
        "last_used_at": token.last_used_at,
    }
    return shown if secret is None else shown | {"secret": secret}


@tokens.get("", operation_id="token_list", summary="My API tokens")
def list_tokens(request: ApiRequest) -> HttpResponse:
    """The newest first; secrets are not kept. With `tokens.configure` ask for others by ?user=."""
    access = permit(request, "tokens.create")
    wanted = request.GET.get("user", "")
    user_id = int(wanted) if wanted.isdigit() and len(wanted) < 19 else access.user_id
    assert user_id is not None
    if user_id != access.user_id and not access.may("tokens.configure"):
        raise Forbidden(permission="tokens.configure")
    return json_response({"items": [_shown(token) for token in tokens_of(user_id)]})


@tokens.post(
    "",
    operation_id="token_create",
    summary="Make an API token",
    description="The secret is in this answer only. A token cannot make tokens.",
    response={201: TokenOut, 403: Problem, 422: Problem},
)
def new_token(request: ApiRequest, given: TokenIn) -> HttpResponse:
    """Not idempotent by key: the stored answer would keep the secret."""
    access = permit(request, "tokens.create")
    assert access.user_id is not None
    token, secret = create_token(
        access, user_id=access.user_id, name=given.name, scopes=given.scopes, expires_at=given.expires_at
    )
    return created_response(_shown(token, secret))


@tokens.delete(
    "/{token_id}",
    operation_id="token_revoke",
    summary="Revoke an API token",
    response={204: None, 404: Problem},
)
def end_token(request: ApiRequest, token_id: RecordId) -> HttpResponse:
    """At once; again does nothing."""
    revoke_token(permit(request, "tokens.create"), token_id)
    return empty_response()
