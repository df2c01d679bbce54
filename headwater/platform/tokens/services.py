"""Making, finding and revoking API tokens."""

import hashlib
import secrets
from collections.abc import Callable, Hashable, Iterable
from copy import copy
from datetime import datetime, timedelta
from typing import Any

import orjson
from django.db import transaction
from django.utils.translation import gettext as _

from headwater.kernel import clock, sql
from headwater.kernel.access import Access, ActorKind, permissions
from headwater.kernel.errors import Forbidden, Invalid, NotFound
from headwater.platform import audit
from headwater.platform.tokens.models import ANYTHING, ApiToken

MARK = "hw_"
_PREFIX_LENGTH = len(MARK) + 6
_TOUCH_EVERY = timedelta(minutes=5)
_MAX_SECRET = 100
_COLUMNS = (
    "id, user_id, name, prefix, digest, scopes::text AS scopes, created_at, created_by_id, expires_at,"
    " revoked_at, last_used_at"
)

# Gives what `make` made for a key, from memory while it is still true, and the stamp under which it is.
Memory = Callable[[Hashable, Callable[[], Any]], tuple[Any, Any]]
_memory: list[Memory] = [lambda _key, make: (make(), None)]


def register_memory(memory: Memory) -> None:
    """Who remembers tokens between requests: a room that learns of each change of them."""
    _memory[:] = [memory]


@transaction.atomic
def create_token(
    access: Access,
    *,
    user_id: int,
    name: str,
    scopes: Iterable[str] = (ANYTHING,),
    expires_at: datetime | None = None,
) -> tuple[ApiToken, str]:
    """A new token and its secret, which cannot be read again. For others it needs `tokens.configure`.

    Refuses `Invalid` scopes, names and ends, and with `Forbidden` a token that wants to make tokens.
    """
    if access.actor.kind == ActorKind.TOKEN:
        # A narrowed key must not be able to make itself a wider one.
        raise Forbidden(permission="tokens.create", label=_("API token"))
    if access.user_id != user_id and not access.may("tokens.configure"):
        raise Forbidden(permission="tokens.configure", label=_("Manage everybody's API tokens"))
    wanted = list(dict.fromkeys(scopes))
    _check(name.strip(), wanted, expires_at)
    secret = MARK + secrets.token_urlsafe(30)
    token = ApiToken.objects.create(
        user_id=user_id,
        name=name.strip(),
        prefix=secret[:_PREFIX_LENGTH],
        digest=_digest(secret),
        scopes=wanted,
        created_at=clock.now(),
        created_by_id=access.user_id,
        expires_at=expires_at,
    )
    audit.record(access, "token", token.pk, "create", {"name": [None, token.name], "scopes": [None, wanted]})
    return token, secret


def _check(name: str, scopes: list[str], expires_at: datetime | None) -> None:
    complaints: dict[str, dict[str, str]] = {}
    if not 0 < len(name) <= 100 or "\x00" in name:
        complaints["name"] = {"code": "value.length", "detail": _("Give a name of 1 to 100 characters.")}
    known = {permission.code for permission in permissions()} | {ANYTHING}
    unknown = [scope for scope in scopes if scope not in known]
    if unknown or not scopes:
        shown = ", ".join(scope[:40] for scope in unknown[:5])
        complaints["scopes"] = {
            "code": "token.unknown_scope",
            "detail": _("Unknown scope: %(scopes)s") % {"scopes": shown or "-"},
        }
    if expires_at is not None and expires_at <= clock.now():
        complaints["expires_at"] = {"code": "value.past", "detail": _("This moment has passed.")}
    if complaints:
        raise Invalid(fields=complaints)


def find_token(secret: str) -> ApiToken | None:
    """The usable token of a secret: not revoked, not expired. Notes the use every few minutes."""
    if not secret.startswith(MARK) or len(secret) > _MAX_SECRET:
        return None
    digest = _digest(secret)
    try:
        found, stamp = _memory[0](("token", digest), lambda: _stored(digest))
    except _UnknownToken:
        return None
    now = clock.now()
    if found.expires_at is not None and found.expires_at <= now:
        return None
    if found.last_used_at is None or found.last_used_at < now - _TOUCH_EVERY:
        ApiToken.objects.filter(pk=found.pk).update(last_used_at=now)
        found.last_used_at = now
    token: ApiToken = copy(found)
    token.stamp = stamp
    return token


class _UnknownToken(Exception):
    """Raised, not returned: whoever guesses at tokens must not fill the memory with failures."""


def _stored(digest: str) -> ApiToken:
    # Own SQL: this may run with every request of every program, and the ORM would cost most of it.
    found = sql.rows(
        f"SELECT {_COLUMNS} FROM platform_token WHERE digest = %s AND revoked_at IS NULL", (digest,)
    )
    if not found:
        raise _UnknownToken
    return ApiToken(**found[0] | {"scopes": orjson.loads(found[0]["scopes"])})


def _digest(secret: str) -> str:
    # The secret is 240 random bits: a plain digest cannot be guessed backwards, and it is looked up
    # on every request.
    return hashlib.sha256(secret.encode()).hexdigest()


@transaction.atomic
def revoke_token(access: Access, token_id: int) -> None:
    """End a token at once; again does nothing. Others' tokens need `tokens.configure`, else `NotFound`."""
    token = ApiToken.objects.select_for_update().filter(pk=token_id).first()
    if token is None or (access.user_id != token.user_id and not access.may("tokens.configure")):
        raise NotFound(record="token", id=token_id)
    if token.revoked_at is None:
        token.revoked_at = clock.now()
        token.save(update_fields=["revoked_at"])
        audit.record(access, "token", token.pk, "revoke", {"revoked_at": [None, token.revoked_at]})


@transaction.atomic
def revoke_tokens_of(access: Access, user_id: int) -> int:
    """End all tokens of a person (who leaves, or whose password was reset); how many."""
    ids = list(ApiToken.objects.filter(user_id=user_id, revoked_at=None).values_list("pk", flat=True))
    now = clock.now()
    ApiToken.objects.filter(pk__in=ids).update(revoked_at=now)
    audit.record_many(access, "token", "revoke", audit.same_changes(ids, {"revoked_at": [None, now]}))
    return len(ids)


def tokens_of(user_id: int) -> list[ApiToken]:
    """A person's tokens, the newest first, revoked ones included."""
    return list(ApiToken.objects.filter(user_id=user_id).order_by("-pk"))


def all_tokens() -> list[ApiToken]:
    """Everybody's usable tokens, for administrators."""
    return list(ApiToken.objects.filter(revoked_at=None).order_by("-pk"))
