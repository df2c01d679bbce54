from django.db import models


class Allowance(models.Model):
    """What a key has used, as the moment when it will have its whole allowance again.

    Not logged: after a crash of the database everybody begins anew.
    """

    key = models.UUIDField(primary_key=True)  # a hash: what callers count by is often a person's address
    whole_at = models.DateTimeField()

    class Meta:
        db_table = "platform_limit"

    def __str__(self) -> str:
        return str(self.key)
