"""Web tracking: a thousand events a second offered to a running product while people look at their lists."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

import orjson

from bench.measures.memory import database, family
from bench.served import served
from bench.timing import Result
from bench.visitors import PER_SECOND, SECONDS, p95

LISTS_EVERY = 0.25  # seconds between two list pages: eight people who work, about

# Runs in a process of its own, so that the senders' Python costs the measured lists nothing but CPU time.
_SENDER = "from bench.visitors import send_all; send_all()"


def tracking() -> Iterator[Result]:
    """The list page alone, then beside the events: one at a time in a request, then five."""
    with tempfile.TemporaryDirectory(prefix="headwater-bench-", ignore_cleanup_errors=True) as folder:
        home = Path(folder)
        home.chmod(0o755)
        with served(home, demo=True) as product:
            cookie, key = _prepare(home)
            lists = _Lists(product.url, cookie)
            lists.run(5.0)  # warm
            calm = lists.run(float(SECONDS))
            for at_once in (1, 5):
                before, began = _cpu(family(product.pid) | database(home)), time.monotonic()
                sender = _start_sender(product.url, key, at_once)
                busy = lists.run(float(SECONDS))
                taken = orjson.loads(sender.communicate()[0])
                took = time.monotonic() - began
                share = 100 * (_cpu(family(product.pid) | database(home)) - before) / took
                rate = taken["accepted"] / SECONDS
                note = (
                    f"{at_once} in a request; {rate:,.0f}/s taken, {taken['refused']} refused, answered p95"
                    f" {taken['p95']:.0f} ms; web, worker and PostgreSQL {share:.0f} % of a core with the lists"
                )
                yield Result(
                    f"lead list p95 beside {PER_SECOND:,} tracked events/s",
                    p95(busy),
                    p95(calm),
                    "ms",
                    "≤ 1.5×",
                    p95(busy) <= 1.5 * p95(calm),
                    note,
                )


class _Lists:
    """Somebody who opens the list of leads again and again."""

    def __init__(self, url: str, cookie: str) -> None:
        self._connection = HTTPConnection(urlsplit(url).netloc)
        self._headers = {"Cookie": cookie}

    def run(self, seconds: float) -> list[float]:
        """Milliseconds of each page; sent at set times, however long the one before took."""
        found: list[float] = []
        due = time.monotonic()
        end = due + seconds
        while due < end:
            time.sleep(max(0.0, due - time.monotonic()))
            began = time.perf_counter()
            self._connection.request("GET", "/leads", headers=self._headers)
            answer = self._connection.getresponse()
            answer.read()
            if answer.status != 200:
                raise RuntimeError(f"/leads answered {answer.status}")
            found.append((time.perf_counter() - began) * 1000)
            due += LISTS_EVERY
        return found


def _prepare(home: Path) -> tuple[str, str]:
    """A site without limit, and the administrator's session; by the product's own command line."""
    code = (
        "from django.test import Client; from headwater.organization.models import User;"
        "from headwater.kernel.access import system_access; from headwater.platform.settings import set_setting;"
        "from headwater.tracking.models import Site; from headwater.tracking.services import create_site;"
        "a = system_access('bench'); set_setting(a, 'tracking.per_minute', 0);"
        "s = create_site(a, {'name': 'bench', 'domains': 'example.com'});"
        "c = Client(); c.force_login(User.objects.get(email='admin@yunfan.example'));"
        "print('sessionid=' + c.cookies['sessionid'].value, Site.objects.get(pk=s).key)"
    )
    environment = os.environ | {
        "HEADWATER_HOME": str(home),
        "DATABASE_URL": "",
        "DJANGO_SETTINGS_MODULE": "headwater.config.settings",
    }
    done = subprocess.run(
        [sys.executable, "-m", "headwater", "django", "shell", "-v", "0", "-c", code],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    cookie, key = done.stdout.split()[-2:]
    time.sleep(3)  # the door reads its sites every two seconds
    return cookie, key


def _start_sender(url: str, key: str, at_once: int) -> "subprocess.Popen[bytes]":
    told = {"TRACKING_URL": url, "TRACKING_KEY": key, "TRACKING_AT_ONCE": str(at_once)}
    return subprocess.Popen([sys.executable, "-c", _SENDER], env=os.environ | told, stdout=subprocess.PIPE)


def _cpu(pids: set[int]) -> float:
    """CPU seconds of these processes so far."""
    total = 0.0
    for pid in pids:
        try:
            parts = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        total += (int(parts[11]) + int(parts[12])) / os.sysconf("SC_CLK_TCK")
    return total
