"""Evidence: which events of a lead are hits of which rule, and how hits are counted tick by tick."""
from collections import Counter, namedtuple
from datetime import date, datetime
from fractions import Fraction

import conditions
import values

# at is a datetime with zone, None, or the text "infinity" or "-infinity".
Event = namedtuple("Event", "kind at properties")
Hit = namedtuple("Hit", "moment tick value")

MOST = 10 ** 15


def gather(rules, events):
    """For every enabled event rule: (its hits, the hits of the kinds it is divided by)."""
    dated = [(event, values.moment_of(event.at)) for event in events
             if event.kind is not None and isinstance(event.at, datetime)]
    result = {}
    for rule in rules.rules:
        if rule.form != "event" or not rule.enabled:
            continue
        hits, divisor = [], []
        for event, moment in dated:
            tick = values.tick_of(moment, rule.unit, rules.zone)
            if is_of(event.kind, rule.kinds) and conditions.holds(rule.condition, event.properties, rules.zone):
                value = None
                if rule.measure in ("sum", "distinct"):
                    value = conditions.find(event.properties, rule.measured)
                hits.append(Hit(moment, tick, value))
            if rule.measure == "ratio_to" and is_of(event.kind, rule.measured):
                divisor.append(Hit(moment, tick, None))
        result[rule.name] = (hits, divisor)
    return result


def newest_day(rules, gathered):
    """The newest day, in the rules' zone, with evidence that some rule counts, whenever that is: a date or None.
    An hour belongs to the day in which it begins; hits of a sum that come to 0 in a tick are not there."""
    days = []
    for rule in rules.rules:
        if rule.name not in gathered:
            continue
        hits, divisor = gathered[rule.name]
        if rule.measure == "sum":
            ticks = [tick for tick, total in exact_sums(hits).items() if total != 0]
        elif rule.measure == "distinct":
            ticks = newest_per_value(hits, rules.zone)
        else:
            ticks = [hit.tick for hit in hits]
        for tick in [*ticks, *(hit.tick for hit in divisor)]:
            days.append(tick if rule.unit == "day" else values.tick_of(tick * values.HOUR, "day", rules.zone))
    return date.fromordinal(max(days)) if days else None


def is_of(kind, kinds):
    return kinds is None or kind in kinds


def count_per_tick(hits):
    return Counter(hit.tick for hit in hits)


def newest_per_value(hits, zone):
    """distinct: every value is one hit, at the newest tick it was seen."""
    newest = {}
    for hit in hits:
        for value in distinct_values(hit.value, zone):
            newest[value] = max(newest.get(value, hit.tick), hit.tick)
    return Counter(newest.values())


def distinct_values(value, zone):
    """The values in a property, each with its type, for a number and a text are never the same."""
    elements = value if isinstance(value, list) else [value]
    for element in elements:
        kind = values.kind_of(element)
        if kind == "number":
            yield kind, values.exact_number(element)
        elif kind == "time":
            yield kind, values.time_moment(element, zone)
        elif kind in ("text", "boolean"):
            yield kind, element


def sum_per_tick(hits):
    """The sum of each tick, held within +-10^15. An event without a number is there, as 0."""
    return {tick: max(Fraction(-MOST), min(Fraction(MOST), total)) for tick, total in exact_sums(hits).items()}


def exact_sums(hits):
    sums = {}
    for hit in hits:
        sums[hit.tick] = sums.get(hit.tick, Fraction(0)) + summand(hit.value)
    return sums


def summand(value):
    if values.kind_of(value) != "number":
        return Fraction(0)
    number = values.exact_number(value)
    return Fraction(0) if abs(number) > MOST else values.round_half_away(number, 6)


def bursts(counts, least):
    """A tick with at least so many hits is one hit, any other none."""
    return {tick: 1 for tick, count in counts.items() if count >= least}


def rate_limited(counts, most, length):
    """at_most: a period opens at a tick with a hit and lasts so many ticks; the earliest hits in it count."""
    kept = {}
    end, left = None, 0
    for tick in sorted(counts):
        if end is None or tick >= end:
            end, left = tick + length, most
        kept[tick] = min(counts[tick], left)
        left -= kept[tick]
    return kept


def newest_only(counts, most):
    """limit: so many hits count, the newest first."""
    kept = {}
    for tick in sorted(counts, reverse=True):
        kept[tick] = min(counts[tick], most)
        most -= kept[tick]
    return kept
