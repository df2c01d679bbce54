"""The choices of the wizard for orders and payments, checked."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from headwater.customization.importing import check_new_fields
from headwater.kernel.access import Access
from headwater.kernel.errors import Invalid
from headwater.orders.importing.targets import ACCOUNT, NUMBER, ORDER, OWNER
from headwater.orders.types import OrderState
from headwater.organization.queries import active_ids
from headwater.platform.imports.types import Policy, Work

ORDER_KEYS = ("policy", "owner", "owner_unknown", "links_unknown", "state")
PAYMENT_KEYS = ("policy", "over")


class _Complaints:
    def __init__(self) -> None:
        self.found: dict[str, dict[str, str]] = {}

    def __call__(self, key: str, code: str, detail: str) -> None:
        self.found.setdefault(key[:120], {"code": code, "detail": detail})

    def finish(self) -> None:
        if self.found:
            raise Invalid(fields=self.found)


def complete_orders(access: Access, work: Work) -> dict[str, Any]:
    """Options with defaults; refuses with `Invalid` naming each option or column that cannot work."""
    complain, given = _Complaints(), work.options
    _unknown(given, ORDER_KEYS, complain)
    options: dict[str, Any] = {
        "policy": _policy(given, (Policy.SKIP, Policy.FILL, Policy.UPDATE), complain),
        "owner": _owner(access, given.get("owner"), complain),
        "owner_unknown": _one_of(given, "owner_unknown", ("error", "default"), complain),
        "links_unknown": _one_of(given, "links_unknown", ("error", "leave"), complain),
        "state": _one_of(given, "state", (OrderState.ACTIVE, OrderState.DRAFT), complain),
    }
    if options["policy"] != Policy.SKIP and not access.may("orders.edit"):
        complain("options.policy", "access.forbidden", _("Your role does not allow this."))
    mapped = _mapped(access, work, complain)
    updates = options["policy"] != Policy.SKIP and mapped & {"external_id", "number"}
    if mapped and not updates and not mapped & {ACCOUNT, f"{ACCOUNT}{NUMBER}"}:
        words = _("Map a column to the account, or one to the account's external number.")
        complain("mapping.account", "import.no_account_column", words)
    if OWNER in mapped and not access.may("orders.assign"):
        complain("mapping.owner", "access.forbidden", _("Your role does not allow assigning to others."))
    complain.finish()
    return options | _preset(given)


def complete_payments(access: Access, work: Work) -> dict[str, Any]:
    """The same for payments: they are added or left out, never changed."""
    complain, given = _Complaints(), work.options
    _unknown(given, PAYMENT_KEYS, complain)
    options: dict[str, Any] = {
        "policy": _policy(given, (Policy.SKIP, Policy.CREATE), complain),
        "over": _one_of(given, "over", ("error", "credit"), complain),
    }
    mapped = _mapped(access, work, complain)
    if mapped and not mapped & {ORDER, f"{ORDER}{NUMBER}"}:
        words = _("Map a column to the order that each row is for.")
        complain("mapping.order", "import.no_record_column", words)
    for key, words in (
        ("amount", _("Map a column to the amount.")),
        ("paid_on", _("Map a column to the day.")),
    ):
        if mapped and key not in mapped:
            complain(f"mapping.{key}", "import.no_column", words)
    complain.finish()
    return options | _preset(given)


def _preset(given: Mapping[str, Any]) -> dict[str, Any]:
    return {"preset": str(given["preset"])[:40]} if given.get("preset") else {}


def _unknown(given: Mapping[str, Any], known: tuple[str, ...], complain: _Complaints) -> None:
    for key in given.keys() - {*known, "preset"}:
        complain(f"options.{key}"[:80], "import.unknown_option", _("There is no such option."))


def _policy(given: Mapping[str, Any], known: tuple[Policy, ...], complain: _Complaints) -> str:
    chosen = given.get("policy") or Policy.SKIP.value
    if chosen not in known:
        complain("options.policy", "value.choice", _("This is not one of the choices."))
    return str(chosen)


def _one_of(given: Mapping[str, Any], key: str, known: tuple[str, ...], complain: _Complaints) -> str:
    chosen = str(given.get(key) or known[0])
    if chosen not in known:
        complain(f"options.{key}", "value.choice", _("This is not one of the choices."))
    return chosen


def _owner(access: Access, raw: Any, complain: _Complaints) -> int | None:
    if raw in (None, "", "@me"):
        return access.user_id
    said = str(raw.get("id") if isinstance(raw, Mapping) else raw)
    person = int(said) if said.isascii() and said.isdigit() and len(said) < 19 else None
    if person is None or person not in active_ids([person]):
        complain("options.owner", "value.record", _("There is no such person, or they have left."))
    elif person != access.user_id and not access.may("orders.assign"):
        complain("options.owner", "access.forbidden", _("Your role does not allow assigning to others."))
    return person


def _mapped(access: Access, work: Work, complain: _Complaints) -> set[str]:
    mapped = {plan.target for plan in work.plans if plan.target}
    if not mapped and not any(plan.makes_field for plan in work.plans):
        complain("mapping", "import.nothing_mapped", _("Map at least one column to a field."))
    check_new_fields(access, work, complain)
    return mapped
