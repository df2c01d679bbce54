"""Landing forms and the capture API through a running product, against a bare INSERT into its own database."""

import os
import re
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import orjson
import psycopg

from bench.served import served
from bench.timing import Result
from headwater.platform.database import EmbeddedServer

NUMBER = int(os.environ.get("DOORS_NUMBER", "400"))
THREADS = 8
_HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')


def doors() -> Iterator[Result]:
    """People and programs who all are new; no limit, no proof of work, as many at once as there are threads."""
    with tempfile.TemporaryDirectory(prefix="headwater-bench-", ignore_cleanup_errors=True) as folder:
        home = Path(folder)
        home.chmod(0o755)
        with served(home, demo=True) as product:
            address, secret = _prepare(home)
            place = urlsplit(product.url).netloc
            pages = _pages(place, address)
            time.sleep(2.1)  # faster than that is no person

            def submit(number: int, line: HTTPConnection) -> int:
                body = urlencode(
                    pages[number] | {"name": "测试", "mobile": f"131{number:08d}", "company": "某司"}
                )
                kind = {"Content-Type": "application/x-www-form-urlencoded"}
                return _answer(line, "POST", address, body.encode(), kind)[0]

            def capture(number: int, line: HTTPConnection) -> int:
                body = orjson.dumps({"name": "测试", "mobile": f"132{number:08d}", "company": "某司"})
                kind = {"Content-Type": "application/json", "Authorization": f"Bearer {secret}"}
                return _answer(line, "POST", "/api/v1/capture", body, kind)[0]

            floor = _floor(home)
            for name, send, good in (("form submissions", submit, 303), ("captures by API", capture, 201)):
                rate, lost = _rate(place, send, good)
                yield Result(
                    f"{name}, {THREADS} at once through the product",
                    rate,
                    floor,
                    "a second",
                    "≥ 50 a second, none lost",
                    rate >= 50 and not lost,
                    f"{NUMBER} sent, {lost} lost; floor: a bare INSERT, as many at once",
                )


def _prepare(home: Path) -> tuple[str, str]:
    """An open form's path and a token that captures; by the product's own command line."""
    code = (
        "from headwater.kernel.access import system_access; from headwater.platform.settings import set_setting;"
        "from headwater.forms.models import Form; from headwater.forms.services import create_form;"
        "from headwater.organization.models import User;"
        "from headwater.platform.tokens.services import create_token; a = system_access('bench');"
        "set_setting(a, 'forms.per_minute', 0); set_setting(a, 'api.requests_per_minute', 0);"
        "f = Form.objects.get(pk=create_form(a, {'name': 'bench', 'title': 'bench'}));"
        "u = User.objects.get(email='admin@yunfan.example');"
        "print('/f/' + f.token, create_token(a, user_id=u.pk, name='bench')[1])"
    )
    told = {
        "HEADWATER_HOME": str(home),
        "DATABASE_URL": "",
        "DJANGO_SETTINGS_MODULE": "headwater.config.settings",
    }
    words = [sys.executable, "-m", "headwater", "django", "shell", "-v", "0", "-c", code]
    done = subprocess.run(words, env=os.environ | told, capture_output=True, text=True, check=True)
    address, secret = done.stdout.split()[-2:]
    time.sleep(3)  # settings are read again every now and then
    return address, secret


def _pages(place: str, address: str) -> list[dict[str, str]]:
    line = HTTPConnection(place)
    return [dict(_HIDDEN.findall(_answer(line, "GET", address)[1].decode())) for _ in range(NUMBER)]


def _answer(
    line: HTTPConnection,
    method: str,
    path: str,
    body: bytes | None = None,
    headers: dict[str, str] | None = None,
) -> tuple[int, bytes]:
    line.request(method, path, body, headers or {})
    answer = line.getresponse()
    return answer.status, answer.read()


def _rate(place: str, send: Callable[[int, HTTPConnection], int], good: int) -> tuple[float, int]:
    """How many a second, and how many were not taken."""
    lost = [0] * THREADS

    def one(index: int) -> None:
        line = HTTPConnection(place)
        for number in range(index, NUMBER, THREADS):
            lost[index] += send(number, line) != good

    return NUMBER / _together(one), sum(lost)


def _floor(home: Path) -> float:
    url = EmbeddedServer(home).url()
    with psycopg.connect(url, autocommit=True) as database:
        database.execute("CREATE TABLE bench_floor (id bigserial PRIMARY KEY, at timestamptz, body jsonb)")

    def one(index: int) -> None:
        with psycopg.connect(url, autocommit=True) as database:
            for number in range(index, NUMBER, THREADS):
                body = orjson.dumps(
                    {"name": "测试", "mobile": f"133{number:08d}", "company": "某司"}
                ).decode()
                database.execute("INSERT INTO bench_floor (at, body) VALUES (now(), %s::jsonb)", (body,))

    return NUMBER / _together(one)


def _together(work: Callable[[int], None]) -> float:
    """Seconds until all threads are done."""
    threads = [threading.Thread(target=work, args=(index,)) for index in range(THREADS)]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return time.perf_counter() - began
