"""Mailboxes for tests."""

import itertools
from typing import Any

from headwater.kernel.access import system_access
from headwater.mailbox.models import Mailbox
from headwater.mailbox.services import create_mailbox
from headwater.pools.services import ensure_default_pool
from tests.mailbox.server import LOGIN, PASSWORD, MailServer

SYSTEM = system_access("tests")
_numbers = itertools.count(1)


def make_mailbox(server: MailServer | None = None, **values: Any) -> Mailbox:
    """A mailbox that reads a folder of its own, from its first mail on."""
    ensure_default_pool()
    number = next(_numbers)
    if server is not None and "folder" not in values:
        values["folder"] = server.new_folder(f"box{number}")
    given = {
        "name": f"邮箱{number}",
        "address": "hello@yunfan.example",
        "host": "127.0.0.1",
        "port": server.port if server else 143,
        "security": "plain",
        "login": LOGIN,
        "password": PASSWORD,
        "takes_old": True,
    } | values
    return Mailbox.objects.get(pk=create_mailbox(SYSTEM, given))
