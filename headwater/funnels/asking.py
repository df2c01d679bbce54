"""What the address of a page asks for; whatever it cannot take is as if it had not been said."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

import orjson

from headwater.funnels.rules import Rule
from headwater.funnels.types import CUTS, Cut
from headwater.insight.web.asked import read_period

_MOST = 200  # characters of a group's key


@dataclass(frozen=True, slots=True)
class Asked:
    """`period` in the words of an address, `value` as definitions have it.

    `against` is what the funnel stands beside: the period before, the year before, or nothing. `one` and
    `two` are groups of the cut `by`, as the JSON of their keys.
    """

    period: str
    value: Any
    against: str = ""
    by: Cut = Cut.SOURCE
    one: str = ""
    two: str = ""
    rule: str = ""
    of_rule: Rule | None = None  # the one that `rule` names, once it was looked up

    def address(self, path: str, **changes: str) -> str:
        """The same page asked otherwise; an empty value leaves the parameter out."""
        params = {
            "period": self.period,
            "vs": self.against or "none",
            "by": self.by.value,
            "one": self.one,
            "two": self.two,
            "rule": self.rule,
        } | changes
        return f"{path}?{urlencode({key: value for key, value in params.items() if value})}"

    @property
    def groups(self) -> tuple[str, ...]:
        """The chosen groups, in order."""
        return tuple(key for key in (self.one, self.two) if key)


def asked(params: Mapping[str, Any], *, period: str) -> Asked:
    """From the parameters of an address; `period` is the page's own when none is asked for."""
    said = str(params.get("period") or "")
    known, value = read_period(said)
    if not known:
        said = period
        known, value = read_period(said)
    found = Asked(said, value)
    against = str(params.get("vs") or "previous")
    by = str(params.get("by") or "")
    one, two = _key(params.get("one")), _key(params.get("two"))
    if not one:
        one, two = two, ""
    return replace(
        found,
        against=against if against in ("previous", "year") and value is not None else "",
        by=CUTS.get(by, Cut.SOURCE),
        one=one,
        two="" if two == one else two,
        rule=str(params.get("rule") or "")[:80],
    )


def _key(raw: Any) -> str:
    """A group's key as JSON, or nothing."""
    text = str(raw or "")
    if not text or len(text) > _MOST:
        return ""
    try:
        key = orjson.loads(text)
    except orjson.JSONDecodeError:
        return ""
    return text if not isinstance(key, list | dict) else ""
