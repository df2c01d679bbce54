"""A lead, how it came, where it has been and what became of it."""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import BrinIndex, GinIndex
from django.db import models
from django.db.models import F, Q

from headwater.acquisition.models import Campaign, Channel, Source
from headwater.kernel.models import OrjsonField, Record
from headwater.leads.types import IDENTITIES, Spot, Stage, Status, Why
from headwater.organization.models import User
from headwater.pools.models import Pool
from headwater.sales.models import Account, Contact, Merge, Opportunity


def _plain(to: type[models.Model]) -> Any:
    """A reference without an index of its own: each index on this table costs every write."""
    return models.ForeignKey(to, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)


class Lead(Record):
    """Someone who may buy. Exactly one place: `pool`, `owner`, or closed (I1, a constraint).

    `home_pool` is where it returns to: the pool it lies in or last lay in. A closed lead keeps the owner
    it had, so that they may read its history; `status` says that it no longer fills their book.
    """

    name = models.CharField(max_length=120)
    company = models.CharField(max_length=200, blank=True, default="")
    title = models.CharField(max_length=80, blank=True, default="")
    mobile = models.CharField(max_length=20, null=True)  # E.164
    phone = models.CharField(max_length=20, null=True)  # E.164
    email = models.CharField(max_length=254, null=True)
    wechat = models.CharField(max_length=64, null=True)
    qq = models.CharField(max_length=20, null=True)
    external_id = models.CharField(max_length=120, null=True)  # its key in the system it came from
    contact_as_typed = OrjsonField(default=dict)  # originals of normalised contact methods
    region = models.CharField(max_length=80, blank=True, default="")
    address = models.CharField(max_length=255, blank=True, default="")
    industry = models.CharField(max_length=80, blank=True, default="")
    company_size = models.CharField(max_length=40, blank=True, default="")
    website = models.CharField(max_length=255, blank=True, default="")
    intent = models.CharField(max_length=40, blank=True, default="")
    requirement = models.TextField(blank=True, default="")
    budget = models.DecimalField(max_digits=16, decimal_places=2, null=True)
    tags = OrjsonField(default=list)
    business_line = models.CharField(max_length=80, blank=True, default="")
    source = _plain(Source)
    channel = _plain(Channel)
    campaign = models.ForeignKey(Campaign, null=True, on_delete=models.PROTECT, related_name="+")
    designated_rep = _plain(User)
    consent_basis = models.CharField(max_length=40, blank=True, default="")
    consent_at = models.DateTimeField(null=True)
    consent_evidence = models.TextField(blank=True, default="")
    do_not_call = models.BooleanField(default=False)
    do_not_email = models.BooleanField(default=False)

    stage = models.CharField(max_length=20, choices=Stage, default=Stage.UQL)
    stage_at = models.DateTimeField()
    disqualify_reason = models.CharField(max_length=40, blank=True, default="")
    status = models.CharField(max_length=12, choices=Status)
    owner = _plain(User)
    pool = _plain(Pool)
    home_pool = _plain(Pool)
    placed_at = models.DateTimeField()  # when it came to where it is
    assigned_at = models.DateTimeField(null=True)  # when the present owner got it
    claimable_at = models.DateTimeField(null=True)  # until then the pool's administrators alone give it
    last_activity_at = models.DateTimeField(null=True)  # the last real follow-up
    next_follow_at = models.DateTimeField(null=True)
    invalid_reason = models.CharField(max_length=40, blank=True, default="")
    may_duplicate = models.BooleanField(default=False)  # somebody chose "create anyway" in an import

    # Deadlines: a trigger keeps them in the UPDATE that moves them (docs/adr/deadlines.md).
    got = models.CharField(
        max_length=10, blank=True, default="", db_default=""
    )  # how the owner came by it: `pools.types.Got`
    first_response_due_at = models.DateTimeField(null=True)  # until the first follow-up
    follow_due_at = models.DateTimeField(null=True)  # by the rhythm of its intent level; reminds only
    recycle_due_at = models.DateTimeField(null=True)  # then it goes back to its pool
    recycle_rule = models.CharField(
        max_length=80, blank=True, default="", db_default=""
    )  # the rule and version that say so
    protected_until = models.DateTimeField(null=True)
    protected_by_id = models.BigIntegerField(null=True)
    rounds = models.PositiveSmallIntegerField(
        default=0, db_default=0
    )  # recycled so often since somebody last worked on it
    warned_until = models.DateTimeField(null=True)  # warnings up to here were given
    warn_at = models.DateTimeField(null=True)  # the next one

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="lead_has_name"),
            models.CheckConstraint(
                condition=Q(*((f"{key}__isnull", False) for key in IDENTITIES), _connector=Q.OR),
                name="lead_is_reachable",
            ),
            models.CheckConstraint(  # I1
                condition=(
                    Q(status="pooled", pool__isnull=False, owner=None)
                    | Q(status__in=["assigned", "following"], pool=None, owner__isnull=False)
                    | Q(status__in=["converted", "invalid"], pool=None)
                ),
                name="lead_in_one_place",
            ),
            models.CheckConstraint(condition=Q(pool=None) | Q(pool=F("home_pool")), name="lead_pool_is_home"),
            *(
                models.UniqueConstraint(
                    key,
                    condition=Q(**{f"{key}__isnull": False}, may_duplicate=False, archived_at__isnull=True),
                    name=f"lead_{key}_once",
                )
                for key in IDENTITIES
            ),
        ]
        indexes = [
            models.Index(
                F("created_at").desc(),
                F("id").desc(),
                name="lead_newest",
                condition=Q(archived_at__isnull=True),
            ),
            models.Index(
                F("owner"), F("created_at").desc(), name="lead_book", condition=Q(owner__isnull=False)
            ),
            # With what is counted of a pool: the overview of pools reads no lead.
            models.Index(
                F("pool"),
                F("created_at").desc(),
                include=("claimable_at", "archived_at"),
                name="lead_pooled",
                condition=Q(pool__isnull=False),
            ),
            models.Index("home_pool", name="lead_dropped", condition=Q(status="invalid", owner=None)),
            models.Index(
                "owner",
                "next_follow_at",
                name="lead_next_follow",
                condition=Q(next_follow_at__isnull=False, owner__isnull=False),
            ),
            # Books are counted whenever leads are given: by what is open, however much lies closed.
            models.Index(
                "owner",
                "home_pool",
                name="lead_open",
                condition=Q(status__in=("assigned", "following"), archived_at__isnull=True),
            ),
            # What the sweep and the warnings look at each minute: only leads whose time runs.
            models.Index(
                "recycle_due_at", name="lead_recycle_due", condition=Q(recycle_due_at__isnull=False)
            ),
            models.Index("warn_at", name="lead_warn", condition=Q(warn_at__isnull=False)),
            # Lists by the next and the latest contact, and integrators who ask for what has changed.
            models.Index(
                "last_activity_at",
                "id",
                name="lead_last_activity",
                condition=Q(last_activity_at__isnull=False, archived_at__isnull=True),
            ),
            models.Index(
                "next_follow_at",
                "id",
                name="lead_next_contact",
                condition=Q(next_follow_at__isnull=False, archived_at__isnull=True),
            ),
            models.Index("updated_at", "id", name="lead_changed"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_closed(self) -> bool:
        return self.status in (Status.CONVERTED, Status.INVALID)


class Touch(models.Model):
    """One capture of a lead: how somebody came to us, or came again."""

    lead = models.ForeignKey(Lead, on_delete=models.CASCADE, related_name="touches")
    at = models.DateTimeField()
    door = models.CharField(max_length=20)  # manual, import, api, form ...
    source = _plain(Source)
    channel = _plain(Channel)
    campaign = _plain(Campaign)
    is_first = models.BooleanField(default=False)
    utm = OrjsonField(default=dict)
    keyword = models.CharField(max_length=200, blank=True, default="")
    landing_page = models.CharField(max_length=500, blank=True, default="")
    note = models.TextField(blank=True, default="", db_default="")  # what they said
    key = models.CharField(max_length=120, null=True)  # its name where it came from
    import_id = models.BigIntegerField(null=True)
    actor_id = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["lead", "key"], condition=Q(key__isnull=False), name="touch_once"
            ),  # what is sent twice is one touch
        ]


class Transfer(models.Model):
    """One change of place; the ledger from which quotas, cool-downs and conservation are read (I2)."""

    lead = models.ForeignKey(Lead, on_delete=models.CASCADE, related_name="transfers")
    at = models.DateTimeField()
    why = models.CharField(max_length=12, choices=Why)
    spot = models.CharField(max_length=8, choices=Spot)  # where it went
    from_owner_id = models.BigIntegerField(null=True)
    from_pool_id = models.BigIntegerField(null=True)
    to_owner_id = models.BigIntegerField(null=True)
    to_pool_id = models.BigIntegerField(null=True)
    from_status = models.CharField(max_length=12, null=True)
    to_status = models.CharField(max_length=12)
    reason = models.CharField(max_length=40, blank=True, default="")  # a picklist value
    note = models.TextField(blank=True, default="")
    actor_id = models.BigIntegerField(null=True)
    rule = models.CharField(max_length=80, blank=True, default="")  # rule and version, for automatic ones
    over_cap = models.BooleanField(default=False)  # an administrator's override or a handover (I3)

    class Meta:
        indexes = [
            models.Index(
                "to_owner_id", "at", name="transfer_claims", condition=Q(why="claimed")
            ),  # the daily claim ledger
            models.Index("from_owner_id", "at", name="transfer_given_up", condition=Q(why="returned")),
            models.Index("from_owner_id", "at", name="transfer_taken_back", condition=Q(why="recycled")),
            BrinIndex(fields=["at"], name="transfer_recent", autosummarize=True),  # it only ever grows
        ]


class StageChange(models.Model):
    """One step of `stage`, or of `status` where no change of place comes with it."""

    lead = models.ForeignKey(Lead, on_delete=models.CASCADE, related_name="stage_changes")
    at = models.DateTimeField()
    kind = models.CharField(max_length=6)  # stage or status
    before = models.CharField(max_length=20)
    after = models.CharField(max_length=20)
    reason = models.CharField(max_length=40, blank=True, default="")
    actor_id = models.BigIntegerField(null=True)
    due_at = models.DateTimeField(null=True)  # until when the step was to be taken, where a deadline ran


class Conversion(models.Model):
    """What a lead became; one per lead, so that converting twice makes nothing twice.

    `made` are the records that did not exist before, each with its version and what hung on it at the end of
    the conversion; `before` is the state of the lead to which an undo brings it back.
    """

    lead = models.OneToOneField(Lead, on_delete=models.PROTECT, related_name="conversion")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    contact = models.ForeignKey(Contact, null=True, on_delete=models.PROTECT, related_name="+")
    opportunity = models.ForeignKey(Opportunity, null=True, on_delete=models.PROTECT, related_name="+")
    opportunity_ids = ArrayField(models.BigIntegerField(), default=list)  # with those of other lines
    made = OrjsonField(default=list)
    before = OrjsonField(default=dict)
    left_out = OrjsonField(default=list)  # values that did not fit where they are mapped to
    at = models.DateTimeField()
    actor_id = models.BigIntegerField(null=True)

    class Meta:
        indexes = [GinIndex(fields=["opportunity_ids"], name="conversion_opportunities")]


class UndoneConversion(models.Model):
    """A conversion that was taken back; `was` holds what it had been, and what was archived."""

    lead = models.ForeignKey(Lead, on_delete=models.PROTECT, related_name="undone_conversions")
    converted_at = models.DateTimeField()
    converted_by_id = models.BigIntegerField(null=True)
    at = models.DateTimeField()
    actor_id = models.BigIntegerField(null=True)
    note = models.TextField(blank=True, default="")
    was = OrjsonField(default=dict)


class ConversionMap(models.Model):
    """The one row of settings: which field of a lead becomes which of what it is converted into."""

    id = models.SmallIntegerField(primary_key=True)
    content = OrjsonField(default=dict)  # record -> its field -> the lead's field; what differs from defaults
    version = models.PositiveIntegerField(default=0)
    updated_at = models.DateTimeField()
    updated_by_id = models.BigIntegerField(null=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="conversion_map_is_one")]


class OtherContact(models.Model):
    """A contact method that a merge left over: who writes from it again is the survivor."""

    merge = models.ForeignKey(Merge, on_delete=models.CASCADE, related_name="contacts")
    lead = models.ForeignKey(Lead, on_delete=models.CASCADE, related_name="other_contacts")
    field = models.CharField(max_length=12)
    value = models.CharField(max_length=254)

    class Meta:
        indexes = [models.Index(fields=["value"], name="other_contact_value")]


class Recalculation(models.Model):
    """Bringing all leads under changed rules, chunk by chunk in the background; a newer one takes over."""

    started_at = models.DateTimeField()
    actor_id = models.BigIntegerField(null=True)
    rule = models.CharField(max_length=80, blank=True, default="")  # what was changed
    after_xid = models.BigIntegerField()  # transactions up to here may still hold the old rules
    total = models.PositiveIntegerField(default=0)
    seen = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    cursor = models.BigIntegerField(default=0)  # the last lead looked at
    finished_at = models.DateTimeField(null=True)


class Reveal(models.Model):
    """Somebody had a hidden contact method shown: an act that is recorded and counted."""

    lead = models.ForeignKey(Lead, on_delete=models.CASCADE, related_name="reveals")
    user_id = models.BigIntegerField()
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index("user_id", "at", name="reveal_ledger")]


class PoolView(models.Model):
    """Somebody opened a pooled lead of a pool they do not administer; once a day (of the company's clock)."""

    pk = models.CompositePrimaryKey("user_id", "day", "lead_id")
    user_id = models.BigIntegerField()
    day = models.DateField()
    lead_id = models.BigIntegerField()
    pool_id = models.BigIntegerField()
    at = models.DateTimeField()

    class Meta:
        indexes = [BrinIndex(fields=["day"], name="pool_view_days", autosummarize=True)]
