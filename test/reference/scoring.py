"""The score of one lead at one moment, step by step as the reference text has it."""
import math
from collections import namedtuple
from decimal import ROUND_HALF_UP, Context, Decimal
from datetime import date, datetime
from fractions import Fraction
from functools import lru_cache

import adjusting
import conditions
import evidence
import values

Scored = namedtuple("Scored", "score stage qualification probability dimensions labels")

PRECISE = Context(prec=60, Emin=-999_999_999_999, Emax=999_999_999_999)
MOST = 10 ** 15


def score(rules, attributes, gathered, now, previous_stage=None, drop_later_events=False, adjustments=()):
    """gathered is what evidence.gather() found; now a datetime with zone; adjustments as adjusting.Adjustment.
    drop_later_events: events after now do not count at all (else: events of a later tick do not)."""
    now = values.moment_of(now)
    adjusted = {name: adjusting.standing(adjustments, name, now) for name in rules.dimensions}
    dimensions = dimension_points(rules, attributes, gathered, now, drop_later_events, adjusted)
    raw = sum((values.round_half_away(rules.dimensions[name].weight * points, 6)
               for name, points in dimensions.items()), Fraction(0))
    final = values.round_half_away(rules.bounds.clamp(raw), rules.decimals)
    probability = probability_of(rules, raw)
    stage, qualification = stage_of(rules, final, dimensions, previous_stage)
    if any(conditions.holds(condition, attributes, rules.zone, now) for condition in rules.exclude):
        final, stage, qualification, probability = None, "excluded", None, None
    return Scored(
        None if final is None else Decimal(values.decimal_text(final, rules.decimals)),
        stage, qualification, probability,
        {name: Decimal(values.decimal_text(points)) for name, points in dimensions.items()},
        labels_of(rules, final, probability, dimensions))


# Points

def dimension_points(rules, attributes, gathered, now, drop_later_events, adjusted):
    points = {name: adjusted[name].points for name in rules.dimensions}
    in_group = {name: [] for name in rules.groups}
    for rule in rules.rules:
        if not rule.enabled:
            continue
        if rule.form == "event":
            found = adjusting.behind(gathered[rule.name], adjusted[rule.dimension], rule.unit, rules.zone)
            given = event_points(rule, found, rules.zone, now, drop_later_events)
        else:
            given = attribute_points(rule, attributes, rules.zone, now)
        given = rule.bounds.clamp(given)
        if rule.group is None:
            points[rule.dimension] += given
        else:
            in_group[rule.group].append(given)
    for name, group in rules.groups.items():
        points[group.dimension] += group.bounds.clamp(taken(group.take, in_group[name]))
    return {name: rules.dimensions[name].bounds.clamp(total) for name, total in points.items()}


def taken(take, points):
    if not points:
        return Fraction(0)
    return {"sum": sum, "max": max, "min": min}[take](points)


def band_points(bands, number):
    result = Fraction(0)
    for start, points in bands:
        if start is None or start <= number:
            result = points
    return result


def attribute_points(rule, attributes, zone, now):
    if rule.form == "if":
        return rule.points if conditions.holds(rule.condition, attributes, zone, now) else Fraction(0)
    return value_points(rule, conditions.find(attributes, rule.attribute))


def value_points(rule, value):
    if isinstance(value, list):
        return max((single_points(rule, element) for element in value), default=rule.missing)
    return single_points(rule, value)


def single_points(rule, value):
    """Of a value that is no array, or an element of one: a nested array is there, but has no value."""
    kind = values.kind_of(value)
    if rule.bands is not None:
        return band_points(rule.bands, values.exact_number(value)) if kind == "number" else rule.missing
    if kind == "null":
        return rule.missing
    if kind == "text":
        key = value
    elif kind == "number":
        key = values.number_key(values.exact_number(value))
    elif kind == "boolean":
        key = "true" if value else "false"
    elif isinstance(value, date) and not isinstance(value, datetime):
        key = value.isoformat()
    else:
        return rule.otherwise
    return rule.values.get(key, rule.otherwise)


def event_points(rule, gathered, zone, now, drop_later_events):
    today = values.tick_of(now, rule.unit, zone)
    hits, divisor = gathered
    hits = up_to_now(hits, today, now, drop_later_events)
    divisor = up_to_now(divisor, today, now, drop_later_events)

    if rule.measure == "idle":
        if not hits:
            return rule.missing
        return band_points(rule.bands, today - max(hit.tick for hit in hits))

    # How much each tick counts for, in the order of the reference: distinct or burst, at_most, within, limit.
    if rule.measure == "sum":
        ticks = evidence.sum_per_tick(hits)
    elif rule.measure == "distinct":
        ticks = evidence.newest_per_value(hits, zone)
    else:
        ticks = evidence.count_per_tick(hits)
    if rule.burst is not None:
        ticks = evidence.bursts(ticks, rule.burst)
    if rule.at_most is not None:
        ticks = evidence.rate_limited(ticks, *rule.at_most)
    ticks = inside(ticks, rule.within, today)
    if rule.limit is not None:
        ticks = evidence.newest_only(ticks, rule.limit)

    if rule.points is not None:
        total = sum((weight(rule.decay, today - tick) * amount for tick, amount in ticks.items()), Fraction(0))
        given = values.round_half_away(rule.points * total, 6)
        return max(Fraction(-MOST), min(Fraction(MOST), given))
    measured = sum(ticks.values(), Fraction(0))
    if rule.measure == "ratio_to":
        of = sum(inside(evidence.count_per_tick(divisor), rule.within, today).values())
        if of == 0:
            return rule.missing
        measured = measured / of
    return band_points(rule.bands, measured)


def up_to_now(hits, today, now, drop_later_events):
    return [hit for hit in hits if hit.tick <= today and not (drop_later_events and hit.moment > now)]


def inside(ticks, within, today):
    return {tick: amount for tick, amount in ticks.items() if within is None or today - tick < within}


@lru_cache(maxsize=200_000)
def weight(decay, age):
    """The weight of a hit of this age in ticks, rounded to 9 places (a weight is never negative)."""
    if decay is None:
        return Fraction(1)
    name, length, lose = decay
    if name == "half_life":
        return half_life_weight(age, length)
    if name == "linear":
        exact = 1 - Fraction(age, length)
    else:
        exact = 1 - lose * (age // length)
    return values.round_half_away(max(Fraction(0), exact), 9)


def half_life_weight(age, length):
    if age % length == 0:                      # the only weights that can lie exactly half way
        return values.round_half_away(Fraction(1, 2 ** (age // length)), 9)
    exponent = PRECISE.divide(Decimal(-age), Decimal(length))
    exact = PRECISE.power(Decimal(2), exponent)
    return Fraction(exact.quantize(Decimal("1e-9"), rounding=ROUND_HALF_UP, context=PRECISE))


# Stages, labels, probability

def probability_of(rules, raw):
    if rules.probability is None:
        return None
    intercept, slope = rules.probability
    try:
        return 1 / (1 + math.exp(-float(intercept + slope * raw)))
    except OverflowError:
        return 0.0 if intercept + slope * raw < 0 else 1.0


def level_of(levels, number, dimensions):
    """The place of the last level whose from and needs hold."""
    result = 0
    for place, level in enumerate(levels):
        if (level.start is None or level.start <= number) and needs_hold(level, dimensions):
            result = place
    return result


def needs_hold(level, dimensions):
    return all(dimensions[name] >= least for name, least in level.needs.items())


def stage_of(rules, final, dimensions, previous):
    stages = rules.stages
    if not stages:
        return None, None
    place = level_of(stages, final, dimensions)
    names = [stage.name for stage in stages]
    if previous in names:
        before = names.index(previous)
        kept = stages[before]
        if (kept.start is None or final >= kept.start - kept.keep) and needs_hold(kept, dimensions):
            place = max(place, before)
        for reached in range(before + 1):
            if stages[reached].sticky:
                place = max(place, reached)
    return stages[place].name, stages[place].qualification


def labels_of(rules, final, probability, dimensions):
    result = {}
    for name, (of, levels) in rules.labels.items():
        if of == "score":
            number = final
        elif of == "probability":
            number = None if probability is None else Fraction(probability)
        else:
            number = dimensions[of]
        result[name] = None if number is None else levels[level_of(levels, number, dimensions)].name
    return result
