from collections.abc import Iterator

import pytest

from tests.mailbox import server
from tests.mailbox.server import MailServer


@pytest.fixture(scope="session")
def mail_server() -> Iterator[MailServer]:
    """A real IMAP server, one for the session."""
    made = server.start()
    try:
        yield made
    finally:
        made.end()
