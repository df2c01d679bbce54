"""Servers of the outside world, in this process: a chat program's robot and a mail server."""

import asyncio
import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from aiosmtpd.controller import Controller


@dataclass
class Robot:
    """What it was sent, and what it answers next (the last answer for ever)."""

    url: str
    calls: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    answers: list[tuple[int, Any]] = field(default_factory=lambda: [(200, {"errcode": 0, "errmsg": "ok"})])
    wait: float = 0.0

    @property
    def texts(self) -> list[str]:
        return [json.dumps(body, ensure_ascii=False) for _path, body in self.calls]


@contextmanager
def robot() -> Iterator[Robot]:
    """A robot of a chat group on this machine."""
    made = Robot("")

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            made.calls.append((self.path, body))
            if made.wait:
                threading.Event().wait(made.wait)
            status, answer = made.answers[0] if len(made.answers) == 1 else made.answers.pop(0)
            raw = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
            self.send_response(status)
            if status == 302:
                self.send_header("Location", made.url + "/elsewhere")
            self.send_header("Content-Length", str(len(raw)))
            self.end_headers()
            with suppress(BrokenPipeError):  # who called has lost patience
                self.wfile.write(raw)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    made.url = f"http://127.0.0.1:{server.server_port}/robot/send?key=0123456789abcdef"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield made
    finally:
        server.shutdown()
        server.server_close()


class Mailbox:
    """Keeps what arrives; refuses as often, and answers as late, as it is told to."""

    def __init__(self) -> None:
        self.mails: list[Message] = []
        self.refuse = 0
        self.refusal = "451 try again later"
        self.wait = 0.0  # between taking a mail and saying so

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        if self.refuse:
            self.refuse -= 1
            return self.refusal
        self.mails.append(message_from_bytes(envelope.content))
        await asyncio.sleep(self.wait)
        return "250 OK"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def mail_server() -> Iterator[tuple[Mailbox, int]]:
    """A mail server on this machine: its mailbox and its port."""
    box = Mailbox()
    controller = Controller(box, hostname="127.0.0.1", port=_free_port())
    controller.start()
    try:
        yield box, controller.port
    finally:
        controller.stop()
