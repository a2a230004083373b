"""Reads a rules document, assumed to be valid, into plain objects with every default filled in."""
import json
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Any

import values

UNIT_HOURS = {"hour": 1, "day": 24, "week": 7 * 24, "month": 30 * 24, "year": 365 * 24}


@dataclass
class Bounds:
    low: Fraction | None = None
    high: Fraction | None = None

    def clamp(self, number):
        if self.low is not None and number < self.low:
            return self.low
        if self.high is not None and number > self.high:
            return self.high
        return number


@dataclass
class Rule:
    name: str
    enabled: bool
    dimension: str
    group: str | None
    bounds: Bounds
    form: str                                # "if", "attribute" (both of attributes) or "event"
    condition: dict
    points: Fraction | None
    bands: list | None                       # of (from or None, points)
    missing: Fraction
    # attribute rules
    attribute: str | None = None
    values: dict | None = None
    otherwise: Fraction = Fraction(0)
    # event rules; durations are in ticks
    kinds: frozenset | None = None           # None: every kind
    measure: str = "hits"
    measured: Any = None                     # the property, or the kinds of ratio_to
    unit: str = "day"
    within: int | None = None
    burst: int | None = None
    at_most: tuple | None = None             # (hits, ticks)
    limit: int | None = None
    decay: tuple | None = None               # (name, ticks, lose)


@dataclass
class Group:
    name: str
    dimension: str
    take: str
    bounds: Bounds


@dataclass
class Dimension:
    name: str
    weight: Fraction
    bounds: Bounds


@dataclass
class Level:
    """A stage, or a level of a label."""
    name: str
    start: Fraction | None
    needs: dict = field(default_factory=dict)
    keep: Fraction = Fraction(0)
    sticky: bool = False
    qualification: str | None = None


@dataclass
class Rules:
    zone: Any
    decimals: int
    bounds: Bounds
    dimensions: dict
    groups: dict
    exclude: list
    rules: list
    stages: list
    labels: dict                             # name -> (of, levels)
    probability: tuple | None                # (intercept, slope)


def parse_json(text):
    """JSON with every number exact."""
    return json.loads(text, parse_float=Decimal, parse_int=int)


def hours_of(duration):
    """'2 weeks' -> 336."""
    count, unit = duration.split(" ")
    return int(count) * UNIT_HOURS[unit.removesuffix("s")]


def number(obj, key, default=None):
    return Fraction(obj[key]) if key in obj else default


def bounds(obj):
    return Bounds(number(obj, "min"), number(obj, "max"))


def read(text):
    doc = parse_json(text)
    groups = {}
    for name, group in doc.get("groups", {}).items():
        groups[name] = Group(name, group.get("dimension", "engagement"), group.get("take", "sum"), bounds(group))
    rules = [read_rule(rule, groups) for rule in doc["rules"]]
    score = doc.get("score", {})
    probability = None
    if "probability" in doc:
        probability = (number(doc["probability"], "intercept"), number(doc["probability"], "slope"))
    labels = {name: (label["of"], [read_level(level) for level in label["levels"]])
              for name, label in doc.get("labels", {}).items()}
    return Rules(
        zone=values.zone_named(doc.get("timezone", "UTC")),
        decimals=int(score.get("decimals", 0)),
        bounds=bounds(score),
        dimensions=read_dimensions(doc, rules, groups),
        groups=groups,
        exclude=[entry["if"] for entry in doc.get("exclude", [])],
        rules=rules,
        stages=[read_level(stage) for stage in doc.get("stages", [])],
        labels=labels,
        probability=probability)


def read_dimensions(doc, rules, groups):
    if "dimensions" in doc:
        return {name: Dimension(name, number(dimension, "weight", Fraction(1)), bounds(dimension))
                for name, dimension in doc["dimensions"].items()}
    names = ["fit", "engagement"]
    names += [group.dimension for group in groups.values()] + [rule.dimension for rule in rules]
    return {name: Dimension(name, Fraction(1), Bounds()) for name in names}


def read_level(level):
    return Level(level["name"], number(level, "from"),
                 {name: Fraction(least) for name, least in level.get("needs", {}).items()},
                 number(level, "keep", Fraction(0)), level.get("sticky", False), level.get("qualification"))


def read_kinds(kinds):
    kinds = [kinds] if isinstance(kinds, str) else kinds
    return None if "*" in kinds else frozenset(kinds)


def read_rule(rule, groups):
    is_event = "on" in rule
    dimension = rule.get("dimension", "engagement" if is_event else "fit")
    if "group" in rule:
        dimension = groups[rule["group"]].dimension
    bands = None
    if "bands" in rule:
        bands = [(number(band, "from"), number(band, "points")) for band in rule["bands"]]
    result = Rule(
        name=rule["name"],
        enabled=rule.get("enabled", True),
        dimension=dimension,
        group=rule.get("group"),
        bounds=bounds(rule),
        form="event" if is_event else "attribute" if "attribute" in rule else "if",
        condition=rule.get("if", {}),
        points=number(rule, "points"),
        bands=bands,
        missing=number(rule, "missing", Fraction(0)),
        attribute=rule.get("attribute"),
        otherwise=number(rule, "otherwise", Fraction(0)))
    if "values" in rule:
        result.values = {key: Fraction(points) for key, points in rule["values"].items()}
    if is_event:
        read_event_rule(rule, result)
    return result


def read_event_rule(rule, result):
    result.kinds = read_kinds(rule["on"])
    measure = rule.get("measure", "hits")
    if isinstance(measure, dict):
        [(result.measure, result.measured)] = measure.items()
        if result.measure == "ratio_to":
            result.measured = read_kinds(result.measured)
    else:
        result.measure = measure

    decay = rule.get("decay", {})
    at_most = rule.get("at_most")
    # Every duration of the rule is in one unit: hours if one of them is written in hours, else days.
    durations = [rule["within"]] if "within" in rule else []
    durations += [at_most["per"]] if at_most else []
    durations += [decay[key] for key in ("half_life", "linear", "every") if key in decay]
    result.unit = "hour" if any("hour" in duration for duration in durations) else "day"
    hours_per_tick = 1 if result.unit == "hour" else 24

    def ticks(duration):
        return hours_of(duration) // hours_per_tick

    result.within = ticks(rule["within"]) if "within" in rule else None
    result.burst = rule.get("burst")
    result.at_most = (at_most["hits"], ticks(at_most["per"])) if at_most else None
    result.limit = rule.get("limit")
    for key in ("half_life", "linear", "every"):
        if key in decay:
            result.decay = (key, ticks(decay[key]), number(decay, "lose"))
