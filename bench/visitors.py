"""Visitors of a website, in a process of their own: so many events a second, each at its set time."""

import os
import random
import statistics
import sys
import threading
import time
from http.client import HTTPConnection
from urllib.parse import urlsplit

import orjson

SECONDS = int(os.environ.get("TRACKING_SECONDS", "20"))
PER_SECOND = 1000
SENDERS = 8
_CHROME = "Mozilla/5.0 (X11; Linux x86_64) Chrome/140.0 Safari/537.36"
_HEADERS = {"Origin": "https://www.example.com", "User-Agent": _CHROME, "Content-Type": "text/plain"}


def send_all() -> None:
    """Send for `SECONDS`; prints as JSON how many events were accepted, requests refused, and how fast."""
    url, key = os.environ["TRACKING_URL"], os.environ["TRACKING_KEY"]
    at_once = int(os.environ["TRACKING_AT_ONCE"])
    gap = SENDERS * at_once / PER_SECOND
    times: list[float] = []
    counts = {"accepted": 0, "refused": 0}
    lock = threading.Lock()

    def send(number: int) -> None:
        pick = random.Random(number)
        connection = HTTPConnection(urlsplit(url).netloc)
        visitors = [f"{pick.getrandbits(128):032x}" for _ in range(400)]
        due = time.monotonic() + gap * number / SENDERS
        end = due + SECONDS
        own: list[float] = []
        accepted = refused = 0
        while due < end:
            events = [{"k": "page", "p": f"/p/{pick.randint(1, 200)}", "n": "页面", "a": 0}] * at_once
            body = orjson.dumps({"v": pick.choice(visitors), "e": events})
            time.sleep(max(0.0, due - time.monotonic()))
            began = time.perf_counter()
            connection.request("POST", f"/t/{key}", body, _HEADERS)
            answer = connection.getresponse()
            answer.read()
            own.append((time.perf_counter() - began) * 1000)
            accepted, refused = accepted + at_once * (answer.status == 204), refused + (answer.status != 204)
            due += gap
        with lock:
            times.extend(own)
            counts["accepted"] += accepted
            counts["refused"] += refused

    threads = [threading.Thread(target=send, args=(number,)) for number in range(SENDERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    sys.stdout.write(orjson.dumps(counts | {"p95": p95(times)}).decode())


def p95(times: list[float]) -> float:
    """What nineteen of twenty stay below."""
    return statistics.quantiles(times, n=20)[-1]
