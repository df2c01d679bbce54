"""What keeps robots out without asking people riddles: time, an empty trap, and a little work.

The page carries a signed stamp: which form, when it was shown, and a nonce that is good for one submission.
The work (ALTCHA) is bound to that nonce, so it cannot be done once and used a thousand times.
"""

import base64
import binascii
import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import altcha
import orjson
from django.conf import settings
from django.core import signing
from django.utils.crypto import salted_hmac

from headwater.kernel import clock

TRAP = "homepage_confirm"  # people do not see it, robots fill it in
STAMP, PROOF = "form_stamp", "form_proof"
SHORTEST, LONGEST = timedelta(seconds=2), timedelta(hours=12)
WORK = 30_000  # hashes at most: a quarter of a second on a phone
_SALT = "headwater.forms"


@dataclass(frozen=True, slots=True)
class Stamp:
    """When a page was shown, and its nonce."""

    nonce: str
    shown_at: float

    @property
    def is_too_fresh(self) -> bool:
        return clock.now().timestamp() - self.shown_at < SHORTEST.total_seconds()


def new_stamp(form_id: int) -> str:
    """The stamp of a page that is shown now."""
    return signing.dumps([form_id, clock.now().timestamp(), secrets.token_urlsafe(12)], salt=_SALT)


def read_stamp(form_id: int, given: str) -> Stamp | None:
    """The stamp that came back; None when it is forged, of another form or too old."""
    try:
        of, shown_at, nonce = signing.loads(given[:500], salt=_SALT)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    age = clock.now().timestamp() - shown_at
    return Stamp(nonce, shown_at) if of == form_id and 0 <= age <= LONGEST.total_seconds() else None


def new_challenge(stamp: str, form_id: int) -> dict[str, Any]:
    """The work for the browser that was shown this stamp."""
    known = read_stamp(form_id, stamp)
    made = altcha.v1.create_challenge(
        altcha.v1.ChallengeOptions(
            algorithm="SHA-256",
            max_number=WORK,
            hmac_key=_key(),
            params={"nonce": known.nonce if known else ""},
            expires=clock.now() + LONGEST,
        )
    )
    return dict(made.to_dict())


def is_proven(stamp: Stamp, proof: str) -> bool:
    """Whether the work was done for this very page."""
    try:
        payload: Any = orjson.loads(base64.b64decode(proof[:2000], validate=True))
    except (binascii.Error, ValueError):
        return False
    if not isinstance(payload, dict) or not isinstance(payload.get("salt"), str):
        return False
    given: Any = payload
    try:
        done, _error = altcha.v1.verify_solution(given, _key())
        params = altcha.v1.extract_params(given)
    except (TypeError, ValueError, KeyError):
        return False
    return bool(done) and params.get("nonce") == [stamp.nonce]


def _key() -> str:
    return salted_hmac(_SALT, "proof", secret=settings.SECRET_KEY, algorithm="sha256").hexdigest()
