"""The product's WSGI application called in this process: no HTTP server, no client library in the figures."""

from collections.abc import Callable
from io import BytesIO
from typing import Any
from urllib.parse import quote

import orjson
from django.core.wsgi import get_wsgi_application

from headwater.kernel.access import system_access
from headwater.organization.models import User
from headwater.platform.tokens.services import create_token


class Caller:
    """A person with an API token, or with a session for screens."""

    def __init__(self, email: str) -> None:
        self.user = User.objects.get(email=email)
        _token, self.secret = create_token(
            system_access("bench"), user_id=self.user.pk, name="bench", scopes=["*"], expires_at=None
        )
        self.application = get_wsgi_application()
        self.cookie = ""

    def sign_in(self) -> None:
        """Screens know people by their session."""
        from django.test import Client

        browser = Client()
        browser.force_login(self.user)
        self.cookie = f"sessionid={browser.cookies['sessionid'].value}"

    def request(
        self, method: str, path: str, query: str = "", body: Any = None, *, screen: bool = False
    ) -> Callable[[], bytes]:
        """A function that makes this request once; raises when the answer is no success."""
        content = b"" if body is None else orjson.dumps(body)
        base = {
            "REQUEST_METHOD": method,
            "PATH_INFO": path,
            "QUERY_STRING": quote(query, safe='=&{}[]":,.-_%'),
            "SERVER_NAME": "localhost",
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": "127.0.0.1",
            "CONTENT_TYPE": "application/json",
            "CONTENT_LENGTH": str(len(content)),
            "wsgi.url_scheme": "http",
            "wsgi.errors": BytesIO(),
        }
        base |= {"HTTP_COOKIE": self.cookie} if screen else {"HTTP_AUTHORIZATION": f"Bearer {self.secret}"}

        def call() -> bytes:
            status: list[str] = []
            parts = self.application(
                {**base, "wsgi.input": BytesIO(content)}, lambda line, _headers, *_exc: status.append(line)
            )
            answer = b"".join(parts)
            close = getattr(parts, "close", None)
            if close is not None:
                close()
            if not status[0].startswith("2"):
                raise RuntimeError(f"{method} {path}: {status[0]} {answer[:300]!r}")
            return answer

        return call
