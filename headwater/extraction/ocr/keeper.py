"""Keeps the process that looks at pictures: starts it when asked, ends it when it takes too long.

One picture at a time is looked at on a machine; a few may wait a little, more are refused at once, because
each of them holds a thread of the web process.
"""

import atexit
import contextlib
import fcntl
import importlib.util
import json
import os
import select
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from django.conf import settings

from headwater.extraction.errors import CardReaderBusy, CardReaderMissing, PictureRefused, PictureTooSlow
from headwater.extraction.ocr.types import Seen
from headwater.extraction.reading.types import Box, Line
from headwater.platform.files.sniffing import HEAD

MAX_BYTES = 15 * 1024 * 1024
WITHIN = 30.0  # seconds for one picture, its models' loading included
WAIT = 12.0  # seconds for one's turn
MOST_WAITING = 2  # beside the one that is looked at
RETRY_AFTER = 5
IDLE = 30  # seconds until the memory is given back
MEMORY = 3 * 1024**3  # of addresses; a card takes about 0.6 GB
_KINDS = ((0, b"\xff\xd8\xff"), (0, b"\x89PNG\r\n\x1a\n"), (8, b"WEBP"))


class Keeper:
    """The process, if it runs, and the queue before it."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._mine = threading.Lock()
        self._waiting = threading.BoundedSemaphore(1 + MOST_WAITING)

    def see(self, raw: bytes) -> Seen:
        """What stands on a picture. Refuses `PictureRefused`, `PictureTooSlow`, `CardReaderBusy`."""
        check_bytes(raw)
        if not is_installed():
            raise CardReaderMissing
        if not self._waiting.acquire(blocking=False):
            raise CardReaderBusy(retry_after=RETRY_AFTER)
        try:
            with self._turn():
                answer, picture = self._asked(raw)
        finally:
            self._waiting.release()
        if "refused" in answer:
            raise PictureRefused(reason=answer["refused"], **answer["facts"])
        return _seen(answer, picture)

    @contextlib.contextmanager
    def _turn(self) -> Iterator[None]:
        deadline = time.monotonic() + WAIT
        if not self._mine.acquire(timeout=WAIT):
            raise CardReaderBusy(retry_after=RETRY_AFTER)
        try:
            folder = Path(settings.FILES_ROOT).parent
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            with (folder / "card-reader.lock").open("wb") as gate:
                _lock(gate, deadline)
                yield
        finally:
            self._mine.release()

    def _asked(self, raw: bytes) -> tuple[dict[str, Any], bytes]:
        """One question and its answer; a process that had just gone to sleep is started once more."""
        deadline = time.monotonic() + WITHIN
        for attempt in (1, 2):
            process = self._running()
            try:
                _send(process, raw, deadline)
                answer = json.loads(_receive(process, deadline))
                return answer, _receive(process, deadline)
            except TimeoutError:
                self.end()
                raise PictureTooSlow(seconds=int(WITHIN)) from None
            except (OSError, EOFError, ValueError):
                self.end()
                if attempt == 2:
                    raise PictureRefused(reason="unreadable") from None
            except BaseException:
                self.end()
                raise
        raise AssertionError("unreachable")

    def _running(self) -> "subprocess.Popen[bytes]":
        if self._process is not None and self._process.poll() is None:
            return self._process
        self.end()
        words = [sys.executable, "-I", "-X", "utf8", str(Path(__file__).with_name("eyes.py"))]
        environment = {
            name: value
            for name, value in os.environ.items()
            if name in ("PATH", "LANG", "LD_LIBRARY_PATH", "HOME", "TMPDIR")
        }
        environment |= {"OMP_NUM_THREADS": "2", "OPENBLAS_NUM_THREADS": "1"}
        self._process = subprocess.Popen(
            [*words, str(IDLE), str(MEMORY)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
            bufsize=0,
            start_new_session=True,
        )
        return self._process

    def end(self) -> None:
        """End the process, whatever it does."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.wait()
            for stream in (process.stdin, process.stdout):
                if stream is not None:
                    with contextlib.suppress(OSError):
                        stream.close()

    @property
    def pid(self) -> int | None:
        """The process that runs now; None when there is none."""
        process = self._process
        return process.pid if process is not None and process.poll() is None else None


def check_bytes(raw: bytes) -> None:
    """Refuse by size and first bytes, before any process is troubled."""
    if not raw:
        raise PictureRefused(reason="empty")
    if len(raw) > MAX_BYTES:
        raise PictureRefused(reason="too_large", limit=MAX_BYTES // 1024**2)
    head = raw[:HEAD]
    if not any(head[at : at + len(magic)] == magic for at, magic in _KINDS):
        raise PictureRefused(reason="kind")


def is_installed() -> bool:
    """Whether the extra `[ocr]` is there."""
    return all(importlib.util.find_spec(name) for name in ("rapidocr", "onnxruntime", "zxingcpp"))


def _lock(gate: IO[bytes], deadline: float) -> None:
    """The machine's turn: other web processes read cards too."""
    while True:
        try:
            fcntl.flock(gate, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > deadline:
                raise CardReaderBusy(retry_after=RETRY_AFTER) from None
            time.sleep(0.05)
        else:
            return


def _send(process: "subprocess.Popen[bytes]", raw: bytes, deadline: float) -> None:
    assert process.stdin is not None
    place = process.stdin.fileno()
    os.set_blocking(place, False)
    left = memoryview(struct.pack(">I", len(raw)) + raw)
    while left:
        _wait([], [place], deadline)
        with contextlib.suppress(BlockingIOError):
            left = left[os.write(place, left) :]


def _receive(process: "subprocess.Popen[bytes]", deadline: float) -> bytes:
    (length,) = struct.unpack(">I", _exactly(process, 4, deadline))
    return _exactly(process, length, deadline)


def _exactly(process: "subprocess.Popen[bytes]", length: int, deadline: float) -> bytes:
    assert process.stdout is not None
    place = process.stdout.fileno()
    parts = bytearray()
    while len(parts) < length:
        _wait([place], [], deadline)
        part = os.read(place, length - len(parts))
        if not part:
            raise EOFError
        parts += part
    return bytes(parts)


def _wait(reading: list[int], writing: list[int], deadline: float) -> None:
    left = deadline - time.monotonic()
    if left <= 0 or not any(select.select(reading, writing, [], left)):
        raise TimeoutError


def _seen(answer: dict[str, Any], picture: bytes) -> Seen:
    lines = tuple(
        Line(
            text=one["text"],
            box=Box(*one["box"]),
            score=one["score"],
            size=one["size"],
            place=Box(*one["place"]),
        )
        for one in answer["lines"]
    )
    return Seen(
        lines=lines,
        codes=tuple(answer["codes"]),
        picture=picture,
        width=answer["width"],
        height=answer["height"],
    )


keeper = Keeper()
atexit.register(keeper.end)
