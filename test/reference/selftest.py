"""Examples worked out by hand from the reference text. usage: python3 selftest.py"""
import json
import sys
from datetime import date, datetime, timezone
from decimal import Decimal
from fractions import Fraction

import adjusting
import conditions
import document
import evidence
import scoring
import values

NOW = "2026-06-30T12:00:00"
UTC = values.zone_named("UTC")
checks = []


def utc(text):
    return datetime.fromisoformat(text).replace(tzinfo=timezone.utc)


def run(rules, attributes=None, events=(), now=NOW, previous=None, as_of=False, adjustments=(), **more):
    """events: (kind, moment[, properties]); adjustments: (moment, dimension, op, points); a list of rules gets names
    and is scored with 6 places."""
    rules = [{"name": "r%d" % i, **rule} for i, rule in enumerate(rules)]
    doc = {"rules": rules, "score": {"decimals": 6}, **more}
    read = document.read(json.dumps(doc, default=float))
    events = [evidence.Event(e[0], utc(e[1]) if e[1] else None, e[2] if len(e) > 2 else None) for e in events]
    adjustments = [adjusting.Adjustment(values.moment_of(utc(a[0])), a[1], a[2], Fraction(a[3])) for a in adjustments]
    return scoring.score(read, attributes, evidence.gather(read, events), utc(now), previous, as_of, adjustments)


def score(*arguments, **more):
    result = run(*arguments, **more).score
    return None if result is None else float(result)


def check(name, got, wanted):
    checks.append(got == wanted)
    if got != wanted:
        print("FAILED %s: got %r, wanted %r" % (name, got, wanted))


def test(condition, fields, zone=UTC, now=NOW):
    return conditions.holds(condition, fields, zone, values.moment_of(utc(now)))


def days_back(*ages, kind="k", properties=None):
    first = utc("2026-06-30T08:00:00").timestamp()
    return [(kind, datetime.fromtimestamp(first - 86400 * age, timezone.utc).replace(tzinfo=None).isoformat(),
             properties) for age in ages]


def event_rules():
    one = {"on": "k", "points": 1}
    check("hits", score([one], events=days_back(0, 1, 2)), 3)
    check("no kind, no moment, later day", score([{**one, "on": "*"}], events=[
        (None, NOW), ("k", None), ("k", "2026-07-01T00:00:00")]), 0)
    later = [("k", "2026-06-30T12:00:01")]
    check("later on the same tick", score([one], events=later), 1)
    check("later on the same tick, as_of", score([one], events=later, as_of=True), 0)
    check("at the very moment, as_of", score([one], events=[("k", NOW)], as_of=True), 1)
    check("within is half open", score([{**one, "within": "7 days"}], events=days_back(0, 6, 7)), 2)
    check("star in a list", score([{**one, "on": ["x", "*"]}], events=days_back(1)), 1)

    # Ages 6 5 4 3 1, two days from the oldest: {6, 5}, {4, 3}, {1}; one hit each.
    limited = {**one, "at_most": {"hits": 1, "per": "2 days"}}
    check("at_most periods", score([limited], events=days_back(6, 5, 4, 3, 1)), 3)
    # The earliest of a period count: 6 and 4 count, 5 and 3 do not; within 5 days leaves 4 (and 1).
    check("at_most before within", score([{**limited, "within": "5 days"}], events=days_back(6, 5, 4, 3, 1)), 2)
    check("at_most counts inside a tick", score([{**one, "at_most": {"hits": 2, "per": "1 day"}}],
                                                events=days_back(1, 1, 1, 0)), 3)
    # A period opens at a tick with a hit, not at once after the last one: {9, 8}, {5, 4}.
    check("at_most opens at a hit", score([limited], events=days_back(9, 8, 5, 4)), 2)
    check("burst", score([{**one, "burst": 2}], events=days_back(3, 3, 3, 2, 1, 1)), 2)
    # The newest two count, at ages 1 and 1: 0.9 each.
    linear = {**one, "decay": {"linear": "10 days"}}
    check("limit takes the newest", score([{**linear, "limit": 2}], events=days_back(9, 5, 1, 1)), 1.8)
    check("linear ends at 0", score([linear], events=days_back(10, 50, 4)), 0.6)
    every = {**one, "decay": {"every": "7 days", "lose": 0.4}}
    check("every", score([every], events=days_back(6, 7, 14, 21)), 1 + 0.6 + 0.2)
    half = {**one, "decay": {"half_life": "14 days"}}
    check("half life", score([half], events=days_back(14)), 0.5)
    # 2^(-1/2) = 0.7071067811...; to 9 places 0.707106781, times 1000, to 6 places.
    check("half life rounds its weight", score([{**half, "points": 1000}], events=days_back(7)), 707.106781)
    check("half life of ten", scoring.weight(("half_life", 1, None), 10), values.exact_number(Decimal("0.000976563")))
    # 0.5 * 0.333333333 = 0.1666666665, to 6 places.
    check("product to 6 places", score([{**one, "points": 0.5, "decay": {"linear": "3 days"}}],
                                       events=days_back(2)), 0.166667)
    check("half away from zero, below", score([{**one, "points": -0.5, "measure": {"sum": "x"}}],
                                              events=days_back(1, properties={"x": Decimal("0.000001")})), -0.000001)
    check("hours", score([{**one, "decay": {"linear": "10 hours"}}], events=[("k", "2026-06-30T09:59:59")]), 0.7)
    check("bands score absence", score([{"on": "k", "bands": [{"points": -5}, {"from": 1, "points": 0}]}]), -5)


def measures():
    def with_x(*values_of_x):
        return [("k", "2026-06-%02dT00:00:00" % (10 + i), {"x": x} if x != "-" else {})
                for i, x in enumerate(values_of_x)]

    distinct = {"on": "k", "measure": {"distinct": "x"}, "points": 1}
    check("distinct", score([distinct], events=with_x("a", "a", "b", "-", None, 1, Decimal("1.0"), "1", {})), 4)
    check("distinct in arrays", score([distinct], events=with_x(["a", "b", ["c"], None], "b")), 2)
    # a was seen 20 days ago and 2 days ago: only the newest is a hit.
    hits = days_back(20, 2, properties={"x": "a"})
    check("distinct at its newest", score([{**distinct, "decay": {"linear": "4 days"}}], events=hits), 0.5)
    total = {"on": "k", "measure": {"sum": "x"}, "points": 1}
    check("sum", score([total], events=with_x(1, Decimal("2.5"), "3", [4], True, "-")), 3.5)
    check("sum rounds each value", score([total], events=with_x(*[Decimal("0.0000005")] * 3)), 0.000003)
    check("sum leaves out the huge", score([total], events=with_x(2 * 10 ** 15, 7)), 7)
    check("sum of one tick is held", score([{**total, "points": 0.001}], events=[
        ("k", "2026-06-10T00:00:00", {"x": 9 * 10 ** 14})] * 2), 1e12)
    ratio = {"on": "k", "measure": {"ratio_to": "sent"}, "missing": 7,
             "bands": [{"from": 0.5, "points": 2}, {"from": 0.6, "points": 3}]}
    check("ratio", score([ratio], events=days_back(1) + days_back(1, 2, kind="sent")), 2)
    check("ratio without divisor", score([ratio], events=days_back(1)), 7)
    idle = {"on": "*", "measure": "idle", "missing": -1, "bands": [{"from": 3, "points": -15}]}
    check("idle", (score([idle], events=days_back(2)), score([idle], events=days_back(9, 3)), score([idle])),
          (0, -15, -1))


def attribute_rules():
    bands = {"attribute": "n", "bands": [{"from": 0, "points": 1}, {"from": 50, "points": 5}], "missing": -2}
    got = [score([bands], {"n": n}) for n in (-1, 0, 49, 50, "50", None, Decimal("NaN"), True)]
    check("bands", got, [0, 1, 1, 5, -2, -2, -2, -2])
    check("bands of an array", [score([bands], {"n": n}) for n in ([1, 60, "x"], [], [-1], [None])], [5, -2, 0, -2])
    table = {"attribute": "v", "values": {"50": 10, "0.5": 4, "true": 3, "2026-11-01": 8, "x": -7},
             "otherwise": 1, "missing": -1}
    got = [score([table], {"v": v}) for v in (
        50, Decimal("50.0"), Decimal("5e1"), "50", Decimal("0.50"), True, False, None, date(2026, 11, 1),
        datetime(2026, 11, 1), "x", ["x"], ["x", None], [], {}, Decimal("NaN"))]
    check("values", got, [10, 10, 10, 10, 4, 3, 1, -1, 8, 1, -7, -7, -1, -1, 1, 1])
    check("if", [score([{"if": {"c": "DE"}, "points": 3}], {"c": c}) for c in ("DE", "de", ["FR", "DE"])], [3, 0, 3])
    check("rule clamp", score([{"if": {"c": 1}, "points": 3, "min": 1, "max": 2}], {"c": 1}), 2)
    check("rule clamp from nothing", score([{"if": {"c": 1}, "points": 3, "min": 1}], {}), 1)


def condition_rules():
    check("empty", [test(c, {}) for c in ({}, {"all": []}, {"any": []}, {"not": {}})], [True, True, False, False])
    check("negations of nothing", [test({"x": t}, {}) for t in (
        {"!=": 1}, {"not_in": [1]}, {"<": 1}, None, {"exists": False}, {"exists": True}, 1)],
        [True, True, False, True, True, False, False])
    check("types", [test({"x": t}, {"x": 5}) for t in ("5", 5, [4, Decimal("5.0")], {"!=": "5"}, {"contains": "5"})],
          [False, True, True, True, False])
    nan = {"x": Decimal("NaN")}
    check("NaN is there", [test({"x": t}, nan) for t in ({"exists": True}, {"=": 1}, {"!=": 1}, None)],
          [True, False, True, False])
    check("array, one element each", [test({"x": t}, {"x": [1, 9]}) for t in (
        {">": 3, "<": 5}, {"between": [3, 5]}, {"!=": 1}, {"!=": 2})], [True, False, False, True])
    paths = {"a.b": {"c": 2}, "a": {"b.c": 3, "b": {"c": 4}}}
    check("paths", [conditions.find(fields, "a.b.c") for fields in (
        {**paths, "a.b.c": 1}, paths, {**paths, "a.b": {}}, {"a": {"b": {"c": 4}}}, {"a": [{"b.c": 5}]})],
        [1, 2, 3, 4, None])
    check("ilike", [test({"x": {"ilike": p}}, {"x": "Straſße \u212A_"}) for p in (
        "STRAS%", "strassße%", "%ẞE k\\_", "%k\\%", "s_rasẞe__\\_")], [True, False, True, False, True])
    check("ilike of dotted I", [test({"x": {"ilike": "i%"}}, {"x": x}) for x in ("İ", "I", "ı")], [False, True, False])
    check("like", [test({"x": {"like": p}}, {"x": "a%b"}) for p in ("a\\%b", "a_b", "A%", "b", "%")],
          [True, True, False, False, True])
    check("within_last", [test({"t": {"within_last": "1 day"}}, {"t": t}) for t in (
        "2026-06-29T12:00", "2026-06-29T12:00:00.000001", "2026-06-30 12:00Z", "2026-06-30T12:00:00.000001", "x")],
        [False, True, True, False, False])
    check("older_than, within_next", [test({"t": t}, {"t": "2026-06-29T12:00+00"}) for t in (
        {"older_than": "24 hours"}, {"older_than": "25 hours"}, {"within_next": "1 day"})], [True, False, False])


def times():
    berlin, sao_paulo = values.zone_named("Europe/Berlin"), values.zone_named("America/Sao_Paulo")
    check("gap", values.iso_moment("2026-03-29T02:30", berlin), values.iso_moment("2026-03-29T01:30Z", UTC))
    check("overlap", values.iso_moment("2026-10-25T02:30", berlin), values.iso_moment("2026-10-25T01:30Z", UTC))
    check("midnight in a gap", values.time_moment(date(2018, 11, 4), sao_paulo),
          values.iso_moment("2018-11-04T03:00:00Z", UTC))
    check("spellings", len({values.iso_moment(t, berlin) for t in (
        "2026-07-01", "2026-07-01T00:00", "2026-06-30 22:00:00Z", "2026-07-01T03:30:00.0000009+0530")}), 1)
    check("not ISO", [values.iso_moment(t, berlin) for t in ("2026-02-30", "2026-7-1", "x", "2026-07-01Z")], [None] * 4)
    check("date column", [test({"d": t}, {"d": date(2026, 7, 1)}, berlin) for t in (
        "2026-07-01", {"<=": "2026-06-30T22:00Z"}, {">": "2026-06-30"}, {">": "soon"}, {"like": "2026%"})],
        [True, True, True, False, False])
    # 23:30 UTC of the day before is today in Berlin.
    late = [("k", "2026-06-29T23:30:00")]
    check("days of the zone", [score([{"on": "k", "points": 1, "within": "1 day"}], events=late, timezone=zone)
                               for zone in ("Europe/Berlin", "UTC")], [1, 0])


def sums():
    yes = {"if": {}, "points": 1}
    groups = {"g": {"take": "max"}, "h": {"dimension": "fit", "max": 3}}
    off = {"on": "k", "points": 5, "group": "g", "enabled": False}
    check("take max of nothing", score([off], events=days_back(0), groups=groups), 0)
    check("take max of negatives", score([{**yes, "points": -2, "group": "g"}, {**yes, "points": -5, "group": "g"},
                                          off], groups=groups), -2)
    got = run([{**yes, "points": 2, "group": "h"}, {**yes, "points": 2, "group": "h"}, yes], groups=groups)
    check("group clamp and dimension", got.dimensions, {"fit": 4, "engagement": 0})
    dimensions = {"a": {"max": 10, "weight": -0.5}, "b": {"weight": 0.333333}}
    two = [{**yes, "points": 12, "dimension": "a"}, {**yes, "points": 0.1, "dimension": "b"}]
    check("weights", score(two, dimensions=dimensions), -4.966667)
    minus = [{**yes, "points": -2.5}]
    check("half away from zero", [str(run(rules, score={"decimals": n}).score) for rules, n in (
        (minus, 0), ([{**yes, "points": 2.5}], 0), (minus, 2), ([{**yes, "points": -0.4}], 0))],
        ["-3", "3", "-2.50", "0"])
    check("clamp, then round", str(run([{**yes, "points": 50}], score={"max": 9.5}).score), "10")
    excluded = run([yes], {"c": 1}, exclude=[{"name": "x", "if": {"c": 1}}], stages=[{"name": "cold"}],
                   labels={"s": {"of": "score", "levels": [{"name": "C"}]},
                           "f": {"of": "fit", "levels": [{"name": "C"}, {"name": "B", "from": 1}]}})
    check("excluded", excluded, (None, "excluded", None, None, {"fit": 1, "engagement": 0}, {"s": None, "f": "B"}))
    chances = {"intercept": 0, "slope": 0.5}
    chance = run([{**yes, "points": 0}], score={"min": 50}, probability=chances).probability
    check("probability of the raw score", chance, 0.5)


def stages():
    def stage(points, previous=None, **hot):
        result = run([{"if": {}, "points": points}], previous=previous, score={}, stages=[
            {"name": "cold"}, {"name": "warm", "from": 40, "qualification": "MQL"}, {"name": "hot", "from": 75, **hot}])
        return result.stage

    check("stages", [stage(n) for n in (-9, 39, 39.5, 40, 75)], ["cold", "cold", "warm", "warm", "hot"])
    check("needs", [stage(80, needs={"fit": n}) for n in (80, 81)], ["hot", "warm"])
    check("keep", [stage(n, "hot", keep=5) for n in (70, 69)], ["hot", "warm"])
    check("keep asks for needs", stage(74, "hot", keep=5, needs={"fit": 75}), "warm")
    check("keep only for who was there", [stage(72, p, keep=5) for p in ("warm", None, "no such")], ["warm"] * 3)
    check("sticky", [stage(0, p, sticky=True) for p in ("hot", "warm", "excluded", None)],
          ["hot", "cold", "cold", "cold"])
    check("sticky needs no needs", stage(0, "hot", sticky=True, needs={"fit": 5}), "hot")
    below = [{"name": "cold"}, {"name": "warm", "from": 40, "sticky": True}, {"name": "hot", "from": 75}]
    check("sticky stage below the previous one", run([], previous="hot", stages=below).stage, "warm")
    check("no stages", run([]).stage, None)


def adjustments():
    rules = [{"on": "k", "points": 1}, {"on": "k", "points": 10, "within": "900 hours"},
             {"if": {}, "points": 100, "dimension": "engagement"}, {"on": "k", "points": 1000, "dimension": "intent"}]
    events = [("k", "2026-06-28T10:00:00"), ("k", "2026-06-28T22:00:00"), ("k", "2026-06-29T09:00:00")]

    def after(*rows, **more):
        return {name: float(points) for name, points in run(
            rules, events=events, adjustments=rows, **more).dimensions.items() if points}

    check("no adjustments", after(), {"engagement": 133, "intent": 3000})
    check("add", after(("2026-06-30T12:00:00", "engagement", "add", "0.5"), ("2026-06-30T12:00:01", "fit", "add", 7)),
          {"engagement": 133.5, "intent": 3000})
    # The day of the set is over, and so is its hour; the attribute's points stay.
    start = ("2026-06-28T20:00:00", "engagement", "set", 5)
    check("set", after(start), {"engagement": 5 + 1 + 20 + 100, "intent": 3000})
    check("set in its hour", after(("2026-06-28T22:59:00", "engagement", "set", 0)), {"engagement": 111, "intent": 3000})
    check("adds around a set", after(("2026-06-28T19:00:00", "engagement", "add", 4000), start,
                                     ("2026-06-28T20:00:00", "engagement", "add", 300)),
          {"engagement": 426, "intent": 3000})
    check("latest set", after(("2026-06-30T00:00:00", "engagement", "set", -1), start,
                              ("2026-06-29T00:00:00", "engagement", "add", 50)), {"engagement": 99, "intent": 3000})
    check("last of two sets", after(start, ("2026-06-28T20:00:00", "engagement", "set", 6)),
          {"engagement": 127, "intent": 3000})
    check("clamped as the rest", after(("2026-06-28T20:00:00", "engagement", "set", 1000), dimensions={
        "engagement": {"max": 50}, "intent": {}}), {"engagement": 50, "intent": 3000})
    read = document.read(json.dumps({"timezone": "Asia/Kathmandu", "rules": [
        {"name": "s", "on": "k", "measure": {"sum": "x"}, "points": 1},
        {"name": "h", "on": "h", "points": 1, "within": "1 hour"}]}))
    gathered = evidence.gather(read, [
        evidence.Event("k", utc("2026-06-03T00:00:00"), {"x": 1}), evidence.Event("k", utc("2026-06-09T00:00:00"), {}),
        evidence.Event("h", utc("2026-06-03T18:30:00"), None)])
    # 18:30 is in the hour from 18:00, which is 23:45 there.
    check("newest day", evidence.newest_day(read, gathered), date(2026, 6, 3))


def main():
    for part in (event_rules, measures, attribute_rules, condition_rules, times, sums, stages, adjustments):
        part()
    failed = checks.count(False)
    print("%d passed, %d failed" % (len(checks) - failed, failed))
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
