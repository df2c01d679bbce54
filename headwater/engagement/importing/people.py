"""People as files name them: by name, e-mail address or mobile."""

from collections.abc import Callable

from django.utils.translation import gettext as _

from headwater.kernel import text
from headwater.kernel.access import Access
from headwater.kernel.catalogue.values import BadValue
from headwater.organization.queries import users_within


def people_by_word(access: Access, *, active: bool = True, standing: str = "") -> dict[str, int | None]:
    """Folded names, addresses and mobiles of people; a name that two people share stands for nobody.

    With `standing="here"` those who are invited but have not joined yet count too.
    """
    found: dict[str, int | None] = {}
    people = users_within(access)
    if standing == "here":
        people = people.filter(deactivated_at=None)
    elif active:
        people = people.filter(is_active=True)
    for pk, name, email, mobile in people.values_list("id", "name", "email", "mobile"):
        folded = text.fold(name)
        found[folded] = None if folded in found and found[folded] != pk else pk
        found[text.fold(email)] = pk
        for number in _ways_to_write(mobile):
            found[number] = pk
    return found


def _ways_to_write(mobile: str) -> list[str]:
    if not mobile:
        return []
    plain = mobile.removeprefix("+86")
    return [text.fold(mobile), text.fold(plain)]


def person(known: dict[str, int | None], raw: str) -> int | None:
    """Whom a cell names; also as some systems write it: `name (address)` or `name <address>`."""
    folded = text.fold(raw)
    found = known.get(folded)
    if found is None and ("<" in folded or "(" in folded):
        head, _mark, rest = folded.replace("<", "(").partition("(")
        found = known.get(rest.rstrip(")> ").strip()) or known.get(head.strip())
    return found


def unknown_name(raw: str) -> BadValue:
    """The complaint about a name that nobody here has."""
    return BadValue("value.unknown_name", _("“%(value)s” is not known here.") % {"value": raw[:80]})


def person_finder(known: dict[str, int | None], *, otherwise: int | None = None) -> Callable[[str], int]:
    """Cells to people; who is unknown is `otherwise`, or a complaint."""

    def find(raw: str) -> int:
        found = person(known, raw) or otherwise
        if found is None:
            raise unknown_name(raw)
        return found

    return find
