"""The one API object, and its addresses."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, path, re_path
from django.views.decorators.csrf import csrf_exempt
from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema

from headwater.kernel.errors import NotFound
from headwater.platform.api.authentication import BearerAuth, SessionAuth
from headwater.platform.api.docs import docs_view, stylesheet_view
from headwater.platform.api.problems import MethodNotAllowed, problem_response, register_problems
from headwater.platform.api.requests import OrjsonParser
from headwater.platform.api.responses import OrjsonRenderer
from headwater.platform.api.schemas import Problem

DESCRIPTION = """
Everything the screens do, for programs: the same permissions, the same audit.

**Who asks.** `Authorization: Bearer hw_...` with an API token from your settings.

**Lists** take `filter` (criteria as JSON), `sort`, `q`, `fields`, `limit` and `cursor`, and answer
`{items, next, total}`; ask for the next page with `cursor=<next>`.

**Changes.** A record's `ETag` sent back as `If-Match` refuses to overwrite somebody else's change (412).
`Idempotency-Key` on a POST makes repeating it safe for 24 hours.

**Refusals** are `application/problem+json` with a stable `code`, `facts`, and `detail` and `remedy` in your
language (`Accept-Language`).
"""


_PROBLEM = {"$ref": "#/components/schemas/Problem"}


class ProblemApi(NinjaAPI):
    """Its schema tells that every refusal, of whatever status, is a problem."""

    def get_openapi_schema(self, **options: Any) -> OpenAPISchema:
        schema = super().get_openapi_schema(**options)
        definition = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
        schema["components"].setdefault("schemas", {})["Problem"] = definition
        for item in schema["paths"].values():
            for operation in item.values():
                answers = operation["responses"]
                answers.setdefault(
                    "default", {"description": "A refusal", "content": {"": {"schema": _PROBLEM}}}
                )
                for answer in answers.values():
                    _name_problem_type(answer)
        return schema


def _name_problem_type(answer: dict[str, Any]) -> None:
    for described in list(answer.get("content", {}).values()):
        if described.get("schema") == _PROBLEM:
            answer["content"] = {"application/problem+json": described}


def make_api() -> NinjaAPI:
    """The API with its doors; `entry` adds the rooms' routers."""
    api = ProblemApi(
        title="Headwater API",
        version="1",
        description=DESCRIPTION.strip(),
        urls_namespace="api",
        auth=[BearerAuth(), SessionAuth()],
        parser=OrjsonParser(),
        renderer=OrjsonRenderer(),
        docs_url=None,
    )
    register_problems(api)
    return api


def api_urls(api: NinjaAPI, prefix: str = "api/v1/") -> list[URLPattern | URLResolver]:
    """The addresses below `prefix`: endpoints, `openapi.json`, `docs`, and a problem for all others."""
    patterns, _app, namespace = api.urls
    for pattern in patterns:
        if isinstance(pattern, URLPattern) and pattern.callback is not None:
            pattern.callback = _with_problem_for_method(pattern.callback)
    return [
        path(f"{prefix}docs", docs_view(api), name="api-docs"),
        path(f"{prefix}docs.css", stylesheet_view, name="api-docs-style"),
        path(prefix, (patterns, "ninja", namespace)),
        re_path(rf"^{prefix}.*$", _nothing_here),
    ]


View = Callable[..., HttpResponse]


def _with_problem_for_method(view: View) -> View:
    def run(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        if response.status_code == 405 and "problem" not in response.get("Content-Type", ""):
            allowed = response.get("Allow", "")
            response = problem_response(MethodNotAllowed(allowed=allowed))
            response["Allow"] = allowed
        return response

    return csrf_exempt(run)


@csrf_exempt
def _nothing_here(request: HttpRequest) -> HttpResponse:
    return problem_response(NotFound(record=None, id=None))
