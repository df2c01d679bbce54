"""Medians, exact and by one sort."""

# The lower and the upper one of the two in the middle, twice the same where there is one: right up to five
# thousand million values. percentile_cont would go through floating point.
_BOTH = "ARRAY[0.5, 0.5000000001]"


def middle(value: str, when: str) -> str:
    """The SQL of the median of `value`; PostgreSQL computes what is written twice once."""
    both = f"(percentile_disc({_BOTH}) WITHIN GROUP (ORDER BY {value}){when})"
    return f"(({both}[1] + {both}[2])::numeric / 2)"
