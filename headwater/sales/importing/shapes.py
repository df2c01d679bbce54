"""How the three record types differ when they come from a file."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from headwater.kernel import text
from headwater.sales.names import company_key
from headwater.sales.services.accounts import named
from headwater.sales.services.kinds import ACCOUNT, CONTACT, OPPORTUNITY, Kind
from headwater.sales.types import PERSONAL_METHODS

OWNER, PIPELINE, STAGE = "owner", "pipeline", "stage"
CREATED_AT, CLOSED_AT = "created_at", "closed_at"
PARENT, PRODUCT = "parent", "product"  # the company above an account; what an opportunity is about
BY_NUMBER = ".external_id"  # account.external_id: the account with this number in the other system


def _nothing(values: Mapping[str, Any]) -> dict[str, Any]:
    return {}


@dataclass(frozen=True)
class Shape:
    """A record type as its importer sees it.

    `identities` are columns of which a living record alone has a value, in the order in which they tell who
    it is; `links` are relations to records of the room; `twin` is how a record without number is recognised.
    """

    kind: Kind
    identities: tuple[str, ...]
    links: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    derived: Callable[[Mapping[str, Any]], dict[str, Any]] = _nothing
    picklists: Mapping[str, str] = field(default_factory=dict)
    moments: tuple[str, ...] = (CREATED_AT,)

    @property
    def key(self) -> str:
        return self.kind.key.value

    @property
    def plural(self) -> str:
        return self.kind.record_type.plural

    @cached_property
    def attributes(self) -> dict[str, str]:
        """Field to column of the table."""
        return {one.name: one.attname for one in self.kind.model._meta.concrete_fields}

    def twin_of(self, values: Mapping[str, Any]) -> str:
        """What two records have in common that are one, where nothing better tells; empty: cannot be told."""
        name = values.get("name")
        if not name or self.key == "contact":
            return ""
        if self.key == "opportunity":
            account = values.get("account_id")
            return f"{account}/{text.fold(name)}" if account else ""
        return text.fold(name)


def _account(values: Mapping[str, Any]) -> dict[str, Any]:
    return named(values["name"])


SHAPES = {
    "account": Shape(
        ACCOUNT,
        ("external_id",),
        needs=("name",),
        derived=_account,
        picklists={"industry": "industry", "company_size": "company_size", "level": "account_level"},
    ),
    "contact": Shape(
        CONTACT,
        ("external_id", *PERSONAL_METHODS),
        links=("account",),
        needs=("name",),
        picklists={"consent_basis": "consent_basis"},
    ),
    "opportunity": Shape(
        OPPORTUNITY,
        ("external_id",),
        links=("account", "contact"),
        needs=("name", "account_id"),
        picklists={"lost_reason": "lost_reason", "business_line": "business_line"},
        moments=(CREATED_AT, CLOSED_AT),
    ),
}
TABLES = {shape.key: shape.kind.table for shape in SHAPES.values()}


def name_key(name: str) -> str:
    """How the table of accounts finds a name."""
    return company_key(name)
