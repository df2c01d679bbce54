"""What records look like to the matching, the rules of administrators, and the suggestions found."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q

from headwater.duplicates.types import Act, State
from headwater.kernel.models import OrjsonField


class Fingerprint(models.Model):
    """The keys under which a record is found. Derived: it can be thrown away and made again."""

    pk = models.CompositePrimaryKey("record", "record_id")
    record = models.CharField(max_length=12)
    record_id = models.BigIntegerField()
    keys = ArrayField(models.BigIntegerField())
    version = models.PositiveIntegerField()  # the record's version when it was read

    class Meta:
        # What waits to be sorted into the index is read by every look-up: little may wait.
        indexes: ClassVar = [GinIndex(fields=["keys"], name="fingerprint_keys", gin_pending_list_limit=256)]


class Unpaired(models.Model):
    """A record whose keys are new: the next scan looks for its like. The rest was paired before."""

    pk = models.CompositePrimaryKey("record", "record_id")
    record = models.CharField(max_length=12)
    record_id = models.BigIntegerField()


class CommonKey(models.Model):
    """A key that too many records share to find anybody, so that look-ups need not walk through them.

    Derived: counted with `Commonness`. A key that has become common since is still passed over, only later.
    """

    pk = models.CompositePrimaryKey("record", "key")
    record = models.CharField(max_length=12)
    key = models.BigIntegerField()


class Commonness(models.Model):
    """How many records of a sample hold each word of names, so that agreeing on a rare one weighs more."""

    record = models.CharField(max_length=12, primary_key=True)
    total = models.PositiveIntegerField()
    counts = OrjsonField(default=dict)
    made_at = models.DateTimeField()


class DuplicateRule(models.Model):
    """When somebody enters a record that looks like a known one: which are compared, and what happens then.

    With `compare` every field named must agree; without, the whole must be `at_least` percent likely.
    """

    name = models.CharField(max_length=60)
    is_active = models.BooleanField(default=True)
    record = models.CharField(max_length=12)  # what is entered
    against = ArrayField(models.CharField(max_length=12))
    compare = OrjsonField(default=dict)  # field -> exact or fuzzy
    at_least = models.PositiveSmallIntegerField(default=50)
    act = models.CharField(max_length=8, choices=Act, default=Act.WARN)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    archived_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(name=""), name="duplicate_rule_has_name"),
            models.CheckConstraint(condition=Q(at_least__lte=100), name="duplicate_rule_percent"),
            models.UniqueConstraint(
                "name", condition=Q(archived_at__isnull=True), name="duplicate_rule_name_once"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Suggestion(models.Model):
    """Two records of one kind that may be the same; `low_id` is the smaller id, so each pair is one row."""

    record = models.CharField(max_length=12)
    low_id = models.BigIntegerField()
    high_id = models.BigIntegerField()
    bits = models.FloatField()
    percent = models.PositiveSmallIntegerField()
    evidence = OrjsonField(default=list)  # [part, level, bits]
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    found_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    decided_by_id = models.BigIntegerField(null=True)
    group_id = models.BigIntegerField(null=True)  # the smallest id among all that hang together

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["record", "low_id", "high_id"], name="suggestion_once"),
            models.CheckConstraint(condition=Q(low_id__lt=F("high_id")), name="suggestion_in_order"),
        ]
        indexes: ClassVar = [
            models.Index(
                F("record"), F("percent").desc(), F("id").desc(),
                name="suggestion_open", condition=Q(state="open"),
            ),
            models.Index(fields=["record", "high_id"], name="suggestion_high"),
            models.Index(
                F("record"), F("group_id"), F("percent").desc(), F("id").desc(),
                name="suggestion_group", condition=Q(state="open"),
            ),
        ]  # fmt: skip


class Candidate(models.Model):
    """A pair that shares keys and waits to be scored."""

    pk = models.CompositePrimaryKey("record", "low_id", "high_id")
    record = models.CharField(max_length=12)
    low_id = models.BigIntegerField()
    high_id = models.BigIntegerField()


class Scan(models.Model):
    """One look through all records in the background; a killed one goes on where it stood."""

    started_at = models.DateTimeField()
    actor_id = models.BigIntegerField(null=True)
    step = models.CharField(max_length=12, default="reading")  # reading, pairing, scoring, grouping, done
    record = models.CharField(max_length=12, default="lead")
    cursor = models.BigIntegerField(default=0)
    seen = models.PositiveIntegerField(default=0)  # records read
    compared = models.PositiveIntegerField(default=0)  # pairs
    found = models.PositiveIntegerField(default=0)  # suggestions made
    finished_at = models.DateTimeField(null=True)
