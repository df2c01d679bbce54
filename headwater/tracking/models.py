"""Tables of web tracking: sites, what arrived, visitors, their visits and what they did, figures by day.

Nobody's address on the network is kept, nor their browser's name. What arrives waits in `Batch` until a
worker has put it in order; visitors, visits and hits are written by that worker alone.
"""

from typing import ClassVar

from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import F, Q

from headwater.kernel.models import OrjsonField, Record
from headwater.tracking.types import Consent, HitKind, IdentifiedBy


class Site(Record):
    """A website of the company. `key` is public: it stands in the pages."""

    name = models.CharField(max_length=120)
    key = models.CharField(max_length=24, unique=True)
    domains = models.CharField(max_length=500)  # hosts, one after another; their subdomains count too
    is_active = models.BooleanField(default=True)
    consent = models.CharField(max_length=8, choices=Consent, default=Consent.ASK)
    consent_text = models.TextField(blank=True, default="")  # empty: the product's own words
    privacy_url = models.CharField(max_length=500, blank=True, default="")
    keep_days = models.PositiveIntegerField(default=90)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="tracking_site_is_whole", condition=~Q(name="") & ~Q(domains="") & Q(keep_days__gt=0)
            ),
            models.UniqueConstraint(
                fields=["name"], name="tracking_site_name_once", condition=Q(archived_at__isnull=True)
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["-created_at", "-id"], name="tracking_site_by_creation")]

    def __str__(self) -> str:
        return self.name


class Batch(models.Model):
    """What one web process took in within a second, as it came; gone once it is put in order."""

    at = models.DateTimeField()
    events = OrjsonField()


class Visitor(models.Model):
    """A browser that agreed. `key` is drawn by the browser; it says nothing about a person by itself."""

    key = models.UUIDField(unique=True)
    site_id = models.BigIntegerField(null=True)  # None: named by a capture, not yet seen
    first_at = models.DateTimeField(null=True)
    last_at = models.DateTimeField(null=True)
    visit_id = models.BigIntegerField(null=True)  # the latest
    visits = models.PositiveIntegerField(default=0)
    pages = models.PositiveIntegerField(default=0)
    first_origin = models.CharField(max_length=80, default="")
    first_touch = OrjsonField(default=dict)
    last_origin = models.CharField(max_length=80, default="")  # the last that was not direct
    last_touch = OrjsonField(default=dict)
    lead_id = models.BigIntegerField(null=True)
    identified_at = models.DateTimeField(null=True)
    identified_by = models.CharField(max_length=8, choices=IdentifiedBy, blank=True, default="")
    forgotten_at = models.DateTimeField(null=True)  # wants to be left alone; the row keeps stragglers out

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["lead_id"], name="visitor_of_lead", condition=Q(lead_id__isnull=False)),
            models.Index(fields=["site_id", "last_at"], name="visitor_by_time"),
        ]


class Visit(models.Model):
    """What a visitor did without half an hour's pause."""

    site_id = models.BigIntegerField()
    visitor_id = models.BigIntegerField()
    lead_id = models.BigIntegerField(null=True)  # whose it was; stays when another takes the browser over
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField()
    pages = models.PositiveIntegerField()
    forms = models.PositiveIntegerField()
    downloads = models.PositiveIntegerField()
    origin = models.CharField(max_length=80)
    touch = OrjsonField(default=dict)
    entry_path = models.CharField(max_length=300)
    entry_title = models.CharField(max_length=150)
    exit_path = models.CharField(max_length=300)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["visitor_id", "started_at"], name="visit_of_visitor"),
            models.Index(fields=["site_id", "-started_at"], name="visit_of_site"),
            models.Index(
                F("lead_id"), F("started_at").desc(), name="visit_of_lead", condition=Q(lead_id__isnull=False)
            ),
        ]


class Hit(models.Model):
    """One thing done within a visit; rows are added and, when their time is over, taken away."""

    visit_id = models.BigIntegerField()
    at = models.DateTimeField()
    kind = models.CharField(max_length=8, choices=HitKind)
    path = models.CharField(max_length=300)
    title = models.CharField(max_length=150)
    detail = models.CharField(max_length=200)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["visit_id", "at"], name="hit_of_visit"),
            BrinIndex(fields=["at"], name="hit_recent", autosummarize=True),
        ]


class PageDay(models.Model):
    """How often a page was seen on a day; a number without people, so it outlives them."""

    pk = models.CompositePrimaryKey("site_id", "day", "path")
    site_id = models.BigIntegerField()
    day = models.DateField()
    path = models.CharField(max_length=300)
    title = models.CharField(max_length=150)
    views = models.PositiveIntegerField()


class Day(models.Model):
    """Visits of a day by where they came from."""

    pk = models.CompositePrimaryKey("site_id", "day", "origin")
    site_id = models.BigIntegerField()
    day = models.DateField()
    origin = models.CharField(max_length=80)
    visits = models.PositiveIntegerField(default=0)
    visitors = models.PositiveIntegerField(default=0)  # each once a day
    newcomers = models.PositiveIntegerField(default=0)
    pages = models.PositiveIntegerField(default=0)
    identified = models.PositiveIntegerField(default=0)


class LeadVisits(models.Model):
    """An entry of a lead's timeline: all visits up to the inquiry, or those of one later day."""

    lead_id = models.BigIntegerField()
    visitor_id = models.BigIntegerField()
    fold = models.CharField(max_length=10)  # "before", or the day
    at = models.DateTimeField()
    visits = models.PositiveIntegerField()
    pages = models.PositiveIntegerField()
    forms = models.PositiveIntegerField()
    downloads = models.PositiveIntegerField()
    first_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["lead_id", "visitor_id", "fold"], name="lead_visits_once")
        ]
        indexes: ClassVar = [
            models.Index(F("lead_id"), F("at").desc(), F("id").desc(), name="lead_visits_by_time")
        ]
