"""Random values, texts and moments, drawn from small pools so that data and rules meet often."""
import json
from collections import namedtuple
from datetime import datetime, timedelta
from decimal import Decimal
from functools import lru_cache

import values

# flavour: what a field mostly holds: number, text, boolean, iso (a moment as text), time (a time column).
Field = namedtuple("Field", "name flavour")

NUMBERS = [Decimal(text) for text in (
    "0", "1", "-1", "2", "3", "5", "50", "49.999999", "50.000001", "200", "0.1", "0.25", "0.5", "-3.5", "1000.75",
    "0.000001", "0.0000005", "-0.0000005", "0.0000004999", "1234567.1234567", "33.3333335", "-2.0000015",
    "999999999999999.999999", "1000000000000000", "-900000000000000", "2000000000000000", "1e30",
    "123456789012345678901234567890.123456789", "-5e20")]
SMALL_NUMBERS = NUMBERS[:18]
TEXTS = [
    "Software", "software", "SOFTWARE", "Finance", "Chief Executive", "chief of staff", "straße", "STRASSE",
    "STRAẞE", "İstanbul", "istanbul", "ıstanbul", "ΣΊΣΥΦΟΣ", "σίσυφος", "ſun", "Sun", "SUN", "\u212Aelvin",
    "kelvin", "Ǆungla", "ǆungla", "ᾈδης", "ᾀδης", "", " ", "100%", "a_b", "a\\b", "5", "50", "0.5", "true",
    "2026-03-29", "rival.example", "/pricing", "/pricing/plans", "日本語", "é", "e\u0301", "🚀 go", "\uffee z"]
PATTERNS = [
    "^/pri", "pricing|rival", "[a-e]o+", "s.ft", "(of)+ ?", "e$", "^$", "^[A-Z]", "a.?b", "^(S|s)oft.*e$", "ß",
    "[a-z]+ [a-z]+", "x+y*", ".", "^.$", "(a|b|c)(h|i)*", "n(go)?", "[0-9]+", "^[α-ω]+", "K|k"]
BAD_TIMES = ["2026-02-30", "2026-13-01", "2026-1-5", "2026-11-01T25:00", "yesterday", "2026-11-01T",
             "2026-11-01T9:30"]
DURATIONS = ["1 hour", "6 hours", "36 hours", "100 hours", "1 day", "2 days", "3 days", "7 days", "1 week",
             "2 weeks", "30 days", "1 month", "3 months", "90 days", "1 year"]
ZONES = ["UTC", "Europe/Berlin", "America/St_Johns", "Australia/Lord_Howe", "Asia/Kathmandu", "America/Sao_Paulo",
         "America/New_York", "Pacific/Apia", "Africa/Casablanca", "Etc/GMT+12"]

DAY = 24 * values.HOUR


def chance(rng, probability):
    return rng.random() < probability


def number_text(rng, number, vary=True):
    """One of the spellings of a number in JSON: 5, 5.0, 5e0, 0.50, 50e-1; at most six places are written."""
    number = Decimal(number)
    plain = format(number, "f")
    places = len(plain.partition(".")[2])
    style = rng.random() if vary else 0
    if style < 0.6 or len(plain) > 12:
        return plain
    if style < 0.8 and places < 6:
        return plain + ("0" if places else ".0")
    if style < 0.9 or places or number == 0:
        return plain + "e0"
    return plain + "00e-2" if style < 0.95 else plain + "E+0"


class Plain(int):
    """A whole number that is always written plainly (hits, limits)."""


def json_text(rng, value):
    """JSON text with the keys of objects in any order and numbers in any spelling."""
    if isinstance(value, dict):
        keys = list(value)
        rng.shuffle(keys)
        return "{" + ", ".join(json.dumps(key, ensure_ascii=False) + ": " + json_text(rng, value[key])
                               for key in keys) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(json_text(rng, element) for element in value) + "]"
    if isinstance(value, (bool, str)) or value is None:
        return json.dumps(value, ensure_ascii=chance(rng, 0.2))
    return number_text(rng, value, vary=not isinstance(value, Plain))


# Time

@lru_cache(maxsize=None)
def clock_changes(zone_name):
    """The moments of 2017 to 2026 at which the zone changes its offset."""
    zone, found = values.zone_named(zone_name), []

    def offset(moment):
        return (values.EPOCH + moment * values.MICROSECOND).astimezone(zone).utcoffset()

    moment = values.iso_moment("2017-01-01", values.zone_named("UTC"))
    end = values.iso_moment("2027-01-01", values.zone_named("UTC"))
    while moment < end:
        before, after = moment, moment + DAY
        if offset(before) != offset(after):
            while after - before > 60_000_000:
                middle = (before + after) // 2 // 60_000_000 * 60_000_000
                before, after = (middle, after) if offset(middle) == offset(before) else (before, middle)
            found.append(after)
        moment += DAY
    return found


class World:
    """What the data and the rules of one case have in common: a time zone, a window of 200 days and moments in it,
    most of them near an edge of something, and the few texts and numbers that are used most."""

    def __init__(self, rng):
        self.zone_name = rng.choice(ZONES)
        self.zone = values.zone_named(self.zone_name)
        changes = clock_changes(self.zone_name)
        middle = rng.choice(changes) if changes and chance(rng, 0.8) else \
            values.iso_moment("%d-%02d-15" % (rng.randint(2018, 2026), rng.randint(1, 12)), self.zone)
        self.start = middle - rng.randint(20, 180) * DAY
        self.end = self.start + 200 * DAY
        self.changes = [change for change in changes if self.start <= change <= self.end]
        self.now = [self.moment(rng) for _ in range(rng.randint(2, 3))]
        self.now.append(self.local_midnight(rng, self.end - 30 * DAY))
        self.texts = rng.sample(TEXTS, 4)
        self.numbers = rng.sample(SMALL_NUMBERS, 3) + rng.sample(NUMBERS, 1)

    def local_midnight(self, rng, moment):
        local = (values.EPOCH + moment * values.MICROSECOND).astimezone(self.zone)
        return values.from_local(datetime(local.year, local.month, local.day), self.zone)

    def moment(self, rng):
        anywhere = rng.randint(self.start, self.end)
        style = rng.random()
        if style < 0.25:
            return anywhere
        if style < 0.5:
            edge = self.local_midnight(rng, anywhere)
        elif style < 0.65:
            edge = anywhere // values.HOUR * values.HOUR
        elif style < 0.85 and self.changes:
            edge = rng.choice(self.changes) + rng.choice([-2, -1, 0, 0, 1, 2]) * values.HOUR // 2
        else:
            edge = anywhere // DAY * DAY
        return edge + rng.choice([0, 0, -1, 1, -1_000_000, 1_000_000, rng.randint(-DAY // 8, DAY // 8)])

    def near_now(self, rng):
        """A moment some duration away from a moment of scoring, give or take nothing or a little."""
        back = rng.choice([0, 1, 6, 24, 36, 48, 72, 168, 336, 720, 2160, -1, -6, -24, -48, -168]) * values.HOUR
        return rng.choice(self.now) - back + rng.choice([0, 0, -1, 1, 5 * 60_000_000])


def as_datetime(moment):
    return values.EPOCH + moment * values.MICROSECOND


def moment_text(moment):
    """A datetime as text; None and the infinities as they are."""
    return moment if moment is None or isinstance(moment, str) else moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def iso_text(rng, world):
    """A moment in one of the ISO 8601 spellings, sometimes a text that is none of them."""
    if chance(rng, 0.08):
        return rng.choice(BAD_TIMES)
    moment = as_datetime(world.near_now(rng) if chance(rng, 0.75) else world.moment(rng))
    zoned = chance(rng, 0.5)
    minutes = rng.choice([0, 0, 60, 120, -180, 330, 345, -210, 840])
    local = moment + timedelta(minutes=minutes) if zoned else moment.astimezone(world.zone)
    text = local.strftime("%Y-%m-%d")
    style = rng.randrange(5)
    if style == 0:
        return text
    text += rng.choice("T ") + local.strftime("%H:%M")
    if style > 1:
        text += local.strftime(":%S")
    if style > 2:
        text += local.strftime(".%f") + rng.choice(["", "", "999"])
    elif style == 2 and chance(rng, 0.3):
        text += "." + local.strftime("%f")[:2]
    if not zoned:
        return text
    if minutes == 0 and chance(rng, 0.6):
        return text + "Z"
    hours, rest = divmod(abs(minutes), 60)
    text += "%s%02d" % ("-" if minutes < 0 else "+", hours)
    return text + ("" if rest == 0 and chance(rng, 0.4) else rng.choice([":", ""]) + "%02d" % rest)


# Values

def of_flavour(rng, flavour, world):
    if flavour == "number":
        return rng.choice(world.numbers if chance(rng, 0.8) else NUMBERS)
    if flavour == "boolean":
        return chance(rng, 0.5)
    if flavour in ("iso", "time"):
        return iso_text(rng, world)
    return text_of(rng, world)


def text_of(rng, world):
    return rng.choice(world.texts if chance(rng, 0.8) else TEXTS)


def any_value(rng, world, depth=0):
    style = rng.random()
    if depth < 2 and style < 0.15:
        return [any_value(rng, world, depth + 1) for _ in range(rng.randint(0, 4))]
    if depth < 2 and style < 0.25:
        return {rng.choice(["x", "y", "b", "x.y"]): any_value(rng, world, depth + 1) for _ in range(rng.randint(0, 3))}
    if style < 0.35:
        return None
    return of_flavour(rng, rng.choice(["number", "text", "boolean", "iso"]), world)
