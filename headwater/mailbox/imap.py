"""A mailbox on its server: opened, looked through, mails taken out. Written to only where asked."""

import imaplib
import socket
import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date
from typing import Any

from headwater.mailbox.errors import MailboxTrouble
from headwater.mailbox.types import Security, Trouble

CONNECT_SECONDS, READ_SECONDS = 10, 40
BEGINNING = 256 * 1024  # of a mail that is too large
_SLACK = 1024 * 1024
_LARGEST_ANSWER = 260 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Server:
    """Where a mailbox is, and how one gets in."""

    host: str
    port: int
    security: str
    login: str
    password: str
    folder: str


@dataclass(frozen=True, slots=True)
class Fetched:
    """A mail as the server gave it; `is_cut` where only its beginning was asked for."""

    uid: int
    raw: bytes
    is_cut: bool


class OpenMailbox:
    """An open folder of a mailbox."""

    def __init__(self, client: Any, selected: dict[bytes, Any]) -> None:
        self._client = client
        self.uid_validity = int(selected.get(b"UIDVALIDITY", 0))
        self.next_uid = int(selected.get(b"UIDNEXT", 0))
        self.count = int(selected.get(b"EXISTS", 0))

    def uids_after(self, last: int, *, since: date | None = None) -> list[int]:
        """The numbers of mails above `last`, rising; `since` leaves out what came before that day."""
        with _understood():
            wanted: list[Any] = ["UID", f"{last + 1}:*"]
            if since is not None:
                wanted += ["SINCE", since]
            # "n:*" names the newest mail even where it lies below n.
            return sorted(uid for uid in self._client.search(wanted) if uid > last)

    def fetch(self, uids: Sequence[int], *, largest: int, at_once: int) -> Iterator[Fetched]:
        """These mails in order, several small ones with one question; of too large ones the beginning."""
        with _understood():
            sizes = {
                uid: int(found.get(b"RFC822.SIZE", 0))
                for uid, found in self._client.fetch(list(uids), ["RFC822.SIZE"]).items()
            }
        whole: list[int] = []
        weight = 0
        for uid in uids:
            if uid not in sizes:  # taken away meanwhile
                continue
            if sizes[uid] > largest:
                yield from self._taken(whole)
                whole, weight = [], 0
                yield from self._taken([uid], beginning=True)
                continue
            if whole and weight + sizes[uid] > at_once:
                yield from self._taken(whole)
                whole, weight = [], 0
            whole.append(uid)
            weight += sizes[uid]
        yield from self._taken(whole)

    def _taken(self, uids: Sequence[int], *, beginning: bool = False) -> Iterator[Fetched]:
        if not uids:
            return
        part = f"BODY.PEEK[]<0.{BEGINNING}>" if beginning else "BODY.PEEK[]"
        with _understood():
            found = self._client.fetch(list(uids), [part])
        for uid in uids:
            items = found.get(uid) or {}
            raw = next((value for key, value in items.items() if key.startswith(b"BODY[]")), None)
            if isinstance(raw, bytes):
                yield Fetched(uid, raw, beginning)

    def mark_seen(self, uids: Sequence[int]) -> None:
        """Mark mails as read."""
        with _understood():
            self._client.add_flags(list(uids), [b"\\Seen"], silent=True)

    def move(self, uids: Sequence[int], folder: str) -> None:
        """Move mails to another folder, which is made where it is missing."""
        with _understood():
            if not self._client.folder_exists(folder):
                self._client.create_folder(folder)
            if self._client.has_capability("MOVE"):
                self._client.move(list(uids), folder)
            else:
                self._client.copy(list(uids), folder)
                self._client.delete_messages(list(uids), silent=True)
                self._client.expunge()


@contextmanager
def open_mailbox(server: Server, *, may_write: bool = False) -> Iterator[OpenMailbox]:
    """Connect, sign in, open the folder (read-only unless `may_write`). Raises `MailboxTrouble`."""
    client = _connect(server)
    try:
        _sign_in(client, server)
        yield OpenMailbox(client, _select(client, server.folder, may_write=may_write))
    finally:
        with suppress(Exception):
            client.logout()


def folders(server: Server) -> list[str]:
    """The names of the folders there are. Raises `MailboxTrouble`."""
    client = _connect(server)
    try:
        _sign_in(client, server)
        with _understood():
            return [name for _flags, _delimiter, name in client.list_folders()]
    finally:
        with suppress(Exception):
            client.logout()


def _connect(server: Server) -> Any:
    from imapclient import IMAPClient, SocketTimeout

    with _understood(connecting=True):
        client = IMAPClient(
            server.host,
            port=server.port,
            use_uid=True,
            ssl=server.security == Security.TLS,
            timeout=SocketTimeout(connect=CONNECT_SECONDS, read=READ_SECONDS),
        )
    try:
        _limit_answers(client)
        if server.security == Security.STARTTLS:
            with _understood(connecting=True):
                client.starttls(ssl.create_default_context())
    except BaseException:
        with suppress(Exception):
            client.shutdown()
        raise
    return client


def _limit_answers(client: Any) -> None:
    """The server says how long its answer will be; what nobody sends is not waited for in memory."""
    inner = client._imap
    read = inner.read

    def limited(size: int) -> bytes:
        if size > _LARGEST_ANSWER + _SLACK:
            raise imaplib.IMAP4.abort(f"an answer of {size} bytes")
        return bytes(read(size))

    inner.read = limited


def _sign_in(client: Any, server: Server) -> None:
    from imapclient.exceptions import LoginError

    try:
        with _understood():
            client.login(server.login, server.password)
    except LoginError as refusal:
        raise MailboxTrouble(Trouble.LOGIN, str(refusal)) from None
    with suppress(imaplib.IMAP4.error):
        if client.has_capability("ID"):  # without it 163 and 126 open no folder
            client.id_({"name": "Headwater", "version": "1", "vendor": "Headwater"})


def _select(client: Any, folder: str, *, may_write: bool) -> dict[bytes, Any]:
    try:
        found: dict[bytes, Any] = client.select_folder(folder, readonly=not may_write)
        return found
    except imaplib.IMAP4.abort as cut:
        raise MailboxTrouble(Trouble.CUT, str(cut)) from None
    except imaplib.IMAP4.error as refusal:
        raise MailboxTrouble(Trouble.FOLDER, str(refusal)) from None
    except OSError as cut:
        raise MailboxTrouble(Trouble.CUT, str(cut)) from None


@contextmanager
def _understood(*, connecting: bool = False) -> Iterator[None]:
    """Turns what went wrong into a `MailboxTrouble`; refused logins pass."""
    from imapclient.exceptions import LoginError

    try:
        yield
    except LoginError:
        raise
    except socket.gaierror as failure:
        raise MailboxTrouble(Trouble.UNKNOWN_HOST, str(failure)) from None
    except ConnectionRefusedError as failure:
        raise MailboxTrouble(Trouble.REFUSED, str(failure)) from None
    except TimeoutError as failure:
        raise MailboxTrouble(Trouble.TIMEOUT, str(failure)) from None
    except ssl.SSLCertVerificationError as failure:
        raise MailboxTrouble(Trouble.CERTIFICATE, failure.verify_message) from None
    except ssl.SSLError as failure:
        raise MailboxTrouble(Trouble.TLS, str(failure)) from None
    except imaplib.IMAP4.abort as failure:
        raise MailboxTrouble(Trouble.NOT_IMAP if connecting else Trouble.CUT, str(failure)) from None
    except imaplib.IMAP4.error as failure:
        raise MailboxTrouble(Trouble.NOT_IMAP if connecting else Trouble.OTHER, str(failure)) from None
    except OSError as failure:
        raise MailboxTrouble(Trouble.REFUSED if connecting else Trouble.CUT, str(failure)) from None
    except UnicodeError as failure:
        raise MailboxTrouble(Trouble.UNKNOWN_HOST if connecting else Trouble.OTHER, str(failure)) from None
    except (ValueError, KeyError, IndexError) as failure:  # an answer that its parser does not take
        raise MailboxTrouble(Trouble.OTHER, str(failure)) from None
