"""Tables of what administrators and users make to measure. Verbs live in `services`."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from headwater.customization.types import Density, IndexState, Sharing
from headwater.kernel.catalogue import FieldType


class Stamp(models.Model):
    """One row that changes with every change of fields or picklists; processes compare it with theirs."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    value = models.BigIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(name="stamp_is_one_row", condition=Q(id=1))]


class Picklist(models.Model):
    """A list of choices. Built-in ones are registered by rooms; those of one custom field carry its name."""

    key = models.CharField(max_length=120, unique=True)
    label = models.CharField(max_length=80, blank=True, default="")  # blank: the registered, translated one
    description = models.CharField(max_length=400, blank=True, default="")
    is_builtin = models.BooleanField(default=False)
    is_own = models.BooleanField(default=False)  # belongs to one custom field and is edited there
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.label or self.key


class PicklistItem(models.Model):
    """One choice. `value` is what records keep and never changes; a retired item is not offered any more."""

    picklist = models.ForeignKey(Picklist, models.CASCADE, related_name="items", db_index=False)
    value = models.CharField(max_length=200)
    label = models.CharField(max_length=120, blank=True, default="")  # blank: the registered, translated one
    labels = models.JSONField(default=dict)  # {"en": ...}: other languages, optional
    color = models.CharField(max_length=20, blank=True, default="")
    position = models.IntegerField(default=0)
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="children", db_index=False)
    is_builtin = models.BooleanField(default=False)
    retired_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["picklist", "value"], name="picklist_value_once"),
        ]

    def __str__(self) -> str:
        return self.label or self.value


class CustomField(models.Model):
    """A field that an administrator added to a record type.

    Values lie in the record's `custom` column under `name`, which is never given to another field again,
    so that a retired field's history stays readable.
    """

    record = models.CharField(max_length=40)
    name = models.CharField(max_length=48)
    label = models.CharField(max_length=80)
    labels = models.JSONField(default=dict)  # {"en": ...}: other languages, optional
    type = models.CharField(max_length=20, choices=FieldType)
    help = models.CharField(max_length=400, blank=True, default="")
    group = models.CharField(max_length=80, blank=True, default="")
    position = models.IntegerField(default=0)

    is_required = models.BooleanField(default=False)
    default = models.JSONField(null=True)
    minimum = models.DecimalField(max_digits=20, decimal_places=6, null=True)
    maximum = models.DecimalField(max_digits=20, decimal_places=6, null=True)
    decimals = models.SmallIntegerField(null=True)
    max_length = models.IntegerField(default=255)
    pattern = models.CharField(max_length=200, blank=True, default="")
    relation = models.CharField(max_length=40, blank=True, default="")
    picklist = models.ForeignKey(Picklist, models.PROTECT, null=True, related_name="fields", db_index=False)
    number_format = models.CharField(max_length=60, blank=True, default="")  # "LD-{year}-{number:5}"
    is_personal = models.BooleanField(default=False)
    in_list = models.BooleanField(default=False)
    headers = ArrayField(models.CharField(max_length=120), default=list)  # import columns it is known by

    is_filterable = models.BooleanField(default=False)
    index_state = models.CharField(max_length=10, choices=IndexState, default=IndexState.NONE)
    index_error = models.CharField(max_length=400, blank=True, default="")

    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    created_by_id = models.BigIntegerField(null=True)
    retired_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["record", "name"], name="custom_field_name_once"),
            models.UniqueConstraint(
                "record",
                Lower("label"),
                name="custom_field_label_once",
                condition=Q(retired_at__isnull=True),
            ),
            # The name becomes part of SQL expressions: the database insists on an identifier too.
            models.CheckConstraint(name="custom_field_name", condition=Q(name__regex="^[a-z][a-z0-9_]*$")),
            models.CheckConstraint(name="custom_field_type", condition=Q(type__in=FieldType.values)),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def key(self) -> str:
        return f"custom.{self.name}"


class SavedView(models.Model):
    """A list's filter, order and columns under a name; `record` may be any record type."""

    record = models.CharField(max_length=40)
    name = models.CharField(max_length=60)
    owner = models.ForeignKey("organization.User", models.PROTECT, related_name="+", db_index=False)
    sharing = models.CharField(max_length=10, choices=Sharing, default=Sharing.PRIVATE)
    department_ids = ArrayField(models.BigIntegerField(), default=list)
    role_ids = ArrayField(models.BigIntegerField(), default=list)
    criteria = models.JSONField(default=dict)
    sort = models.CharField(max_length=300, blank=True, default="")
    columns = ArrayField(models.CharField(max_length=120), default=list)
    density = models.CharField(max_length=12, choices=Density, blank=True, default="")
    position = models.IntegerField(default=0)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint("record", "owner", Lower("name"), name="view_name_once_per_owner"),
        ]
        indexes: ClassVar = [models.Index(fields=["record", "owner"], name="view_record_owner")]

    def __str__(self) -> str:
        return self.name


class ColumnChoice(models.Model):
    """How one person likes one list: the columns, per view; with `view` blank, what opens first."""

    user = models.ForeignKey("organization.User", models.CASCADE, related_name="+", db_index=False)
    record = models.CharField(max_length=40)
    view = models.CharField(max_length=60, blank=True, default="")  # key of a view; "" is the list itself
    columns = ArrayField(models.CharField(max_length=120), default=list)
    density = models.CharField(max_length=12, choices=Density, blank=True, default="")
    first_view = models.CharField(max_length=60, blank=True, default="")  # only on the row of the list
    updated_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "record", "view"], name="column_choice_once"),
        ]
