"""A request sent twice with one key takes effect once, and both get the same answer."""

from headwater.platform.idempotency.once import (
    IdempotencyInProgress,
    IdempotencyMismatch,
    StoredResponse,
    once,
    remove_expired,
)

__all__ = [
    "IdempotencyInProgress",
    "IdempotencyMismatch",
    "StoredResponse",
    "once",
    "remove_expired",
]
