"""Random rows: columns of many PostgreSQL types, each value as the reference sees it and as a literal."""
import json
import uuid
from collections import namedtuple
from datetime import date
from decimal import Decimal

import document
import values
from generate_values import NUMBERS, TEXTS, Field, any_value, as_datetime, chance, json_text, of_flavour, text_of

Column = namedtuple("Column", "name type flavour make")


def fixed(pairs):
    return lambda rng, world: rng.choice(pairs)


def whole(*numbers):
    return fixed([(number, str(number)) for number in numbers])


def decimals(numbers):
    return fixed([(number, format(number, "f")) for number in numbers])


# Floating point columns hold numbers whose shortest decimal is plain to see.
FLOATS = [(Decimal(text), text) for text in ("0", "0.5", "0.1", "1e20", "-2.25", "3", "50", "0.25", "200", "-1")]
FLOATS += [(Decimal("NaN"), "NaN"), (Decimal("Infinity"), "Infinity"), (Decimal("-Infinity"), "-Infinity")]


def text(rng, world):
    value = text_of(rng, world) + ("  " if chance(rng, 0.05) else "")
    return value, value


def short_text(rng, world):
    value = rng.choice([candidate for candidate in TEXTS if len(candidate) <= 10])
    return value.rstrip(" "), value + rng.choice(["", " "]) * (10 - len(value))


def boolean(rng, world):
    value = chance(rng, 0.5)
    return value, "true" if value else "false"


def near(rng, world):
    return world.near_now(rng) if chance(rng, 0.5) else world.moment(rng)


def infinite(rng):
    return values.NO_VALUE, rng.choice(["infinity", "-infinity"])


def day(rng, world):
    if chance(rng, 0.06):
        return infinite(rng)
    value = rng.choice([date(2026, 3, 29), date(2018, 11, 4),
                        as_datetime(near(rng, world)).astimezone(world.zone).date()])
    return value, value.isoformat()


def local_time(rng, world):
    if chance(rng, 0.06):
        return infinite(rng)
    value = as_datetime(near(rng, world)).astimezone(world.zone).replace(tzinfo=None)
    # Some local times that a clock change skips or repeats, too.
    if world.changes and chance(rng, 0.2):
        value = as_datetime(rng.choice(world.changes)).astimezone(world.zone).replace(tzinfo=None)
        minutes = as_datetime(60_000_000) - as_datetime(0)
        value += rng.choice([-90, -60, -30, -15, 0, 15, 30]) * minutes
    return value, value.strftime("%Y-%m-%d %H:%M:%S.%f")


def moment(rng, world):
    if chance(rng, 0.06):
        return infinite(rng)
    value = as_datetime(near(rng, world))
    return value, value.strftime("%Y-%m-%d %H:%M:%S.%f+00")


def identifier(rng, world):
    value = str(uuid.UUID(int=0x0123456789abcdef0123456789abcde0 + rng.randint(0, 3)))
    return value, value.upper() if chance(rng, 0.3) else value


def json_column(rng, world):
    """An object mostly, with the keys the field names below lead to."""
    value = any_value(rng, world) if chance(rng, 0.15) else {
        key: any_value(rng, world, 1) for key in ("b", "c", "b.c", "e", "x", "y", "x.y") if chance(rng, 0.5)}
    if isinstance(value, dict) and chance(rng, 0.4):
        value["b"] = {"c": of_flavour(rng, "number", world)}
    literal = json_text(rng, value)
    return document.parse_json(literal), literal


def array_of(make, two_dimensional=False):
    def element_text(literal):
        if literal is None:
            return "NULL"
        return '"' + literal.replace("\\", "\\\\").replace('"', '\\"') + '"'

    def make_array(rng, world):
        elements = [(None, None) if chance(rng, 0.1) else make(rng, world) for _ in range(rng.choice([0, 1, 2, 3, 4]))]
        literal = [element_text(element[1]) for element in elements]
        if two_dimensional and elements and chance(rng, 0.3):
            inner = [element_text(element[1]) for element in elements]
            return [element[0] for element in elements * 2], \
                "{{" + ",".join(inner) + "},{" + ",".join(inner) + "}}"
        return [element[0] for element in elements], "{" + ",".join(literal) + "}"

    return make_array


def no_value(*literals):
    return fixed([(values.NO_VALUE, literal) for literal in literals])


NUMERIC = decimals(NUMBERS)
CATALOGUE = [
    Column("small", "smallint", "number", whole(-1, 0, 1, 5, 50, 200, 32767)),
    Column("employees", "integer", "number", whole(-5, 0, 1, 3, 5, 50, 200, 2147483647)),
    Column("big", "bigint", "number", whole(0, 5, 50, 200, 1000000000000000, 9223372036854775807)),
    Column("amount", "numeric", "number", NUMERIC),
    Column("price", "numeric(20,3)", "number", fixed([(Decimal(t), t) for t in ("0.500", "50.000", "-3.500", "NaN")])),
    Column("ratio", "real", "number", fixed(FLOATS)),
    Column("seconds", "double precision", "number", fixed(FLOATS)),
    Column("job_title", "text", "text", text),
    Column("country", "varchar(20)", "text", text),
    Column("code", "char(10)", "text", short_text),
    Column("nick", "name", "text", text),
    Column("active", "boolean", "boolean", boolean),
    Column("born", "date", "time", day),
    Column("seen", "timestamp", "time", local_time),
    Column("signup", "timestamptz", "time", moment),
    Column("email_id", "uuid", "text", identifier),
    Column("address", "inet", "text", fixed([(t, t) for t in ("10.1.2.0/24", "10.1.2.3/8")])),
    Column("tags", "text[]", "text", array_of(text)),
    Column("scores", "integer[]", "number", array_of(whole(0, 1, 3, 5, 50, 200), two_dimensional=True)),
    Column("weights", "numeric[]", "number", array_of(fixed(FLOATS[:11]))),
    Column("flags", "boolean[]", "boolean", array_of(boolean)),
    Column("days", "date[]", "time", array_of(day)),
    Column("moments", "timestamptz[]", "time", array_of(moment)),
    Column("docs", "jsonb[]", "number", array_of(json_column)),
    Column("old", "json", "number", json_column),
    Column("span", "interval", "text", no_value("1 day", "2 hours")),
    Column("data", "bytea", "text", no_value("\\x00", "\\x41"))]
# Columns with a dot in their name beside jsonb columns a path could lead into.
DOTTED = [
    Column("a.b", "text", "text", text),
    Column("a", "jsonb", "text", json_column),
    Column("c.d", "jsonb", "number", json_column),
    Column("c", "jsonb", "number", json_column),
    Column("meta", "jsonb", "number", json_column)]
PATHS = [("a", "a.b", "text"), ("a", "a.b.c", "number"), ("a.b", "a.b.c", "number"), ("c.d", "c.d.e", "number"),
         ("c", "c.b.c", "number"), ("meta", "meta.x", "text"), ("meta", "meta.x.y", "iso"),
         ("old", "old.b.c", "number")]


def some_columns(rng):
    columns = rng.sample(CATALOGUE, rng.randint(8, 14)) + [column for column in DOTTED if chance(rng, 0.6)]
    rng.shuffle(columns)
    return columns


def fields_of(columns):
    names = {column.name for column in columns}
    return [Field(column.name, column.flavour) for column in columns] * 3 + \
        [Field(path, flavour) for column, path, flavour in PATHS if column in names]


def row(rng, columns, world):
    """(value, text): the row for the reference, and a JSON object of column to literal (null: SQL NULL)."""
    if chance(rng, 0.02):
        return None, "null"
    value, literals = {}, {}
    for column in columns:
        value[column.name], literals[column.name] = \
            (None, None) if chance(rng, 0.15) else column.make(rng, world)
    return value, json.dumps(literals, ensure_ascii=False)
