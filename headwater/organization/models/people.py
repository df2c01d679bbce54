"""People, departments and roles."""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower

from headwater.kernel.access import FieldRule as Rule
from headwater.kernel.access import Scope
from headwater.organization.builtin import BUILTIN_ROLES
from headwater.organization.models.working_time import Calendar
from headwater.organization.types import Level, Standing, Theme


class Department(models.Model):
    """A node of the company's tree. `path` holds the ids from the root down to itself: `1/4/`."""

    name = models.CharField(max_length=100)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    path = models.CharField(max_length=500, default="")
    position = models.IntegerField(default=0)
    leader = models.ForeignKey(
        "organization.User", models.SET_NULL, null=True, blank=True, related_name="leads_departments"
    )
    calendar = models.ForeignKey(  # null: the calendar of the department above, at the top the default one
        Calendar, models.PROTECT, null=True, blank=True, related_name="departments"
    )
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    archived_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                "parent",
                Lower("name"),
                name="department_name_once_per_parent",
                condition=Q(archived_at__isnull=True),
                nulls_distinct=False,
            ),
            models.CheckConstraint(name="department_not_its_own_parent", condition=~Q(parent=F("id"))),
        ]
        indexes: ClassVar = [
            models.Index(fields=["path"], name="department_path", opclasses=["varchar_pattern_ops"]),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def depth(self) -> int:
        """How many departments stand above this one."""
        return self.path.count("/") - 1


class Role(models.Model):
    """A named set of grants and field rules. Built-in roles keep their `key`; own ones have none.

    A built-in role that nobody renamed is shown in the reader's language: use `label`, not `name`.
    """

    key = models.CharField(max_length=40, unique=True, null=True, blank=True)
    name = models.CharField(max_length=80)
    description = models.CharField(max_length=400, blank=True, default="")
    is_builtin = models.BooleanField(default=False)
    position = models.IntegerField(default=0)
    offered = models.JSONField(default=list)  # codes whose default grant was written once; see builtin
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(Lower("name"), name="role_name_once")]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """The name in the active language."""
        builtin = BUILTIN_ROLES.get(self.key or "")
        return str(builtin.name) if builtin and self.name == builtin.given_name else self.name

    @property
    def note(self) -> str:
        """The description in the active language."""
        builtin = BUILTIN_ROLES.get(self.key or "")
        if builtin and self.description == builtin.given_description:
            return str(builtin.description)
        return self.description


class RoleGrant(models.Model):
    """One permission of a role, over the records of `scope`."""

    role = models.ForeignKey(Role, models.CASCADE, related_name="grants", db_index=False)
    permission = models.CharField(max_length=80)
    scope = models.CharField(max_length=20, choices=Scope, default=Scope.OWN)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["role", "permission"], name="grant_once"),
            models.CheckConstraint(name="grant_scope", condition=Q(scope__in=Scope.values)),
        ]


class FieldRule(models.Model):
    """How a role meets one field of one record type; no row means visible."""

    role = models.ForeignKey(Role, models.CASCADE, related_name="field_rules", db_index=False)
    record = models.CharField(max_length=40)
    field = models.CharField(max_length=80)
    rule = models.CharField(max_length=12, choices=Rule)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["role", "record", "field"], name="field_rule_once"),
            models.CheckConstraint(name="field_rule_value", condition=Q(rule__in=Rule.values)),
        ]


class People(BaseUserManager["User"]):
    """Django's door to people by their e-mail address, whatever its case."""

    def get_by_natural_key(self, username: str | None) -> "User":
        """The person with this address; Django's authentication asks by this name."""
        return self.get(email__iexact=username)


class User(AbstractBaseUser):
    """A person who may sign in. Never deleted: records keep pointing to who did what."""

    email = models.EmailField(max_length=254)
    name = models.CharField(max_length=60)
    name_pinyin = models.CharField(max_length=200, default="", blank=True)  # "zhangsan zs": sort, search
    mobile = models.CharField(max_length=32, blank=True, default="")
    title = models.CharField(max_length=80, blank=True, default="")
    department = models.ForeignKey(Department, models.PROTECT, null=True, blank=True, related_name="people")
    manager = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="reports")
    roles = models.ManyToManyField(Role, related_name="people", blank=True)

    is_active = models.BooleanField(default=False)  # joined and not deactivated; see the constraint
    joined_at = models.DateTimeField(null=True, blank=True)
    deactivated_at = models.DateTimeField(null=True, blank=True)
    last_seen_at = models.DateTimeField(null=True, blank=True)

    language = models.CharField(max_length=10, default="zh-hans")
    theme = models.CharField(max_length=10, choices=Theme, default=Theme.AUTO)
    time_zone = models.CharField(max_length=60, default="Asia/Shanghai")

    level = models.SmallIntegerField(choices=Level, default=Level.REGULAR)
    private_cap = models.PositiveIntegerField(null=True, blank=True)  # null: the company's setting
    is_on_duty = models.BooleanField(default=True)

    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    objects: ClassVar[People] = People()

    stamp: tuple[str, int] | None = None  # under which state of the company a session's person was read

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["email"], name="user_email_once"),
            models.CheckConstraint(name="user_email_lower_case", condition=Q(email=Lower(F("email")))),
            models.CheckConstraint(
                name="user_active_means_joined_and_not_left",
                condition=Q(is_active=True, joined_at__isnull=False, deactivated_at__isnull=True)
                | (Q(is_active=False) & (Q(joined_at__isnull=True) | Q(deactivated_at__isnull=False))),
            ),
            models.CheckConstraint(name="user_not_their_own_manager", condition=~Q(manager=F("id"))),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def standing(self) -> Standing:
        """Invited, active or deactivated."""
        if self.deactivated_at is not None:
            return Standing.DEACTIVATED
        return Standing.ACTIVE if self.is_active else Standing.INVITED

    def clean(self) -> None:
        """Addresses are kept in lower case."""
        self.email = self.email.strip().lower()

    def get_full_name(self) -> str:
        """The name; allauth and Django's mails ask by this name."""
        return self.name

    def get_short_name(self) -> str:
        """The name again: Chinese names have no short form."""
        return self.name

    def has_perm(self, perm: str, obj: Any = None) -> bool:
        """Never: Django's own permissions are not used, `permit()` is the one door."""
        return False

    def has_module_perms(self, app_label: str) -> bool:
        """Never; see `has_perm`."""
        return False


class Invitation(models.Model):
    """A link by which an invited person sets a password and joins. Only the token's hash is kept."""

    user = models.ForeignKey(User, models.CASCADE, related_name="invitations")
    token_hash = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+", db_index=False)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
