"""What every endpoint shares: who asks, how input is read, how answers and refusals look.

Rooms write routers with these parts; `entry` mounts them on the one API.
"""

from headwater.platform.api.factory import api_urls, make_api
from headwater.platform.api.idempotent import idempotent
from headwater.platform.api.limits import limit_rate
from headwater.platform.api.problems import problem_response
from headwater.platform.api.records import record_router
from headwater.platform.api.requests import ApiRequest, RecordId, check_version, read_object
from headwater.platform.api.responses import (
    created_response,
    empty_response,
    etag,
    json_response,
    not_modified,
    page_response,
)
from headwater.platform.api.schemas import DecimalOut, Problem, page_schema, record_schema

__all__ = [
    "ApiRequest",
    "DecimalOut",
    "Problem",
    "RecordId",
    "api_urls",
    "check_version",
    "created_response",
    "empty_response",
    "etag",
    "idempotent",
    "json_response",
    "limit_rate",
    "make_api",
    "not_modified",
    "page_response",
    "page_schema",
    "problem_response",
    "read_object",
    "record_router",
    "record_schema",
]
