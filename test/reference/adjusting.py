"""Adjustments: what people added to a dimension of a lead, or set it to."""
from collections import namedtuple
from fractions import Fraction

import values

# at is a moment (microseconds since 1970), op "add" or "set", points a Fraction.
Adjustment = namedtuple("Adjustment", "at dimension op points")
# What they come to at some moment; restart is the moment of the set that counts, or None.
Standing = namedtuple("Standing", "restart points")


def standing(adjustments, dimension, now):
    """The latest set up to now starts the dimension again; what was added before it is gone."""
    restart, points = None, Fraction(0)
    # Of the same moment, the one that comes later in the list came later.
    for adjustment in sorted(adjustments, key=lambda adjustment: adjustment.at):
        if adjustment.dimension != dimension or adjustment.at > now:
            continue
        if adjustment.op == "set":
            restart, points = adjustment.at, adjustment.points
        else:
            points += adjustment.points
    return Standing(restart, points)


def behind(gathered, standing_of_dimension, unit, zone):
    """The hits of later ticks than that of the set."""
    if standing_of_dimension.restart is None:
        return gathered
    last = values.tick_of(standing_of_dimension.restart, unit, zone)
    return tuple([hit for hit in hits if hit.tick > last] for hits in gathered)
