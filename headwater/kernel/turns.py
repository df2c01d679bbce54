"""Whose turn it is when something is dealt among people by weights.

The rule is Tijdeman's for the chairman assignment problem (Discrete Mathematics 32, 1980): of those who are
due, the one whose deadline comes first. After any number of turns each share differs from weight x n by less
than 1, whatever the weights. Giving each turn to the largest credit, the usual smooth weighted round robin,
does not hold that: with many weights it drifts to 1.4.
"""

from collections.abc import Mapping, MutableMapping


def next_turn(standing: MutableMapping[int, int], weights: Mapping[int, int]) -> int:
    """Who is next of those in `weights` (all above zero); brings their `standing` up to date.

    A standing is weight x turns - total x given, so it starts at 0 and needs no rounding. Who is not in
    `weights` this time neither earns nor pays: whoever comes back from leave is not flooded.
    """
    total = sum(weights.values())
    for one, weight in weights.items():
        standing[one] = standing.get(one, 0) + weight
    if len(weights) == 1:
        (chosen,) = weights
    else:
        parts = 2 * len(weights) - 2
        due = [one for one in weights if standing[one] * parts >= total]
        # Nobody is due only after the circle has changed: then who is furthest behind.
        chosen = (
            min(due, key=lambda one: (((parts - 1) * total - parts * standing[one]) / weights[one], one))
            if due
            else max(weights, key=lambda one: (standing[one] / weights[one], -one))
        )
    standing[chosen] -= total
    return chosen
