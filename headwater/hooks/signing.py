"""Whether a delivery is the sender's own: signatures and tokens of all ways, made and checked in one place.

What each way covers is part of its contract: `STANDARD` and `TENCENT` sign the body; `OCEANENGINE` signs
address and time alone and `TOKEN` nothing, so that these two rest on TLS.
"""

import base64
import binascii
import hashlib
import hmac
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import parse_qs, urlencode

from headwater.hooks.errors import Expired, Unsigned
from headwater.hooks.types import Signing

WINDOW = 300  # seconds between the sender's clock and ours
_PREFIX = "whsec_"
_MOST = 2000  # characters of any header that is looked at


@dataclass(frozen=True, slots=True)
class Incoming:
    """A request as its signature sees it. Header names are in lower case."""

    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes
    content_type: str = "application/json"


@dataclass(frozen=True, slots=True)
class Signed:
    """What a sender adds to a request: to its address and to its headers."""

    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)


def new_secret(signing: Signing) -> str:
    """A secret in the form that the way expects; Tencent takes 32 letters and digits at most."""
    if signing == Signing.STANDARD:
        return _PREFIX + base64.b64encode(secrets.token_bytes(24)).decode()
    return secrets.token_hex(16)


def verify(signing: Signing, known: Sequence[str], incoming: Incoming, now: datetime) -> str | None:
    """The delivery's number where the signature covers one. Refuses `Unsigned`, `Expired`.

    Signatures are compared before times, in constant time and with every known secret, so that an answer
    tells those without a secret nothing.
    """
    if not known:
        raise Unsigned
    return _WAYS[signing](known, incoming, now)


def sign(signing: Signing, secret: str, incoming: Incoming, now: datetime, number: str) -> Signed:
    """What a sender who knows the secret would add; for the console, tests and the guide."""
    moment = str(int(now.timestamp()))
    if signing == Signing.STANDARD:
        signature = base64.b64encode(_standard(secret, number, moment, incoming.body)).decode()
        return Signed(
            headers={
                "webhook-id": number,
                "webhook-timestamp": moment,
                "webhook-signature": f"v1,{signature}",
            }
        )
    if signing == Signing.TENCENT:
        found = hashlib.sha1(incoming.body + secret.encode(), usedforsecurity=False).hexdigest()
        return Signed(query={"signature": found, "timestamp": moment, "nonce": number})
    if signing == Signing.OCEANENGINE:
        return Signed(headers={"Signature": _oceanengine(secret, incoming, moment), "Timestamp": moment})
    return Signed(query={"token": secret})


def _verify_standard(known: Sequence[str], incoming: Incoming, now: datetime) -> str | None:
    headers = incoming.headers
    number, moment = headers.get("webhook-id", "")[:_MOST], headers.get("webhook-timestamp", "")[:20]
    given = [
        found
        for part in headers.get("webhook-signature", "")[:_MOST].split(" ")
        if part.startswith("v1,") and (found := _decoded(part[3:]))
    ]
    expected = [_standard(secret, number, moment, incoming.body) for secret in known]
    if not number.strip() or not _any_equal(expected, given):
        raise Unsigned
    _in_time(moment, now)
    return number


def _verify_tencent(known: Sequence[str], incoming: Incoming, now: datetime) -> str | None:
    query = parse_qs(incoming.query[:_MOST])
    given = query.get("signature", [""])[0].lower().encode()
    expected = [
        hashlib.sha1(incoming.body + secret.encode(), usedforsecurity=False).hexdigest().encode()
        for secret in known
    ]
    if not _any_equal(expected, [given]):
        raise Unsigned
    _in_time(query.get("timestamp", [""])[0], now)
    return None  # the nonce is not signed: only the body tells deliveries apart


def _verify_oceanengine(known: Sequence[str], incoming: Incoming, now: datetime) -> str | None:
    moment = incoming.headers.get("timestamp", "")[:20]
    given = incoming.headers.get("signature", "")[:_MOST].encode()
    expected = [_oceanengine(secret, incoming, moment).encode() for secret in known]
    if not _any_equal(expected, [given]):
        raise Unsigned
    _in_time(moment, now)
    return None


def _verify_token(known: Sequence[str], incoming: Incoming, now: datetime) -> str | None:
    headers = incoming.headers
    scheme, _space, bearer = headers.get("authorization", "")[:_MOST].partition(" ")
    given = [
        *parse_qs(incoming.query[:_MOST]).get("token", []),
        headers.get("x-token", "")[:_MOST],
        headers.get("access-token", "")[:_MOST],
        bearer if scheme.lower() == "bearer" else "",
    ]
    digests = [hashlib.sha256(one.encode()).digest() for one in given if one]
    if not _any_equal([hashlib.sha256(one.encode()).digest() for one in known], digests):
        raise Unsigned
    return None


_WAYS = {
    Signing.STANDARD: _verify_standard,
    Signing.TENCENT: _verify_tencent,
    Signing.OCEANENGINE: _verify_oceanengine,
    Signing.TOKEN: _verify_token,
}


def query_of(signed: Signed) -> str:
    """The query of the signed address."""
    return urlencode(signed.query)


def _standard(secret: str, number: str, moment: str, body: bytes) -> bytes:
    key = (_decoded(secret.removeprefix(_PREFIX)) if secret.startswith(_PREFIX) else b"") or secret.encode()
    return hmac.digest(key, f"{number}.{moment}.".encode() + body, "sha256")


def _oceanengine(secret: str, incoming: Incoming, moment: str) -> str:
    address = f"{incoming.path}?{incoming.query}" if incoming.query else incoming.path
    digest = hmac.digest(secret.encode(), f"{address} {moment}".encode(), "sha256").hex()
    return base64.b64encode(digest.encode()).decode()


def _any_equal(expected: Sequence[bytes], given: Sequence[bytes]) -> bool:
    found = False
    for mine in expected:
        for theirs in given[:10]:
            found |= hmac.compare_digest(mine, theirs)
    return found


def _in_time(moment: str, now: datetime) -> None:
    if not (moment.isascii() and moment.isdigit() and len(moment) <= 16):
        raise Expired(seconds=WINDOW)
    seconds = int(moment) / (1000 if len(moment) >= 13 else 1)
    if abs(now.timestamp() - seconds) > WINDOW:
        raise Expired(seconds=WINDOW)


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return b""
