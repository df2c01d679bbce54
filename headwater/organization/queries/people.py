"""The directory of people, for pickers, links and rules. Everybody signed in may see colleagues' names."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from headwater.kernel import sql, text
from headwater.kernel.access import Access
from headwater.kernel.errors import NotFound
from headwater.organization.builtin import ADMINISTRATOR
from headwater.organization.models import Role, User


@dataclass(frozen=True, slots=True)
class Person:
    """A colleague as pickers and links show them."""

    id: int
    name: str
    email: str
    title: str
    department_id: int | None
    department: str
    is_active: bool
    is_on_duty: bool
    level: int


def get_user(access: Access, user_id: int, *, lock: bool = False) -> User:
    """The person; `NotFound` when there is none. People are seen by all who hold the permission."""
    people = User.objects.select_for_update(of=("self",), no_key=True) if lock else User.objects
    user = people.select_related("department", "manager").filter(pk=user_id).first()
    if user is None:
        raise NotFound(record="user", id=user_id)
    return user


def users_within(access: Access) -> QuerySet[User]:
    """People of the directory with department, manager and roles, sorted by pinyin."""
    people = User.objects.select_related("department", "manager").prefetch_related("roles")
    return people.order_by("name_pinyin", "id")


def people_by_id(ids: Iterable[int]) -> dict[int, Person]:
    """Those of `ids` who exist, active or not."""
    return {person.id: person for person in _people(User.objects.filter(pk__in=set(ids)))}


def names_of(ids: Iterable[int]) -> dict[int, str]:
    """Names by id, for audit rows and feeds."""
    return dict(User.objects.filter(pk__in=set(ids)).values_list("pk", "name"))


def people_choices(
    q: str = "",
    *,
    among: Collection[int] | None = None,
    limit: int = 20,
    include_inactive: bool = False,
) -> list[Person]:
    """People for a picker: by part of the name, pinyin, initials or e-mail address, sorted by pinyin."""
    people = User.objects.all() if include_inactive else User.objects.filter(is_active=True)
    if among is not None:
        people = people.filter(pk__in=among)
    return _people(people.filter(matching(q)).order_by("name_pinyin", "id")[:limit])


def matching(q: str) -> Q:
    """The condition under which a person is found by what somebody typed."""
    wanted = text.fold(q)[:60]
    if not wanted:
        return Q()
    return (
        Q(name__icontains=wanted)
        | Q(name_pinyin__contains=wanted.replace(" ", ""))
        | Q(email__contains=wanted)
        | Q(mobile__contains=wanted)
    )


def _people(people: QuerySet[User]) -> list[Person]:
    rows = people.values_list(
        "pk",
        "name",
        "email",
        "title",
        "department_id",
        "department__name",
        "is_active",
        "is_on_duty",
        "level",
    )
    return [
        Person(pk, name, email, title, department_id, department or "", active, duty, level)
        for pk, name, email, title, department_id, department, active, duty, level in rows
    ]


def active_people() -> list[Person]:
    """Everybody who may sign in, sorted by pinyin: for matching names of files to people."""
    return _people(User.objects.filter(is_active=True).order_by("name_pinyin", "id"))


def active_ids(among: Collection[int] | None = None) -> frozenset[int]:
    """The people who may sign in, or those of `among` who may."""
    people = User.objects.filter(is_active=True)
    if among is not None:
        people = people.filter(pk__in=among)
    return frozenset(people.values_list("pk", flat=True))


def people_in(department_id: int, *, below: bool = True, active: bool = True) -> frozenset[int]:
    """The people of a department and, with `below`, of those under it."""
    found = sql.values(
        """
        SELECT u.id FROM organization_user u
        JOIN organization_department d ON d.id = u.department_id
        JOIN organization_department top ON top.id = %s
        WHERE (d.id = top.id OR (%s AND starts_with(d.path, top.path))) AND (u.is_active OR NOT %s)
        """,
        [department_id, below, active],
    )
    return frozenset(found)


def holders_of(permission: str) -> frozenset[int]:
    """Active people one of whose roles grants the permission; administrators included."""
    roles = Role.objects.filter(Q(key=ADMINISTRATOR) | Q(grants__permission=permission))
    return frozenset(
        User.objects.filter(is_active=True, roles__in=roles).distinct().values_list("pk", flat=True)
    )


def administrators() -> frozenset[int]:
    """Active people with the administrator's role."""
    return frozenset(
        User.objects.filter(is_active=True, roles__key=ADMINISTRATOR).values_list("pk", flat=True)
    )


def anybody_exists() -> bool:
    """False only before the first start made an administrator."""
    return User.objects.exists()
