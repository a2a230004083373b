"""Random cases: a rules document, some leads with their events, and the questions to ask of them.

The same generator state always gives the same case.
"""
from collections import namedtuple
from fractions import Fraction

import adjusting
import document
import evidence
import generate_rows
import generate_rules
from generate_values import World, Field, any_value, as_datetime, chance, json_text, of_flavour

# columns: None, or {"attributes": [(name, type)], "properties": [(name, type)]}.
Case = namedtuple("Case", "rules columns leads events questions")
# value is what the reference reads, text the JSON to hand on (of a row: an object of column to literal).
Lead = namedtuple("Lead", "key value text")
LeadEvent = namedtuple("LeadEvent", "lead kind at value text")
# mode: "tally", "as_of" or "maintained", and then with adjustments.
Question = namedtuple("Question", "lead as_of previous_stage mode adjustments", defaults=((),))

ATTRIBUTES = [
    Field("employees", "number"), Field("revenue", "number"), Field("job_title", "text"), Field("industry", "text"),
    Field("country", "text"), Field("email_domain", "text"), Field("active", "boolean"), Field("tags", "text"),
    Field("scores", "number"), Field("signup", "iso"), Field("seen", "iso"), Field("dates", "iso"),
    Field("mixed", "text")]
PROPERTIES = [
    Field("url", "text"), Field("email_id", "text"), Field("seconds", "number"), Field("amount", "number"),
    Field("ok", "boolean"), Field("list", "number"), Field("when", "iso"), Field("note", "text"),
    Field("mixed", "number")]
LISTS = {"tags", "scores", "dates", "list"}

# Objects in which dots lie in wait: the same name as a key, as a path, and as several paths.
TRAPS = [Field(name, flavour) for name, flavour in (
    ("a.b.c", "number"), ("a.b", "number"), ("a.x", "text"), ("a.b.c.d", "text"), ("company.industry", "text"),
    ("company.size", "number"), ("company.geo.city", "text"), ("company.list.0", "number"), ("company", "text"))]


def json_object(rng, fields, world):
    result = {}
    for field in fields:
        style = rng.random()
        if style < 0.1:
            continue
        if style < 0.16:
            result[field.name] = None
        elif style < 0.22 or field.name == "mixed":
            result[field.name] = any_value(rng, world)
        elif field.name in LISTS:
            result[field.name] = [any_value(rng, world) if chance(rng, 0.2) else of_flavour(rng, field.flavour, world)
                                  for _ in range(rng.choice([0, 1, 2, 2, 3, 4]))]
        else:
            result[field.name] = of_flavour(rng, field.flavour, world)
    add_traps(rng, result, world)
    return result


def add_traps(rng, result, world):
    def put(holder, key, value):
        if chance(rng, 0.45):
            holder[key] = None if chance(rng, 0.1) else any_value(rng, world) if chance(rng, 0.1) else value()

    def number():
        return of_flavour(rng, "number", world)

    def text():
        return of_flavour(rng, "text", world)

    def inner():
        holder = {}
        put(holder, "c", number)
        put(holder, "c.d", text)
        return holder

    def a():
        holder = {}
        put(holder, "b", inner)
        put(holder, "b.c", number)
        put(holder, "x", text)
        return holder

    def company():
        holder = {"list": [1, 2]}
        put(holder, "industry", text)
        put(holder, "size", number)
        put(holder, "geo", lambda: {"city": text()})
        put(holder, "geo.city", text)
        return holder

    for key, make in (("a", a), ("a.b", inner), ("a.b.c", number), ("company", company),
                      ("company.industry", text), ("company.geo", lambda: {"city": text()})):
        put(result, key, make)


def json_subject(rng, fields, world):
    """(value, text) of attributes or properties as jsonb."""
    if chance(rng, 0.03):
        return None, "null"
    value = any_value(rng, world) if chance(rng, 0.02) else json_object(rng, fields, world)
    text = json_text(rng, value)
    return document.parse_json(text), text


def event_moment(rng, world, earlier):
    """A datetime, None, or an infinity."""
    style = rng.random()
    if style < 0.03:
        return rng.choice([None, "infinity", "-infinity"])
    if style < 0.2 and earlier:
        return as_datetime(rng.choice(earlier) + rng.choice([0, 0, 1, 60_000_000, -3_600_000_000]))
    if style < 0.5:
        return as_datetime(world.near_now(rng))
    if style < 0.58:
        return as_datetime(rng.choice(world.now) + rng.randint(1, 40 * 86_400_000_000))
    return as_datetime(world.moment(rng))


def events_of(rng, lead, world, make_properties):
    count = rng.choice([0, 1, 2, 5, 10, 15, 20, 30, rng.randint(0, 60)])
    result, earlier = [], []
    favourite = rng.choice(generate_rules.KINDS)
    for _ in range(count):
        at = event_moment(rng, world, earlier)
        if at is not None and not isinstance(at, str):
            earlier.append((at - as_datetime(0)) // (as_datetime(1) - as_datetime(0)))
        style = rng.random()
        kind = None if style < 0.03 else rng.choice(["other", "", "Visit"]) if style < 0.08 else \
            favourite if style < 0.5 else rng.choice(generate_rules.KINDS)
        value, text = make_properties()
        result.append(LeadEvent(lead, kind, at, value, text))
    return result


def adjustments_of(rng, dimensions, moments, world):
    """A few, in any order, many of them at moments of scoring or of events, or at midnight."""
    def at():
        style = rng.random()
        moment = world.moment(rng) if style < 0.3 else world.near_now(rng) if style < 0.5 else \
            rng.choice(moments) - rng.choice([0, 0, 1, 5]) * 86_400_000_000
        return moment + rng.choice([0, 0, -1, 1])

    points = ["0", "1", "-1", "5", "40", "-12.5", "0.000001", "-0.333333", "1000000000", "-1000000000"]
    result = []
    for _ in range(rng.choice([0, 1, 1, 2, 3, 5])):
        same = bool(result) and chance(rng, 0.2)
        result.append(adjusting.Adjustment(result[-1].at if same else at(), rng.choice(dimensions + ["no such dimension"]),
                                           rng.choice(["add", "set"]), Fraction(rng.choice(points))))
    return tuple(result)


def questions_of(rng, leads, events, world, stages, dimensions):
    result = []
    for lead in leads:
        own = [event for event in events if event.lead == lead.key]
        moments = [as_datetime(now) for now in world.now]
        dated = [event.at for event in own if event.at is not None and not isinstance(event.at, str)]
        if dated:
            moments.append(rng.choice(dated) + rng.choice([0, 0, -1, 1]) * (as_datetime(1) - as_datetime(0)))
        for moment in moments:
            previous = rng.choice([None, None, "no such stage", "excluded"] + stages * 3)
            result.append(Question(lead.key, moment, previous, "tally"))
            if chance(rng, 0.7):
                near = world.now + [(at - as_datetime(0)) // (as_datetime(1) - as_datetime(0)) for at in dated]
                result.append(Question(lead.key, moment, previous, "maintained",
                                       adjustments_of(rng, dimensions, near, world)))
            if own and chance(rng, 0.6):                # an aggregate over no events has nothing to say
                result.append(Question(lead.key, moment, None, "as_of"))
    return result


def build(rng, world, attribute_fields, property_fields, columns, make_attributes, make_properties):
    text = json_text(rng, generate_rules.rules_document(rng, attribute_fields, property_fields, world))
    leads = [Lead(key, *make_attributes()) for key in range(1, rng.randint(2, 4) + 1)]
    events = [event for lead in leads for event in events_of(rng, lead.key, world, make_properties)]
    rng.shuffle(events)
    stages = [stage["name"] for stage in document.parse_json(text).get("stages", [])]
    dimensions = sorted(document.read(text).dimensions)
    return Case(text, columns, leads, events, questions_of(rng, leads, events, world, stages, dimensions))


def generate_case(rng):
    """Attributes and properties as jsonb."""
    world = World(rng)
    return build(rng, world, ATTRIBUTES * 3 + TRAPS, PROPERTIES * 3 + TRAPS, None,
                 lambda: json_subject(rng, ATTRIBUTES, world), lambda: json_subject(rng, PROPERTIES, world))


def generate_row_case(rng):
    """Attributes and properties as rows with columns of many types."""
    world = World(rng)
    attributes, properties = generate_rows.some_columns(rng), generate_rows.some_columns(rng)
    columns = {"attributes": [(column.name, column.type) for column in attributes],
               "properties": [(column.name, column.type) for column in properties]}
    return build(rng, world, generate_rows.fields_of(attributes), generate_rows.fields_of(properties), columns,
                 lambda: generate_rows.row(rng, attributes, world), lambda: generate_rows.row(rng, properties, world))


def as_evidence(event):
    return evidence.Event(event.kind, event.at, event.value)
