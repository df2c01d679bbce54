"""A real IMAP server of the test's own (pymap, in memory), and a line to it that can be cut."""

import imaplib
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import Any

from tests.processes import free_port

LOGIN, PASSWORD = "hello", "sesame"


@dataclass
class MailServer:
    """A running server; `line` is a port on which the same server is reached over a line that can break."""

    port: int
    process: subprocess.Popen[bytes]
    lines: list["Line"] = field(default_factory=list)

    @contextmanager
    def client(self) -> Iterator[imaplib.IMAP4]:
        client = imaplib.IMAP4("127.0.0.1", self.port)
        client.login(LOGIN, PASSWORD)
        try:
            yield client
        finally:
            client.logout()

    def put(self, *mails: bytes | EmailMessage, folder: str = "INBOX") -> None:
        """Let mails arrive."""
        with self.client() as client:
            for mail in mails:
                raw = mail if isinstance(mail, bytes) else mail.as_bytes()
                status, said = client.append(folder, "", "", raw)
                assert status == "OK", said

    def new_folder(self, name: str) -> str:
        """A folder made anew: its mails are numbered from one again."""
        with self.client() as client:
            client.delete(name)
            client.create(name)
        return name

    def flags(self, folder: str) -> list[bytes]:
        with self.client() as client:
            client.select(folder, readonly=True)
            _status, found = client.fetch("1:*", "(FLAGS)")
            return [one for one in found if isinstance(one, bytes)]

    def count(self, folder: str) -> int:
        with self.client() as client:
            _status, found = client.select(folder, readonly=True)
            return int(found[0] or b"0")

    def line(self, *, breaks_after: int) -> int:
        """A port that leads to the server and breaks after so many bytes from it."""
        made = Line(self.port, breaks_after)
        self.lines.append(made)
        return made.port

    def end(self) -> None:
        for line in self.lines:
            line.end()
        self.process.kill()
        self.process.wait()


class Line:
    """Passes bytes on, and breaks off in the middle of the server's words."""

    def __init__(self, target: int, breaks_after: int) -> None:
        self._target, self._left = target, breaks_after
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                here, _address = self._listener.accept()
            except OSError:
                return
            there = socket.create_connection(("127.0.0.1", self._target))
            threading.Thread(target=self._pass, args=(here, there, False), daemon=True).start()
            threading.Thread(target=self._pass, args=(there, here, True), daemon=True).start()

    def _pass(self, source: socket.socket, goal: socket.socket, counted: bool) -> None:
        try:
            while data := source.recv(65_536):
                if counted:
                    data, self._left = data[: self._left], self._left - len(data)
                goal.sendall(data)
                if counted and self._left <= 0:
                    break
        except OSError:
            pass
        for end in (source, goal):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue

    def end(self) -> None:
        self._listener.close()


def start() -> MailServer:
    port = free_port()
    words = ["--host", "127.0.0.1", "--port", str(port), "--no-tls", "dict"]
    process = subprocess.Popen(
        [sys.executable, "-c", "from pymap.main import main; main()", *words,
         "--demo-user", LOGIN, "--demo-password", PASSWORD],
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        env={name: value for name, value in os.environ.items() if not name.startswith("DJANGO")},
    )  # fmt: skip
    made = MailServer(port, process)
    deadline = time.monotonic() + 30
    while True:
        try:
            with made.client():
                return made
        except (OSError, imaplib.IMAP4.error):
            assert time.monotonic() < deadline, "the IMAP server did not start"
            assert process.poll() is None, "the IMAP server has ended"
            time.sleep(0.1)


def letter(text: str = "您好，想了解价格。", **headers: Any) -> EmailMessage:
    """A mail; `files` are (name, content)."""
    message = EmailMessage()
    files = headers.pop("files", ())
    given = {
        "From": "王芳 <wangfang@customer.example>",
        "To": "hello@yunfan.example",
        "Subject": "询价",
        "Message-ID": f"<{next(_numbers)}@customer.example>",
    } | {name.replace("_", "-"): value for name, value in headers.items()}
    for name, value in given.items():
        if value is not None:
            message[name] = value
    message.set_content(text)
    for name, content in files:
        message.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    return message


_numbers = iter(range(1, 10**9))
