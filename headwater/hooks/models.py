"""Tables of hooks: the door, what came through it, what was turned away."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q

from headwater.acquisition.models import Campaign, Channel, Source
from headwater.hooks.types import Signing, State
from headwater.kernel.models import OrjsonField, Record
from headwater.organization.models import User
from headwater.pools.models import Pool


def _plain(to: type[models.Model]) -> Any:
    return models.ForeignKey(to, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)


class Hook(Record):
    """A signed public address for one sender. `mapping` says what becomes which field of the lead."""

    name = models.CharField(max_length=120)
    key = models.CharField(max_length=32, unique=True)  # its public address
    preset = models.CharField(max_length=20)
    signing = models.CharField(max_length=20, choices=Signing.choices)
    secret = models.TextField()  # encrypted
    previous_secret = models.TextField(blank=True, default="")  # encrypted; good until the moment below
    previous_until = models.DateTimeField(null=True)
    is_active = models.BooleanField(default=True)
    per_minute = models.PositiveIntegerField(default=600)
    id_path = models.CharField(max_length=200, blank=True, default="")  # where a delivery has its number
    mapping = OrjsonField(default=list)
    owner = _plain(User)  # is told of failures
    source = _plain(Source)
    channel = _plain(Channel)
    campaign = _plain(Campaign)
    pool = _plain(Pool)
    business_line = models.CharField(max_length=80, blank=True, default="")
    failure_told_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="hook_has_name", condition=~Q(name="")),
            models.UniqueConstraint(
                fields=["name"], name="hook_name_once", condition=Q(archived_at__isnull=True)
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["-created_at", "-id"], name="hook_by_creation")]

    def __str__(self) -> str:
        return self.name


class Delivery(models.Model):
    """What was delivered, kept before anything is made of it; `number` makes a repetition the same one."""

    hook = models.ForeignKey(Hook, models.PROTECT, related_name="deliveries", db_index=False)
    number = models.CharField(max_length=130)
    at = models.DateTimeField()
    body = OrjsonField(null=True)  # empty once its days are over
    state = models.CharField(max_length=10, default=State.KEPT, choices=State.choices)
    tries = models.PositiveSmallIntegerField(default=0)
    code = models.CharField(max_length=60, blank=True, default="")  # why it failed
    detail = models.TextField(blank=True, default="")  # the same in words; the reason of a discarded one
    done_at = models.DateTimeField(null=True)
    lead_id = models.BigIntegerField(null=True)
    touch_id = models.BigIntegerField(null=True)
    is_new = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["hook", "number"], name="delivery_once")]
        indexes: ClassVar = [
            models.Index(fields=["hook", "-id"], name="delivery_by_hook"),
            models.Index(fields=["id"], name="delivery_waiting", condition=Q(state="kept")),
            models.Index(fields=["hook", "-id"], name="delivery_failed", condition=Q(state="failed")),
            models.Index(
                fields=["at"], name="delivery_with_body", condition=Q(body__isnull=False) & ~Q(state="failed")
            ),
        ]


class HookDay(models.Model):
    """How many deliveries were turned away on a day, and why the last one."""

    pk = models.CompositePrimaryKey("hook_id", "day")
    hook_id = models.BigIntegerField()
    day = models.DateField()
    refused = models.PositiveIntegerField(default=0)
    last_code = models.CharField(max_length=60, blank=True, default="")
    last_at = models.DateTimeField()
