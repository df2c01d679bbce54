"""Reports that take long hold nobody up: the sales floor is answered while they are computed."""

import json
import secrets
import threading
import time
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest

from headwater.kernel.access import system_access
from headwater.platform.tokens.services import create_token
from tests.conftest import OwnDatabase
from tests.leads.factories import make_lead
from tests.organization.factories import make_user
from tests.processes import Product

pytestmark = [pytest.mark.faults, pytest.mark.slow]
ASKERS, LOOKS = 8, 12
TASKS = {"dataset": "tasks", "measures": [{"agg": "count", "of": "task"}]}


def never_asked() -> dict[str, object]:
    """A report whose figures nobody keeps."""
    condition = {"field": "task.title", "op": "contains", "value": secrets.token_hex(8)}
    return {"definition": TASKS | {"filters": {"all": [condition]}}}


def ask(address: str, token: str, body: object = None) -> tuple[int, float]:
    """(status, seconds) of one call."""
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    data = None if body is None else json.dumps(body).encode()
    began = time.monotonic()
    try:
        with urllib.request.urlopen(urllib.request.Request(address, data, headers), timeout=30) as answer:
            answer.read()
            status = answer.status
    except urllib.error.HTTPError as refused:
        status = refused.code
    return status, time.monotonic() - began


def test_slow_reports_leave_room_for_everybody_else(product: Product, own_database: OwnDatabase) -> None:
    admin = make_user(role=("rep", "admin"))
    make_lead(owner=admin)
    token = create_token(system_access("tests"), user_id=admin.pk, name="test")[1]
    _web, address = product.start_web(HEADWATER_WEB_THREADS="4")
    assert ask(f"{address}/api/v1/reports/run", token, never_asked())[0] == 200
    over = threading.Event()

    def report() -> list[int]:
        found = []
        while not over.is_set():
            found.append(ask(f"{address}/api/v1/reports/run", token, never_asked())[0])
            time.sleep(0.05)
        return found

    with psycopg.connect(own_database.url) as other, ThreadPoolExecutor(ASKERS) as askers:
        other.execute("LOCK TABLE engagement_task IN ACCESS EXCLUSIVE MODE")
        asked = [askers.submit(report) for _number in range(ASKERS)]
        time.sleep(1.5)
        looks = [ask(f"{address}/api/v1/leads", token) for _number in range(LOOKS)]
        over.set()
        other.rollback()
    said = {status for one in asked for status in one.result()}
    assert {status for status, _seconds in looks} == {200}
    assert max(seconds for _status, seconds in looks) < 1
    assert said <= {200, 503}
