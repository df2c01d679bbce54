"""Records of one type that were one thing and became one."""

from typing import ClassVar

from django.db import models

from headwater.kernel.models import OrjsonField


class Merge(models.Model):
    """A merge of leads, accounts or contacts; `before` and `after` are what it changed on the survivor."""

    record_type = models.CharField(max_length=20)
    survivor_id = models.BigIntegerField()
    at = models.DateTimeField()
    actor_id = models.BigIntegerField(null=True)
    before = OrjsonField(default=dict)  # attribute -> value
    after = OrjsonField(default=dict)
    undone_at = models.DateTimeField(null=True)
    undone_by_id = models.BigIntegerField(null=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["record_type", "survivor_id"], name="merge_of_survivor")]

    def __str__(self) -> str:
        return f"{self.record_type} {self.survivor_id}"


class MergedRecord(models.Model):
    """A record that went into another; its address leads there until the merge is undone."""

    merge = models.ForeignKey(Merge, models.CASCADE, related_name="records")
    record_type = models.CharField(max_length=20)
    record_id = models.BigIntegerField()
    carried = OrjsonField(default=list)  # what moved, part by part; one entry a time that something moved
    place = OrjsonField(default=dict)  # where it was

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["merge", "record_id"], name="merged_record_once")
        ]
        indexes: ClassVar = [models.Index(fields=["record_type", "record_id"], name="merged_record")]

    def __str__(self) -> str:
        return f"{self.record_type} {self.record_id} in {self.merge_id}"
