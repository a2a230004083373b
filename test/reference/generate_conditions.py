"""Random conditions."""
from decimal import Decimal

import values
from generate_values import DURATIONS, NUMBERS, PATTERNS, Field, chance, of_flavour, text_of

# Pairs that are equal under simple folding.
PARTNERS = {"s": "ſ", "ſ": "S", "k": "\u212A", "\u212A": "K", "σ": "ς", "ς": "Σ", "ß": "ẞ", "ẞ": "ß", "ᾀ": "ᾈ",
            "ᾈ": "ᾀ", "ǆ": "ǅ", "Ǆ": "ǆ", "é": "É", "i": "I", "ı": "ı", "İ": "İ"}
WRITTEN = {"=": 2, "!=": 2, "in": 1, "not_in": 1, "<": 1, "<=": 1, ">": 1, ">=": 1, "between": 1}
TEXT_OPERATORS = {"starts_with": 2, "ends_with": 2, "contains": 2, "like": 4, "ilike": 8, "matches": 4}


def condition(rng, fields, world, in_attributes, depth=0):
    result = {}
    for _ in range(rng.choice([0, 1, 1, 1, 1, 2, 3])):
        style = rng.random()
        if depth < 3 and style < 0.12:
            result["not"] = condition(rng, fields, world, in_attributes, depth + 1)
        elif depth < 3 and style < 0.3:
            parts = [condition(rng, fields, world, in_attributes, depth + 1) for _ in range(rng.randint(0, 3))]
            result[rng.choice(["all", "any"])] = parts
        else:
            field = rng.choice(fields)
            result[field.name] = test(rng, field, world, in_attributes)
    return result


def test(rng, field, world, in_attributes):
    flavour = field.flavour
    if chance(rng, 0.07):
        flavour = rng.choice(["number", "text", "boolean", "iso", "time"])
    style = rng.random()
    if style < 0.06:
        return None
    if style < 0.12:
        return {"exists": chance(rng, 0.5)}
    if style < 0.27:
        return of_flavour(rng, flavour, world)
    if style < 0.37:
        return choices(rng, flavour, world)
    result = {}
    for _ in range(rng.choice([1, 1, 1, 2, 2, 3])):
        name = operator_name(rng, flavour, in_attributes)
        result[name] = operand(rng, name, flavour, world)
    return result


def choices(rng, flavour, world):
    flavours = [flavour, flavour, flavour, rng.choice(["number", "text", "boolean"])]
    return [of_flavour(rng, rng.choice(flavours), world) for _ in range(rng.randint(1, 4))]


def operator_name(rng, flavour, in_attributes):
    weights = dict(WRITTEN)
    if flavour == "boolean":
        weights = {"=": 1, "!=": 1, "in": 1, "not_in": 1}
    if flavour == "text":
        weights.update(TEXT_OPERATORS)
    if flavour in ("iso", "time") and in_attributes:
        weights.update({"within_last": 4, "older_than": 4, "within_next": 4})
    if chance(rng, 0.05):
        weights["exists"] = 5
    return rng.choices(list(weights), list(weights.values()))[0]


def operand(rng, name, flavour, world):
    if name == "exists":
        return chance(rng, 0.7)
    if name in ("within_last", "older_than", "within_next"):
        return rng.choice(DURATIONS + ["60 days", "5 months", "20 weeks", "1000 hours"] * 3)
    if name in ("in", "not_in"):
        return choices(rng, flavour, world)
    if name == "between":
        pair = [of_flavour(rng, flavour, world) for _ in range(2)]
        return pair if chance(rng, 0.1) else sorted(pair)
    if name == "matches":
        return rng.choice(PATTERNS)
    if name in ("like", "ilike"):
        return like_pattern(rng, text_of(rng, world), other_case=name == "ilike" or chance(rng, 0.1))
    value = of_flavour(rng, flavour, world)
    if name in ("starts_with", "ends_with", "contains"):
        value = text_of(rng, world)
        cut = rng.randint(0, len(value))
        return {"starts_with": value[:cut], "ends_with": value[cut:], "contains": value[cut // 2:cut]}[name]
    return value


def like_pattern(rng, text, other_case):
    """The text with some of its characters replaced by wildcards, escapes and other cases."""
    pattern = ""
    for char in text:
        style = rng.random()
        if style < 0.03:
            pattern += "_" if chance(rng, 0.8) else "__"
        elif style < 0.06:
            pattern += "%"
        elif char in "%_\\":
            pattern += "\\" + char if style < 0.8 or char == "\\" else char
        else:
            if other_case and style < 0.6:
                other = char.upper() if chance(rng, 0.5) else char.lower()
                char = PARTNERS.get(char) or (other if len(other) == 1 else char)
            pattern += "\\" + char if style > 0.96 else char
    if chance(rng, 0.3):
        pattern = pattern[:rng.randint(0, len(pattern))].rstrip("\\") + "%"
    return "%" + pattern if chance(rng, 0.2) else pattern


def value_table(rng, world):
    """The table of a values rule: texts, and numbers and booleans by their text."""
    table = {}
    for _ in range(rng.randint(1, 6)):
        style = rng.random()
        if style < 0.55:
            key = text_of(rng, world)
        elif style < 0.9:
            key = values.number_key(values.exact_number(rng.choice(world.numbers + NUMBERS)))
        else:
            key = rng.choice(["true", "false", "5.0", "5e1", "2026-03-29", "2018-11-04"])
        table[key] = points(rng)
    return table


def points(rng):
    style = rng.random()
    if style < 0.6:
        return Decimal(rng.randint(-20, 30))
    if style < 0.8:
        return Decimal(rng.randint(-300, 300)) / 10
    if style < 0.97:
        return Decimal(rng.randint(-30_000_000, 30_000_000)).scaleb(-6)
    return rng.choice([Decimal(10) ** 9, Decimal("-999999999.999999"), Decimal("0.000001")])


def bands(rng, low, high, places):
    """Bands with ascending starts between low and high."""
    starts = sorted({Decimal(rng.randint(low * 10 ** places, high * 10 ** places)).scaleb(-places)
                     for _ in range(rng.randint(1, 5))})
    result = [{"from": start, "points": points(rng)} for start in starts]
    if chance(rng, 0.4):
        del result[0]["from"]
    return result


UNKNOWN = Field("no_such_field", "text")
