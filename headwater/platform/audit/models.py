"""Tables of the audit. Triggers refuse every change of a written row."""

from django.db import models


class AuditRow(models.Model):
    """One act on one record."""

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField()
    actor_id = models.BigIntegerField(null=True)
    actor_kind = models.TextField()
    actor_name = models.TextField()
    token_id = models.BigIntegerField(null=True)
    request_id = models.TextField()
    record_type = models.TextField()
    record_id = models.BigIntegerField(null=True)
    action = models.TextField()
    changes = models.JSONField()

    class Meta:
        db_table = "platform_audit"
        indexes = [models.Index(fields=["record_type", "record_id"], name="platform_audit_record")]


class AuditSeal(models.Model):
    """One link of the chain: a digest over the rows up to `last_id` and over the link before."""

    after_id = models.BigIntegerField()
    last_id = models.BigIntegerField()
    rows = models.IntegerField()
    digest = models.TextField()
    sealed_at = models.DateTimeField()

    class Meta:
        db_table = "platform_audit_seal"


class AuditMark(models.Model):
    """Up to which id rows may be sealed once all transactions before `settled_xid` have ended."""

    up_to_id = models.BigIntegerField()
    settled_xid = models.TextField()

    class Meta:
        db_table = "platform_audit_mark"
