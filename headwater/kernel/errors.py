"""Refusals. A domain raises these; one handler shows them as RFC 9457 problem details.

Each carries `code` (stable, for programs), `facts` (the rule, its limit, the present value, when it
ends), a sentence in the reader's language and, where there is one, what to do instead.
"""

from typing import Any, ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Text = str | Promise


class DomainError(Exception):
    """Base of every refusal. Subclasses set the class attributes; facts are keyword arguments."""

    code: ClassVar[str] = "refused"
    status: ClassVar[int] = 409
    message: ClassVar[Text] = _("This is not possible now.")
    remedy: ClassVar[Text] = ""

    def __init__(self, **facts: Any) -> None:
        self.facts = facts
        super().__init__(self.code)

    def _filled(self, text: Text) -> str:
        # A fact may be a lazy label; formatting happens in the reader's language, at the end.
        template = str(text)
        return template % self.facts if self.facts else template

    @property
    def detail(self) -> str:
        """What happened, in the active language."""
        return self._filled(self.message)

    @property
    def advice(self) -> str:
        """What to do next, in the active language; empty when there is nothing to say."""
        return self._filled(self.remedy)

    def __str__(self) -> str:
        return f"{self.code} {self.facts}"


class NotSignedIn(DomainError):
    code = "access.not_signed_in"
    status = 401
    message = _("Please sign in first.")


class Forbidden(DomainError):
    """Facts: `permission`."""

    code = "access.forbidden"
    status = 403
    message = _("Your role does not allow this.")
    remedy = _("Ask an administrator to add the permission to your role.")


class TokenForbids(Forbidden):
    """The same, of a program: its token may be narrower than the role of whoever made it."""

    message = _("This API token does not allow this.")
    remedy = _("Make a token with this permission; the role of its owner has to have it too.")


class NotFound(DomainError):
    """Absent, or outside the caller's reach: the answer is the same. Facts: `record`, `id`."""

    code = "record.not_found"
    status = 404
    message = _("This does not exist, or you may not see it.")


class Conflict(DomainError):
    code = "record.conflict"
    status = 409


class Stale(DomainError):
    """Somebody saved in between. Facts: `version` (the present one)."""

    code = "record.stale"
    status = 412
    message = _("Somebody else changed this record in the meantime.")
    remedy = _("Reload it, look at the changes and save again.")


class Invalid(DomainError):
    """Input that cannot be taken. Facts: `fields` = {field: {"code", "detail"}}."""

    code = "input.invalid"
    status = 422
    message = _("Some values need your attention.")

    @property
    def fields(self) -> dict[str, dict[str, str]]:
        complaints: dict[str, dict[str, str]] = self.facts.get("fields", {})
        return complaints

    @classmethod
    def one(cls, field: str, code: str, detail: Text) -> "Invalid":
        return cls(fields={field: {"code": code, "detail": str(detail)}})


class TooMany(DomainError):
    """A rate or a count is used up. Facts: `limit`, `used`, `until` (ISO moment or None)."""

    code = "rate.limited"
    status = 429
    message = _("Too many requests.")
    remedy = _("Wait a moment and try again.")
