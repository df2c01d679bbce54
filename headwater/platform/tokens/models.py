from typing import Any

from django.db import models

from headwater.kernel.models import OrjsonField

ANYTHING = "*"


class ApiToken(models.Model):
    """A key that acts as its owner within `scopes` (permission codes, or `*`)."""

    user_id = models.BigIntegerField()
    name = models.TextField()
    prefix = models.TextField()
    digest = models.TextField(unique=True)
    scopes = OrjsonField(default=list)
    created_at = models.DateTimeField()
    created_by_id = models.BigIntegerField(null=True)
    expires_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)

    stamp: Any = None  # the state of the company's rights under which it was read, where somebody remembers

    class Meta:
        db_table = "platform_token"
        indexes = [models.Index(fields=["user_id"], name="platform_token_user")]

    def allows(self, permission: str) -> bool:
        """Whether the token lets its owner's permission through."""
        return ANYTHING in self.scopes or permission in self.scopes
