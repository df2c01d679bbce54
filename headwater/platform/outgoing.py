"""Calls to addresses that people typed in. They reach the public internet, never the house's own network.

The name is resolved once, every address behind it is checked, and the connection goes to the address that
was checked: a name that answers differently a moment later leads nowhere else. Redirects are not followed,
proxies of the environment are not used. `HEADWATER_OUTGOING_ALLOW` (names, addresses, networks) opens what a
company needs.
"""

import http.client
import ipaddress
import socket
import ssl
import time
from dataclasses import dataclass
from functools import cache
from urllib.parse import SplitResult, urlsplit

import orjson
from django.utils.translation import gettext as _

from headwater.config.env import env
from headwater.kernel.errors import Invalid

MAX_URL = 1000
MAX_ANSWER = 64 * 1024
_CHUNK = 8192

IpAddress = ipaddress.IPv4Address | ipaddress.IPv6Address
_opened: list[str] = list(env.outgoing_allow)
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


class CallFailed(Exception):
    """No answer. `code` is one of: private_address, unresolved, unreachable, timeout, tls."""

    def __init__(self, code: str, detail: str = "") -> None:
        self.code, self.detail = code, detail
        super().__init__(f"{code}: {detail}" if detail else code)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, cut to `MAX_ANSWER` bytes."""

    status: int
    body: bytes


def check_url(url: str, field: str = "url") -> str:
    """The address without surrounding space; refuses `Invalid` what may never be called. Resolves nothing."""
    url = url.strip()
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise _refused(field, "value.url", _("This is not a web address.")) from None
    host = parts.hostname or ""
    plain = url.isascii() and url.isprintable() and " " not in url and "\\" not in url
    if not plain or len(url) > MAX_URL or not host or parts.scheme not in ("http", "https") or port == 0:
        raise _refused(field, "value.url", _("This is not a web address."))
    if parts.username is not None or parts.password is not None:
        raise _refused(field, "value.url", _("The address must not hold a user name or password."))
    if parts.scheme != "https" and not _is_named(host):
        raise _refused(field, "value.url", _("The address must begin with https://."))
    literal = _literal(host)
    is_local = host == "localhost" or host.endswith(".localhost")
    opened = _is_named(host) or (literal is not None and _is_allowed(literal))
    if (is_local or (literal is not None and not _is_public(literal))) and not opened:
        raise _refused(field, "outgoing.private_address", _("This address is inside a private network."))
    return url


def _refused(field: str, code: str, detail: str) -> Invalid:
    return Invalid.one(field, code, detail)


def post_json(url: str, body: object, *, seconds: float = 10.0) -> Answer:
    """Send JSON and read the answer; raises `CallFailed`."""
    parts = urlsplit(url)
    host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
    end = time.monotonic() + seconds
    connection = _Pinned(host, port, str(_checked(host, port)), tls=parts.scheme == "https", seconds=seconds)
    try:
        headers = {"Content-Type": "application/json; charset=utf-8", "User-Agent": "Headwater"}
        connection.request("POST", _target(parts), body=orjson.dumps(body), headers=headers)
        response = connection.getresponse()
        return Answer(response.status, _read(response, end))
    except TimeoutError:
        raise CallFailed("timeout") from None
    except ssl.SSLError as failure:
        raise CallFailed("tls", str(failure.reason or failure)[:200]) from None
    except (OSError, http.client.HTTPException) as failure:
        raise CallFailed("unreachable", str(failure)[:200]) from None
    finally:
        connection.close()


def _target(parts: SplitResult) -> str:
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def _read(response: http.client.HTTPResponse, end: float) -> bytes:
    found = b""
    while len(found) < MAX_ANSWER:
        if time.monotonic() > end:  # a drop at a time keeps the socket alive, not us
            raise TimeoutError
        part = response.read1(_CHUNK)
        if not part:
            break
        found += part
    return found[:MAX_ANSWER]


class _Pinned(http.client.HTTPConnection):
    """A connection to one address under the name it was resolved from."""

    def __init__(self, host: str, port: int, address: str, *, tls: bool, seconds: float) -> None:
        super().__init__(host, port, timeout=seconds)
        self._address, self._tls = address, tls
        if tls:
            self.default_port = 443  # what the Host header may leave out

    def connect(self) -> None:
        sock = socket.create_connection((self._address, self.port), self.timeout)
        self.sock = _tls_context().wrap_socket(sock, server_hostname=self.host) if self._tls else sock


@cache
def _tls_context() -> ssl.SSLContext:
    return ssl.create_default_context()


def _checked(host: str, port: int) -> IpAddress:
    """The address to connect to. One private address among many is enough to refuse them all."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise CallFailed("unresolved", host) from None
    addresses = [ipaddress.ip_address(str(entry[4][0]).partition("%")[0]) for entry in found]
    if not addresses:
        raise CallFailed("unresolved", host)
    if not _is_named(host):
        for address in addresses:
            if not _is_public(address) and not _is_allowed(address):
                raise CallFailed("private_address", host)
    return addresses[0]


def _is_public(address: IpAddress) -> bool:
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour or (address.teredo or (None, None))[1]
        if inner is None and address in _NAT64:
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is not None:
            return _is_public(inner)
    return address.is_global and not (
        address.is_multicast or address.is_reserved or address.is_unspecified or address.is_link_local
    )


def _literal(host: str) -> IpAddress | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def _is_named(host: str) -> bool:
    """Whether the operator opened this very name or address."""
    return host.lower() in _opened


def _is_allowed(address: IpAddress) -> bool:
    """Whether the address lies in a network that the operator opened."""
    for entry in _opened:
        try:
            if address in ipaddress.ip_network(entry, strict=False):
                return True
        except ValueError:
            continue
    return False
