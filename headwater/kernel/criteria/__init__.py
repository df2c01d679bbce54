"""One language for conditions: filters, saved views, rules, gates, reports.

A tree of `{"all": [...]}`, `{"any": [...]}`, `{"not": {...}}` over leaves `{"field", "op", "value"}`.
`parse` checks it against the catalogue, `to_sql` compiles it for sets, `matches` evaluates it for one
record; the two agree (property-tested).
"""

from headwater.kernel.criteria.evaluate import matches
from headwater.kernel.criteria.operators import OPERATORS, Operator, operators_for
from headwater.kernel.criteria.parse import Criteria, everything, parse
from headwater.kernel.criteria.sql import to_sql

__all__ = [
    "OPERATORS",
    "Criteria",
    "Operator",
    "everything",
    "matches",
    "operators_for",
    "parse",
    "to_sql",
]
