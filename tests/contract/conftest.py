"""Callers of the API in every standing, and records for them to meet."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from headwater.kernel.access import system_access
from headwater.organization.models import User
from headwater.platform.tokens.services import create_token
from tests.contract.endpoints import Endpoint

Caller = Callable[..., Any]


class Api:
    """Somebody with a bearer token, or nobody."""

    def __init__(self, user: User | None) -> None:
        self.client = Client(raise_request_exception=False)
        self.headers: dict[str, str] = {}
        if user is not None:
            _token, secret = create_token(
                system_access("tests"), user_id=user.pk, name="contract", scopes=["*"], expires_at=None
            )
            self.headers["Authorization"] = f"Bearer {secret}"

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> HttpResponse:
        return self.client.generic(
            method.upper(),
            path,
            b"" if body is None else json.dumps(body),
            content_type="application/json",
            headers=self.headers | headers,
        )

    def ask(self, endpoint: Endpoint, record_id: int | str = 1) -> HttpResponse:
        """The endpoint with ids filled in and its least body."""
        return self.call(endpoint.method, endpoint.at(record_id), endpoint.body)


@pytest.fixture
def api_of() -> Callable[[User | None], Api]:
    return Api
