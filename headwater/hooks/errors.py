"""What the public address refuses. None of it says more than a sender needs to mend it."""

from django.utils.translation import gettext_lazy as _

from headwater.kernel.errors import Conflict, DomainError


class Unsigned(DomainError):
    """Facts: none, so that nobody learns how near they came."""

    code = "hook.unsigned"
    status = 401
    message = _("The signature or token is missing or wrong.")
    remedy = _("Compare the secret and the way of signing with those of the hook.")


class Expired(DomainError):
    """Facts: `seconds` that a delivery may be on its way."""

    code = "hook.expired"
    status = 401
    message = _("The delivery's time is more than %(seconds)s seconds away from ours.")
    remedy = _("Sign it anew when sending it again, and check the sender's clock.")


class TooLarge(DomainError):
    """Facts: `limit` in bytes."""

    code = "hook.too_large"
    status = 413
    message = _("A delivery may have at most %(limit)s bytes.")


class Unreadable(DomainError):
    code = "hook.unreadable"
    status = 400
    message = _("The body is neither a JSON object nor a form.")


class Tangled(DomainError):
    """Facts: `values` and `depth` that are taken."""

    code = "hook.tangled"
    status = 422
    message = _("A delivery may have at most %(values)s values, nested %(depth)s deep.")


class Sleeping(DomainError):
    code = "hook.inactive"
    status = 404
    message = _("This address does not take deliveries.")


class NotFailed(Conflict):
    """Facts: `state`, `label`."""

    code = "hook.not_failed"
    message = _("This delivery did not fail: %(label)s.")
